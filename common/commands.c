#include "common/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct command_local command_locals[COMMAND_LOCALS] = {{"/join", "CODE: go to another room"},
                                                             {"/help", "show the keys and the commands"}};

static const char blank[] = " \t\r\n";

/* What is left to be read of a line, and where faults go. */
typedef struct {
  const char *at, *end;
  const command_names *names;
  command *out;
  bool failed;
} reader;

static void fail(reader *reader, const char *before, const char *what, size_t length, const char *after) {
  int shown = length < 100 ? (int)length : 100;
  while (shown > 0 && shown < (int)length && ((unsigned char)what[shown] & 0xc0) == 0x80)
    shown--; /* never half a character */
  snprintf(reader->out->fault, COMMAND_FAULT_MAX, "%s%.*s%s", before, shown, what, after);
  reader->failed = true;
}

static size_t left(const reader *reader) {
  return (size_t)(reader->end - reader->at);
}

static size_t word_length(const reader *reader) {
  size_t length = strcspn(reader->at, blank);
  return length < left(reader) ? length : left(reader);
}

static void skip(reader *reader, size_t length) {
  reader->at += length;
  while (reader->at < reader->end && strchr(blank, *reader->at))
    reader->at++;
}

static const wire_field *field_named(const wire_type *type, const char *name, size_t length) {
  for (uint32_t at = 0; at < type->field_count; at++)
    if (strlen(type->fields[at].name) == length && memcmp(type->fields[at].name, name, length) == 0)
      return &type->fields[at];
  return NULL;
}

static void put_number(reader *reader, const wire_field *field, int64_t value) {
  const int32_t narrow = (int32_t)value;
  memcpy((char *)&reader->out->as + field->offset, &narrow, sizeof(narrow));
}

static void read_text(reader *reader, const wire_field *field, size_t length) {
  if ((int64_t)length > field->max) {
    fail(reader, "That is too long: ", reader->at, length, "");
    return;
  }
  char *place = (char *)&reader->out->as + field->offset;
  memcpy(place, reader->at, length);
  place[length] = 0;
  skip(reader, length);
}

/* The number that stands there; 0 after a fault. */
static int64_t number_of(reader *reader, const wire_field *field, const char *at, size_t length) {
  char digits[24], *after;
  snprintf(digits, sizeof(digits), "%.*s", (int)(length < sizeof(digits) ? length : sizeof(digits) - 1), at);
  long long value = strtoll(digits, &after, 10);
  if (length >= sizeof(digits) || *after || after == digits)
    fail(reader, "This is not a number: ", at, length, "");
  else if (value < field->min || value > field->max)
    fail(reader, "This number is out of range: ", at, length, "");
  return reader->failed ? 0 : value;
}

static void read_number(reader *reader, const wire_field *field) {
  size_t length = word_length(reader);
  put_number(reader, field, number_of(reader, field, reader->at, length));
  skip(reader, length);
}

