#include "tests/unit/evening.h"

#include <string.h>

#include "server/rooms.h"
#include "tests/unit/stage.h"

enum { MS = 1000, DRAWN_MS = 17, FORMER_MS = 300 };

static const char *const words[EVENING_ROOMS] = {"general", "yard", "hill", "empty"};

static uint32_t chance(evening *evening, uint32_t below) {
  return wander_random(&evening->random) % below;
}

/* --- lines -------------------------------------------------------------------------------------------------- */

static void come(evening *evening, somebody *somebody, bool back) {
  wire_hello hello = {.version = WIRE_VERSION, .kind = "test", .name = "Someone"};
  strcpy(hello.room, words[somebody->room]);
  if (back) {
    strcpy(hello.token, somebody->welcome.token);
    hello.heard = somebody->heard;
  }
  somebody->line =
      lagged_connect_with(evening->host, &hello, (int64_t)chance(evening, 120) * MS, (int64_t)chance(evening, 30) * MS,
                          wander_random(&evening->random), evening->now);
}

static void assert_right(const lagged *line) {
  assert_false(line->heard_amiss);
  if (line->welcome.id)
    assert_int_equal(replica_stats(line->replica)->desyncs, 0);
}

/* What it knows when its line ends, or is about to. */
static void keep(evening *evening, somebody *somebody) {
  const lagged *line = somebody->line;
  assert_right(line);
  if (!line->welcome.id)
    return;
  evening->seen->checks += replica_stats(line->replica)->checks;
  evening->seen->resumed += line->welcome.resumed;
  somebody->welcome = line->welcome;
  somebody->heard = line->heard;
}

static void hang_up(evening *evening, lagged **line) {
  assert_right(*line);
  evening->seen->taken_over += (*line)->closing && (*line)->code == CODE_TAKEN_OVER;
  lagged_free(*line);
  *line = NULL;
}

static void end_line(evening *evening, somebody *somebody) {
  keep(evening, somebody);
  hang_up(evening, &somebody->line);
}

/* Both lines are open for a while. */
static void take_over(evening *evening, somebody *somebody) {
  if (!somebody->line->welcome.id || somebody->former)
    return;
  keep(evening, somebody);
  somebody->former = somebody->line;
  somebody->former_until = evening->now + FORMER_MS * MS;
  come(evening, somebody, true);
}

/* --- matches ------------------------------------------------------------------------------------------------ */

static bool is_in(const somebody *somebody, const room *room) {
  const lagged *line = somebody->line;
  return line && !line->closing && line->client->room == room;
}

static void wish_for_an_option(evening *evening, lagged *line) {
  static const struct {
    const char *name;
    uint32_t least, span;
  } options[] = {{"seconds", 20, 60}, {"bots", 0, 4},       {"infection", 0, 2},
                 {"chasers", 5, 71},  {"head_start", 0, 5}, {"points", 5, 30},
                 {"teams", 2, 3},     {"move", 0, 20},      {"ready_to_start", 0, 5}};
  uint32_t which = chance(evening, sizeof options / sizeof *options);
  wire_option option = {.value = (int32_t)(options[which].least + chance(evening, options[which].span))};
  strcpy(option.name, options[which].name);
  lagged_send(line, &wire_option_type, &option, evening->now);
}

static void all_are_ready(evening *evening, const room *room) {
  for (uint32_t i = 0; i < evening->count; i++)
    if (is_in(&evening->people[i], room))
      lagged_send(evening->people[i].line, &wire_ready_type, &(wire_ready){true}, evening->now);
}

/* Nobody likes to wait for long: the host, or everybody, sees to it that a match begins and that a pause ends. */
static void go_on(evening *evening, const room *room) {
  const match *match = &room->match;
  bool waits = match->phase == PHASE_WAITING || match->phase == PHASE_RESULTS;
  if (match->rules->sandbox || !(waits || match->paused) || chance(evening, 10) > 0)
    return;
  if (waits && chance(evening, 3) == 0) {
    all_are_ready(evening, room);
    return;
  }
  for (uint32_t i = 0; i < evening->count; i++) {
    lagged *line = evening->people[i].line;
    if (!is_in(&evening->people[i], room) || line->client->id != room->host)
      continue;
    if (match->paused)
      lagged_send(line, &wire_pause_type, &(wire_pause){false}, evening->now);
    wish_for_an_option(evening, line);
    lagged_send(line, &wire_start_type, NULL, evening->now);
  }
}

