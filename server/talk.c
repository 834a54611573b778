#include "server/talk.h"

#include <string.h>

#include "common/pre.h"

/* A line as it lies in the ring: this, then its name and its text with their zeros. The ring is whole lines from
   head on; one that has no room before the memory's end lies at the start. */
typedef struct {
  uint32_t id, channel, person, to, time;
  uint32_t name_size, text_size; /* with their zeros */
} record;

_Static_assert(TALK_BYTES / (sizeof(record) + WIRE_NAME_BYTES_MAX + WIRE_TALK_BYTES_MAX + 2) > WIRE_TALK_HISTORY,
               "the longest lines, as many as a newcomer is told");

/* The line that a walk through a log has come to. */
typedef struct {
  const talk *talk;
  uint32_t at, left; /* where it lies, and how many there are from it on */
  record record;     /* of it, if any are left */
} cursor;

static uint32_t size_of(const record *record) {
  return (uint32_t)sizeof *record + record->name_size + record->text_size;
}

static record record_at(const talk *talk, uint32_t at) {
  record record;
  memcpy(&record, talk->memory + at, sizeof record);
  return record;
}

static uint32_t behind(const talk *talk, uint32_t at, const record *record) {
  at += size_of(record);
  return talk->end && at == talk->end ? 0 : at;
}

talk talk_start(uint8_t memory[], uint32_t *next_id) {
  return (talk){.memory = memory, .next_id = next_id};
}

static void drop_oldest(talk *talk) {
  const record oldest = record_at(talk, talk->head);
  talk->head = behind(talk, talk->head, &oldest);
  if (talk->head == 0)
    talk->end = 0;
  talk->count--;
}

/* After this there is room at the tail. */
static void make_room(talk *talk, uint32_t size) {
  while (talk->tail + size > (talk->end ? talk->head : TALK_BYTES)) {
    if (talk->end) {
      drop_oldest(talk);
    } else {
      talk->end = talk->tail;
      talk->tail = 0;
    }
  }
}

uint32_t talk_add(talk *talk, const wire_line *line) {
  PRE(*talk->next_id > 0);
  const record record = {.id = (*talk->next_id)++,
                         .channel = line->channel,
                         .person = line->person,
                         .to = line->to,
                         .time = line->time,
                         .name_size = (uint32_t)strlen(line->name) + 1,
                         .text_size = (uint32_t)strlen(line->text) + 1};
  make_room(talk, size_of(&record));
  uint8_t *at = talk->memory + talk->tail;
  memcpy(at, &record, sizeof record);
  memcpy(at + sizeof record, line->name, record.name_size);
  memcpy(at + sizeof record + record.name_size, line->text, record.text_size);
  talk->tail += size_of(&record);
  talk->count++;
  return record.id;
}

static bool is_for(uint32_t channel, uint32_t writer, uint32_t to, uint32_t person) {
  return channel != CHANNEL_DIRECT || person == writer || person == to;
}

bool talk_may_see(const wire_line *line, uint32_t person) {
  return is_for(line->channel, line->person, line->to, person);
}

static void load(cursor *cursor) {
  if (cursor->left)
    cursor->record = record_at(cursor->talk, cursor->at);
}

static void step_on(cursor *cursor) {
  cursor->at = behind(cursor->talk, cursor->at, &cursor->record);
  cursor->left--;
  load(cursor);
}

/* On to the next line that is above `heard` and for this person, unless it is there. */
static void seek(cursor *cursor, uint32_t heard, uint32_t person) {
  for (; cursor->left; step_on(cursor)) {
    const record *record = &cursor->record;
    if (record->id > heard && is_for(record->channel, record->person, record->to, person))
      return;
  }
}

/* The logs, each at its first line to tell. */
static void begin(cursor cursors[], const talk *const logs[], size_t log_count, uint32_t heard, uint32_t person) {
  PRE(person > 0);
  PRE(log_count <= TALK_LOGS_MAX);
  for (size_t i = 0; i < log_count; i++) {
    cursors[i] = (cursor){.talk = logs[i], .at = logs[i]->head, .left = logs[i]->count};
    load(&cursors[i]);
    seek(&cursors[i], heard, person);
  }
}

/* The one with the lowest id; NULL after the last. */
static cursor *first_of(cursor cursors[], size_t count) {
  cursor *first = NULL;
  for (size_t i = 0; i < count; i++)
    if (cursors[i].left && (!first || cursors[i].record.id < first->record.id))
      first = &cursors[i];
  return first;
}

static void copy_line(const cursor *cursor, wire_line *out) {
  const record *record = &cursor->record;
  const uint8_t *name = cursor->talk->memory + cursor->at + sizeof *record;
  *out = (wire_line){
      .id = record->id, .channel = record->channel, .person = record->person, .to = record->to, .time = record->time};
  memcpy(out->name, name, record->name_size);
  memcpy(out->text, name + record->name_size, record->text_size);
}

uint32_t talk_after(const talk *const logs[], size_t log_count, uint32_t heard, uint32_t person, uint32_t max,
                    wire_line out[]) {
  cursor cursors[TALK_LOGS_MAX], *next;
  uint32_t told = 0;
  begin(cursors, logs, log_count, heard, person);
  for (; told < max && (next = first_of(cursors, log_count)); told++) {
    copy_line(next, &out[told]);
    step_on(next);
    seek(next, heard, person);
  }
  return told;
}

/* How many lines the person may see. */
static uint32_t count_seen(const talk *const logs[], size_t log_count, uint32_t person) {
  cursor cursors[TALK_LOGS_MAX];
  uint32_t seen = 0;
  begin(cursors, logs, log_count, 0, person);
  for (size_t i = 0; i < log_count; i++)
    for (; cursors[i].left; seen++) {
      step_on(&cursors[i]);
      seek(&cursors[i], 0, person);
    }
  return seen;
}

uint32_t talk_newest(const talk *const logs[], size_t log_count, uint32_t person, uint32_t newest) {
  cursor cursors[TALK_LOGS_MAX];
  uint32_t heard = 0;
  begin(cursors, logs, log_count, 0, person);
  for (uint32_t seen = count_seen(logs, log_count, person); seen > newest; seen--) {
    cursor *next = first_of(cursors, log_count);
    heard = next->record.id;
    step_on(next);
    seek(next, 0, person);
  }
  return heard;
}
