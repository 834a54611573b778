/* The life of a match, as its players are told it: phases and their ticks, steps, roles, results, victories; those who
   come late, watch, go away, are out. Own clock and wire; the rules are tag's, hill's, or made here. */
#include <string.h>

#include "tests/unit/party.h"

/* --- rules for these tests ---------------------------------------------------------------------------------- */

static struct { uint32_t starts, joins, leaves, ticks, contacts, actions, ends, thinks; } calls;

static void on_start(game_match *match) {
  calls.starts++;
  for (uint32_t i = 0; i < game_players(match); i++)
    game_set_role(match, game_player(match, i), 1);
}

static void on_join(game_match *match, uint32_t player) {
  calls.joins++;
  game_set_role(match, player, 1);
}

static void on_leave(game_match *match, uint32_t player) {
  (void)match, (void)player;
  calls.leaves++;
}

static void on_tick(game_match *match) {
  (void)match;
  calls.ticks++;
}

/* Whoever is touched is out, unless a single one is left. */
static void on_contact(game_match *match, uint32_t one, uint32_t other) {
  (void)one;
  calls.contacts++;
  if (game_players(match) > 1)
    game_put_out(match, other);
}

static void on_action(game_match *match, uint32_t player, uint32_t buttons) {
  (void)buttons;
  calls.actions++;
  game_add_score(match, player, 1);
}

static void on_end(game_match *match) {
  calls.ends++;
  game_finish(match, "Over.", 0);
}

static uint32_t on_think(const game_sight *sight, wander *mind) {
  (void)sight, (void)mind;
  calls.thinks++;
  return BUTTON_RIGHT;
}

static const game_role made_roles[] = {{"nobody", 0}, {"somebody", 1}};

static const game_rules made = {.name = "made",
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

/* --- two in the yard ---------------------------------------------------------------------------------------- */

typedef struct {
  stage stage;
  peer ada, bob;
  peer *both[2];
  room *yard;
} yard;

static void yard_open(yard *yard) {
  party_open(&yard->stage, NULL, 0);
  yard->yard = party_room(&yard->stage, "yard");
  assert_true(party_come(&yard->stage, &yard->ada, "yard", "Ada", "test"));
  assert_true(party_come(&yard->stage, &yard->bob, "yard", "Bob", "test"));
  yard->both[0] = &yard->ada;
  yard->both[1] = &yard->bob;
  memset(&calls, 0, sizeof calls);
}

static void yard_close(yard *yard) {
  for (int i = 0; i < 2; i++)
    if (yard->both[i]->client)
      peer_leave(&yard->stage, yard->both[i]);
  stage_close(&yard->stage);
}

static void yard_run(yard *yard, uint32_t ticks) {
  party_run(&yard->stage, yard->both, 2, ticks);
}

/* Tag with the shortest limit. */
static void yard_play(yard *yard) {
  party_option(&yard->stage, &yard->ada, "seconds", 20);
  party_play(&yard->stage, &yard->ada, yard->yard);
}

static void yard_play_made(yard *yard) {
  match_choose(&yard->yard->match, &made);
  yard_run(yard, PARTY_AHEAD);
  party_play(&yard->stage, &yard->ada, yard->yard);
}

static wire_match next_match(peer *peer) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_match_type, &message));
  return message.as.match;
}

static wire_step next_step(peer *peer) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_step_type, &message));
  return message.as.step;
}

static bool has_box(yard *yard, const peer *peer) {
  return world_has(&yard->yard->world, peer->id);
}

static uint32_t flags_of(yard *yard, const peer *peer) {
  return party_flags(yard->yard, peer->id);
}

/* --- the phases --------------------------------------------------------------------------------------------- */

