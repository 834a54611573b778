/* A bad network on request: a client asks for it by the message lab, for itself alone. Here stands what it may ask for
   and what it is told; server/lag.h makes the network worse. */
#ifndef TICKBOX_LAB_H
#define TICKBOX_LAB_H

#include <stdbool.h>

#include "server/client.h"

/* Makes what passes the link as bad as this from now on. Nothing is lost or overtaken. */
typedef void (*lab_impair)(link_t *link, const wire_lab *wish);

/* True if stalls are shorter than their period, or never come. */
bool lab_makes_sense(const wire_lab *wish);

/* Does what the client asked for last, and tells it; `impair` NULL: tells it that this is no lab. */
void lab_answer(client *client, lab_impair impair);

#endif
