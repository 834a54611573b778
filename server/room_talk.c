#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/log.h"
#include "server/relay.h"
#include "server/room_parts.h"
#include "server/text.h"

enum { TALK_CHUNK = 25 }; /* lines told at once to who has some to catch up with: at most about 22 KB */

static uint32_t wall_time(const room_shared *shared) {
  return (uint32_t)(shared->wall_start + (shared->now - shared->started) / 1000000);
}

/* --- lines -------------------------------------------------------------------------------------------------- */

void room_tell_line(client *client, letter *letter) {
  if (client->state == CLIENT_PLAYING && !client->talk_behind)
    letter_send(letter, client);
}

static void tell_line(room *room, const wire_line *line) {
  wire_talk talk = {.lines = {line, 1}};
  letter_begin(&room->shared->letter, &wire_talk_type, &talk);
  for (uint32_t i = 0; i < room->roster.count; i++)
    if (room->roster.seats[i].client)
      room_tell_line(room->roster.seats[i].client, &room->shared->letter);
}

void room_announce(room *room, const char *text) {
  wire_line line = {.channel = CHANNEL_ROOM, .time = wall_time(room->shared)};
  PRE(strlen(text) <= WIRE_TALK_BYTES_MAX);
  strcpy(line.text, text);
  line.id = talk_add(&room->talk, &line);
  tell_line(room, &line);
}

bool room_compose(room *room, client *client, const wire_say *say, bucket *copies, uint32_t others, wire_line *line) {
  int64_t now = room->shared->now;
  *line = (wire_line){.channel = say->channel, .person = client->person, .time = wall_time(room->shared)};
  line->to = say->channel == CHANNEL_DIRECT ? say->to : 0;
  strcpy(line->name, room->roster.entries[room_seat(room, client)].name);
  if (!client_may_tell(client, CLIENT_TALKS, copies, others, now))
    return false;
  text_clean(say->text, line->text);
  return *line->text;
}

void room_say(room *room, client *client, const wire_say *say) {
  wire_line line;
  if (!room_compose(room, client, say, &room->talk_copies, room->roster.count, &line))
    return;
  line.id = talk_add(&room->talk, &line);
  tell_line(room, &line);
}

/* Who comes is told the newest lines, who comes back those after what it heard; piece by piece, as it reads. */
void room_begin_history(room *room, client *client, bool resumed) {
  const talk *logs[] = {&room->talk, &room->shared->lobby};
  uint32_t from = talk_newest(logs, 2, client->person, WIRE_TALK_HISTORY);
  client->talk_told = resumed && client->talk_heard ? client->talk_heard : from;
  client->talk_behind = true;
  room_go_on_with_history(room, client);
}

void room_go_on_with_history(room *room, client *client) {
  const talk *logs[] = {&room->talk, &room->shared->lobby};
  wire_line *lines = room->shared->lines;
  uint32_t count = talk_after(logs, 2, client->talk_told, client->person, TALK_CHUNK, lines);
  client->talk_behind = count == TALK_CHUNK;
  if (count == 0)
    return;
  client->talk_told = lines[count - 1].id;
  wire_talk told = {.lines = {lines, count}};
  letter_begin(&room->shared->letter, &wire_talk_type, &told);
  letter_send(&room->shared->letter, client);
}

/* --- typing ------------------------------------------------------------------------------------------------- */

bool room_typist(room *room, client *client, const wire_typing *typing, wire_typist *typist) {
  *typist = (wire_typist){.channel = typing->channel, .person = client->person};
  strcpy(typist->name, room->roster.entries[room_seat(room, client)].name);
  uint32_t rest = WIRE_TYPING_MS / 3 * room->shared->tick_rate / 1000;
  if (client->typed_tick && room->tick - client->typed_tick < rest)
    return false;
  client->typed_tick = room->tick;
  return true;
}

void room_typing(room *room, client *client, const wire_typing *typing) {
  wire_typist typist;
  if (room_members(room) > ROOM_PRESENCE_MAX || !room_typist(room, client, typing, &typist))
    return;
  letter_begin(&room->shared->letter, &wire_typist_type, &typist);
  for (uint32_t i = 0; i < room->roster.count; i++)
    if (room->roster.seats[i].client && room->roster.seats[i].client != client)
      letter_send(&room->shared->letter, room->roster.seats[i].client);
}

/* --- relay -------------------------------------------------------------------------------------------------- */

