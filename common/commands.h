/* What a player types: a text to say, or a command of the schema's table, such as /kick Bob. Both clients read it the
   same way; the twin of this file is client-web/commands.js. Two commands never reach the server: /help and /join. */
#ifndef TICKBOX_COMMANDS_H
#define TICKBOX_COMMANDS_H

#include <stdbool.h>

#include "common/gen/tables.h"

enum { COMMAND_FAULT_MAX = 320, COMMAND_LINE_MAX = WIRE_TALK_BYTES_MAX + 120, COMMAND_LOCALS = 2 };

/* Somebody whom a command can name. */
typedef struct {
  uint32_t id;
  const char *name;
} command_name;

/* Who is there to be named: members by the id of their seat, people by their number on this server. The cursor begins
   at 0 and is the function's own; false past the last. Either may be NULL: then nobody is. */
typedef struct {
  void *of;
  bool (*member)(void *of, uint32_t *cursor, command_name *out);
  bool (*person)(void *of, uint32_t *cursor, command_name *out);
} command_names;

typedef enum {
  COMMAND_NOTHING, /* an empty line */
  COMMAND_MESSAGE, /* `type` and `as` are to be sent */
  COMMAND_HELP,
  COMMAND_JOIN, /* go to `room` */
  COMMAND_FAULT /* `fault` says why not */
} command_kind;

typedef struct {
  const wire_type *type;
  wire_any as;
  char room[WIRE_WORD_BYTES_MAX + 1];
  char fault[COMMAND_FAULT_MAX];
} command;

/* The commands that stay in the client, for the list that /help shows. */
extern const struct command_local { const char *words, *doc; } command_locals[COMMAND_LOCALS];

/* Reads one line. Whatever it holds, the message lies within the schema's ranges. A name may be shortened to a
   beginning that only one has, in letters of either case; names with spaces are written as they are. */
command_kind command_parse(const char *line, const command_names *names, command *out);

#endif
