/* Golden traces of every step that there is: `golden write` walks some boxes over some grounds and prints what was
   held, what pushed or set them and where they came to; `golden replay FILE` walks the same and compares. Every
   compiler, and the browser's module (tests/web/golden.test.js), must come to the same sums at the same ticks.

   Lines: ground WIDTH HEIGHT BOX WALK DIAGONAL STEP begins a trace; block X Y W H; box X Y (boxes count from 1);
   start; then tick N (that many steps are done), hold BOX BUTTONS, push BOX VX VY and set BOX FLAGS TIMER A B before
   the next step, and sum N SUM after N steps; end MOVED STOPPED LEFT RIGHT UP DOWN FAST SLOW HELD: units walked,
   steps that a wall shortened, and steps in each direction; steps of more than twice the walk without a push, steps
   at most so long while BUTTON_ACTION was held and the timer ran, and steps nowhere of a body with flags. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/wander.h"

enum {
  BOXES = 12,
  BLOCKS = 40,
  TICKS = 3000,
  STILL_TICKS = 1000,
  SUM_EVERY = 20,
  RATE = 30,
  LINE = 128,
  STEPS_MAX = 64
};
enum { ARROWS = BUTTON_UP | BUTTON_DOWN | BUTTON_LEFT | BUTTON_RIGHT };

typedef struct {
  int64_t moved;
  uint32_t stopped, left, right, up, down, fast, slow, held;
} proof;

typedef struct {
  wire_block blocks[BLOCKS];
  wire_map source;
  sim_params params;
  const sim_map *map;
  sim_step_fn step;
  void *memory;
  sim_body bodies[BOXES + 1];
  uint32_t buttons[BOXES + 1];
  uint32_t boxes, tick;
  proof proof;
} walk;

static void walk_start(walk *walk) {
  walk->source.blocks.items = walk->blocks;
  size_t bytes = sim_map_bytes(&walk->source);
  walk->memory = malloc(bytes);
  walk->map = sim_map_init(walk->memory, bytes, &walk->source);
  walk->params = sim_params_of(&walk->source);
  walk->step = step_find(walk->source.step);
  if (!walk->step) {
    fprintf(stderr, "there is no step '%s'\n", walk->source.step);
    exit(1);
  }
}

static bool is_step(const walk *walk, const char *name) {
  return strcmp(walk->source.step, name) == 0;
}

static void walk_count(proof *proof, const sim_body *before, const sim_body *after, uint32_t buttons, int32_t walk) {
  int32_t across = after->x - before->x, down = after->y - before->y;
  proof->moved += labs(across) + labs(down);
  proof->left += across < 0;
  proof->right += across > 0;
  proof->up += down < 0;
  proof->down += down > 0;
  bool alone = buttons == BUTTON_LEFT || buttons == BUTTON_RIGHT;
  proof->stopped += alone && before->vx == 0 && abs(across) < walk;
  bool fast = (int64_t)across * across + (int64_t)down * down > (int64_t)4 * walk * walk;
  proof->fast += fast && !before->vx && !before->vy;
  proof->slow += !fast && (across || down) && buttons & BUTTON_ACTION && before->timer > 0;
  proof->held += !across && !down && buttons & ARROWS && before->flags;
}

static void walk_step(walk *walk) {
  for (uint32_t i = 1; i <= walk->boxes; i++) {
    sim_body before = walk->bodies[i];
#ifdef GOLDEN_PLANTED_FAULT
    walk->bodies[i].x += walk->tick == 2500 && i == 3;
#endif
    walk->step(&walk->bodies[i], walk->buttons[i], &walk->params, walk->map);
    walk_count(&walk->proof, &before, &walk->bodies[i], walk->buttons[i], walk->params.walk);
  }
  walk->tick++;
}

static uint32_t walk_sum(const walk *walk) {
  uint32_t sum = SIM_CHECKSUM_START;
  for (uint32_t i = 1; i <= walk->boxes; i++)
    sum = sim_checksum_add(sum, i, walk->buttons[i], &walk->bodies[i]);
  return sum;
}

static void end_line(char *out, const proof *proof) {
  snprintf(out, LINE, "end %" PRId64 " %u %u %u %u %u %u %u %u", proof->moved / WIRE_SUBUNITS, proof->stopped,
           proof->left, proof->right, proof->up, proof->down, proof->fast, proof->slow, proof->held);
}

/* --- writing --- */

static uint32_t below(uint32_t *random, uint32_t limit) {
  return wander_random(random) % limit;
}