/* Some member of the room that it is in; 0: nobody. */
static uint32_t any_member(evening *evening, const lagged *line) {
  const room *room = line->client->room;
  return room && room->roster.count > 0 ? room->roster.entries[chance(evening, room->roster.count)].id : 0;
}

/* Whoever is not the host is told so. */
static void wish_as_host(evening *evening, lagged *line) {
  static const char *const chosen[] = {"tag", "hill", "roam", "hill", "tag", "none"};
  const wire_lock locked = {chance(evening, 4) == 0};
  const wire_kick whom = {any_member(evening, line)};
  wire_choose choose = {""};
  switch (chance(evening, 6)) {
  case 0:
    lagged_send(line, &wire_stop_type, NULL, evening->now);
    break;
  case 1:
    strcpy(choose.game, chosen[chance(evening, sizeof chosen / sizeof *chosen)]);
    lagged_send(line, &wire_choose_type, &choose, evening->now);
    break;
  case 2:
    if (whom.id)
      lagged_send(line, &wire_kick_type, &whom, evening->now);
    break;
  case 3:
    if (whom.id)
      lagged_send(line, &wire_promote_type, &whom, evening->now);
    break;
  default:
    lagged_send(line, &wire_lock_type, &locked, evening->now);
    break;
  }
}

static void wish(evening *evening, lagged *line) {
  const wire_ready on = {chance(evening, 2)};
  const wire_watch watches = {chance(evening, 4) == 0};
  switch (chance(evening, 7)) {
  case 0:
    lagged_send(line, &wire_ready_type, &on, evening->now);
    break;
  case 1:
    lagged_send(line, &wire_watch_type, &watches, evening->now);
    break;
  case 2:
    lagged_send(line, &wire_pause_type, &on, evening->now);
    break;
  case 3:
    wish_for_an_option(evening, line);
    break;
  case 4:
    wish_as_host(evening, line);
    break;
  default:
    lagged_send(line, &wire_start_type, NULL, evening->now);
    break;
  }
}

/* --- boxes -------------------------------------------------------------------------------------------------- */

/* On a border between cells, or just before it, or anywhere. */
static int32_t somewhere(evening *evening, int32_t length, uint32_t cell) {
  int32_t most = length - WORLD_BOX * WIRE_SUBUNITS, at = (int32_t)chance(evening, (uint32_t)most + 1);
  if (chance(evening, 3) > 0)
    at = at / (int32_t)cell * (int32_t)cell - (int32_t)chance(evening, 2);
  return at < 0 ? 0 : at;
}

static void teleport(evening *evening, world *world, uint32_t id) {
  int32_t x = somewhere(evening, world->params.width, world->rules.cell);
  int32_t y = somewhere(evening, world->params.height, world->rules.cell);
  if (!sim_is_free(x, y, &world->params, world->ground))
    return;
  world_teleport(world, id, x, y);
  evening->seen->teleports++;
}

/* Its player leaves in the very tick in which something else happened to it. */
static void vanish(evening *evening, const room *room, uint32_t id) {
  static const uint8_t leave[] = {0x91, WIRE_LEAVE};
  client *client = room->roster.seats[roster_find(&room->roster, id)].client;
  if (!client || client->state != CLIENT_PLAYING)
    return;
  host_receive(evening->host, client, leave, sizeof leave, evening->now);
  evening->seen->vanished++;
}

/* What rules do to a body: news that no client could foretell. */
static void meddle(evening *evening) {
  struct rooms *rooms = host_rooms(evening->host);
  room *room = rooms->list[chance(evening, rooms->count)];
  if (room->world.count == 0)
    return;
  uint32_t id = room->world.ids[chance(evening, room->world.count)];
  if (chance(evening, 2))
    world_push(&room->world, id, (int32_t)chance(evening, 600) - 300, (int32_t)chance(evening, 600) - 300);
  else
    teleport(evening, &room->world, id);
  if (chance(evening, 6) == 0)
    vanish(evening, room, id);
}

