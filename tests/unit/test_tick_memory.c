/* Ticks take no memory: a crowd moves through a world of cells, talks, asks, joins, leaves, loses its connections and
   takes its seats again, in both formats, while matches of tag and hill are played to their results and again, and
   links choke and drain. The program's own malloc counts what anybody asks for inside host_run, libraries included.
   One exception: a room that ends gives its memory back, ROOMS_ENDED_MAX of them at most in a tick. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/wander.h"
#include "server/json_wire.h"
#include "server/log.h"
#include "server/room.h"
#include "server/rooms.h"
#include "tests/unit/stage.h"

/* --- the counting allocator --------------------------------------------------------------------------------- */

/* volatile, as compilers know that no allocator looks at it */
static volatile struct {
  bool armed;
  uint32_t taken, given_back;
} counted;

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

static void count_taken(void) {
  counted.taken += counted.armed;
}

static void count_given_back(void) {
  counted.given_back += counted.armed;
}

#ifdef SANITIZED
/* As <sanitizer/allocator_interface.h> says, which not every compiler brings. */
int install_hooks(void (*on_malloc)(const volatile void *memory, size_t size),
                  void (*on_free)(const volatile void *memory)) __asm__("__sanitizer_install_malloc_and_free_hooks");

static void on_malloc(const volatile void *memory, size_t size) {
  (void)memory, (void)size;
  count_taken();
}

static void on_free(const volatile void *memory) {
  (void)memory;
  count_given_back();
}

static void count_from_now_on(void) {
  assert_true(install_hooks(on_malloc, on_free) > 0);
}
#else
/* The C library's own, by the names under which it keeps them for programs that bring others. */
void *libc_malloc(size_t size) __asm__("__libc_malloc");
void *libc_calloc(size_t count, size_t size) __asm__("__libc_calloc");
void *libc_realloc(void *memory, size_t size) __asm__("__libc_realloc");
void libc_free(void *memory) __asm__("__libc_free");

void *malloc(size_t size) {
  count_taken();
  return libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_taken();
  return libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  count_taken();
  return libc_realloc(memory, size);
}

void free(void *memory) {
  if (memory)
    count_given_back();
  libc_free(memory);
}

static void count_from_now_on(void) {}
#endif

static void the_allocator_counts_what_the_c_library_takes_for_itself(void **state) {
  (void)state;
  void *volatile kept;
  count_from_now_on();
  counted.taken = counted.given_back = 0;
  counted.armed = true;
  kept = malloc(10);
  kept = realloc(kept, 1000);
  free(kept);
  kept = strdup("by the library");
  free(kept);
  counted.armed = false;
  assert_in_range(counted.taken, 3, 4); /* realloc may count as one of each */
  assert_in_range(counted.given_back, 2, 3);
}

/* --- the crowd ---------------------------------------------------------------------------------------------- */

enum { ROAMING = 80, TEAM = 8, MAKERS = 4, PLAYERS = ROAMING + 2 * TEAM + MAKERS, TICKS = 4500, REST = 2000 };
enum { IDLE_ROOMS = 60, ROOM_PARTS = 40 /* more than a room is made of */ };

/* A player, and the far end of its line, which takes no memory. */
typedef struct {
  link_t link;
  client *client;
  bool choked, closed;
  const char *room;
  char code[WIRE_WORD_BYTES_MAX + 1]; /* of the room that it made, to go there */
  char token[WIRE_TOKEN_BYTES + 1];
  uint32_t seq, back_at; /* the tick at which it comes again, while it has no client */
  bool by_token;
} player;

static struct {
  stage stage;
  player players[PLAYERS];
  uint32_t random;
  uint32_t tag_phase, hill_phase;
  uint32_t cells[WIRE_BOX_ID_MAX + 1]; /* of general's boxes, in the tick before */
  uint8_t memory[WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX)];
} crowd;

static struct {
  uint32_t welcomes, resumed, keyframes, stale, frames, positions, talks, lists, created, crossings, tag_results,
      hill_results, ended;
} seen;

static uint32_t chance(uint32_t below) {
  return wander_random(&crowd.random) % below;
}

static bool has_drained(link_t *link) {
  return !((player *)link)->choked;
}

static void note_welcome(player *player, const wire_welcome *welcome) {
  seen.welcomes++;
  seen.resumed += welcome->resumed;
  strcpy(player->token, welcome->token);
}

/* Reads what came in the test's own memory. */
static void note(player *player, const uint8_t *bytes, size_t size) {
  wire_arena arena = {.memory = crowd.memory, .capacity = sizeof crowd.memory};
  wire_message message;
  assert_int_equal(wire_decode(bytes, size, WIRE_FROM_SERVER, &arena, &message), WIRE_OK);
  seen.talks += message.type == &wire_talk_type;
  seen.lists += message.type == &wire_rooms_type;
  seen.frames += message.type == &wire_frame_type;
  seen.keyframes += message.type == &wire_frame_type && message.as.frame.keyframes.count > 0;
  if (message.type == &wire_welcome_type)
    note_welcome(player, &message.as.welcome);
  if (message.type == &wire_created_type)
    strcpy(player->code, message.as.created.code);
}