static void write_ground(walk *walk, uint32_t *random, const char *step, uint32_t width, uint32_t height,
                         uint32_t speed) {
  walk->source = (wire_map){.width = width, .height = height, .cell = width, .box = 800, .walk = speed};
  walk->source.walk_diagonal = speed * 70711 / 100000;
  snprintf(walk->source.step, sizeof walk->source.step, "%s", step);
  printf("ground %u %u %u %u %u %s\n", width, height, walk->source.box, speed, walk->source.walk_diagonal, step);
  for (uint32_t i = 0; i < BLOCKS; i++) {
    wire_block *block = &walk->blocks[i];
    *block = (wire_block){below(random, width - 4000), below(random, height - 4000), 1 + below(random, 4000),
                          1 + below(random, 4000)};
    printf("block %u %u %u %u\n", block->x, block->y, block->w, block->h);
  }
  walk->source.blocks.count = BLOCKS;
  walk_start(walk);
}

static void write_boxes(walk *walk, uint32_t *random) {
  while (walk->boxes < BOXES) {
    sim_body body = {.x = (int32_t)below(random, walk->source.width), .y = (int32_t)below(random, walk->source.height)};
    if (!sim_is_free(body.x, body.y, &walk->params, walk->map))
      continue;
    walk->bodies[++walk->boxes] = body;
    printf("box %d %d\n", body.x, body.y);
  }
  puts("start");
}

static void write_tick(const walk *walk, bool *told) {
  if (!*told)
    printf("tick %u\n", walk->tick);
  *told = true;
}

/* What rules might set: flags, a timer, a speed. */
static void write_set(walk *walk, uint32_t i, uint32_t *random) {
  sim_body *body = &walk->bodies[i];
  body->flags = below(random, 3) == 0;
  body->timer = below(random, 2) == 0 ? (int32_t)below(random, 100) : body->timer;
  body->a = (int32_t)below(random, 5) * 80 - 80;
  body->b = (int32_t)below(random, 3);
  printf("set %u %d %d %d %d\n", i, body->flags, body->timer, body->a, body->b);
}

/* Roam does nothing with the other buttons and members of a body, so its traces are of walking alone. */
static uint32_t write_more(walk *walk, uint32_t i, uint32_t *random, bool *told) {
  if (is_step(walk, "roam"))
    return 0;
  if (below(random, 60) == 0) {
    write_tick(walk, told);
    write_set(walk, i, random);
  }
  uint32_t action = walk->buttons[i] & BUTTON_ACTION;
  return below(random, 20) == 0 ? action ^ BUTTON_ACTION : action;
}

static void write_news(walk *walk, wander *minds, uint32_t *random) {
  bool told = false;
  for (uint32_t i = 1; i <= walk->boxes; i++) {
    uint32_t held = wander_buttons(&minds[i], walk->tick, RATE) | write_more(walk, i, random, &told);
    if (held != walk->buttons[i]) {
      write_tick(walk, &told);
      printf("hold %u %u\n", i, held);
    }
    walk->buttons[i] = held;
    if (below(random, 300) > 0)
      continue;
    write_tick(walk, &told);
    walk->bodies[i].vx = (int32_t)below(random, 1200) - 600;
    walk->bodies[i].vy = (int32_t)below(random, 1200) - 600;
    printf("push %u %d %d\n", i, walk->bodies[i].vx, walk->bodies[i].vy);
  }
}

static void write_trace(uint32_t seed, const char *step, uint32_t width, uint32_t height, uint32_t speed) {
  static walk walk;
  wander minds[BOXES + 1];
  uint32_t random = seed;
  char line[LINE];
  memset(&walk, 0, sizeof walk);
  for (uint32_t i = 1; i <= BOXES; i++)
    minds[i] = wander_init(seed + i);
  write_ground(&walk, &random, step, width, height, speed);
  write_boxes(&walk, &random);
  while (walk.tick < (is_step(&walk, "still") ? STILL_TICKS : TICKS)) {
    write_news(&walk, minds, &random);
    walk_step(&walk);
    if (walk.tick % SUM_EVERY == 0)
      printf("sum %u %08x\n", walk.tick, walk_sum(&walk));
  }
  end_line(line, &walk.proof);
  puts(line);
  free(walk.memory);
}

/* --- replaying --- */

static uint32_t faults, sums, ends;
static bool replayed[STEPS_MAX];

static void fault(uint32_t number, const char *line, const char *want) {
  fprintf(stderr, "line %u: '%s', but came to '%s'\n", number, line, want);
  faults++;
}

static void replay_ground(walk *walk, const char *line) {
  free(walk->memory);
  memset(walk, 0, sizeof *walk);
  sscanf(line, "ground %u %u %u %u %u %32s", &walk->source.width, &walk->source.height, &walk->source.box,
         &walk->source.walk, &walk->source.walk_diagonal, walk->source.step);
  walk->source.cell = walk->source.width;
}