static void a_match_goes_through_its_phases_at_the_ticks_that_are_told(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "seconds", 20);
  party_skip(&yard.bob);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  uint32_t begun = stage_tick(&yard.stage), moves = begun + PARTY_AHEAD, plays = moves + PARTY_COUNTDOWN;
  wire_step step = next_step(&yard.bob);
  assert_string_equal(step.step, "still");
  assert_int_equal(step.tick, moves);
  wire_match match = next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_COUNTDOWN);
  assert_int_equal(match.until, plays);
  assert_int_equal(match.number, 1);
  yard_run(&yard, PARTY_AHEAD - 1);
  assert_int_equal(flags_of(&yard, &yard.bob) & SEAT_PLAYS, 0); /* roles are dealt when nobody moves */
  yard_run(&yard, 1);
  assert_true(flags_of(&yard, &yard.bob) & SEAT_PLAYS);
  step = next_step(&yard.bob);
  assert_string_equal(step.step, "tag");
  assert_int_equal(step.tick, plays);
  yard_run(&yard, PARTY_COUNTDOWN - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  yard_run(&yard, 1);
  match = next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_PLAYING);
  assert_int_equal(match.until, plays + 20 * PARTY_RATE);
  yard_run(&yard, 20 * PARTY_RATE - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_run(&yard, 1);
  match = next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_RESULTS);
  assert_int_equal(match.until, plays + 20 * PARTY_RATE + PARTY_RESULTS);
  assert_memory_equal(match.result, "The runners win: ", 17);
  yard_run(&yard, PARTY_RESULTS - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  yard_run(&yard, 1);
  match = next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_WAITING);
  assert_int_equal(match.until, 0);
  yard_close(&yard);
}

static void nobody_moves_in_the_countdown_and_everybody_before_and_after(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  const world *world = &yard.yard->world;
  peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
  yard_run(&yard, 2);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  int32_t x = world->boxes[yard.ada.id].body.x;
  for (int i = 0; i < PARTY_AHEAD - 1; i++) {
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
    assert_true(world->boxes[yard.ada.id].body.x > x);
    x = world->boxes[yard.ada.id].body.x;
  }
  stage_run(&yard.stage, 1);
  x = world->boxes[yard.ada.id].body.x;
  for (int i = 0; i < PARTY_COUNTDOWN - 1; i++) {
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
    assert_int_equal(world->boxes[yard.ada.id].body.x, x);
  }
  for (int i = 0; i < 3 * PARTY_RATE; i++) { /* if it chases it stands for a while */
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  assert_true(world->boxes[yard.ada.id].body.x > x);
  yard_close(&yard);
}

static void victories_are_counted_over_rematches_and_roles_take_turns(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  uint32_t chased_before = 0;
  for (uint32_t number = 1; number <= 4; number++) {
    yard_play(&yard);
    uint32_t chaser = party_standing(yard.yard, yard.ada.id)->role ? yard.ada.id : yard.bob.id;
    assert_int_not_equal(chaser, chased_before);
    chased_before = chaser;
    assert_int_equal(yard.yard->match.number, number);
    yard_run(&yard, 20 * PARTY_RATE);
    assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
    assert_int_equal(!!(flags_of(&yard, &yard.ada) & SEAT_WON), chaser != yard.ada.id);
    assert_int_equal(!!(flags_of(&yard, &yard.bob) & SEAT_WON), chaser != yard.bob.id);
    yard_run(&yard, PARTY_RESULTS);
    uint32_t ada = party_standing(yard.yard, yard.ada.id)->victories;
    uint32_t bob = party_standing(yard.yard, yard.bob.id)->victories;
    assert_int_equal(ada + bob, number);
    assert_in_range(ada, number / 2, (number + 1) / 2);
  }
  yard_close(&yard);
}

static void the_count_of_matches_stays_within_its_field(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard.yard->match.number = UINT16_MAX;
  yard_play(&yard);
  assert_int_equal(yard.yard->match.number, UINT16_MAX);
  yard_close(&yard);
}

static void a_host_may_play_again_while_the_results_are_shown(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  yard_run(&yard, 20 * PARTY_RATE);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal(yard.yard->match.number, 2);
  assert_int_equal((flags_of(&yard, &yard.ada) | flags_of(&yard, &yard.bob)) & SEAT_WON, 0);
  assert_string_equal(yard.yard->match.result, "");
  yard_close(&yard);
}

/* --- ready -------------------------------------------------------------------------------------------------- */

static void a_match_starts_by_itself_when_all_are_ready_who_could_play(void **state) {
  (void)state;
  yard yard;
  peer eve, away;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_true(party_come(&yard.stage, &away, "yard", "Away", "test"));
  party_on(&yard.stage, &eve, &wire_watch_type, 1);
  party_lose(&yard.stage, &away);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  assert_true(flags_of(&yard, &yard.ada) & SEAT_READY);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 0);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  stage_run(&yard.stage, PARTY_AHEAD);
  assert_int_equal((flags_of(&yard, &yard.ada) | flags_of(&yard, &yard.bob)) & SEAT_READY, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void one_who_is_ready_alone_starts_nothing(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  peer_leave(&yard.stage, &yard.bob);
  stage_run(&yard.stage, 60 * PARTY_RATE / 10); /* away still: not asked */
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  yard_run(&yard, 60);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  yard_close(&yard);
}

static void enough_who_are_ready_start_if_the_host_says_how_many(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  party_option(&yard.stage, &yard.ada, "ready_to_start", 2);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &eve, &wire_ready_type, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void spectators_and_those_in_a_sandbox_are_not_ready(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "", "Eve", "test"));
  party_on(&yard.stage, &eve, &wire_ready_type, 1);
  party_assert_noticed(&eve, CODE_NOT_NOW, "there is no match to be ready for");
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  party_assert_noticed(&yard.bob, CODE_NOT_NOW, "there is no match to be ready for");
  assert_int_equal(flags_of(&yard, &yard.bob) & SEAT_READY, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void too_few_players_start_nothing_and_the_host_is_told(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "too few players");
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  party_lose(&yard.stage, &yard.bob);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "too few players");
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_true(party_back(&yard.stage, &yard.bob));
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "a match is running");
  yard_close(&yard);
}