static bool take(link_t *link, const uint8_t *bytes, size_t size) {
  static const char positions[] = "{\"message\":\"positions\"";
  if (link->format == LINK_MSGPACK)
    note((player *)link, bytes, size);
  else
    seen.positions += size > sizeof positions && memcmp(bytes, positions, sizeof positions - 1) == 0;
  return true;
}

static void be_closed(link_t *link, uint32_t code) {
  (void)code;
  ((player *)link)->closed = true;
}

static uint64_t nothing_received(link_t *link) {
  (void)link;
  return 0;
}

static const char *no_address(link_t *link) {
  (void)link;
  return "a link of the crowd";
}

static const link_ops operations = {has_drained, take, be_closed, nothing_received, no_address};

static void tell(player *player, const wire_type *type, const void *message) {
  static uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  if (!player->client || player->closed)
    return;
  assert_true(player->link.format == LINK_JSON ? json_wire_encode(&out, type, message)
                                               : wire_encode(&out, type, message));
  host_receive(crowd.stage.host, player->client, out.bytes, out.size, crowd.stage.now);
}

static void come(player *player) {
  wire_hello hello = {.version = WIRE_VERSION, .name = "Somebody", .kind = "test"};
  strcpy(hello.room, *player->code ? player->code : player->room);
  if (player->by_token)
    strcpy(hello.token, player->token);
  player->client = host_connect(crowd.stage.host, &player->link, crowd.stage.now);
  player->choked = false;
  player->seq = 0;
  assert_non_null(player->client);
  tell(player, &wire_hello_type, &hello);
}

/* Says that it leaves, or is gone without a word, and comes again soon. */
static void go(player *player, bool politely) {
  if (politely)
    tell(player, &wire_leave_type, NULL);
  host_disconnect(crowd.stage.host, player->client);
  player->client = NULL;
  player->closed = false;
  player->by_token = !politely;
  player->back_at = stage_tick(&crowd.stage) + 1 + chance(20);
}

static void say(player *player) {
  const wire_say line = {.channel = chance(3) ? CHANNEL_ROOM : CHANNEL_LOBBY, .text = "hello there, everybody"};
  tell(player, &wire_say_type, &line);
}

/* Hosts of rooms are among those who press it. */
static void start(player *player) {
  const wire_option options[] = {{"seconds", 20}, {"points", 5}, {"bots", 3}};
  const wire_ready ready = {1};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    tell(player, &wire_option_type, &options[i]);
  tell(player, &wire_ready_type, &ready);
  tell(player, &wire_start_type, NULL);
}

static void play(player *player) {
  wire_input input = {++player->seq, stage_tick(&crowd.stage) + 2, chance(64)};
  tell(player, &wire_input_type, &input);
}

static void do_something(player *player) {
  uint32_t what = chance(400);
  if (what < 40)
    play(player);
  else if (what < 42)
    say(player);
  else if (what == 42)
    go(player, chance(2));
  else if (player->choked ? what < 60 : what < 44)
    player->choked = !player->choked;
  else if (what == 46)
    tell(player, &wire_list_type, NULL);
  else if (what == 47)
    tell(player, &wire_who_type, NULL);
  else if (what < 60 && player->room[0])
    start(player);
}

/* Goes to a room of its own, again and again, so that rooms end. */
static void make(player *player) {
  const wire_create create = {.name = "A room", .game = "tag", .public = 1};
  if (stage_tick(&crowd.stage) >= REST || chance(500) || !player->client)
    return;
  tell(player, &wire_create_type, &create);
  if (*player->code)
    go(player, true);
  seen.created++;
}

static void act(void) {
  for (uint32_t i = 0; i < PLAYERS; i++) {
    player *player = &crowd.players[i];
    if (player->closed)
      go(player, false);
    if (player->client)
      do_something(player);
    else if (stage_tick(&crowd.stage) >= player->back_at)
      come(player);
    if (i >= PLAYERS - MAKERS)
      make(player);
  }
}

static void count_crossings(void) {
  const world *world = host_world(crowd.stage.host);
  for (uint32_t i = 0; i < world->count; i++) {
    uint32_t id = world->ids[i], cell = world->boxes[id].cell;
    seen.crossings += crowd.cells[id] != cell;
    crowd.cells[id] = cell;
  }
}

/* 1 in the tick in which a match of this room comes to its results. */
static uint32_t results_in(const char *word, uint32_t *phase) {
  uint32_t before = *phase;
  *phase = rooms_find(host_rooms(crowd.stage.host), word)->match.phase;
  return *phase == PHASE_RESULTS && before != PHASE_RESULTS;
}

static void count_results(void) {
  seen.tag_results += results_in("yard", &crowd.tag_phase);
  seen.hill_results += results_in("mound", &crowd.hill_phase);
}

