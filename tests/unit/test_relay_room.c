/* A relay room: phones are controllers, a display runs the game, and the server passes messages on without reading
   them. And clients of tickbox.json, which need no replica. Own clock and wire. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/party.h"

typedef struct {
  stage stage;
  peer display, red, blue;
  char code[WIRE_WORD_BYTES_MAX + 1];
  room *room;
} parlor;

static void parlor_open(parlor *parlor) {
  peer maker;
  party_open(&parlor->stage, NULL, 0);
  assert_true(party_come(&parlor->stage, &maker, "", "Maker", "web"));
  assert_true(party_create(&parlor->stage, &maker, &(wire_create){.relay = 1}, parlor->code));
  peer_leave(&parlor->stage, &maker);
  assert_true(party_come(&parlor->stage, &parlor->display, parlor->code, "Screen", "display"));
  assert_true(party_come(&parlor->stage, &parlor->red, parlor->code, "Red", "controller"));
  assert_true(party_come(&parlor->stage, &parlor->blue, parlor->code, "Blue", "controller"));
  parlor->room = party_room(&parlor->stage, parlor->code);
}

static void parlor_close(parlor *parlor) {
  peer_leave(&parlor->stage, &parlor->display);
  peer_leave(&parlor->stage, &parlor->red);
  peer_leave(&parlor->stage, &parlor->blue);
  stage_close(&parlor->stage);
}

static void relay(parlor *parlor, peer *from, uint32_t to, const char *kind, const char *data) {
  wire_relay relay = {.to = to};
  strcpy(relay.kind, kind);
  strcpy(relay.data, data);
  party_skip(&parlor->display);
  party_skip(&parlor->red);
  party_skip(&parlor->blue);
  peer_send(&parlor->stage, from, &wire_relay_type, &relay);
}

/* Whether the next relayed message is this. */
static bool got(peer *peer, uint32_t from, const char *data) {
  wire_message message;
  return fake_link_find(&peer->wire, &wire_relayed_type, &message) && message.as.relayed.from == from &&
         strcmp(message.as.relayed.data, data) == 0;
}

static void a_message_goes_to_one_to_a_kind_or_to_all_others_at_once_and_unread(void **state) {
  (void)state;
  parlor parlor;
  const char *const data = "{\"press\":\"jump\"}\x01\xe2\x80\x8b <b>";
  parlor_open(&parlor);
  peer *red = &parlor.red, *blue = &parlor.blue, *display = &parlor.display;
  relay(&parlor, red, 0, "display", data);
  assert_true(got(display, red->id, data));
  assert_false(got(blue, red->id, data));
  relay(&parlor, display, blue->id, "", data);
  assert_true(got(blue, display->id, data));
  assert_false(got(red, display->id, data));
  relay(&parlor, display, 0, "controller", data);
  assert_true(got(blue, display->id, data));
  assert_true(got(red, display->id, data));
  relay(&parlor, red, 0, "", "");
  assert_true(got(blue, red->id, ""));
  assert_true(got(display, red->id, ""));
  assert_false(got(red, red->id, ""));
  parlor_close(&parlor);
}

static void a_message_to_nobody_is_told_so(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  relay(&parlor, &parlor.red, WIRE_BOX_ID_MAX, "", "x");
  party_assert_noticed(&parlor.red, CODE_NOBODY_THERE, "");
  relay(&parlor, &parlor.red, 0, "robot", "x");
  party_assert_noticed(&parlor.red, CODE_NOBODY_THERE, "");
  uint32_t id = parlor.blue.id;
  party_lose(&parlor.stage, &parlor.blue);
  relay(&parlor, &parlor.red, id, "", "x"); /* away */
  party_assert_noticed(&parlor.red, CODE_NOBODY_THERE, "");
  assert_true(party_back(&parlor.stage, &parlor.blue));
  parlor_close(&parlor);
}

static void too_many_messages_are_not_passed_on_and_that_is_told_once(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  for (int i = 0; i < 150; i++)
    peer_send(&parlor.stage, &parlor.red, &wire_relay_type, &(wire_relay){.kind = "display", .data = "x"});
  assert_int_equal(party_count(&parlor.display, &wire_relayed_type), WIRE_RELAYS_PER_SECOND_MAX);
  uint32_t at = parlor.red.wire.read;
  party_assert_noticed(&parlor.red, CODE_RELAY_TOO_FAST, "60");
  parlor.red.wire.read = at;
  assert_int_equal(party_count(&parlor.red, &wire_notice_type), 1);
  assert_false(parlor.red.wire.closed);
  stage_run(&parlor.stage, PARTY_SECOND);
  relay(&parlor, &parlor.red, 0, "display", "again");
  assert_true(got(&parlor.display, parlor.red.id, "again"));
  parlor_close(&parlor);
}

