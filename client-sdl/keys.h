/* What was pressed on the keyboard, beside the buttons of the game: in order, so that a line that is typed and entered
   between two pictures is not lost. */
#ifndef TICKBOX_CLIENT_KEYS_H
#define TICKBOX_CLIENT_KEYS_H

#include <stdbool.h>

enum { KEYS_STROKES_MAX = 64, KEYS_TEXT_MAX = 32, KEYS_DIGITS = 9 };

typedef enum {
  KEY_TEXT, /* letters for the line being typed */
  KEY_ENTER,
  KEY_ESCAPE,
  KEY_BACKSPACE,
  KEY_DELETE,
  KEY_LEFT,
  KEY_RIGHT,
  KEY_HOME,
  KEY_END,
  KEY_HELP,
  KEY_READY,
  KEY_START,
  KEY_DIGIT, /* 1 to 9 */
} key;

typedef struct {
  key key;
  bool down;                /* false: let go; told of digits only */
  unsigned digit;           /* of KEY_DIGIT */
  char text[KEYS_TEXT_MAX]; /* of KEY_TEXT: UTF-8 */
} key_stroke;

#endif
