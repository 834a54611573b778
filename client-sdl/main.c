/* tickbox: the native client. This file knows everyone else, and nobody knows it; it alone reads the clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client-sdl/address.h"
#include "client-sdl/connection.h"
#include "client-sdl/controls.h"
#include "client-sdl/draw.h"
#include "client-sdl/literal.h"
#include "client-sdl/net.h"
#include "client-sdl/options.h"
#include "client-sdl/script.h"
#include "client-sdl/session.h"
#include "client-sdl/text.h"
#include "client-sdl/trace.h"
#include "client-sdl/window.h"
#include "common/gen/tables.h"

enum {
  STATUS_DONE = 0,
  STATUS_MACHINE = 1, /* no screen, memory or file */
  STATUS_USAGE = 2,
  GOODBYE_US = 300000, /* how long to wait for the server's goodbye */
};

typedef struct {
  options options;
  address address;
  script script;
  FILE *trace, *events;

  net *net;
  connection connection;
  unsigned told; /* the state last told on the terminal */
  session session;
  controls controls;
  char moving_to[WIRE_WORD_BYTES_MAX + 1]; /* the room that the next connection is for, if it is another; or "" */

  window *window;
  text *text;
  wire_draw_item *items;
  uint32_t count;
  int32_t center_x, center_y; /* where the own box was last, in 1/16 unit */
  uint32_t screenshots_done;  /* bits, by place in the options */
  int status;
} client;

