/* A file that lives in the program: made by embed_files (cmake/Embed.cmake). */
#ifndef TICKBOX_EMBEDDED_H
#define TICKBOX_EMBEDDED_H

#include <stddef.h>

typedef struct {
  const char *path; /* from the folder that was embedded, such as "icons/box.svg" */
  const char *hash; /* of the bytes, in hexadecimal */
  const unsigned char *bytes;
  size_t size;
  const unsigned char *gzip; /* the same compressed */
  size_t gzip_size;
} embedded_file;

/* A folder's files, in the order of their paths. */
typedef struct {
  const embedded_file *files;
  size_t count;
} embedded_folder;

#endif