/* Every message that is let through between those that are not must not bring a notice of its own. */
static void a_steady_flood_is_told_of_once_a_second(void **state) {
  (void)state;
  enum { SECONDS = 4, EACH_TICK = 8 };
  parlor parlor;
  parlor_open(&parlor);
  for (int tick = 0; tick < SECONDS * PARTY_SECOND; tick++) {
    for (int i = 0; i < EACH_TICK; i++)
      peer_send(&parlor.stage, &parlor.red, &wire_relay_type, &(wire_relay){.kind = "display", .data = "x"});
    stage_run(&parlor.stage, 1);
  }
  assert_in_range(party_count(&parlor.red, &wire_notice_type), SECONDS - 1, SECONDS + 1);
  parlor_close(&parlor);
}

/* Each within its own limit, all together ten times what a room can pass on. */
static void what_many_relay_to_all_is_bounded_and_told_by_name(void **state) {
  (void)state;
  enum { CROWD = 60 };
  stage stage;
  peer crowd[CROWD], maker;
  char code[WIRE_WORD_BYTES_MAX + 1];
  stage_open_with(&stage, stage_field, &(host_config){.clients_max = 100});
  assert_true(party_come(&stage, &maker, "", "Maker", "test"));
  assert_true(party_create(&stage, &maker, &(wire_create){.relay = 1}, code));
  for (int i = 0; i < CROWD; i++)
    assert_true(party_come(&stage, &crowd[i], code, "Pad", "controller"));
  party_skip(&crowd[1]);
  party_skip(&crowd[CROWD - 1]);
  for (int i = 0; i < CROWD; i++)
    for (int at = 0; at < WIRE_RELAYS_PER_SECOND_MAX; at++)
      peer_send(&stage, &crowd[i], &wire_relay_type, &(wire_relay){.data = "x"});
  assert_in_range(party_count(&crowd[1], &wire_relayed_type), 2, CLIENT_RELAYED_AT_ONCE / CROWD + 1);
  party_assert_noticed(&crowd[CROWD - 1], CODE_RELAY_TOO_FAST, "60");
  for (int i = 0; i < CROWD; i++)
    peer_leave(&stage, &crowd[i]);
  peer_leave(&stage, &maker);
  stage_close(&stage);
}

static void nothing_is_relayed_or_reported_in_an_ordinary_room(void **state) {
  (void)state;
  stage stage;
  peer ada;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "yard", "Ada", "display"));
  peer_send(&stage, &ada, &wire_relay_type, &(wire_relay){.data = "x"});
  party_assert_noticed(&ada, CODE_NOT_NOW, "this is no relay room");
  peer_send(&stage, &ada, &wire_report_type, &(wire_report){.phase = PHASE_RESULTS, .result = "I won"});
  party_assert_noticed(&ada, CODE_NOT_NOW, "this is no relay room");
  stage_run(&stage, 5);
  assert_int_equal(party_room(&stage, "yard")->match.phase, PHASE_WAITING);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void screens_and_controllers_have_no_box_and_cannot_get_one(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  peer *all[] = {&parlor.display, &parlor.red, &parlor.blue};
  for (int i = 0; i < 3; i++) {
    party_on(&parlor.stage, all[i], &wire_watch_type, 0);
    party_assert_noticed(all[i], CODE_NOT_NOW, "a screen has no box");
    assert_true(party_flags(parlor.room, all[i]->id) & SEAT_WATCHING);
    assert_false(world_has(&parlor.room->world, all[i]->id));
  }
  party_choose(&parlor.stage, &parlor.display, "tag"); /* it is the host */
  party_assert_noticed(&parlor.display, CODE_NOT_NOW, "a display runs the game here");
  party_option(&parlor.stage, &parlor.display, "bots", 5);
  party_assert_noticed(&parlor.display, CODE_NOT_NOW, "a display runs the game here");
  parlor_close(&parlor);
}

/* What the display reports. */
static const wire_role reported_roles[] = {{"cat\x01", 1}, {"mouse", 2}};
static const wire_team reported_teams[] = {{"Red\x01 ones", 3, 7}, {"Blue", 4, -2}};
static const wire_button reported_buttons[] = {{"jump\x01", "Jump\x01"}, {"duck", "Duck"}};