static uint32_t way_to(const sim_body *from, int32_t x, int32_t y) {
  const int32_t near = WORLD_BOX * WIRE_SUBUNITS / 4;
  uint32_t across = x < from->x - near ? BUTTON_LEFT : x > from->x + near ? BUTTON_RIGHT : 0;
  return across | (y < from->y - near ? BUTTON_UP : y > from->y + near ? BUTTON_DOWN : 0);
}

/* The keen go to the hill if there is one, else after anybody. */
static uint32_t buttons_wanted(evening *evening, const somebody *somebody) {
  const client *client = somebody->line->client;
  const room *room = client->room;
  if (!somebody->keen || !room || !world_has(&room->world, client->id))
    return chance(evening, 64);
  const world *world = &room->world;
  const sim_body *own = &world->boxes[client->id].body;
  const wire_mark *hill = &room->match.marks[0];
  uint32_t actions = chance(evening, 64) & (BUTTON_ACTION | BUTTON_SECOND);
  if (hill->w > 0)
    return actions | way_to(own, (int32_t)(hill->x + hill->w / 2), (int32_t)(hill->y + hill->h / 2));
  const sim_body *other = &world->boxes[world->ids[chance(evening, world->count)]].body;
  return actions | way_to(own, other->x, other->y);
}

/* --- what people do ----------------------------------------------------------------------------------------- */

static void do_rarely(evening *evening, somebody *somebody, uint32_t what) {
  const wire_say say = {.channel = chance(evening, 2), .text = "hello there"};
  lagged *line = somebody->line;
  bool welcome = line->welcome.id != 0;
  if (what == 0)
    end_line(evening, somebody);
  else if (what == 1)
    take_over(evening, somebody);
  else if (what == 2)
    lagged_stall(line, evening->now + (int64_t)chance(evening, 700) * MS);
  else if (what == 3)
    lagged_choke(line, evening->now + (int64_t)chance(evening, 400) * MS);
  else if (what < 7)
    meddle(evening);
  else if (what < 10 && welcome)
    lagged_send(line, &wire_say_type, &say, evening->now);
  else if (what < 17 && welcome)
    wish(evening, line);
  else if (what == 17 && welcome)
    lagged_send(line, &wire_leave_type, NULL, evening->now);
}

static void do_something(evening *evening, somebody *somebody) {
  uint32_t what = chance(evening, 100);
  if (!somebody->line) {
    if (what < 30)
      come(evening, somebody, what < 20);
  } else if (somebody->line->closing)
    end_line(evening, somebody);
  else if (what < 18 && chance(evening, evening->calm) == 0)
    do_rarely(evening, somebody, what);
  else if (what >= 18 && what < 50)
    somebody->buttons = buttons_wanted(evening, somebody);
}

void evening_act(evening *evening) {
  for (uint32_t i = 0; i < evening->count; i++)
    do_something(evening, &evening->people[i]);
  for (uint32_t i = 0; i < host_rooms(evening->host)->count; i++)
    go_on(evening, host_rooms(evening->host)->list[i]);
}

/* --- time --------------------------------------------------------------------------------------------------- */

static void deliver(evening *evening) {
  evening->now += MS;
  for (uint32_t i = 0; i < evening->count; i++) {
    somebody *somebody = &evening->people[i];
    if (somebody->line)
      lagged_deliver(somebody->line, evening->now);
    if (!somebody->former)
      continue;
    lagged_deliver(somebody->former, evening->now);
    if (evening->now >= somebody->former_until)
      hang_up(evening, &somebody->former);
  }
}

/* Each draws at a moment of its own. */
static void draw(evening *evening) {
  for (uint32_t i = (uint32_t)(evening->now / MS) % DRAWN_MS; i < evening->count; i += DRAWN_MS) {
    lagged *line = evening->people[i].line;
    if (line && !line->closing && replica_is_ready(line->replica))
      lagged_draw(line, evening->people[i].buttons, evening->now);
  }
}

static void note_play(evening *evening, uint32_t ticks) {
  struct rooms *rooms = host_rooms(evening->host);
  for (uint32_t i = 0; i < rooms->count; i++) {
    const match *match = &rooms->list[i]->match;
    if (match->phase == PHASE_PLAYING && !match->rules->sandbox && !match->paused)
      evening->seen->played += ticks;
    evening->seen->ended += match->phase == PHASE_RESULTS && evening->phases[i] != PHASE_RESULTS;
    evening->phases[i] = match->phase;
  }
}

