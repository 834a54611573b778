/* A QR code in a terminal. The only user of libqrencode. */
#ifndef TICKBOX_QR_H
#define TICKBOX_QR_H

#include <stdio.h>

/* Prints the text as a code of half blocks, two rows of squares a line, black on white whatever the
   terminal's colours. Prints nothing if the text is too long for a code. */
void qr_print(FILE *out, const char *text);

#endif
