#include "common/gen/tables.h"
#include "server/room_parts.h"

enum { FRAME_TICKS_MAX = 65535 }; /* as the frame's field */

/* A jump of seq that one frame cannot tell is told over several. */
static frame_header header_for(const room *room, const client *client) {
  uint32_t acks = client->seq_applied - client->written_seq;
  frame_header header = {.ticks = room->tick - client->written_tick, .acks = acks < UINT16_MAX ? acks : UINT16_MAX};
  header.slack = header.acks > 0 ? client->slack : 0;
  return header;
}

typedef struct {
  int32_t x, y;
} point;

static point middle_of(const world *world, uint32_t id) {
  const sim_body *body = &world->boxes[id].body;
  return (point){body->x + world->params.box / 2, body->y + world->params.box / 2};
}

/* From the own box on, or the one that a spectator follows: clients look at its middle. Else at the arena's. */
static point looks_at(const room *room, const client *client) {
  const world *world = &room->world;
  uint32_t id = world_has(world, client->id) ? client->id : client->follow;
  return world_has(world, id) ? middle_of(world, id) : (point){world->params.width / 2, world->params.height / 2};
}

static void look_around(const room *room, client *client) {
  point at = looks_at(room, client);
  interest_look(&client->interest, &room->frames.grid, at.x, at.y, client->view_width, client->view_height);
}

static void written(room *room, client *client, uint32_t acks) {
  client->written_tick = room->tick;
  client->written_seq += acks;
  interest_written(&client->interest);
  room->shared->tally.frames_sent++;
}

static void write_frame(room *room, client *client) {
  frame_header header = header_for(room, client);
  introduction told = {&room->roster, client, 0};
  look_around(room, client);
  frames_pick(&room->frames, &room->world, &client->interest);
  if (!roster_is_small(&room->roster)) {
    frames_show(&room->frames, &room->world, roster_show, &told);
    roster_shown(&told);
  }
  const wire_buffer *frame = frames_write(&room->frames, &header);
  client_send(client, frame->bytes, frame->size);
  written(room, client, header.acks);
}

static uint32_t list_positions(room *room, client *client, wire_position *out) {
  const world *world = &room->world;
  const interest_grid *grid = &room->frames.grid;
  introduction told = {&room->roster, client, 0};
  uint32_t count = 0;
  for (int32_t row = client->interest.seen.top; row <= client->interest.seen.bottom; row++)
    for (int32_t column = client->interest.seen.left; column <= client->interest.seen.right; column++) {
      uint32_t cell = (uint32_t)(row * grid->across + column);
      for (uint32_t at = world->first[cell]; at < world->first[cell + 1]; at++) {
        const sim_body *body = &world->boxes[world->by_cell[at]].body;
        roster_show(&told, world->by_cell[at]);
        out[count++] = (wire_position){world->by_cell[at], (uint32_t)body->x, (uint32_t)body->y};
      }
    }
  roster_shown(&told);
  return count;
}

/* Of the boxes in one cell. One may have been removed since the step. */
static void add_cell(const world *world, uint32_t cell, const interest_rect *view, interest_sum *sum) {
  for (uint32_t at = world->first[cell]; at < world->first[cell + 1]; at++) {
    uint32_t id = world->by_cell[at];
    point middle = middle_of(world, id);
    sum->subscribed += world_has(world, id);
    sum->viewed += world_has(world, id) && middle.x >= view->left && middle.x < view->right && middle.y >= view->top &&
                   middle.y < view->bottom;
  }
}

void room_add_sight(const room *room, const client *client, interest_sum *sum) {
  const interest_grid *grid = &room->frames.grid;
  const interest_rect *seen = &client->interest.seen;
  point eye = looks_at(room, client);
  interest_rect view = interest_view(grid, eye.x, eye.y, client->view_width, client->view_height);
  sum->clients++;
  for (int32_t row = seen->top; row <= seen->bottom; row++)
    for (int32_t column = seen->left; column <= seen->right; column++)
      add_cell(&room->world, (uint32_t)(row * grid->across + column), &view, sum);
}

/* To a client of tickbox.json: at a lower rate, all boxes in view. */
static void write_positions(room *room, client *client) {
  if (room->tick - client->written_tick < WIRE_POSITIONS_MS * room->shared->tick_rate / 1000)
    return;
  look_around(room, client);
  uint32_t count = list_positions(room, client, room->shared->positions);
  wire_positions positions = {.tick = room->tick, .boxes = {room->shared->positions, count}};
  letter_begin(&room->shared->letter, &wire_positions_type, &positions);
  letter_send(&room->shared->letter, client);
  written(room, client, client->seq_applied - client->written_seq);
}

/* Latest state wins: who has not drained gets no frame queued, but everything whole once drained. */
static void offer_frame(room *room, client *client) {
  if (client->state != CLIENT_PLAYING)
    return;
  if (client->link->ops->drained(client->link)) {
    if (client->link->format == LINK_JSON)
      write_positions(room, client);
    else
      write_frame(room, client);
    if (client->talk_behind)
      room_go_on_with_history(room, client);
    return;
  }
  interest_miss(&client->interest);
  room->shared->tally.frames_stale++;
  if (room->tick - client->written_tick >= FRAME_TICKS_MAX)
    client_end_by(client, CODE_TOO_SLOW);
}

/* True if the last tick's frame was not written to it. Who misses this tick's only now is not yet. */
static bool is_behind(const room *room, const client *client) {
  return room->tick - client->written_tick > 1;
}

static void offer_frames_to(room *room, bool behind, bool news) {
  roster *roster = &room->roster;
  for (uint32_t i = 0; i < roster->count; i++) {
    client *client = roster->seats[i].client;
    if (!client || is_behind(room, client) != behind)
      continue;
    if (news)
      roster_tell_news_to(roster, client, room->changes_due);
    offer_frame(room, client);
  }
}

/* Those who are behind come last: what they see is written whole, which the others' frames shall not wait for. */
void room_offer_frames(room *room) {
  roster *roster = &room->roster;
  bool news = roster_has_news(roster, room->changes_due);
  offer_frames_to(room, false, news);
  offer_frames_to(room, true, news);
  if (news)
    roster_news_told(roster, room->changes_due);
}
