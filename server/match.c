#include "server/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/pre.h"

static uint32_t ticks_of(const match *match, uint32_t ms) {
  return ms * match->tick_rate / 1000;
}

static const char *step_of(const game_rules *rules) {
  return rules->step ? rules->step : "roam";
}

/* --- the step ----------------------------------------------------------------------------------------------- */

static void use_step(match *match, const char *name) {
  sim_step_fn step = step_find(name);
  PRE(step != NULL);
  match->step = name;
  match->next_step_at = 0;
  world_set_step(match->world, step);
}

/* Told now and used from `tick` on, so that every client has it in time. */
static void announce_step(match *match, const char *name, uint32_t tick) {
  wire_step told = {.tick = tick};
  snprintf(told.step, sizeof told.step, "%s", name);
  match->next_step = name;
  match->next_step_at = tick;
  roster_send(match->roster, &wire_step_type, &told);
}

static uint32_t flags_of(const match *match, uint32_t index) {
  return match->roster->standings[index].flags;
}

/* --- the phases --------------------------------------------------------------------------------------------- */

bool match_is_waiting(const match *match) {
  return match->phase == PHASE_WAITING || match->phase == PHASE_RESULTS || match->rules->sandbox;
}

static void enter(match *match, uint32_t phase, uint32_t until) {
  match->phase = phase;
  match->until = until;
  match->changed = true;
}

/* Those who could play a match that starts now. */
static uint32_t candidates(const match *match, bool ready) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < match->roster->count; i++) {
    uint32_t flags = flags_of(match, i);
    if (flags & (SEAT_WATCHING | SEAT_AWAY))
      continue;
    count += !ready || flags & (SEAT_READY | SEAT_PRACTICE);
  }
  return count;
}

bool match_is_changing(const match *match) {
  return match->next_step_at != 0;
}

const char *match_obstacle(const match *match) {
  if (match->rules->sandbox)
    return "this game has no matches";
  if (match->phase != PHASE_WAITING && match->phase != PHASE_RESULTS)
    return "a match is running";
  if (match_is_changing(match))
    return "in a moment";
  if (candidates(match, false) < match->rules->players_min)
    return "too few players";
  return NULL;
}

static void clear_bodies(match *match) {
  for (uint32_t i = 0; i < match->world->count; i++) {
    uint32_t id = match->world->ids[i];
    const sim_body *body = &match->world->boxes[id].body;
    if (body->flags || body->timer || body->a || body->b)
      world_set_body(match->world, id, 0, 0, 0, 0);
  }
}

static void clear_marks(match *match) {
  memset(match->marks, 0, sizeof match->marks);
  match->marks_changed = true;
}

/* Everybody goes on walking until the step that stands still can be known to all. */
void match_start(match *match) {
  PRE(match_obstacle(match) == NULL);
  match->deal_at = match->tick + ticks_of(match, WIRE_STEP_AHEAD_MS) + 1;
  announce_step(match, "still", match->deal_at);
  *match->result = 0;
  match->finished = false;
  match->called_off = false;
  match->number += match->number < UINT16_MAX;
  enter(match, PHASE_COUNTDOWN, match->deal_at + ticks_of(match, MATCH_COUNTDOWN_MS));
}

static void deal(match *match) {
  match->deal_at = 0;
  match->limit = 0;
  match->played = 0;
  match->finished = false;
  memset(match->state, 0, sizeof match->state);
  memset(match->team_scores, 0, sizeof match->team_scores);
  for (uint32_t i = 0; i < match->roster->count; i++)
    if (!(flags_of(match, i) & (SEAT_WATCHING | SEAT_AWAY)))
      match_enter_play(match, i);
    else
      roster_flag(match->roster, i, SEAT_PLAYS | SEAT_OUT | SEAT_WON | SEAT_READY, false);
  match_settle_boxes(match);
  for (uint32_t i = 0; i < match->world->count; i++)
    world_respawn(match->world, match->world->ids[i]);
  announce_step(match, step_of(match->rules), match->until);
  if (match->rules->start)
    match->rules->start(&match->doors);
}

static void begin_playing(match *match) {
  enter(match, PHASE_PLAYING, match->limit ? match->tick + match->limit : 0);
}

static void go_back_to_waiting(match *match) {
  clear_bodies(match);
  clear_marks(match);
  enter(match, PHASE_WAITING, 0);
  match_settle_boxes(match);
}

static void begin_results(match *match) {
  for (uint32_t i = 0; i < match->roster->count; i++)
    if (flags_of(match, i) & SEAT_WON) {
      match->roster->standings[i].victories += match->roster->standings[i].victories < UINT16_MAX;
      roster_changed(match->roster, i);
    }
  if (!*match->result)
    snprintf(match->result, sizeof match->result, "The time is up.");
  clear_bodies(match);
  clear_marks(match);
  enter(match, PHASE_RESULTS, match->tick + ticks_of(match, MATCH_RESULTS_MS));
  match_settle_boxes(match);
}

void match_stop(match *match) {
  PRE(!match_is_waiting(match));
  match->called_off = match_is_changing(match);
  if (match->called_off)
    return;
  match->paused = false;
  match->deal_at = 0;
  if (strcmp(match->step, step_of(match->rules)) != 0)
    announce_step(match, step_of(match->rules), match->tick + ticks_of(match, WIRE_STEP_AHEAD_MS) + 1);
  go_back_to_waiting(match);
}

