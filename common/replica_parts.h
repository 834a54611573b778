/* The inside of a replica, for replica*.c only: replica.c keeps the confirmed world, replica_step.c knows which
   step moves it when, replica_own.c predicts the own box, replica_draw.c says what to draw. */
#ifndef TICKBOX_REPLICA_PARTS_H
#define TICKBOX_REPLICA_PARTS_H

#include "common/clock.h"
#include "common/replica.h"

enum {
  REPLICA_KEPT = 256,        /* predicted ticks kept for comparing: two seconds at the highest tick rate */
  REPLICA_INPUTS = 256,      /* inputs not yet applied by the server; older ones are given up */
  REPLICA_PREDICT_MS = 1000, /* without frames the own box walks on for this long, as on the server */
  REPLICA_BRIDGE_MS = 250,   /* and the others for this long */
  REPLICA_ERROR_US = 100000, /* a visible error is bled off in this time */
  REPLICA_ERROR_MAX = 400 * WIRE_SUBUNITS, /* a larger one is a jump */
};

/* One box as the server last said it is, after the newest frame's tick. */
typedef struct {
  uint32_t id, buttons;
  sim_body body;
  uint32_t since;     /* the tick it was first seen at: not drawn before */
  uint32_t jumped_at; /* the newest tick it must not be interpolated into */
  bool in_keyframe;   /* while a keyframe is applied: the keyframe names it */
} replica_box;

typedef struct {
  int32_t x, y;
} replica_place;

/* An input that the server has not applied yet. */
typedef struct {
  uint32_t seq, tick, buttons;
  int64_t lead; /* of the prediction when it was sent, us */
  bool stalled; /* held back by a stall, perhaps, so that its slack says nothing of the ordinary */
} replica_pending;

/* The predicted body after a tick. */
typedef struct {
  uint32_t tick;
  bool valid;
  sim_body body;
} replica_kept;

/* Another step, from a tick on. */
typedef struct {
  uint32_t tick;
  sim_step_fn step;
} replica_change;

struct replica {
  replica_limits limits;
  wire_replica_stats stats;

  /* The ground, set by map. */
  const sim_map *ground;
  sim_step_fn step;                        /* of the newest frame's tick */
  replica_change changes[REPLICA_CHANGES]; /* announced, by tick, all later than the newest frame's */
  uint32_t change_count;
  sim_params params;
  int32_t cell; /* edge of a cell, 1/16 unit */
  uint32_t cells;

  /* The confirmed world, written by frames. */
  replica_box *boxes;  /* in id order */
  replica_place *past; /* limits.history places a box, in the same order; tick N at N % history */
  uint32_t seen[WIRE_CELLS_MAX / 32];
  uint32_t seen_count;
  bool wants_resync;
  uint32_t resync_cell;

  /* Time. Server time 0 is the welcome's tick; "heard" is server time as the fastest frames tell it. */
  uint32_t base_tick, tick_rate;
  int64_t now;              /* of the last advance */
  clock_window earliest;    /* negated: local time minus server time, of the fastest frame */
  clock_spread lateness;    /* of frames behind the fastest */
  clock_spread need;        /* the lead that would have brought an input just in time */
  clock_slew ahead, behind; /* server time of the prediction, and of the drawing of others */

  /* The own box, written by advance and by frames. */
  uint32_t own_id;
  bool predicting;
  sim_body predicted; /* after stats.predicted_tick */
  uint32_t buttons;   /* held now */
  uint32_t next;      /* of the tick after the predicted one: what is pressed counts at once, even if it is
                         released again; what is released counts from the tick after */
  uint32_t sent_buttons, sent_seq, acked_seq;
  int64_t sent_at;
  replica_pending pending[REPLICA_INPUTS]; /* oldest first */
  uint32_t pending_count;
  replica_kept kept[REPLICA_KEPT]; /* tick N at N % REPLICA_KEPT */
  int32_t error_x, error_y;        /* visible error at error_from, bled off from there */
  int64_t error_from;
};

/* The index of the box, or where it would stand; *found tells. */
uint32_t replica_index(const replica *replica, uint32_t id, bool *found);

/* The step that moves boxes into this tick, which is the newest frame's or later. */
sim_step_fn replica_step_of(const replica *replica, uint32_t tick);

/* A frame has come: the changes up to its tick are made. */
void replica_change_step(replica *replica);

/* The step has changed for ticks that are predicted already, or drawn: predicts them anew. The own box stood at
   `before` when it was drawn last, and is drawn on from there. PRE: it is predicted. */
void replica_predict_anew(replica *replica, replica_place before);

/* Server time at which a tick is due, and how many ticks have passed at a server time. */
int64_t replica_time_of(const replica *replica, uint32_t tick);
uint32_t replica_tick_at(const replica *replica, int64_t time);

/* Server time at `now`, by the fastest frame. */
int64_t replica_heard(const replica *replica, int64_t now);

/* Compares the prediction with the newly confirmed own box and replays the inputs not yet applied. */
void replica_reconcile(replica *replica, const wire_frame *frame, bool jumped, int64_t now);

/* Where the own box is drawn, without the visible error. */
replica_place replica_own_place(const replica *replica);

/* What is left of the visible error. */
void replica_error_left(const replica *replica, int64_t now, int32_t *x, int32_t *y);

/* How far others are drawn behind the fastest frames, us. */
int64_t replica_delay(const replica *replica);

#endif
