/* A relay room: a display runs the game, and the server only passes messages on. Who gets one, and what a report
   may say. */
#ifndef TICKBOX_RELAY_H
#define TICKBOX_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"

/* Does this member (by id and kind of client) get the message? One by id; else all others of the kind named;
   else all others. */
bool relay_reaches(const wire_relay *relay, uint32_t from, uint32_t member, const char *kind);

/* What is wrong with a report from a client of this kind, in words for CODE_NOT_NOW; NULL if nothing. The room has
   so many roles and teams now; a report may bring others. Whether its standings are of members is the caller's
   to know. */
const char *relay_fault(const wire_report *report, const char *kind, uint32_t roles, uint32_t teams);

/* The flags of a standing that a report may set. */
enum { RELAY_FLAGS = SEAT_PLAYS | SEAT_OUT | SEAT_WON };

#endif
