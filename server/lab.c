#include "server/lab.h"

#include <stdio.h>

#include "server/log.h"

bool lab_makes_sense(const wire_lab *wish) {
  return wish->stall == 0 || wish->stall < wish->stall_every;
}

static void put_words(const wire_lab *wish, char out[WIRE_PARAMETER_BYTES_MAX + 1]) {
  char jitter[40] = "", stall[60] = "";
  if (wish->jitter)
    snprintf(jitter, sizeof jitter, ", at random up to %u ms more", wish->jitter);
  if (wish->stall)
    snprintf(stall, sizeof stall, ", with a stall of %u ms in every %u ms", wish->stall, wish->stall_every);
  snprintf(out, WIRE_PARAMETER_BYTES_MAX + 1, "%u ms slower%s%s", wish->latency, jitter, stall);
}

void lab_answer(client *client, lab_impair impair) {
  const wire_lab *wish = &client->lab;
  char words[WIRE_PARAMETER_BYTES_MAX + 1] = "";
  if (!impair) {
    client_notice(client, CODE_NO_LAB, "");
    return;
  }
  bool on = wish->latency || wish->jitter || wish->stall;
  impair(client->link, wish);
  if (on)
    put_words(wish, words);
  log_line(LOG_INFO, "%s asks for a bad network: %s", client->link->ops->address(client->link), on ? words : "off");
  client_notice(client, on ? CODE_LAB_ON : CODE_LAB_OFF, words);
}
