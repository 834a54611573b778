#include "tests/unit/yard.h"

#include <string.h>

yard_calls yard_called;

static void on_start(game_match *match) {
  yard_called.starts++;
  for (uint32_t i = 0; i < game_players(match); i++)
    game_set_role(match, game_player(match, i), 1);
}

static void on_join(game_match *match, uint32_t player) {
  yard_called.joins++;
  game_set_role(match, player, 1);
}

static void on_leave(game_match *match, uint32_t player) {
  (void)match, (void)player;
  yard_called.leaves++;
}

static void on_tick(game_match *match) {
  (void)match;
  yard_called.ticks++;
}

/* Whoever is touched is out, unless a single one is left. */
static void on_contact(game_match *match, uint32_t one, uint32_t other) {
  (void)one;
  yard_called.contacts++;
  if (game_players(match) > 1)
    game_put_out(match, other);
  yard_called.left = game_players(match); /* looked at at once, as real rules do */
}

static void on_action(game_match *match, uint32_t player, uint32_t buttons) {
  (void)buttons;
  yard_called.actions++;
  game_add_score(match, player, 1);
}

static void on_end(game_match *match) {
  yard_called.ends++;
  game_finish(match, "Over.", 0);
}

static uint32_t on_think(const game_sight *sight, wander *mind) {
  (void)sight, (void)mind;
  yard_called.thinks++;
  return BUTTON_RIGHT;
}

static const game_role made_roles[] = {{"nobody", 0}, {"somebody", 1}};

const game_rules yard_made = {.name = "made",
                              .words = "A game of the tests.",
                              .drop_in = true,
                              .players_min = 1,
                              .roles = made_roles,
                              .role_count = 2,
                              .start = on_start,
                              .join = on_join,
                              .leave = on_leave,
                              .tick = on_tick,
                              .contact = on_contact,
                              .action = on_action,
                              .end = on_end,
                              .think = on_think};

void yard_open(yard *yard) {
  party_open(&yard->stage, NULL, 0);
  yard->yard = party_room(&yard->stage, "yard");
  assert_true(party_come(&yard->stage, &yard->ada, "yard", "Ada", "test"));
  assert_true(party_come(&yard->stage, &yard->bob, "yard", "Bob", "test"));
  yard->both[0] = &yard->ada;
  yard->both[1] = &yard->bob;
  memset(&yard_called, 0, sizeof yard_called);
}

void yard_close(yard *yard) {
  for (int i = 0; i < 2; i++)
    if (yard->both[i]->client)
      peer_leave(&yard->stage, yard->both[i]);
  stage_close(&yard->stage);
}

void yard_run(yard *yard, uint32_t ticks) {
  party_run(&yard->stage, yard->both, 2, ticks);
}

/* Tag with the shortest limit. */
void yard_play(yard *yard) {
  party_option(&yard->stage, &yard->ada, "seconds", 20);
  party_play(&yard->stage, &yard->ada, yard->yard);
}

void yard_play_made(yard *yard) {
  match_choose(&yard->yard->match, &yard_made);
  yard_run(yard, PARTY_AHEAD);
  party_play(&yard->stage, &yard->ada, yard->yard);
}

wire_match yard_next_match(peer *peer) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_match_type, &message));
  return message.as.match;
}

wire_step yard_next_step(peer *peer) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_step_type, &message));
  return message.as.step;
}

bool yard_has_box(yard *yard, const peer *peer) {
  return world_has(&yard->yard->world, peer->id);
}

uint32_t yard_flags(yard *yard, const peer *peer) {
  return party_flags(yard->yard, peer->id);
}