static void report(parlor *parlor, peer *from, uint32_t phase, const char *result, const wire_standing *standing) {
  wire_report report = {.phase = phase,
                        .roles = {reported_roles, 2},
                        .teams = {reported_teams, 2},
                        .buttons = {reported_buttons, 2},
                        .standings = {standing, standing ? 1 : 0}};
  strcpy(report.result, result);
  peer_send(&parlor->stage, from, &wire_report_type, &report);
}

static void a_report_is_told_to_everybody_as_a_game_of_the_servers_would_be(void **state) {
  (void)state;
  parlor parlor;
  wire_message message;
  parlor_open(&parlor);
  const wire_standing playing = {.id = parlor.red.id, .role = 1, .team = 2, .score = 5, .flags = SEAT_PLAYS};
  party_skip(&parlor.blue);
  report(&parlor, &parlor.display, PHASE_PLAYING, "", &playing);
  stage_run(&parlor.stage, 1);
  assert_true(fake_link_find(&parlor.blue.wire, &wire_room_type, &message));
  assert_int_equal(message.as.room.relay, 1);
  assert_string_equal(message.as.room.game, "");
  assert_string_equal(message.as.room.roles.items[0].name, "cat"); /* a person's words, cleaned */
  assert_string_equal(message.as.room.roles.items[1].name, "mouse");
  assert_string_equal(message.as.room.buttons.items[0].name, "jump");
  assert_string_equal(message.as.room.buttons.items[0].words, "Jump");
  assert_int_equal(message.as.room.buttons.count, 2);
  assert_true(fake_link_find(&parlor.blue.wire, &wire_match_type, &message));
  assert_int_equal(message.as.match.phase, PHASE_PLAYING);
  assert_int_equal(message.as.match.number, 1);
  assert_string_equal(message.as.match.teams.items[0].name, "Red ones");
  assert_int_equal(message.as.match.teams.items[1].score, -2);
  stage_run(&parlor.stage, 3);
  const wire_standing *red = party_standing(parlor.room, parlor.red.id);
  assert_int_equal(red->role, 1);
  assert_int_equal(red->team, 2);
  assert_int_equal(red->score, 5);
  assert_int_equal(red->flags, SEAT_PLAYS | SEAT_WATCHING);
  peer late;
  assert_true(party_come(&parlor.stage, &late, parlor.code, "Late", "controller"));
  assert_true(fake_link_find(&late.wire, &wire_room_type, &message));
  assert_string_equal(message.as.room.buttons.items[1].name, "duck");
  assert_true(fake_link_find(&late.wire, &wire_match_type, &message));
  assert_int_equal(message.as.match.phase, PHASE_PLAYING);
  peer_leave(&parlor.stage, &late);
  parlor_close(&parlor);
}

static void a_victory_is_counted_once_a_match_and_over_matches(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  const wire_standing playing = {.id = parlor.red.id, .flags = SEAT_PLAYS};
  const wire_standing won = {.id = parlor.red.id, .flags = SEAT_PLAYS | SEAT_WON | SEAT_HOST | SEAT_PRACTICE};
  for (uint32_t match = 1; match <= 3; match++) {
    for (int again = 0; again < 2; again++)
      report(&parlor, &parlor.display, PHASE_PLAYING, "", &playing);
    for (int again = 0; again < 2; again++)
      report(&parlor, &parlor.display, PHASE_RESULTS, "Red\x01 won.", &won);
    stage_run(&parlor.stage, 3);
    assert_int_equal(party_standing(parlor.room, parlor.red.id)->victories, match);
    assert_int_equal(parlor.room->report.match.number, match);
  }
  assert_int_equal(party_flags(parlor.room, parlor.red.id) & (SEAT_HOST | SEAT_PRACTICE),
                   0); /* not a display's to say */
  assert_string_equal(parlor.room->report.match.result, "Red won.");
  parlor_close(&parlor);
}

static void a_display_that_names_only_winners_counts_each_victory(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  const wire_standing won = {.id = parlor.red.id, .flags = SEAT_PLAYS | SEAT_WON};
  for (uint32_t match = 1; match <= 3; match++) {
    report(&parlor, &parlor.display, PHASE_PLAYING, "", NULL);
    assert_int_equal(party_flags(parlor.room, parlor.red.id) & SEAT_WON, 0);
    report(&parlor, &parlor.display, PHASE_RESULTS, "Red won.", &won);
    assert_int_equal(party_standing(parlor.room, parlor.red.id)->victories, match);
  }
  parlor_close(&parlor);
}