void room_relay(room *room, client *client, const wire_relay *relay) {
  uint32_t reached = 0;
  if (!room->config.relay) {
    client_notice(client, CODE_NOT_NOW, "this is no relay room");
    return;
  }
  uint32_t others = relay->to ? 1 : room->roster.count;
  if (!client_may_tell(client, CLIENT_RELAYS, &room->relay_copies, others, room->shared->now))
    return;
  wire_relayed relayed = {.from = client->id};
  strcpy(relayed.data, relay->data);
  letter_begin(&room->shared->letter, &wire_relayed_type, &relayed);
  for (uint32_t i = 0; i < room->roster.count; i++) {
    const wire_player *entry = &room->roster.entries[i];
    if (!room->roster.seats[i].client || !relay_reaches(relay, client->id, entry->id, entry->kind))
      continue;
    letter_send(&room->shared->letter, room->roster.seats[i].client);
    reached++;
  }
  if (reached == 0 && (relay->to || *relay->kind))
    client_notice(client, CODE_NOBODY_THERE, "");
}

static void take_standing(room *room, const wire_standing *reported) {
  int32_t index = roster_find(&room->roster, reported->id);
  if (index < 0)
    return;
  wire_standing *standing = &room->roster.standings[index];
  bool won = reported->flags & SEAT_WON, had = standing->flags & SEAT_WON;
  standing->role = reported->role;
  standing->team = reported->team;
  standing->score = reported->score;
  standing->victories += won && !had && standing->victories < UINT16_MAX;
  roster_flag(&room->roster, (uint32_t)index, RELAY_FLAGS, false);
  roster_flag(&room->roster, (uint32_t)index, reported->flags & RELAY_FLAGS, true);
  roster_changed(&room->roster, (uint32_t)index);
}

static void take_word(char text[WIRE_WORD_BYTES_MAX + 1]) {
  text_clean_to(text, WIRE_WORD_BYTES_MAX, text, WIRE_WORD_BYTES_MAX + 1);
}

/* What is named in place of what was named before; a display's words are a person's, and cleaned like them. */
static void take_names(room_report *kept, const wire_report *report) {
  if (report->roles.count > 0)
    memcpy(kept->roles, report->roles.items, (kept->role_count = report->roles.count) * sizeof(wire_role));
  if (report->teams.count > 0)
    memcpy(kept->teams, report->teams.items, (kept->team_count = report->teams.count) * sizeof(wire_team));
  if (report->buttons.count > 0)
    memcpy(kept->buttons, report->buttons.items, (kept->button_count = report->buttons.count) * sizeof(wire_button));
  for (uint32_t i = 0; i < kept->role_count; i++)
    take_word(kept->roles[i].name);
  for (uint32_t i = 0; i < kept->team_count; i++)
    take_word(kept->teams[i].name);
  for (uint32_t i = 0; i < kept->button_count; i++) {
    take_word(kept->buttons[i].name);
    take_word(kept->buttons[i].words);
  }
}

/* Whoever won the last one has not won this one, though the display may name only winners. */
static void begin_reported_match(room *room) {
  room->report.match.number += room->report.match.number < UINT16_MAX;
  for (uint32_t i = 0; i < room->roster.count; i++)
    roster_flag(&room->roster, i, SEAT_WON | SEAT_OUT, false);
}

/* The one that has been here the longest runs the game: whoever knows the code could else come as another. */
static bool is_first_display(const room *room, const client *client) {
  for (uint32_t i = 0; i < room->roster.count; i++)
    if (room->roster.seats[i].client && room->roster.entries[i].person < client->person &&
        strcmp(room->roster.entries[i].kind, "display") == 0)
      return false;
  return true;
}

void room_report_game(room *room, client *client, const wire_report *report) {
  room_report *kept = &room->report;
  const char *fault = room->config.relay ? relay_fault(report, client->kind, kept->role_count, kept->team_count)
                                         : "this is no relay room";
  if (!fault && !is_first_display(room, client))
    fault = "another display runs the game";
  if (fault) {
    client_notice(client, CODE_NOT_NOW, fault);
    return;
  }
  if (!client_may(client, CLIENT_RELAYS, room->shared->now))
    return;
  if (kept->match.phase != PHASE_PLAYING && report->phase == PHASE_PLAYING)
    begin_reported_match(room);
  kept->match.phase = report->phase;
  text_clean_to(report->result, WIRE_WORDS_BYTES_MAX, kept->match.result, sizeof kept->match.result);
  take_names(kept, report);
  for (uint32_t i = 0; i < report->standings.count; i++)
    take_standing(room, &report->standings.items[i]);
  kept->changed = true;
}
