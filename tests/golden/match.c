/* Recorded matches: `match write` lets some play by the games' own minds and prints what they held and wished; `match
   replay FILE` gives the same to a server again and compares. Every compiler must come to the same sum at every tick,
   of bodies, standings and the match; a sum holds all those before it, too.

   Lines: room GAME SEED begins a match in a server of its own; then, after so many ticks, TICK join SEAT; TICK hold
   SEAT BUTTONS; TICK wish SEAT MESSAGE VALUE, where a message's value is its `on`, or of option NAME; TICK leave SEAT;
   TICK sum SUM; and end TICK CONTACTS TURNS POINTS WINNERS RESULT: ticks in which two boxes in play touched, changed
   roles, points, those who won, and what was said of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/host.h"
#include "server/log.h"
#include "server/map.h"
#include "server/rooms.h"
#include "server/token.h"

enum { RATE = 30, SEATS = 6, SUM_EVERY = 10, SAY_EVERY = 10, TICKS_MAX = 4000, LINE = 256, REMATCHES = 2 };

typedef struct player {
  link_t link;
  client *client; /* NULL: not here */
  uint32_t seq, buttons;
  wander mind;
} player;

typedef struct proof {
  uint32_t contacts, turns, winners, matches;
  int32_t points;
  uint32_t roles[UINT8_MAX + 1]; /* by id, as they were */
  uint32_t phase;
  char result[WIRE_WORDS_BYTES_MAX + 1];
} proof;

typedef struct scene {
  map *arena;
  host *host;
  room *room;
  player players[SEATS];
  uint32_t tick;
  uint64_t sum;
  proof proof;
  bool writes; /* what is done */
} scene;

/* --- a wire that nobody reads ------------------------------------------------------------------------------- */

static bool wire_drained(link_t *link) {
  (void)link;
  return true;
}

static bool wire_send(link_t *link, const uint8_t *bytes, size_t size) {
  (void)link, (void)bytes, (void)size;
  return true;
}

static void wire_close(link_t *link, uint32_t code) {
  (void)link, (void)code;
}

static uint64_t wire_received(link_t *link) {
  (void)link;
  return 0;
}

static const char *wire_address(link_t *link) {
  (void)link;
  return "nowhere";
}

static const link_ops nowhere = {wire_drained, wire_send, wire_close, wire_received, wire_address};

/* --- the scene ---------------------------------------------------------------------------------------------- */

static int64_t now_of(const scene *scene) {
  return host_next_due(scene->host) - 1;
}

static void send(scene *scene, player *player, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  PRE(wire_encode(&out, type, message));
  host_receive(scene->host, player->client, out.bytes, out.size, now_of(scene));
}

static void scene_open(scene *scene, const char *game, uint32_t seed) {
  char error[MAP_ERROR_BYTES], rooms[64];
  bool writes = scene->writes;
  *scene = (struct scene){.writes = writes, .sum = UINT64_C(0xcbf29ce484222325)};
  snprintf(rooms, sizeof rooms, "golden:%s", game);
  scene->arena = map_load("assets/maps/plaza.json", error);
  PRE(scene->arena != NULL);
  host_config config = {
      .tick_rate = RATE, .clients_max = SEATS, .hold_ms = 60000, .rooms = rooms, .seed = seed, .arena = scene->arena};
  scene->host = host_create(&config, 1000000);
  PRE(scene->host != NULL);
  scene->room = rooms_find(host_rooms(scene->host), "golden");
  for (uint32_t i = 0; i < SEATS; i++)
    scene->players[i] = (player){.link = {.ops = &nowhere}, .mind = wander_init(seed + i + 1)};
}

static void scene_close(scene *scene) {
  for (uint32_t i = 0; i < SEATS; i++)
    if (scene->players[i].client)
      host_disconnect(scene->host, scene->players[i].client);
  host_destroy(scene->host);
  map_free(scene->arena);
}