static void a_report_counts_as_a_message_and_too_many_are_not_taken(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  for (int i = 0; i < WIRE_RELAYS_PER_SECOND_MAX; i++)
    peer_send(&parlor.stage, &parlor.display, &wire_relay_type, &(wire_relay){.data = "x"});
  report(&parlor, &parlor.display, PHASE_RESULTS, "", NULL);
  party_assert_noticed(&parlor.display, CODE_RELAY_TOO_FAST, "60");
  assert_int_equal(parlor.room->report.match.phase, PHASE_WAITING);
  stage_run(&parlor.stage, PARTY_SECOND);
  report(&parlor, &parlor.display, PHASE_RESULTS, "", NULL);
  assert_int_equal(parlor.room->report.match.phase, PHASE_RESULTS);
  parlor_close(&parlor);
}

static void only_a_display_reports_and_only_roles_that_are_there(void **state) {
  (void)state;
  parlor parlor;
  parlor_open(&parlor);
  report(&parlor, &parlor.red, PHASE_RESULTS, "I won", NULL);
  party_assert_noticed(&parlor.red, CODE_NOT_NOW, "only a display reports");
  const wire_standing role = {.id = parlor.red.id, .role = 2}, team = {.id = parlor.red.id, .team = 3};
  report(&parlor, &parlor.display, PHASE_RESULTS, "", &role);
  party_assert_noticed(&parlor.display, CODE_NOT_NOW, "a standing names a role that is not there");
  report(&parlor, &parlor.display, PHASE_RESULTS, "", &team);
  party_assert_noticed(&parlor.display, CODE_NOT_NOW, "a standing names a team that is not there");
  const wire_standing nobody = {.id = WIRE_BOX_ID_MAX, .flags = SEAT_WON};
  report(&parlor, &parlor.display, PHASE_PLAYING, "", &nobody); /* left in the same moment, maybe */
  assert_int_equal(parlor.room->report.match.phase, PHASE_PLAYING);
  stage_run(&parlor.stage, 3);
  assert_int_equal(party_standing(parlor.room, parlor.red.id)->role, 0);
  parlor_close(&parlor);
}

/* --- tickbox.json ------------------------------------------------------------------------------------------- */

static void json_send(stage *stage, peer *peer, const char *text) {
  host_receive(stage->host, peer->client, (const uint8_t *)text, strlen(text), stage->now);
}

static void json_come(stage *stage, peer *peer, const char *hello) {
  *peer = (struct peer){.seq = 0};
  fake_link_init(&peer->wire);
  peer->wire.link.format = LINK_JSON;
  peer->client = host_connect(stage->host, &peer->wire.link, stage->now);
  json_send(stage, peer, hello);
  stage_run(stage, 1);
}

/* Copies the next message of that name; false if none comes. */
static bool json_find(peer *peer, const char *name, char out[4096]) {
  char head[64];
  int length = snprintf(head, sizeof head, "{\"message\":\"%s\"", name);
  while (peer->wire.read < peer->wire.count) {
    const fake_sent *sent = &peer->wire.sent[peer->wire.read++];
    const char *text = (const char *)peer->wire.bytes + sent->at;
    if (sent->size < (size_t)length || strncmp(text, head, (size_t)length) != 0)
      continue;
    assert_true(sent->size < 4096);
    memcpy(out, text, sent->size);
    out[sent->size] = 0;
    return true;
  }
  return false;
}