static void a_match_that_lost_its_players_before_roles_are_dealt_is_called_off(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  yard_run(&yard, PARTY_AHEAD);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  yard_run(&yard, PARTY_AHEAD);
  assert_string_equal(yard.yard->match.step, "tag"); /* and not still */
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  party_play(&yard.stage, &yard.ada, yard.yard);
  yard_close(&yard);
}

/* --- late, watching, away, out ------------------------------------------------------------------------------ */

static void who_comes_late_watches_tag_and_plays_the_next(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  yard_run(&yard, 5);
  assert_false(has_box(&yard, &eve));
  assert_int_equal(flags_of(&yard, &eve) & (SEAT_PLAYS | SEAT_WATCHING), 0);
  party_skip(&eve);
  stage_run(&yard.stage, 1);
  assert_int_equal(party_count(&eve, &wire_frame_type), 1); /* sees the others */
  peer *all[] = {&yard.ada, &yard.bob, &eve};
  party_run(&yard.stage, all, 3, 20 * PARTY_RATE);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_true(has_box(&yard, &eve));
  party_run(&yard.stage, all, 3, PARTY_RESULTS);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_true(flags_of(&yard, &eve) & SEAT_PLAYS);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void who_comes_late_drops_in_where_the_game_says_so(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play_made(&yard);
  assert_int_equal(calls.starts, 1);
  assert_int_equal(calls.joins, 0);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(calls.joins, 1);
  assert_true(has_box(&yard, &eve));
  assert_true(flags_of(&yard, &eve) & SEAT_PLAYS);
  assert_int_equal(party_standing(yard.yard, eve.id)->role, 1);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void spectators_come_and_go_in_every_phase(void **state) {
  (void)state;
  static const uint32_t waits[] = {0, PARTY_AHEAD + 20, PARTY_AHEAD + PARTY_COUNTDOWN + 20,
                                   PARTY_AHEAD + PARTY_COUNTDOWN + 20 * PARTY_RATE + 20};
  for (uint32_t phase = 0; phase < 4; phase++) {
    yard yard;
    peer eve;
    peer *all[3] = {&yard.ada, &yard.bob, &eve};
    yard_open(&yard);
    assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
    party_option(&yard.stage, &yard.ada, "seconds", 20);
    party_option(&yard.stage, &yard.ada, "chasers", 5);
    if (phase > 0)
      party_wish(&yard.stage, &yard.ada, &wire_start_type);
    party_run(&yard.stage, all, 3, waits[phase]);
    assert_int_equal(yard.yard->match.phase, phase);
    party_on(&yard.stage, &eve, &wire_watch_type, 1);
    assert_false(has_box(&yard, &eve));
    assert_int_equal(flags_of(&yard, &eve) & (SEAT_WATCHING | SEAT_PLAYS), SEAT_WATCHING);
    party_run(&yard.stage, all, 3, 3);
    party_on(&yard.stage, &eve, &wire_watch_type, 0);
    party_run(&yard.stage, all, 3, 2);
    bool runs = yard.yard->match.phase == PHASE_COUNTDOWN || yard.yard->match.phase == PHASE_PLAYING;
    assert_int_equal(has_box(&yard, &eve), !runs); /* from the next match on */
    assert_int_equal(flags_of(&yard, &eve) & SEAT_WATCHING, 0);
    peer_leave(&yard.stage, &eve);
    yard_close(&yard);
  }
}

static void one_who_watches_from_the_start_has_no_box_but_a_seat(void **state) {
  (void)state;
  yard yard;
  peer eve;
  wire_hello hello = {.version = WIRE_VERSION, .room = "yard", .name = "Eve", .watch = 1};
  yard_open(&yard);
  assert_true(peer_come(&yard.stage, &eve, &hello));
  yard_run(&yard, 3);
  assert_false(has_box(&yard, &eve));
  assert_true(flags_of(&yard, &eve) & SEAT_WATCHING);
  yard_play(&yard);
  assert_int_equal(flags_of(&yard, &eve) & SEAT_PLAYS, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void watching_and_playing_in_one_tick_drops_in_by_the_rules(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  const wire_watch on = {1}, off = {0};
  peer_send(&yard.stage, &yard.bob, &wire_watch_type, &on);
  peer_send(&yard.stage, &yard.bob, &wire_watch_type, &off);
  yard_run(&yard, 3);
  assert_int_equal(calls.leaves, 1);
  assert_int_equal(calls.joins, 1);
  assert_true(has_box(&yard, &yard.bob));
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->role, 1);
  yard_close(&yard);
}

/* Moves Bob's box onto Ada's. */
static void touch(yard *yard) {
  const sim_body *ada = &yard->yard->world.boxes[yard->ada.id].body;
  world_teleport(&yard->yard->world, yard->bob.id, ada->x + 5, ada->y + 5);
  stage_run(&yard->stage, 1);
}

static void who_is_put_out_has_no_box_until_the_match_ends(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  touch(&yard);
  assert_int_equal(calls.contacts, 1);
  assert_true(flags_of(&yard, &yard.bob) & SEAT_OUT);
  assert_false(has_box(&yard, &yard.bob));
  yard_run(&yard, 10);
  assert_false(has_box(&yard, &yard.bob));
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  stage_run(&yard.stage, 1);
  assert_true(has_box(&yard, &yard.bob));
  yard_close(&yard);
}

static void who_is_out_does_not_come_back_by_watching_or_reconnecting(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  touch(&yard);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  yard_run(&yard, 3);
  assert_false(has_box(&yard, &yard.bob));
  party_lose(&yard.stage, &yard.bob);
  assert_true(party_back(&yard.stage, &yard.bob));
  yard_run(&yard, 3);
  assert_false(has_box(&yard, &yard.bob));
  assert_true(flags_of(&yard, &yard.bob) & SEAT_OUT);
  assert_int_equal(calls.joins, 0);
  yard_close(&yard);
}

static void who_is_away_keeps_box_role_and_score_in_the_match(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  uint32_t role = party_standing(yard.yard, yard.bob.id)->role;
  party_standing(yard.yard, yard.bob.id)->score = 17;
  party_lose(&yard.stage, &yard.bob);
  yard_run(&yard, 100);
  assert_true(has_box(&yard, &yard.bob));
  assert_int_equal(flags_of(&yard, &yard.bob) & (SEAT_AWAY | SEAT_PLAYS), SEAT_AWAY | SEAT_PLAYS);
  assert_true(party_back(&yard.stage, &yard.bob));
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->role, role);
  assert_in_range(party_standing(yard.yard, yard.bob.id)->score, 17, 19); /* a runner gets some for lasting */
  assert_int_equal(flags_of(&yard, &yard.bob) & (SEAT_AWAY | SEAT_PLAYS), SEAT_PLAYS);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_close(&yard);
}

/* --- ends --------------------------------------------------------------------------------------------------- */

static void a_match_that_everybody_left_ends(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_watch_type, &(wire_watch){1});
  stage_run(&yard.stage, 2);
  assert_int_equal(calls.leaves, 2);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  yard_close(&yard);
}

static void a_match_that_everybody_left_ends_though_it_is_paused(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play(&yard);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  stage_run(&yard.stage, 2);
  assert_int_equal(room_members(yard.yard), 0);
  stage_run(&yard.stage, PARTY_AHEAD + 2);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_false(yard.yard->match.paused);
  stage_run(&yard.stage, PARTY_RESULTS);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_string_equal(yard.yard->match.step, "tag");
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void the_last_chaser_who_leaves_loses_and_one_who_is_gone_for_too_long_has_left(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  peer *chaser = party_standing(yard.yard, yard.ada.id)->role ? &yard.ada : &yard.bob;
  peer *runner = chaser == &yard.ada ? &yard.bob : &yard.ada;
  party_lose(&yard.stage, chaser);
  yard.yard->match.until = 0; /* no end by time */
  yard_run(&yard, 60 * PARTY_RATE - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_run(&yard, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_true(flags_of(&yard, runner) & SEAT_WON);
  assert_int_equal(party_standing(yard.yard, runner->id)->victories, 1);
  yard_close(&yard);
}

static void a_host_stops_a_match_and_nobody_has_won(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is running");
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "in a moment");
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_int_equal(party_standing(yard.yard, yard.ada.id)->victories, 0);
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->victories, 0);
  for (int i = 0; i < 2; i++) {
    const sim_body *body = &yard.yard->world.boxes[yard.both[i]->id].body;
    assert_int_equal(body->flags | body->timer | body->a | body->b, 0);
  }
  yard_close(&yard);
}

/* --- pause -------------------------------------------------------------------------------------------------- */

static void a_pause_stops_world_and_clock_and_keeps_the_buttons(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  peer *runner = party_standing(yard.yard, yard.ada.id)->role ? &yard.bob : &yard.ada;
  const world_box *box = &yard.yard->world.boxes[runner->id];
  uint32_t until = yard.yard->match.until;
  peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
  yard_run(&yard, 5);
  party_skip(&yard.bob);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  uint32_t paused_at = stage_tick(&yard.stage), played = yard.yard->match.played;
  wire_match match = next_match(&yard.bob);
  assert_int_equal(match.paused, 1);
  assert_int_equal(match.until, 0);
  for (int i = 0; i < PARTY_AHEAD; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  int32_t x = box->body.x;
  for (int i = 0; i < 300; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    peer_send(&yard.stage, &yard.ada, &wire_ping_type, &(wire_ping){1});
    stage_run(&yard.stage, 1);
  }
  assert_int_equal(box->body.x, x);
  assert_int_equal(box->buttons, BUTTON_RIGHT);
  assert_int_equal(yard.yard->match.played, played);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 0);
  match = next_match(&yard.bob);
  assert_int_equal(match.paused, 0);
  assert_int_equal(match.until, until + stage_tick(&yard.stage) - paused_at);
  for (int i = 0; i < PARTY_AHEAD + 1; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  assert_true(box->body.x > x);
  yard_close(&yard);
}

static void only_a_match_that_is_played_can_be_paused(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is played");
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is played");
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 0);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "in a moment");
  yard_run(&yard, PARTY_AHEAD);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type); /* out of a pause */
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_false(yard.yard->match.paused);
  yard_run(&yard, PARTY_AHEAD);
  assert_string_equal(yard.yard->match.step, "tag");
  yard_close(&yard);
}

