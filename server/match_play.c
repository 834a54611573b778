#include <stdlib.h>
#include <string.h>

#include "server/match.h"

/* --- who plays ---------------------------------------------------------------------------------------------- */

static uint32_t flags_of(const match *match, uint32_t index) {
  return match->roster->standings[index].flags;
}

bool match_in_play(const match *match, uint32_t index) {
  return (flags_of(match, index) & (SEAT_PLAYS | SEAT_OUT)) == SEAT_PLAYS;
}

bool match_is_running(const match *match) {
  return (match->phase == PHASE_COUNTDOWN && match->deal_at == 0) || match->phase == PHASE_PLAYING;
}

bool match_has_box(const match *match, uint32_t index) {
  if (flags_of(match, index) & SEAT_WATCHING)
    return false;
  return !match_is_running(match) || match_in_play(match, index);
}

void match_take_box(match *match, uint32_t index) {
  uint32_t id = match->roster->entries[index].id;
  if (world_has(match->world, id))
    world_remove(match->world, id);
  match->players_stale = true;
}

static void give_box(match *match, uint32_t index) {
  uint32_t id = match->roster->entries[index].id;
  if (!world_has(match->world, id) && world_may_spawn(match->world, id))
    world_spawn(match->world, id);
  match->players_stale = true;
}

void match_list_players(match *match) {
  if (!match->players_stale)
    return;
  match->players_stale = false;
  match->player_count = 0;
  for (uint32_t i = 0; i < match->world->count; i++) {
    int32_t index = roster_find(match->roster, match->world->ids[i]);
    if (index >= 0 && match_in_play(match, (uint32_t)index))
      match->players[match->player_count++] = match->world->ids[i];
  }
  match->by_x_stale = true;
}

void match_enter_play(match *match, uint32_t index) {
  wire_standing *standing = &match->roster->standings[index];
  standing->score = 0;
  standing->role = standing->team = 0;
  roster_flag(match->roster, index, SEAT_PLAYS, true);
  roster_flag(match->roster, index, SEAT_OUT | SEAT_WON | SEAT_READY, false);
  roster_changed(match->roster, index);
  match->players_stale = true;
}

/* Whoever is out stays out until the next match, though it goes and comes again. */
static bool may_drop_in(const match *match, uint32_t index) {
  return match->rules->drop_in && match_is_running(match) && !match->finished &&
         !(flags_of(match, index) & (SEAT_WATCHING | SEAT_AWAY | SEAT_PLAYS | SEAT_OUT));
}

static void drop_in(match *match, uint32_t index) {
  uint32_t id = match->roster->entries[index].id;
  if (!world_may_spawn(match->world, id))
    return;
  match_enter_play(match, index);
  give_box(match, index);
  if (match->rules->join)
    match->rules->join(&match->doors, id);
}

void match_seated(match *match, uint32_t index) {
  match->players_stale = true;
  if (may_drop_in(match, index))
    drop_in(match, index);
  else if (match_has_box(match, index))
    give_box(match, index);
}

/* Boxes for those who should have one. A box that went in this tick comes back in the next,
   and so does its player. */
void match_settle_boxes(match *match) {
  const roster *roster = match->roster;
  for (uint32_t i = 0; i < roster->count; i++) {
    bool has = world_has(match->world, roster->entries[i].id), should = match_has_box(match, i);
    if (has && !should)
      match_take_box(match, i);
    else if (!has && should)
      give_box(match, i);
    else if (may_drop_in(match, i))
      drop_in(match, i);
  }
}

static void leave_play(match *match, uint32_t index) {
  if (match_is_running(match) && !match->finished && match_in_play(match, index) && match->rules->leave)
    match->rules->leave(&match->doors, match->roster->entries[index].id);
  roster_flag(match->roster, index, SEAT_PLAYS, false);
}

void match_unseated(match *match, uint32_t index) {
  leave_play(match, index);
  match_take_box(match, index);
}

