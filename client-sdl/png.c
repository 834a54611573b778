#include "client-sdl/png.h"

#include <png.h>

bool png_write(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height) {
  png_image image = {.version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};
  return png_image_write_to_file(&image, path, 0, pixels, 0, NULL) != 0;
}