_Static_assert(OPTIONS_SCREENSHOTS_MAX <= 32, "screenshots_done has a bit for each");

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void sleep_until(int64_t time) {
  const struct timespec until = {time / 1000000, time % 1000000 * 1000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* One line on the terminal. What came from elsewhere may not steer it. */
static void say(const char *words) {
  char safe[2 * CONNECTION_WORDS_MAX];
  literal_copy(safe, sizeof(safe), words);
  fprintf(stderr, "tickbox: %s\n", safe);
}

static void say_state(client *client, int64_t now) {
  char words[CONNECTION_WORDS_MAX];
  if (client->told == client->connection.state)
    return;
  client->told = client->connection.state;
  connection_words(&client->connection, words, sizeof(words), now);
  say(words);
}

static void send_or_lose(void *to, const uint8_t *bytes, size_t size) {
  client *client = to;
  if (!net_send(client->net, bytes, size))
    connection_closed(&client->connection, now_us());
}

/* Takes leave of the room, if there is one; the rest follows when the server has let go. */
static void move_to(client *client, const char *room, int64_t now) {
  snprintf(client->moving_to, sizeof(client->moving_to), "%s", room);
  if (client->connection.state == STATE_PLAYING)
    session_leave(&client->session);
  connection_move(&client->connection, now);
}

static void say_hello(client *client, int64_t now) {
  if (client->moving_to[0])
    session_move(&client->session, client->moving_to);
  client->moving_to[0] = 0;
  session_hello(&client->session, now);
}

static void take_message(client *client, const net_event *event) {
  connection_heard(&client->connection, event->time);
  switch (session_receive(&client->session, event->bytes, event->size, event->time)) {
  case SESSION_NOTHING:
    return;
  case SESSION_WELCOMED:
    connection_welcomed(&client->connection, event->time);
    return;
  case SESSION_ENDED:
    connection_ended(&client->connection, client->session.ended_by.code, client->session.ended_by.param, event->time);
    return;
  case SESSION_CREATED:
    move_to(client, client->session.created.code, event->time);
    return;
  case SESSION_ROOMS:
    controls_open(&client->controls, PANEL_ROOMS);
    return;
  case SESSION_PEOPLE:
    controls_open(&client->controls, PANEL_PEOPLE);
    return;
  case SESSION_BROKEN:
    connection_failed(&client->connection, STATE_NOT_TICKBOX, event->time);
    return;
  }
}

static void take_event(client *client, const net_event *event) {
  switch (event->kind) {
  case NET_OPENED:
    connection_opened(&client->connection, event->time);
    say_hello(client, event->time);
    return;
  case NET_MESSAGE:
    take_message(client, event);
    return;
  case NET_NOBODY:
    connection_failed(&client->connection, STATE_NOBODY, event->time);
    return;
  case NET_NOT_TICKBOX:
    connection_failed(&client->connection, STATE_NOT_TICKBOX, event->time);
    return;
  case NET_CLOSED:
    connection_closed(&client->connection, event->time);
    return;
  }
}

/* Lets the connection move on; its orders are carried out at once, so that nothing old arrives after them. */
static void keep_connected(client *client, int64_t now) {
  switch (connection_advance(&client->connection, now)) {
  case CONNECTION_KEEP:
    break;
  case CONNECTION_CONNECT:
    net_connect(client->net);
    break;
  case CONNECTION_ABANDON:
    net_abandon(client->net);
    break;
  }
  say_state(client, now);
}

static void hear_server(client *client, int64_t now) {
  net_event event;
  keep_connected(client, now);
  while (net_poll(client->net, &event)) {
    take_event(client, &event);
    keep_connected(client, now);
  }
}

static bool is_playing(const client *client) {
  return client->connection.state == STATE_PLAYING && session_is_ready(&client->session);
}

static void show_window(client *client) {
  int32_t width, height;
  float density;
  window_size(client->window, &width, &height, &density);
  session_show(&client->session, width, height, session_is_watching(&client->session) ? client->controls.follow : 0);
}

/* Looks at the own box, or at the one that a spectator follows, or at the middle. */
static void follow(client *client) {
  const wire_map *map = &client->session.map;
  uint32_t followed = session_is_watching(&client->session) ? client->controls.follow : 0;
  bool seen = followed != 0;
  for (uint32_t at = 0; at < client->count; at++)
    if (client->items[at].own || client->items[at].id == followed) {
      client->center_x = client->items[at].x + (int32_t)map->box / 2;
      client->center_y = client->items[at].y + (int32_t)map->box / 2;
      seen = true;
    }
  if (seen)
    return;
  client->center_x = (int32_t)map->width / 2;
  client->center_y = (int32_t)map->height / 2;
}

/* What the player did beside walking, by hand and by script. */
static void control(client *client, const window_input *input, int64_t now) {
  controls *controls = &client->controls;
  const char *line;
  controls->online = is_playing(client) && !client->connection.move_at; /* what is said after the farewell is lost */
  for (unsigned at = 0; at < input->stroke_count; at++)
    controls_press(controls, &client->session, &input->strokes[at], now);
  while (controls->online && !controls->go_to[0] && (line = script_typed(&client->script)))
    controls_enter(controls, &client->session, line, now);
  controls_advance(controls, &client->session);
  window_type(client->window, controls->typing);
  if (controls->go_to[0])
    move_to(client, controls->go_to, now);
  controls->go_to[0] = 0;
}

/* The world moves only while it is heard of. */
static bool play(client *client, uint32_t buttons, int64_t now) {
  bool quit = false;
  if (!is_playing(client))
    return false;
  buttons |= script_buttons(&client->script, session_ticks(&client->session), &quit);
  session_advance(&client->session, buttons, now);
  show_window(client);
  client->count = replica_draw(client->session.replica, client->items, SESSION_BOXES_MAX);
  follow(client);
  if (client->trace)
    trace_frame(client->trace, now, replica_stats(client->session.replica), client->session.own, client->items,
                client->count);
  return quit;
}

static void draw(client *client, const window_input *input, int64_t now) {
  char words[CONNECTION_WORDS_MAX];
  draw_scene scene = {.session = &client->session,
                      .controls = &client->controls,
                      .items = client->items,
                      .count = client->count,
                      .center_x = client->center_x,
                      .center_y = client->center_y,
                      .scores = input->scores,
                      .silence = connection_silence(&client->connection, now),
                      .now = now};
  if (!is_playing(client)) {
    connection shown = client->connection;
    shown.state = shown.state == STATE_PLAYING ? STATE_JOINING : shown.state;
    connection_words(&shown, words, sizeof(words), now);
    scene.notice = words;
    if (connection_is_final(&client->connection))
      scene.hint = "Enter, then /join CODE, goes to another room; /join general to everybody's.";
  }
  const canvas canvas = canvas_open(client->window, client->text);
  draw_picture(&canvas, &scene);
}

static void take_screenshots(client *client) {
  if (!is_playing(client))
    return;
  for (uint32_t at = 0; at < client->options.screenshot_count; at++) {
    const options_screenshot *shot = &client->options.screenshots[at];
    if (client->screenshots_done & (UINT32_C(1) << at) || session_ticks(&client->session) < shot->tick)
      continue;
    client->screenshots_done |= UINT32_C(1) << at;
    if (!window_screenshot(client->window, shot->path)) {
      fprintf(stderr, "tickbox: cannot write the picture %s\n", shot->path);
      client->status = STATUS_MACHINE;
    }
  }
}

static void run(client *client) {
  int64_t start = now_us(), now = start, frame = window_frame_us(client->window);
  int64_t end = client->options.seconds > 0 ? start + (int64_t)(client->options.seconds * 1e6) : INT64_MAX;
  connection_init(&client->connection, "", (uint32_t)start, start);
  address_words(&client->address, client->connection.address);
  for (bool quit = false; !quit && now < end; now = now_us()) {
    window_input input = window_poll(client->window);
    hear_server(client, now);
    quit = play(client, input.buttons, now) || input.quit;
    control(client, &input, now);
    draw(client, &input, now);
    take_screenshots(client);
    window_show(client->window);
    sleep_until(now + frame);
  }
}

/* Leaves with a word to the server, and waits a moment for its goodbye so that the word arrives. */
static void leave(client *client) {
  net_event event;
  int64_t until = now_us() + GOODBYE_US;
  if (client->connection.state != STATE_PLAYING)
    return;
  session_leave(&client->session);
  while (client->connection.state == STATE_PLAYING && now_us() < until) {
    while (client->connection.state == STATE_PLAYING && net_poll(client->net, &event))
      take_event(client, &event);
    sleep_until(now_us() + 5000);
  }
  say_state(client, now_us());
}

static FILE *open_file(client *client, const char *path) {
  FILE *file = path ? fopen(path, "w") : NULL;
  if (path && !file) {
    fprintf(stderr, "tickbox: cannot write %s\n", path);
    client->status = STATUS_MACHINE;
  }
  return file;
}

static bool open_files(client *client) {
  char fault[SCRIPT_FAULT_MAX];
  if (client->options.script && !script_load(&client->script, client->options.script, fault)) {
    say(fault);
    client->status = STATUS_USAGE;
    return false;
  }
  client->trace = open_file(client, client->options.trace);
  client->events = open_file(client, client->options.events);
  return client->status == STATUS_DONE;
}

static bool open_window(client *client) {
  const char *fault = "";
  client->window = window_create(&fault);
  if (client->window)
    client->text = text_create(window_renderer(client->window));
  if (!client->window)
    fprintf(stderr, "tickbox: no window can be opened here: %s\n", fault);
  else if (!client->text)
    say("the font library does not start");
  return client->text != NULL;
}

/* What to ask for when the server is reached. The options have seen to the lengths. */
static void wish(client *client) {
  wire_hello *hello = &client->session.hello;
  strcpy(hello->name, client->options.name);
  strcpy(hello->kind, client->options.kind);
  strcpy(hello->room, client->options.room[0] ? client->options.room : client->address.room);
  hello->watch = client->options.watch;
}

static bool open_session(client *client) {
  client->items = calloc(SESSION_BOXES_MAX, sizeof(*client->items));
  client->net = net_create(&client->address, now_us);
  bool done = session_init(&client->session, send_or_lose, client) && client->items && client->net;
  if (!done)
    say("this machine is short of memory");
  client->session.events = client->events;
  wish(client);
  return done;
}

static void close_file(client *client, FILE *file) {
  if (file && fclose(file) != 0)
    client->status = STATUS_MACHINE;
}

static void close_all(client *client) {
  if (client->net)
    net_destroy(client->net);
  session_free(&client->session);
  free(client->items);
  if (client->text)
    text_destroy(client->text);
  if (client->window)
    window_destroy(client->window);
  close_file(client, client->trace);
  close_file(client, client->events);
  script_free(&client->script);
}

static bool read_address(client *client) {
  if (address_parse(client->options.address, &client->address))
    return true;
  char words[CONNECTION_WORDS_MAX];
  connection bad = {.state = STATE_BAD_ADDRESS};
  snprintf(bad.address, sizeof(bad.address), "%s", client->options.address);
  connection_words(&bad, words, sizeof(words), 0);
  say(words);
  return false;
}

int main(int argc, char **argv) {
  static client client = {.told = STATE_COUNT, .status = STATUS_DONE};
  options_result result = options_parse(&client.options, argc, argv);
  if (result != OPTIONS_PLAY)
    return (int)result;
  if (!read_address(&client))
    return STATUS_USAGE;
  if (!open_files(&client))
    return client.status;
  if (open_window(&client) && open_session(&client)) {
    run(&client);
    leave(&client);
  } else {
    client.status = STATUS_MACHINE;
  }
  close_all(&client);
  return client.status;
}
