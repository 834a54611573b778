#include "common/replica.h"

#include "common/pre.h"
#include "common/replica_parts.h"

enum {
  US = 1000000,
  LEAD_FIRST_US = 20000,                          /* added to the round trip, as a first guess */
  GUESS_AGE_US = (CLOCK_WINDOW_SECONDS - 3) * US, /* which counts for three seconds */
};

size_t replica_bytes(const replica_limits *limits) {
  return sizeof(replica) + limits->boxes * (sizeof(replica_box) + limits->history * sizeof(replica_place));
}

replica *replica_init(void *memory, size_t bytes, const replica_limits *limits) {
  PRE(bytes >= replica_bytes(limits));
  PRE_RANGE(limits->history, 2, 1024);
  PRE_RANGE(limits->boxes, 1, WIRE_BOX_ID_MAX);
  replica *one = memory;
  *one = (replica){.limits = *limits};
  one->boxes = (replica_box *)(one + 1);
  one->past = (replica_place *)(one->boxes + limits->boxes);
  return one;
}

void replica_welcome(replica *one, const wire_welcome *welcome, int64_t round_trip, int64_t now) {
  *one = (replica){.limits = one->limits, .boxes = one->boxes, .past = one->past};
  one->own_id = welcome->id;
  one->base_tick = welcome->tick;
  one->tick_rate = welcome->tick_rate;
  one->stats.tick = one->stats.predicted_tick = one->stats.shown_tick = welcome->tick;
  one->now = now;
  one->sent_at = now - (int64_t)WIRE_INPUT_REPEAT_MS * 1000;
  clock_window_reset(&one->earliest, INT64_MIN);
  clock_spread_reset(&one->lateness, 0, now);
  clock_spread_reset(&one->need, round_trip + LEAD_FIRST_US, now - GUESS_AGE_US);
}

bool replica_set_map(replica *one, const wire_map *map, const sim_map *ground, sim_step_fn step) {
  sim_params params = sim_params_of(map);
  uint32_t cells = sim_cells(&params, (int32_t)map->cell);
  if (!step || cells > WIRE_CELLS_MAX || map->box > map->width || map->box > map->height)
    return false;
  one->params = params;
  one->cell = (int32_t)map->cell;
  one->cells = cells;
  one->ground = ground;
  one->step = step;
  one->change_count = 0;
  return true;
}

int64_t replica_time_of(const replica *one, uint32_t tick) {
  return (int64_t)(int32_t)(tick - one->base_tick) * US / (int64_t)one->tick_rate;
}

uint32_t replica_tick_at(const replica *one, int64_t time) {
  return one->base_tick + (uint32_t)(time < 0 ? 0 : time * (int64_t)one->tick_rate / US);
}

int64_t replica_heard(const replica *one, int64_t now) {
  return now + clock_window_worst(&one->earliest);
}