void match_watch(match *match, uint32_t index, bool on) {
  if (on == ((flags_of(match, index) & SEAT_WATCHING) != 0))
    return;
  if (on)
    match_unseated(match, index);
  roster_flag(match->roster, index, SEAT_WATCHING, on);
  roster_flag(match->roster, index, SEAT_READY, false);
  if (!on)
    match_seated(match, index);
}

/* --- the rules ---------------------------------------------------------------------------------------------- */

void match_press(match *match, uint32_t index, uint32_t buttons) {
  seat *seat = &match->roster->seats[index];
  uint32_t pressed = buttons & ~seat->pressed & (BUTTON_ACTION | BUTTON_SECOND);
  seat->pressed = buttons;
  if (pressed && match->phase == PHASE_PLAYING && !match->paused && !match->finished && match->rules->action &&
      match_in_play(match, index))
    match->rules->action(&match->doors, match->roster->entries[index].id, pressed);
}

/* Nearly in order from the tick before. Returns how many. A list of its own, as the other changes under the rules'
   hands while contacts are told. */
static uint32_t sort_by_x(match *match) {
  const world_box *boxes = match->world->boxes;
  match_list_players(match);
  if (match->by_x_stale)
    memcpy(match->by_x, match->players, match->player_count * sizeof *match->by_x);
  match->by_x_stale = false;
  for (uint32_t i = 1; i < match->player_count; i++) {
    uint16_t id = match->by_x[i];
    uint32_t at = i;
    for (; at > 0 && boxes[match->by_x[at - 1]].body.x > boxes[id].body.x; at--)
      match->by_x[at] = match->by_x[at - 1];
    match->by_x[at] = id;
  }
  return match->player_count;
}

static bool is_player(const match *match, uint32_t id) {
  int32_t index = roster_find(match->roster, id);
  return index >= 0 && match_in_play(match, (uint32_t)index) && world_has(match->world, id);
}

static void call_contact(match *match, uint32_t one, uint32_t other) {
  const sim_body *here = &match->world->boxes[one].body, *there = &match->world->boxes[other].body;
  int32_t box = match->world->params.box;
  if (abs(here->x - there->x) < box && abs(here->y - there->y) < box && is_player(match, one) &&
      is_player(match, other))
    match->rules->contact(&match->doors, one < other ? one : other, one < other ? other : one);
}

void match_find_contacts(match *match) {
  const world_box *boxes = match->world->boxes;
  uint32_t count = sort_by_x(match);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = i + 1; j < count && !match->finished; j++) {
      if (boxes[match->by_x[j]].body.x - boxes[match->by_x[i]].body.x >= match->world->params.box)
        break;
      call_contact(match, match->by_x[i], match->by_x[j]);
    }
}

/* --- minds -------------------------------------------------------------------------------------------------- */

static void look_around(match *match) {
  if (match->boxes_tick == match->tick)
    return;
  match->boxes_tick = match->tick;
  match_list_players(match);
  match->box_count = match->player_count;
  for (uint32_t i = 0; i < match->player_count; i++) {
    uint32_t id = match->players[i];
    const wire_standing *standing = &match->roster->standings[match->roster->by_id[id]];
    const sim_body *body = &match->world->boxes[id].body;
    match->boxes[i] = (game_box){id, body->x, body->y, standing->role, standing->team, (uint32_t)body->flags};
  }
}

uint32_t match_think(match *match, uint32_t index) {
  seat *seat = &match->roster->seats[index];
  if (!match->rules->think || match->phase != PHASE_PLAYING || !match_in_play(match, index))
    return wander_buttons(&seat->mind, match->tick, match->tick_rate);
  look_around(match);
  game_sight sight = {.tick = match->tick,
                      .tick_rate = match->tick_rate,
                      .self = match->roster->entries[index].id,
                      .boxes = match->boxes,
                      .box_count = match->box_count,
                      .marks = match->marks,
                      .mark_count = WIRE_MARKS_MAX,
                      .params = match->world->params,
                      .ground = match->world->ground};
  return match->rules->think(&sight, &seat->mind);
}