/* What this file is about. False once memory was taken, or given back without a room's end. */
static bool tick_without_memory(void) {
  uint32_t rooms = host_rooms(crowd.stage.host)->count;
  crowd.stage.now = host_next_due(crowd.stage.host);
  counted.taken = counted.given_back = 0;
  counted.armed = true;
  uint32_t ticks = host_run(crowd.stage.host, crowd.stage.now);
  counted.armed = false;
  uint32_t ended = rooms - host_rooms(crowd.stage.host)->count;
  seen.ended += ended;
  return ticks == 1 && counted.taken == 0 && ended <= ROOMS_ENDED_MAX && counted.given_back <= ended * ROOM_PARTS;
}

static const char arena[] =
    "{\"name\":\"Cells\",\"width\":3000,\"height\":2000,\"cell\":160,\"blocks\":[[700,300,100,400]],"
    "\"spawns\":[[480,480],[479,640],[960,600],[1055,590],[1440,800],[1400,959],[2560,1600],[320,1750]]}";

/* Those that are played in, and so many more that the list of rooms is long. */
static const char *rooms_of_crowd(void) {
  static char text[2000] = "yard:tag,mound:hill";
  for (int i = 0; i < IDLE_ROOMS; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), ",idle%d:roam", i);
  return text;
}

static void crowd_open(void) {
  stage_open_with(&crowd.stage, arena, &(host_config){.clients_max = 200, .rooms = rooms_of_crowd(), .hold_ms = 2000});
  crowd.random = 11;
  for (uint32_t i = 0; i < PLAYERS; i++) {
    bool in_json = i % 5 == 4 && i < PLAYERS - MAKERS;
    uint32_t team = i < ROAMING ? 0 : 1 + (i - ROAMING) / TEAM;
    crowd.players[i] = (player){.link = {.ops = &operations, .format = in_json ? LINK_JSON : LINK_MSGPACK},
                                .room = team == 1   ? "yard"
                                        : team == 2 ? "mound"
                                                    : ""};
  }
}

static void crowd_close(void) {
  for (uint32_t i = 0; i < PLAYERS; i++)
    if (crowd.players[i].client)
      host_disconnect(crowd.stage.host, crowd.players[i].client);
  stage_close(&crowd.stage);
}

/* The log is written as ever, but to nowhere. Returns where it was written. */
static int log_to_nowhere(void) {
  int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
  log_flush();
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  log_set_level(LOG_DEBUG);
  log_line(LOG_INFO, "the first line"); /* for which the C library reads the time zone, once */
  return kept;
}

static void log_as_before(int kept) {
  log_flush();
  log_set_level(LOG_ERROR);
  dup2(kept, STDERR_FILENO);
  close(kept);
}

static void no_tick_takes_memory_whatever_a_crowd_does(void **state) {
  (void)state;
  crowd_open();
  int kept = log_to_nowhere();
  for (uint32_t tick = 0; tick < TICKS; tick++) {
    act();
    if (!tick_without_memory())
      break; /* asserted below, where it can be read */
    count_crossings();
    count_results();
  }
  seen.stale = (uint32_t)host_count(crowd.stage.host).frames_stale;
  log_as_before(kept);
  print_message("{\"name\": \"tick_memory\", \"ticks\": %u, \"taken\": %u, \"frames\": %u, \"positions\": %u,"
                " \"keyframes\": %u, \"stale\": %u, \"crossings\": %u, \"lines\": %u, \"joins\": %u, \"resumed\": %u,"
                " \"lists\": %u, \"tag_results\": %u, \"hill_results\": %u, \"rooms_made\": %u, \"rooms_ended\": %u}\n",
                stage_tick(&crowd.stage), counted.taken, seen.frames, seen.positions, seen.keyframes, seen.stale,
                seen.crossings, seen.talks, seen.welcomes, seen.resumed, seen.lists, seen.tag_results,
                seen.hill_results, seen.created, seen.ended);
  assert_int_equal(counted.taken, 0);
  assert_int_equal(stage_tick(&crowd.stage), TICKS);
  assert_true(seen.welcomes > 500 && seen.resumed > 100 && seen.talks > 500 && seen.lists > 50);
  assert_true(seen.frames > 100000 && seen.positions > 10000 && seen.crossings > 1000);
  assert_true(seen.stale > 1000 && seen.keyframes > 1000);
  assert_true(seen.tag_results >= 2 && seen.hill_results >= 2 && seen.created > 5 && seen.ended > 3);
  crowd_close();
}

static void empty_rooms_end_sixteen_a_second_at_most(void **state) {
  (void)state;
  const wire_create create = {.game = "roam"};
  char param[WIRE_WORD_BYTES_MAX + 1];
  stage stage;
  uint32_t code;
  stage_open(&stage, NULL, 8, 0);
  rooms *rooms = host_rooms(stage.host);
  for (uint32_t i = 0; i < ROOMS_ENDED_MAX + 3; i++)
    assert_non_null(rooms_create(rooms, &create, 0, &code, param));
  stage_run(&stage, ROOM_EMPTY_MS / 1000 * stage.rate);
  assert_int_equal(rooms->count, 1 + 3);
  stage_run(&stage, stage.rate);
  assert_int_equal(rooms->count, 1);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_allocator_counts_what_the_c_library_takes_for_itself),
      cmocka_unit_test(no_tick_takes_memory_whatever_a_crowd_does),
      cmocka_unit_test(empty_rooms_end_sixteen_a_second_at_most),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