uint32_t replica_index(const replica *one, uint32_t id, bool *found) {
  uint32_t low = 0, high = one->stats.boxes;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (one->boxes[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  *found = low < one->stats.boxes && one->boxes[low].id == id;
  return low;
}

static replica_place *past_of(const replica *one, uint32_t index) {
  return one->past + (size_t)index * one->limits.history;
}

static void move_box(replica *one, uint32_t from, uint32_t to) {
  one->boxes[to] = one->boxes[from];
  for (uint32_t i = 0; i < one->limits.history; i++)
    past_of(one, to)[i] = past_of(one, from)[i];
}

static void remove_at(replica *one, uint32_t index) {
  one->stats.boxes--;
  for (uint32_t i = index; i < one->stats.boxes; i++)
    move_box(one, i + 1, i);
}

/* Room for a new box at `index`; false when the replica is full. */
static bool insert_at(replica *one, uint32_t index, uint32_t id) {
  if (one->stats.boxes == one->limits.boxes)
    return false;
  for (uint32_t i = one->stats.boxes; i > index; i--)
    move_box(one, i - 1, i);
  one->stats.boxes++;
  one->boxes[index] = (replica_box){.id = id, .since = one->stats.tick, .jumped_at = one->stats.tick};
  return true;
}

static bool sees(const replica *one, uint32_t cell) {
  return one->seen[cell / 32] >> (cell % 32) & 1;
}

static void set_seen(replica *one, uint32_t cell, bool seen) {
  if (seen == sees(one, cell))
    return;
  one->seen[cell / 32] ^= 1u << (cell % 32);
  one->seen_count += seen ? 1 : -1u;
}

static uint32_t cell_of(const replica *one, const replica_box *box) {
  return sim_cell_at(box->body.x, box->body.y, &one->params, one->cell);
}

static void apply_turns(replica *one, const wire_turn_list *turns) {
  for (uint32_t i = 0; i < turns->count; i++) {
    bool found;
    uint32_t index = replica_index(one, turns->items[i].id, &found);
    if (found) /* a box that was not seen when it turned arrives with its buttons */
      one->boxes[index].buttons = turns->items[i].buttons;
  }
}

static void step_all(replica *one) {
  sim_step_fn step = one->step;
  for (uint32_t i = 0; i < one->stats.boxes; i++)
    step(&one->boxes[i].body, one->boxes[i].buttons, &one->params, one->ground);
}

/* Writes a body over the box, which is made if it is new. */
static void apply_body(replica *one, const wire_body *body, uint32_t cell) {
  bool found;
  uint32_t index = replica_index(one, body->id, &found);
  if (!found && !insert_at(one, index, body->id))
    return;
  replica_box *box = &one->boxes[index];
  box->buttons = body->buttons;
  box->body = (sim_body){body->x + sim_cell_left(cell, &one->params, one->cell),
                         body->y + sim_cell_top(cell, &one->params, one->cell),
                         body->vx,
                         body->vy,
                         (int32_t)body->flags,
                         (int32_t)body->timer,
                         body->a,
                         body->b};
  box->in_keyframe = true;
  if (body->jumped)
    box->jumped_at = one->stats.tick;
}

static void apply_states(replica *one, const wire_group_list *groups) {
  for (uint32_t i = 0; i < groups->count; i++)
    for (uint32_t j = 0; groups->items[i].cell < one->cells && j < groups->items[i].bodies.count; j++)
      apply_body(one, &groups->items[i].bodies.items[j], groups->items[i].cell);
}

/* After a keyframe nothing else stands in its cell. */
static void apply_keyframe(replica *one, const wire_group *group) {
  set_seen(one, group->cell, true);
  for (uint32_t i = 0; i < one->stats.boxes; i++)
    one->boxes[i].in_keyframe = cell_of(one, &one->boxes[i]) != group->cell;
  for (uint32_t i = 0; i < group->bodies.count; i++)
    apply_body(one, &group->bodies.items[i], group->cell);
  for (uint32_t i = one->stats.boxes; i-- > 0;)
    if (!one->boxes[i].in_keyframe)
      remove_at(one, i);
}

static void apply_gone(replica *one, const wire_goner_list *gone) {
  for (uint32_t i = 0; i < gone->count; i++) {
    bool found;
    uint32_t index = replica_index(one, gone->items[i].id, &found);
    if (found)
      remove_at(one, index);
  }
}

static void drop_unseen(replica *one) {
  if (one->seen_count == one->cells)
    return;
  for (uint32_t i = one->stats.boxes; i-- > 0;)
    if (!sees(one, cell_of(one, &one->boxes[i])))
      remove_at(one, i);
}

static uint32_t sum_of(const replica *one, uint32_t cell) {
  uint32_t sum = SIM_CHECKSUM_START;
  for (uint32_t i = 0; i < one->stats.boxes; i++)
    if (cell_of(one, &one->boxes[i]) == cell)
      sum = sim_checksum_add(sum, one->boxes[i].id, one->boxes[i].buttons, &one->boxes[i].body);
  return sim_checksum_fold(sum);
}

static void apply_checks(replica *one, const wire_check_list *checks) {
  for (uint32_t i = 0; i < checks->count; i++) {
    if (checks->items[i].cell >= one->cells || !sees(one, checks->items[i].cell))
      continue;
    one->stats.checks++;
    if (sum_of(one, checks->items[i].cell) == checks->items[i].sum)
      continue;
    one->stats.desyncs++;
    one->wants_resync = true;
    one->resync_cell = checks->items[i].cell;
  }
}

/* Ticks that no frame told are filled evenly between the last told place and this one, or with the last told
   place if the box has jumped. */
static void fill_past(replica_place *past, uint32_t history, uint32_t tick, uint32_t ticks, bool jumped) {
  replica_place from = past[(tick - ticks) % history], to = jumped ? from : past[tick % history];
  for (uint32_t back = 1; back < ticks && back < history; back++) {
    int64_t part = (int64_t)(ticks - back);
    past[(tick - back) % history] = (replica_place){from.x + (int32_t)((to.x - from.x) * part / ticks),
                                                    from.y + (int32_t)((to.y - from.y) * part / ticks)};
  }
}

/* Remembers where the boxes stand, for drawing. */
static void remember(replica *one, uint32_t ticks) {
  uint32_t history = one->limits.history, tick = one->stats.tick;
  PRE(history >= 2);
  for (uint32_t i = 0; i < one->stats.boxes; i++) {
    const replica_box *box = &one->boxes[i];
    past_of(one, i)[tick % history] = (replica_place){box->body.x, box->body.y};
    if (ticks > 1 && box->since != tick)
      fill_past(past_of(one, i), history, tick, ticks, box->jumped_at == tick);
  }
}

/* Late for good means that not the frames but the notion of early is wrong: the server's schedule has slipped,
   or the route has become longer. All leads, which count from there, move along. */
static void start_earliest_anew(replica *one, int64_t behind, int64_t now) {
  int64_t later = clock_window_worst(&one->earliest) + behind;
  clock_window_reset(&one->earliest, INT64_MIN);
  clock_window_add(&one->earliest, -behind, now);
  clock_spread_reset(&one->lateness, 0, now);
  clock_spread_reset(&one->need, clock_spread_worst(&one->need) + later, now);
  for (uint32_t i = 0; i < one->pending_count; i++)
    one->pending[i].lead += later;
}

/* What was said meanwhile comes late by anything from nothing to the whole stall, and much of that looks ordinary. */
static void note_stall(replica *one) {
  for (uint32_t i = 0; i < one->pending_count; i++)
    one->pending[i].stalled = true;
}

static void note_arrival(replica *one, int64_t now) {
  int64_t behind = now - replica_time_of(one, one->stats.tick);
  bool was_stalled = one->lateness.stalled;
  clock_window_add(&one->earliest, -behind, now);
  if (clock_spread_add(&one->lateness, behind + clock_window_worst(&one->earliest), now))
    start_earliest_anew(one, behind, now);
  else if (one->lateness.stalled && !was_stalled)
    note_stall(one);
}

static bool own_jumped(const replica *one) {
  bool found;
  uint32_t index = replica_index(one, one->own_id, &found);
  return found && one->boxes[index].jumped_at == one->stats.tick;
}

void replica_apply_frame(replica *one, const wire_frame *frame, int64_t now) {
  if (!one->ground)
    return;
  one->stats.tick += frame->ticks;
  one->stats.frames++;
  replica_change_step(one);
  apply_turns(one, &frame->turns);
  step_all(one); /* when frame->ticks > 1 every seen cell comes as a keyframe */
  apply_states(one, &frame->states);
  for (uint32_t i = 0; i < frame->keyframes.count; i++)
    if (frame->keyframes.items[i].cell < one->cells)
      apply_keyframe(one, &frame->keyframes.items[i]);
  apply_gone(one, &frame->gone);
  for (uint32_t i = 0; i < frame->dropped.count; i++)
    if (frame->dropped.items[i].cell < one->cells)
      set_seen(one, frame->dropped.items[i].cell, false);
  drop_unseen(one);
  apply_checks(one, &frame->checks);
  remember(one, frame->ticks);
  note_arrival(one, now);
  replica_reconcile(one, frame, own_jumped(one), now);
}

bool replica_wants_resync(replica *one, uint32_t *cell) {
  bool wants = one->wants_resync;
  *cell = one->resync_cell;
  one->wants_resync = false;
  return wants;
}

const wire_replica_stats *replica_stats(const replica *one) {
  return &one->stats;
}

bool replica_find(const replica *one, uint32_t id, sim_body *body, uint32_t *buttons) {
  bool found;
  uint32_t index = replica_index(one, id, &found);
  if (!found)
    return false;
  *body = one->boxes[index].body;
  *buttons = one->boxes[index].buttons;
  return true;
}

uint32_t replica_id_at(const replica *one, uint32_t index) {
  PRE(index < one->stats.boxes);
  return one->boxes[index].id;
}

bool replica_is_ready(const replica *one) {
  return one->stats.frames > 0;
}

#ifdef TICKBOX_FLIP_BIT
void replica_flip_bit(replica *one, uint32_t id) {
  bool found;
  uint32_t index = replica_index(one, id, &found);
  if (found)
    one->boxes[index].body.a ^= 1;
}
#endif