static void add(scene *scene, int64_t value) {
  for (int byte = 0; byte < 8; byte++)
    scene->sum = (scene->sum ^ ((uint64_t)value >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
}

static void add_world(scene *scene) {
  const world *world = &scene->room->world;
  for (uint32_t i = 0; i < world->count; i++) {
    const world_box *box = &world->boxes[world->ids[i]];
    const int64_t values[] = {world->ids[i], box->buttons,    box->body.x,     box->body.y, box->body.vx,
                              box->body.vy,  box->body.flags, box->body.timer, box->body.a, box->body.b};
    for (size_t at = 0; at < sizeof values / sizeof *values; at++)
      add(scene, values[at]);
  }
}

static void add_match(scene *scene) {
  const match *match = &scene->room->match;
  const roster *roster = &scene->room->roster;
  const int64_t values[] = {match->phase,   match->until,        match->number, match->paused,    match->played,
                            match->deal_at, match->next_step_at, match->random, scene->room->host};
  for (size_t at = 0; at < sizeof values / sizeof *values; at++)
    add(scene, values[at]);
  for (uint32_t team = 1; team <= WIRE_TEAMS_MAX; team++)
    add(scene, match->team_scores[team]);
  for (uint32_t i = 0; i < WIRE_MARKS_MAX; i++) {
    const wire_mark *mark = &match->marks[i];
    const int64_t fields[] = {mark->x, mark->y, mark->w, mark->h, mark->color};
    for (size_t at = 0; at < sizeof fields / sizeof *fields; at++)
      add(scene, fields[at]);
  }
  for (uint32_t i = 0; i < roster->count; i++) {
    const wire_standing *standing = &roster->standings[i];
    const int64_t fields[] = {standing->id,   standing->flags, standing->role,
                              standing->team, standing->score, standing->victories};
    for (size_t at = 0; at < sizeof fields / sizeof *fields; at++)
      add(scene, fields[at]);
  }
}

/* --- what happened ------------------------------------------------------------------------------------------ */

static bool touches(const world *world, uint32_t one, uint32_t other) {
  const sim_body *here = &world->boxes[one].body, *there = &world->boxes[other].body;
  return abs(here->x - there->x) < world->params.box && abs(here->y - there->y) < world->params.box;
}

static void count_contacts(scene *scene) {
  const world *world = &scene->room->world;
  for (uint32_t i = 0; i < world->count; i++)
    for (uint32_t j = i + 1; j < world->count; j++)
      if (touches(world, world->ids[i], world->ids[j])) {
        scene->proof.contacts++;
        return;
      }
}

static void count_turns(scene *scene, bool counts) {
  const roster *roster = &scene->room->roster;
  for (uint32_t i = 0; i < roster->count; i++) {
    uint32_t *role = &scene->proof.roles[roster->entries[i].id];
    scene->proof.turns += counts && *role != roster->standings[i].role;
    *role = roster->standings[i].role;
  }
}

static void count_results(scene *scene) {
  const roster *roster = &scene->room->roster;
  scene->proof.matches++;
  for (uint32_t i = 0; i < roster->count; i++) {
    scene->proof.winners += (roster->standings[i].flags & SEAT_WON) != 0;
    scene->proof.points += roster->standings[i].score;
  }
  snprintf(scene->proof.result, sizeof scene->proof.result, "%s", scene->room->match.result);
}

static void watch(scene *scene) {
  const match *match = &scene->room->match;
  bool plays = match->phase == PHASE_PLAYING, went_on = plays && scene->proof.phase == PHASE_PLAYING;
  if (plays)
    count_contacts(scene);
  count_turns(scene, went_on);
  if (match->phase == PHASE_RESULTS && scene->proof.phase == PHASE_PLAYING)
    count_results(scene);
  scene->proof.phase = match->phase;
}

static void run_tick(scene *scene) {
  for (uint32_t i = 0; i < SEATS; i++) { /* a client repeats itself */
    player *player = &scene->players[i];
    if (player->client && scene->tick % SAY_EVERY == i)
      send(scene, player, &wire_input_type, &(wire_input){++player->seq, 0, player->buttons});
  }
  host_run(scene->host, host_next_due(scene->host));
  scene->tick++;
#ifdef GOLDEN_PLANTED_FAULT
  if (scene->tick == 300 && scene->room->world.count > 0)
    scene->room->world.boxes[scene->room->world.ids[0]].body.x++;
#endif
  watch(scene);
  add_world(scene);
  add_match(scene);
}

/* --- what players do ---------------------------------------------------------------------------------------- */

static void do_join(scene *scene, uint32_t seat) {
  player *player = &scene->players[seat];
  wire_hello hello = {.version = WIRE_VERSION, .room = "golden"};
  snprintf(hello.name, sizeof hello.name, "Player %c", 'A' + (int)seat);
  player->client = host_connect(scene->host, &player->link, now_of(scene));
  send(scene, player, &wire_hello_type, &hello);
  if (scene->writes)
    printf("%u join %u\n", scene->tick, seat);
}

static void do_leave(scene *scene, uint32_t seat) {
  player *player = &scene->players[seat];
  send(scene, player, &wire_leave_type, NULL);
  host_disconnect(scene->host, player->client);
  player->client = NULL;
  if (scene->writes)
    printf("%u leave %u\n", scene->tick, seat);
}

static void do_hold(scene *scene, uint32_t seat, uint32_t buttons) {
  player *player = &scene->players[seat];
  player->buttons = buttons;
  send(scene, player, &wire_input_type, &(wire_input){++player->seq, 0, buttons});
  if (scene->writes)
    printf("%u hold %u %u\n", scene->tick, seat, buttons);
}

static void do_wish(scene *scene, uint32_t seat, const char *message, int32_t value) {
  enum { SWITCHES = 3 };
  static const wire_type *const switches[SWITCHES] = {&wire_ready_type, &wire_watch_type, &wire_pause_type};
  player *player = &scene->players[seat];
  const wire_ready on = {(uint32_t)value}; /* all of them are { on } */
  wire_option option = {.value = value};
  bool sent = false;
  for (int i = 0; i < SWITCHES; i++)
    if (strcmp(switches[i]->name, message) == 0) {
      send(scene, player, switches[i], &on);
      sent = true;
    }
  if (!sent) {
    snprintf(option.name, sizeof option.name, "%s", message);
    send(scene, player, &wire_option_type, &option);
  }
  if (scene->writes)
    printf("%u wish %u %s %d\n", scene->tick, seat, message, value);
}

/* --- writing ------------------------------------------------------------------------------------------------ */

static void hold_by_mind(scene *scene, uint32_t seat) {
  player *player = &scene->players[seat];
  if (!player->client || !player->client->room)
    return;
  int32_t index = roster_find_client(&scene->room->roster, player->client);
  scene->room->roster.seats[index].mind = player->mind;
  uint32_t buttons = match_think(&scene->room->match, (uint32_t)index);
  player->mind = scene->room->roster.seats[index].mind;
  if (buttons != player->buttons)
    do_hold(scene, seat, buttons);
}

/* All are ready at once, one comes late, one leaves in play, one watches for a while, and there is a pause. */
static void wish(scene *scene, uint32_t since) {
  if (since == 20)
    for (uint32_t i = 0; i < SEATS; i++)
      if (scene->players[i].client)
        do_wish(scene, i, "ready", 1);
  if (since == 200 && !scene->players[SEATS - 1].client)
    do_join(scene, SEATS - 1);
  if (since == 220)
    do_wish(scene, 0, "pause", 1);
  if (since == 260)
    do_wish(scene, 0, "pause", 0);
  if (since == 330)
    do_wish(scene, SEATS - 2, "watch", 1);
  if (since == 360)
    do_wish(scene, SEATS - 2, "watch", 0);
}

static void print_sum(scene *scene) {
  if (scene->tick % SUM_EVERY == 0)
    printf("%u sum %016" PRIx64 "\n", scene->tick, scene->sum);
}

static void print_end(const scene *scene) {
  const proof *proof = &scene->proof;
  printf("end %u %u %u %d %u %s\n", scene->tick, proof->contacts, proof->turns, proof->points, proof->winners,
         proof->result);
}

static void write_match(const char *game, uint32_t seed, uint32_t bots, const char *option, int32_t value) {
  scene scene = {.writes = true};
  scene_open(&scene, game, seed);
  printf("room %s %u\n", game, seed);
  for (uint32_t i = 0; i + 1 < SEATS; i++)
    do_join(&scene, i);
  run_tick(&scene);
  do_wish(&scene, 0, "bots", (int32_t)bots);
  do_wish(&scene, 0, option, value);
  uint32_t began = scene.tick, number = 0;
  while (scene.tick < TICKS_MAX && scene.proof.matches < REMATCHES) {
    if (scene.proof.matches != number && scene.proof.phase == PHASE_WAITING) {
      number = scene.proof.matches;
      began = scene.tick;
    }
    wish(&scene, scene.tick - began);
    for (uint32_t i = 0; i < SEATS; i++)
      hold_by_mind(&scene, i);
    if (scene.proof.matches == 1 && scene.tick == began + 400 && scene.players[1].client)
      do_leave(&scene, 1);
    run_tick(&scene);
    print_sum(&scene);
  }
  print_end(&scene);
  scene_close(&scene);
}

/* --- replaying ---------------------------------------------------------------------------------------------- */

static uint32_t sums, faults, ends;

static void replay_sum(const scene *scene, uint32_t number, const char *text) {
  uint64_t expected = strtoull(text, NULL, 16);
  sums++;
  if (expected != scene->sum && faults++ == 0)
    fprintf(stderr, "line %u: after tick %u the sum is %016" PRIx64 ", not %016" PRIx64 "\n", number, scene->tick,
            scene->sum, expected);
}

/* What the recording shows must have happened at all. */
static bool is_shown(const scene *scene) {
  const proof *proof = &scene->proof;
  bool turned = proof->turns > 0 || scene->room->match.rules->role_count < 2;
  return proof->contacts > 0 && turned && proof->points > 0 && proof->winners > 0 && proof->matches == REMATCHES;
}

static void replay_end(scene *scene, uint32_t number, const char *line) {
  char own[LINE];
  const proof *proof = &scene->proof;
  uint32_t last = (uint32_t)strtoul(line + strlen("end "), NULL, 10);
  while (scene->tick < last)
    run_tick(scene);
  snprintf(own, sizeof own, "end %u %u %u %d %u %s", scene->tick, proof->contacts, proof->turns, proof->points,
           proof->winners, proof->result);
  if (strcmp(own, line) != 0 || !is_shown(scene)) {
    fprintf(stderr, "line %u: '%s' where '%s' is recorded\n", number, own, line);
    faults++;
  }
  ends++;
  scene_close(scene);
}

static void replay_line(scene *scene, uint32_t number, const char *line) {
  char verb[16], word[WIRE_WORD_BYTES_MAX + 1];
  uint32_t tick, seat, buttons;
  int32_t value;
  int at = 0;
  PRE(sscanf(line, "%u %15s %n", &tick, verb, &at) == 2);
  while (scene->tick < tick)
    run_tick(scene);
  const char *rest = line + at;
  if (strcmp(verb, "sum") == 0)
    replay_sum(scene, number, rest);
  else if (strcmp(verb, "join") == 0 && sscanf(rest, "%u", &seat) == 1 && seat < SEATS)
    do_join(scene, seat);
  else if (strcmp(verb, "leave") == 0 && sscanf(rest, "%u", &seat) == 1 && seat < SEATS)
    do_leave(scene, seat);
  else if (strcmp(verb, "hold") == 0 && sscanf(rest, "%u %u", &seat, &buttons) == 2 && seat < SEATS)
    do_hold(scene, seat, buttons);
  else if (strcmp(verb, "wish") == 0 && sscanf(rest, "%u %32s %d", &seat, word, &value) == 3 && seat < SEATS)
    do_wish(scene, seat, word, value);
  else
    PRE(!"a line that nobody understands");
}

static int replay(const char *path) {
  char line[LINE], game[WIRE_WORD_BYTES_MAX + 1];
  scene scene = {.writes = false};
  uint32_t seed;
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return 1;
  }
  for (uint32_t number = 1; fgets(line, sizeof line, file); number++) {
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "room %32s %u", game, &seed) == 2)
      scene_open(&scene, game, seed);
    else if (strncmp(line, "end", 3) == 0)
      replay_end(&scene, number, line);
    else
      replay_line(&scene, number, line);
  }
  fclose(file);
  printf("%u sums in %u recordings, %u differ\n", sums, ends, faults);
  return faults > 0 || sums < 100 || ends < 2;
}

int main(int argc, char **argv) {
  log_set_level(LOG_ERROR);
  PRE(token_init());
  if (argc == 3 && strcmp(argv[1], "replay") == 0)
    return replay(argv[2]);
  if (argc != 2 || strcmp(argv[1], "write") != 0) {
    fprintf(stderr, "usage: match write | match replay FILE\n");
    return 2;
  }
  write_match("tag", 23, 1, "seconds", 45);
  write_match("hill", 12, 2, "seconds", 45);
  return 0;
}