static void actions_are_presses_in_a_match_that_is_played(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  match_choose(&yard.yard->match, &made);
  yard_run(&yard, PARTY_AHEAD);
  peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal(calls.actions, 0);
  for (int i = 0; i < 4; i++) {
    peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION | BUTTON_LEFT);
    yard_run(&yard, 3);
    assert_int_equal(calls.actions, i + 1);
    peer_input(&yard.stage, &yard.bob, 0, BUTTON_LEFT);
    yard_run(&yard, 3);
  }
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
  yard_run(&yard, 3);
  assert_int_equal(calls.actions, 4);
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->score, 4);
  yard_close(&yard);
}

/* Three on one spot: each pair is told once, though the first contact changes who plays. */
static void every_pair_in_touch_is_told_once_a_tick_though_the_rules_put_some_out(void **state) {
  (void)state;
  yard yard;
  peer others[3];
  yard_open(&yard);
  for (int i = 0; i < 3; i++)
    assert_true(party_come(&yard.stage, &others[i], "yard", "Eve", "test"));
  yard_play_made(&yard);
  world *world = &yard.yard->world;
  const sim_body *bob = &world->boxes[yard.bob.id].body;
  /* Bob and Eve stand apart from the other three, of whom two touch; ids and places are in contrary order. */
  world_teleport(world, others[2].id, 16000, 16000);
  world_teleport(world, others[1].id, 16010, 16000);
  world_teleport(world, others[0].id, 80000, 80000);
  world_teleport(world, yard.bob.id, 80010, 80000);
  world_teleport(world, yard.ada.id, 40000, 40000);
  stage_run(&yard.stage, 1);
  assert_non_null(bob);
  assert_int_equal(calls.contacts, 2);
  for (int i = 0; i < 3; i++)
    peer_leave(&yard.stage, &others[i]);
  yard_close(&yard);
}