static void run(evening *evening) {
  if (evening->now >= host_next_due(evening->host))
    note_play(evening, host_run(evening->host, evening->now));
}

void evening_pass(evening *evening) {
  deliver(evening);
  draw(evening);
  run(evening);
}

void evening_drain(evening *evening) {
  for (uint32_t ms = 0; ms < 1500; ms++) {
    deliver(evening);
    if (ms < 700)
      run(evening);
  }
}

/* --- beginning and end -------------------------------------------------------------------------------------- */

static const char yard_text[] = "{\"name\":\"Test\",\"width\":1600,\"height\":1000,\"blocks\":[[700,300,100,400]],"
                                "\"spawns\":[[100,100],[1400,800],[100,800],[1400,100]]}";

/* Seen in part; who comes stands on borders and corners. */
static const char cells_text[] =
    "{\"name\":\"Cells\",\"width\":3000,\"height\":2000,\"cell\":160,\"blocks\":[[700,300,100,400],[1600,960,160,40]],"
    "\"spawns\":[[480,480],[479,640],[960,600],[1055,590],[1440,800],[1400,959],[2560,1600],[320,1750]]}";

static map *arena_of(uint32_t seed) {
  char error[MAP_ERROR_BYTES];
  map *arena = seed % 2 ? map_parse(yard_text, sizeof yard_text - 1, "yard", error)
                        : map_parse(cells_text, sizeof cells_text - 1, "cells", error);
  assert_non_null(arena);
  return arena;
}

/* A crowd fits into general only, where matches are played in long evenings. */
static void open_rooms(evening *evening, uint32_t seed, bool crowd, bool is_long) {
  host_config config = {.tick_rate = EVENING_RATE,
                        .clients_max = 2 * (crowd ? EVENING_CROWD : EVENING_PLAYERS),
                        .room_members = EVENING_PLAYERS,
                        .rooms = crowd && is_long ? "general:tag,yard:tag,hill:hill" : "yard:tag,hill:hill,empty:tag",
                        .hold_ms = 3000,
                        .practice_bots = 2,
                        .seed = seed,
                        .arena = evening->arena};
  evening->host = host_create(&config, evening->now);
  assert_non_null(evening->host);
  assert_true(host_rooms(evening->host)->count <= EVENING_ROOMS);
}

void evening_begin(evening *evening, uint32_t seed, evening_tally *seen) {
  static const uint32_t calm[] = {1, 4, 12};
  bool crowd = seed % EVENING_CROWD_EVERY == 0, is_long = seed >= EVENING_LONG;
  *evening =
      (struct evening){.seen = seen, .random = seed * 2654435761u + 1, .now = 1000 * MS, .arena = arena_of(seed)};
  open_rooms(evening, seed, crowd, is_long);
  evening->seconds = is_long ? EVENING_LONG_SECONDS : EVENING_SECONDS;
  evening->calm = is_long ? calm[chance(evening, sizeof calm / sizeof *calm)] : 1;
  evening->count = 8 + chance(evening, (crowd ? EVENING_CROWD : EVENING_PLAYERS) - 8 + 1);
  uint32_t first = is_long && !crowd && chance(evening, 8) > 0 ? 1 : 0;
  uint32_t rooms = crowd ? 1 : 1 + chance(evening, EVENING_ROOMS - 1 - first);
  for (uint32_t i = 0; i < evening->count; i++) {
    evening->people[i].room = first + chance(evening, rooms);
    evening->people[i].keen = chance(evening, 2);
    come(evening, &evening->people[i], false);
  }
}

void evening_end(evening *evening) {
  host_counts counts = host_count(evening->host);
  evening->seen->sent += counts.frames_sent;
  evening->seen->stale += counts.frames_stale;
  for (uint32_t i = 0; i < host_rooms(evening->host)->count; i++)
    evening->seen->matches += host_rooms(evening->host)->list[i]->match.number;
  for (uint32_t i = 0; i < evening->count; i++) {
    somebody *somebody = &evening->people[i];
    if (somebody->former)
      hang_up(evening, &somebody->former);
    if (!somebody->line)
      continue;
    evening->seen->lines += somebody->line->heard;
    end_line(evening, somebody);
  }
  host_destroy(evening->host);
  map_free(evening->arena);
}