static void replay_sum(walk *walk, uint32_t number, const char *line) {
  uint32_t tick;
  char want[LINE];
  sscanf(line, "sum %u", &tick);
  while (walk->tick < tick)
    walk_step(walk);
  snprintf(want, sizeof want, "sum %u %08x", tick, walk_sum(walk));
  sums++;
  if (strcmp(line, want) != 0)
    fault(number, line, want);
}

/* Something happened of all that the step can do. */
static bool is_alive(const walk *walk) {
  const proof *proof = &walk->proof;
  if (is_step(walk, "still"))
    return proof->moved == 0 && proof->stopped > 50;
  if (is_step(walk, "tag") && (proof->fast < 1000 || proof->slow < 1000 || proof->held < 1000))
    return false;
  return proof->moved > 100000 && proof->stopped > 100 && proof->left > 1000 && proof->right > 1000 &&
         proof->up > 1000 && proof->down > 1000;
}

static void replay_end(walk *walk, uint32_t number, const char *line) {
  char want[LINE];
  end_line(want, &walk->proof);
  ends++;
  for (uint32_t i = 0; i < step_count && i < STEPS_MAX; i++)
    replayed[i] = replayed[i] || is_step(walk, steps[i].name);
  if (strcmp(line, want) != 0)
    fault(number, line, want);
  if (!is_alive(walk))
    fault(number, line, "a world in which too little happened");
}

static bool is_every_step_replayed(void) {
  bool all = step_count <= STEPS_MAX;
  for (uint32_t i = 0; i < step_count && i < STEPS_MAX; i++) {
    if (!replayed[i])
      fprintf(stderr, "there is no trace of the step '%s': write them anew\n", steps[i].name);
    all = all && replayed[i];
  }
  return all;
}

static void replay_set(sim_body *body, const sim_body *set) {
  body->flags = set->flags;
  body->timer = set->timer;
  body->a = set->a;
  body->b = set->b;
}

static void replay_line(walk *walk, uint32_t number, const char *line) {
  sim_body set;
  uint32_t box, buttons, tick = walk->tick;
  wire_block *block = &walk->blocks[walk->source.blocks.count % BLOCKS];
  sim_body *body = &walk->bodies[(walk->boxes + 1) % (BOXES + 1)];
  int32_t vx, vy;
  if (sscanf(line, "block %u %u %u %u", &block->x, &block->y, &block->w, &block->h) == 4)
    walk->source.blocks.count++;
  else if (sscanf(line, "box %d %d", &body->x, &body->y) == 2)
    walk->boxes++;
  else if (strcmp(line, "start") == 0)
    walk_start(walk);
  else if (sscanf(line, "tick %u", &tick) == 1)
    while (walk->tick < tick)
      walk_step(walk);
  else if (sscanf(line, "hold %u %u", &box, &buttons) == 2)
    walk->buttons[box] = buttons;
  else if (sscanf(line, "push %u %d %d", &box, &vx, &vy) == 3)
    walk->bodies[box].vx = vx, walk->bodies[box].vy = vy;
  else if (sscanf(line, "set %u %d %d %d %d", &box, &set.flags, &set.timer, &set.a, &set.b) == 5)
    replay_set(&walk->bodies[box], &set);
  else
    fault(number, line, "a line that golden knows");
}

static int replay(const char *path) {
  static walk walk;
  char line[LINE];
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return 1;
  }
  for (uint32_t number = 1; fgets(line, sizeof line, file); number++) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "ground", 6) == 0)
      replay_ground(&walk, line);
    else if (strncmp(line, "sum", 3) == 0)
      replay_sum(&walk, number, line);
    else if (strncmp(line, "end", 3) == 0)
      replay_end(&walk, number, line);
    else
      replay_line(&walk, number, line);
  }
  fclose(file);
  free(walk.memory);
  printf("%u sums in %u traces, %u differ\n", sums, ends, faults);
  return faults > 0 || sums < 100 || !is_every_step_replayed();
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "replay") == 0)
    return replay(argv[2]);
  if (argc != 2 || strcmp(argv[1], "write") != 0) {
    fprintf(stderr, "usage: golden write | golden replay FILE\n");
    return 2;
  }
  write_trace(1, "roam", 38400, 25600, 160);
  write_trace(2, "roam", 20000, 60000, 37);
  for (uint32_t i = 0; i < step_count; i++)
    if (strcmp(steps[i].name, "roam") != 0)
      write_trace(3 + i, steps[i].name, 38400, 25600, 160);
  return 0;
}