/* Only a match that is played can be paused. The clock stands still from now on, the world a moment later. */
void match_pause(match *match, bool on) {
  PRE(!match_is_changing(match));
  if (match->paused == on || match->phase != PHASE_PLAYING)
    return;
  uint32_t ahead = match->tick + ticks_of(match, WIRE_STEP_AHEAD_MS) + 1;
  announce_step(match, on ? "still" : step_of(match->rules), ahead);
  match->paused = on;
  if (on)
    match->paused_at = match->tick;
  else if (match->until)
    match->until += match->tick - match->paused_at;
  match->changed = true;
}

static bool should_start(const match *match) {
  uint32_t ready = candidates(match, true), wanted = match_ready_to_start(match);
  uint32_t practice = match->roster->practice;
  if (match_obstacle(match) || ready == practice)
    return false;
  return wanted > 0 ? ready >= wanted : ready == candidates(match, false);
}

/* --- the tick ------------------------------------------------------------------------------------------------ */

static void run_rules(match *match) {
  const game_rules *rules = match->rules;
  match->played++;
  if (rules->contact && !match->finished)
    match_find_contacts(match);
  if (rules->tick && !match->finished)
    rules->tick(&match->doors);
  if (!match->finished && match->until && match->tick >= match->until) {
    if (rules->end)
      rules->end(&match->doors);
    match->finished = true;
    match->until = 0;
  }
  match_list_players(match);
  if (!rules->sandbox && (match->finished || match->player_count == 0))
    begin_results(match);
  match->finished = false;
}

/* A pause lasts only while somebody is there to end it. */
static void keep_pause(match *match) {
  match_list_players(match);
  if ((match->finished || match->player_count == 0) && !match_is_changing(match))
    match_pause(match, false);
}

static void run_phase(match *match) {
  switch (match->phase) {
  case PHASE_WAITING:
    if (should_start(match))
      match_start(match);
    return;
  case PHASE_COUNTDOWN:
    if (match->tick == match->deal_at && candidates(match, false) < match->rules->players_min)
      match->called_off = true; /* they went in the meantime */
    if (match->called_off && !match_is_changing(match)) {
      match_stop(match);
      return;
    }
    if (match->tick == match->deal_at)
      deal(match);
    if (match->finished)
      begin_results(match);
    else if (match->deal_at == 0 && match->tick >= match->until)
      begin_playing(match);
    return;
  case PHASE_PLAYING:
    if (match->called_off && !match_is_changing(match))
      match_stop(match);
    else if (match->paused)
      keep_pause(match);
    else
      run_rules(match);
    return;
  case PHASE_RESULTS:
    if (match->tick >= match->until)
      go_back_to_waiting(match);
    return;
  }
}

void match_run(match *match, uint32_t tick) {
  match->tick = tick;
  if (match->next_step_at && tick >= match->next_step_at)
    use_step(match, match->next_step);
  match_settle_boxes(match);
  run_phase(match);
}

/* --- beginning and end -------------------------------------------------------------------------------------- */

static void begin_game(match *match, const game_rules *rules) {
  PRE(rules->option_count + MATCH_SHARED_CHOICES <= WIRE_CHOICES_MAX);
  PRE(rules->role_count <= WIRE_ROLES_MAX && rules->team_count <= WIRE_TEAMS_MAX);
  PRE(rules->state_bytes <= GAME_STATE_BYTES_MAX);
  match->rules = rules;
  match_take_defaults(match);
  *match->result = 0;
  memset(match->state, 0, sizeof match->state);
  memset(match->team_scores, 0, sizeof match->team_scores);
  clear_marks(match);
  enter(match, rules->sandbox ? PHASE_PLAYING : PHASE_WAITING, 0);
  if (rules->sandbox && rules->start)
    rules->start(&match->doors);
}

void match_choose(match *match, const game_rules *rules) {
  int32_t shared[MATCH_SHARED_CHOICES];
  memcpy(shared, match->values + match->rules->option_count, sizeof shared);
  clear_bodies(match);
  for (uint32_t i = 0; i < match->roster->count; i++) {
    memset(match->roster->seats[i].kept, 0, sizeof match->roster->seats[i].kept);
    match->roster->standings[i].role = match->roster->standings[i].team = 0;
    match->roster->standings[i].score = 0;
    roster_flag(match->roster, i, SEAT_PLAYS | SEAT_OUT | SEAT_WON | SEAT_READY, false);
    roster_changed(match->roster, i);
  }
  begin_game(match, rules);
  memcpy(match->values + rules->option_count, shared, sizeof shared);
  announce_step(match, step_of(rules), match->tick + ticks_of(match, WIRE_STEP_AHEAD_MS) + 1);
  for (uint32_t i = 0; i < match->roster->count; i++)
    match_seated(match, i);
}

bool match_init(match *match, const game_rules *rules, roster *roster, world *world, uint32_t tick_rate,
                uint32_t seed) {
  memset(match, 0, sizeof *match);
  match->doors.doors = &referee_doors;
  match->roster = roster;
  match->world = world;
  match->tick_rate = tick_rate;
  match->random = seed ? seed : 1;
  match->players = calloc(roster->seats_max, sizeof *match->players);
  match->by_x = calloc(roster->seats_max, sizeof *match->by_x);
  match->boxes = calloc(roster->seats_max, sizeof *match->boxes);
  if (!match->players || !match->by_x || !match->boxes)
    return false;
  use_step(match, step_of(rules));
  begin_game(match, rules);
  return true;
}

void match_free(match *match) {
  free(match->boxes);
  free(match->by_x);
  free(match->players);
}