/* --- practice ----------------------------------------------------------------------------------------------- */

static void practice_bots_fill_a_match_and_play_it_by_its_mind(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 2);
  party_option(&yard.stage, &yard.ada, "bots", 3);
  stage_run(&yard.stage, 1);
  assert_int_equal(yard.yard->roster.practice, 3);
  match_choose(&yard.yard->match, &made);
  assert_int_equal(match_practice_wanted(&yard.yard->match), 3); /* the room's options outlive a game */
  yard_run(&yard, PARTY_AHEAD);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1); /* bots are always ready */
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  uint32_t thinks = calls.thinks;
  yard_run(&yard, 10);
  assert_true(calls.thinks >= thinks + 10);
  for (uint32_t i = 0; i < yard.yard->roster.count; i++)
    if (yard.yard->roster.seats[i].practice && world_has(&yard.yard->world, yard.yard->roster.entries[i].id))
      assert_int_equal(yard.yard->world.boxes[yard.yard->roster.entries[i].id].buttons, BUTTON_RIGHT);
  yard_close(&yard);
}

static void bots_play_tag_to_a_winner(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "bots", 6);
  party_option(&yard.stage, &yard.ada, "seconds", 60);
  party_play(&yard.stage, &yard.ada, yard.yard);
  uint32_t ticks = 0;
  for (; yard.yard->match.phase == PHASE_PLAYING && ticks < 70 * PARTY_RATE; ticks++)
    yard_run(&yard, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  uint32_t winners = 0, scores = 0;
  for (uint32_t i = 0; i < yard.yard->roster.count; i++) {
    winners += (yard.yard->roster.standings[i].flags & SEAT_WON) != 0;
    scores += yard.yard->roster.standings[i].score > 0;
  }
  assert_true(winners > 0);
  assert_true(scores > 1);
  assert_true(party_count(&yard.bob, &wire_event_type) > 1); /* somebody was caught, in words */
  yard_close(&yard);
}