static void a_json_client_is_told_all_by_name_and_positions_ten_times_a_second(void **state) {
  (void)state;
  stage stage;
  peer python, ada;
  char text[4096];
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "yard", "Ada", "test"));
  json_come(&stage, &python, "{\"message\":\"hello\",\"room\":\"yard\",\"name\":\"Py\",\"kind\":\"python\"}");
  static const char *const told[] = {"welcome", "map", "room", "match", "marks", "roster", "talk"};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    python.wire.read = 0;
    assert_true(json_find(&python, told[i], text));
  }
  assert_false(json_find(&python, "frame", text));
  party_skip(&python);
  for (int tick = 0; tick < PARTY_SECOND; tick++)
    stage_run(&stage, 1);
  uint32_t positions = 0;
  while (json_find(&python, "positions", text))
    positions++;
  assert_int_equal(positions, 10);
  party_say(&stage, &ada, CHANNEL_ROOM, 0, "say \"hi\"");
  assert_true(json_find(&python, "talk", text));
  assert_non_null(strstr(text, "say \\\"hi\\\""));
  json_send(&stage, &python, "{\"message\":\"say\",\"channel\":0,\"text\":\"hello\"}");
  wire_message message;
  do
    assert_true(fake_link_find(&ada.wire, &wire_talk_type, &message));
  while (strcmp(message.as.talk.lines.items[0].text, "hello") != 0);
  assert_string_equal(message.as.talk.lines.items[0].name, "Py");
  peer_leave(&stage, &python);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_json_client_moves_by_buttons_alone(void **state) {
  (void)state;
  stage stage;
  peer python;
  char text[4096];
  party_open(&stage, NULL, 0);
  json_come(&stage, &python, "{\"message\":\"hello\"}");
  assert_true(json_find(&python, "welcome", text));
  uint32_t id = python.client->id;
  int32_t x = stage_body(&stage, id)->x;
  json_send(&stage, &python, "{\"message\":\"input\",\"buttons\":8}");
  stage_run(&stage, 5);
  assert_int_equal(stage_body(&stage, id)->x, x + 5 * 160);
  json_send(&stage, &python, "{\"message\":\"input\",\"buttons\":4}");
  stage_run(&stage, 5);
  assert_int_equal(stage_body(&stage, id)->x, x);
  assert_true(json_find(&python, "positions", text));
  peer_leave(&stage, &python);
  stage_close(&stage);
}

static void json_that_is_none_is_refused_with_its_byte(void **state) {
  (void)state;
  stage stage;
  peer python;
  char text[4096];
  party_open(&stage, NULL, 0);
  json_come(&stage, &python, "{\"message\":\"hello\"}");
  json_send(&stage, &python, "{\"message\":\"say\",\"text\":nope}");
  assert_true(json_find(&python, "goodbye", text));
  assert_non_null(strstr(text, "byte 24"));
  assert_int_equal(python.wire.code, CODE_BAD_JSON);
  peer_leave(&stage, &python);
  stage_close(&stage);
}

static void of_several_displays_the_first_that_is_here_reports(void **state) {
  (void)state;
  parlor parlor;
  peer other;
  parlor_open(&parlor);
  assert_true(party_come(&parlor.stage, &other, parlor.code, "Other", "display"));
  report(&parlor, &other, PHASE_RESULTS, "I won", NULL);
  party_assert_noticed(&other, CODE_NOT_NOW, "another display runs the game");
  assert_int_equal(parlor.room->report.match.phase, PHASE_WAITING);
  party_lose(&parlor.stage, &parlor.display);
  report(&parlor, &other, PHASE_PLAYING, "", NULL);
  assert_int_equal(parlor.room->report.match.phase, PHASE_PLAYING);
  assert_true(party_back(&parlor.stage, &parlor.display));
  report(&parlor, &other, PHASE_RESULTS, "I won", NULL);
  assert_int_equal(parlor.room->report.match.phase, PHASE_PLAYING);
  peer_leave(&parlor.stage, &other);
  parlor_close(&parlor);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_goes_to_one_to_a_kind_or_to_all_others_at_once_and_unread),
      cmocka_unit_test(a_message_to_nobody_is_told_so),
      cmocka_unit_test(too_many_messages_are_not_passed_on_and_that_is_told_once),
      cmocka_unit_test(a_steady_flood_is_told_of_once_a_second),
      cmocka_unit_test(what_many_relay_to_all_is_bounded_and_told_by_name),
      cmocka_unit_test(nothing_is_relayed_or_reported_in_an_ordinary_room),
      cmocka_unit_test(screens_and_controllers_have_no_box_and_cannot_get_one),
      cmocka_unit_test(a_report_is_told_to_everybody_as_a_game_of_the_servers_would_be),
      cmocka_unit_test(a_victory_is_counted_once_a_match_and_over_matches),
      cmocka_unit_test(a_display_that_names_only_winners_counts_each_victory),
      cmocka_unit_test(a_report_counts_as_a_message_and_too_many_are_not_taken),
      cmocka_unit_test(of_several_displays_the_first_that_is_here_reports),
      cmocka_unit_test(only_a_display_reports_and_only_roles_that_are_there),
      cmocka_unit_test(a_json_client_is_told_all_by_name_and_positions_ten_times_a_second),
      cmocka_unit_test(a_json_client_moves_by_buttons_alone),
      cmocka_unit_test(json_that_is_none_is_refused_with_its_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