static bool is_word(const char *at, size_t length, const char *word) {
  return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

/* "off" is none, and then nothing follows. */
static void read_delay(reader *reader, const wire_field *field) {
  size_t length = word_length(reader);
  if (!is_word(reader->at, length, "off")) {
    read_number(reader, field);
    return;
  }
  skip(reader, length);
  if (left(reader) > 0)
    fail(reader, "There is too much here: ", reader->at, left(reader), "");
}

/* "1000/10000" is of this field and of the one behind it, which is longer. */
static void read_share(reader *reader, const wire_field *field) {
  const char *at = reader->at, *slash = memchr(at, '/', word_length(reader));
  size_t length = word_length(reader);
  if (!slash) {
    fail(reader, "These are not two numbers such as 1000/10000: ", at, length, "");
    return;
  }
  int64_t part = number_of(reader, &field[0], at, (size_t)(slash - at));
  int64_t whole = reader->failed ? 0 : number_of(reader, &field[1], slash + 1, length - (size_t)(slash + 1 - at));
  if (!reader->failed && part >= whole)
    fail(reader, "The first number must be below the second: ", at, length, "");
  put_number(reader, &field[0], part);
  put_number(reader, &field[1], whole);
  skip(reader, length);
}

typedef bool (*next_name)(void *of, uint32_t *cursor, command_name *out);

/* The longest name that stands here whole, before a space or the end; 0 if none does. */
static size_t match_whole(const reader *reader, next_name next, uint32_t *id) {
  size_t best = 0;
  uint32_t cursor = 0;
  command_name named;
  while (next && next(reader->names->of, &cursor, &named)) {
    size_t length = strlen(named.name);
    bool fits = length > best && length <= left(reader) && strncasecmp(named.name, reader->at, length) == 0;
    if (fits && (length == left(reader) || strchr(blank, reader->at[length]))) {
      best = length;
      *id = named.id;
    }
  }
  return best;
}

/* How many names begin so, up to 2. */
static unsigned match_beginning(const reader *reader, next_name next, size_t length, uint32_t *id) {
  unsigned count = 0;
  uint32_t cursor = 0;
  command_name named;
  while (next && count < 2 && next(reader->names->of, &cursor, &named))
    if (strlen(named.name) >= length && strncasecmp(named.name, reader->at, length) == 0) {
      count += count == 0 || named.id != *id;
      *id = named.id;
    }
  return count;
}

/* `last`: nothing follows, so that all the rest is the name. */
static void read_name(reader *reader, const wire_field *field, next_name next, bool last) {
  uint32_t id = 0;
  size_t length = match_whole(reader, next, &id);
  if (length == 0 || (last && length < left(reader))) {
    length = last ? left(reader) : word_length(reader);
    unsigned count = match_beginning(reader, next, length, &id);
    if (count == 0)
      fail(reader, "There is nobody called ", reader->at, length, " here.");
    else if (count > 1)
      fail(reader, "Several names begin with ", reader->at, length, ".");
  }
  put_number(reader, field, id);
  skip(reader, length);
}

static void read_argument(reader *reader, const char *argument, bool last) {
  const char *kind = strchr(argument, ':') + 1;
  const wire_field *field = field_named(reader->out->type, argument, (size_t)(kind - 1 - argument));
  if (strcmp(kind, "member") == 0)
    read_name(reader, field, reader->names->member, last);
  else if (strcmp(kind, "person") == 0)
    read_name(reader, field, reader->names->person, last);
  else if (strcmp(kind, "number") == 0)
    read_number(reader, field);
  else if (strcmp(kind, "delay") == 0)
    read_delay(reader, field);
  else if (strcmp(kind, "share") == 0)
    read_share(reader, field);
  else
    read_text(reader, field, strcmp(kind, "word") == 0 ? word_length(reader) : left(reader));
}

static void read_arguments(reader *reader, const wire_command *chosen) {
  for (unsigned at = 0; at < COMMAND_ARGUMENTS && chosen->arguments[at] && !reader->failed; at++) {
    bool last = at + 1 == COMMAND_ARGUMENTS || !chosen->arguments[at + 1], optional = *chosen->arguments[at] == '?';
    if (left(reader) > 0)
      read_argument(reader, chosen->arguments[at] + optional, last);
    else if (!optional)
      snprintf(reader->out->fault, COMMAND_FAULT_MAX, "Write %s %s.", chosen->words, chosen->doc),
          reader->failed = true;
  }
  if (left(reader) > 0 && !reader->failed)
    fail(reader, "There is too much here: ", reader->at, left(reader), "");
}

static command_kind read_command(reader *reader, const wire_command *chosen) {
  reader->out->type = chosen->type;
  for (unsigned at = 0; at < COMMAND_SETS && chosen->set[at].field; at++) {
    const char *name = chosen->set[at].field;
    put_number(reader, field_named(chosen->type, name, strlen(name)), chosen->set[at].value);
  }
  read_arguments(reader, chosen);
  return reader->failed ? COMMAND_FAULT : COMMAND_MESSAGE;
}

static command_kind read_join(reader *reader) {
  size_t length = word_length(reader);
  if (length == 0 || length > WIRE_WORD_BYTES_MAX) {
    fail(reader, "Write /join and the code of a room.", "", 0, "");
    return COMMAND_FAULT;
  }
  memcpy(reader->out->room, reader->at, length);
  reader->out->room[length] = 0;
  return COMMAND_JOIN;
}

static command_kind read_slash(reader *reader) {
  const char *begin = reader->at;
  size_t length = word_length(reader);
  skip(reader, length);
  if (is_word(begin, length, "/help"))
    return COMMAND_HELP;
  if (is_word(begin, length, "/join"))
    return read_join(reader);
  for (unsigned at = 0; at < COMMANDS; at++)
    if (is_word(begin, length, commands[at].words))
      return read_command(reader, &commands[at]);
  fail(reader, "There is no command ", begin, length, ". /help lists them.");
  return COMMAND_FAULT;
}

static command_kind read_say(reader *reader) {
  reader->out->type = &wire_say_type;
  reader->out->as.say.channel = CHANNEL_ROOM;
  read_text(reader, field_named(&wire_say_type, "text", 4), left(reader));
  return reader->failed ? COMMAND_FAULT : COMMAND_MESSAGE;
}

command_kind command_parse(const char *line, const command_names *names, command *out) {
  reader reader = {.at = line, .end = line + strlen(line), .names = names, .out = out};
  memset(out, 0, sizeof(*out));
  while (reader.end > reader.at && strchr(blank, reader.end[-1]))
    reader.end--;
  skip(&reader, 0);
  if (left(&reader) == 0)
    return COMMAND_NOTHING;
  if (!wire_is_utf8(reader.at, left(&reader))) {
    fail(&reader, "That is not text.", "", 0, "");
    return COMMAND_FAULT;
  }
  return *reader.at == '/' ? read_slash(&reader) : read_say(&reader);
}