static void practice_bots_make_way_and_go_when_nobody_is_there(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "bots", 16);
  stage_run(&yard.stage, 2);
  assert_int_equal(yard.yard->roster.practice, 6); /* as many as there are places */
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(yard.yard->roster.practice, 5);
  peer_send(&yard.stage, &eve, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 3);
  assert_int_equal(yard.yard->roster.count, 0);
  assert_int_equal(yard.yard->world.count, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_match_goes_through_its_phases_at_the_ticks_that_are_told),
      cmocka_unit_test(nobody_moves_in_the_countdown_and_everybody_before_and_after),
      cmocka_unit_test(victories_are_counted_over_rematches_and_roles_take_turns),
      cmocka_unit_test(the_count_of_matches_stays_within_its_field),
      cmocka_unit_test(a_host_may_play_again_while_the_results_are_shown),
      cmocka_unit_test(a_match_starts_by_itself_when_all_are_ready_who_could_play),
      cmocka_unit_test(one_who_is_ready_alone_starts_nothing),
      cmocka_unit_test(enough_who_are_ready_start_if_the_host_says_how_many),
      cmocka_unit_test(spectators_and_those_in_a_sandbox_are_not_ready),
      cmocka_unit_test(too_few_players_start_nothing_and_the_host_is_told),
      cmocka_unit_test(a_match_that_lost_its_players_before_roles_are_dealt_is_called_off),
      cmocka_unit_test(who_comes_late_watches_tag_and_plays_the_next),
      cmocka_unit_test(who_comes_late_drops_in_where_the_game_says_so),
      cmocka_unit_test(spectators_come_and_go_in_every_phase),
      cmocka_unit_test(one_who_watches_from_the_start_has_no_box_but_a_seat),
      cmocka_unit_test(watching_and_playing_in_one_tick_drops_in_by_the_rules),
      cmocka_unit_test(who_is_put_out_has_no_box_until_the_match_ends),
      cmocka_unit_test(who_is_out_does_not_come_back_by_watching_or_reconnecting),
      cmocka_unit_test(who_is_away_keeps_box_role_and_score_in_the_match),
      cmocka_unit_test(a_match_that_everybody_left_ends),
      cmocka_unit_test(a_match_that_everybody_left_ends_though_it_is_paused),
      cmocka_unit_test(the_last_chaser_who_leaves_loses_and_one_who_is_gone_for_too_long_has_left),
      cmocka_unit_test(a_host_stops_a_match_and_nobody_has_won),
      cmocka_unit_test(a_pause_stops_world_and_clock_and_keeps_the_buttons),
      cmocka_unit_test(only_a_match_that_is_played_can_be_paused),
      cmocka_unit_test(actions_are_presses_in_a_match_that_is_played),
      cmocka_unit_test(every_pair_in_touch_is_told_once_a_tick_though_the_rules_put_some_out),
      cmocka_unit_test(practice_bots_fill_a_match_and_play_it_by_its_mind),
      cmocka_unit_test(bots_play_tag_to_a_winner),
      cmocka_unit_test(practice_bots_make_way_and_go_when_nobody_is_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
