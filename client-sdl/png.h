/* Pictures as PNG files; the only file that knows libpng is png.c. */
#ifndef TICKBOX_CLIENT_PNG_H
#define TICKBOX_CLIENT_PNG_H

#include <stdbool.h>
#include <stdint.h>

/* Writes width x height pixels of three bytes each, row by row. False if the file cannot be written. */
bool png_write(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height);

#endif
