/* What the rules of tag and its step agree on: how the members of a body that only the step reads are used. The
   rules write them by game_set_body, which writes all four at once.

   flags  TAG_FROZEN: held fast; neither its player nor a push moves it.
   timer  The step's own: ticks until the next dash. 0 when a dash may begin; rules that leave it alone hand on what
          game_body says.
   a      How fast the box is, in 1/256 of walking: 282 is a tenth faster, 0 is 256. At most TAG_SPEED_MAX.
   b      Not read: the rules' own. */
#ifndef TICKBOX_TAG_H
#define TICKBOX_TAG_H

enum {
  TAG_FROZEN = 1,
  TAG_SPEED_ONE = 256,                /* walking */
  TAG_SPEED_MAX = 4 * TAG_SPEED_ONE,  /* more is taken as this */
  TAG_DASH = TAG_SPEED_ONE * 22 / 10, /* times its own speed: how fast a box dashes */
};

#endif
