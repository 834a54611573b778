#include "server/relay.h"

#include <string.h>

bool relay_reaches(const wire_relay *relay, uint32_t from, uint32_t member, const char *kind) {
  if (relay->to)
    return member == relay->to;
  return member != from && (!*relay->kind || strcmp(relay->kind, kind) == 0);
}

const char *relay_fault(const wire_report *report, const char *kind, uint32_t roles, uint32_t teams) {
  if (strcmp(kind, "display") != 0)
    return "only a display reports";
  if (report->roles.count)
    roles = report->roles.count;
  if (report->teams.count)
    teams = report->teams.count;
  for (uint32_t i = 0; i < report->standings.count; i++) {
    const wire_standing *standing = &report->standings.items[i];
    if (standing->role > 0 && standing->role >= roles)
      return "a standing names a role that is not there";
    if (standing->team > teams)
      return "a standing names a team that is not there";
  }
  return NULL;
}
