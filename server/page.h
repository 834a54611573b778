/* What HTTP answers: the embedded page's files, or those of a folder while one develops. Knows no socket: a
   request comes in as its few words, an answer goes out as status, headers' values and body. */
#ifndef TICKBOX_PAGE_H
#define TICKBOX_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmake/embedded.h"

enum {
  PAGE_PATH_MAX = 512,
  PAGE_FILE_BYTES_MAX = 8388608, /* of a file from disk */
  PAGE_ETAG_BYTES = 40
};

typedef struct {
  const embedded_folder *files; /* the page inside the program */
  const char *www;              /* a folder to serve instead, or NULL */
} page;

typedef struct {
  bool is_get, is_head;        /* neither: some other method */
  const char *path;            /* decoded, without the query */
  const char *accept_encoding; /* empty if absent */
  const char *if_none_match;   /* empty if absent */
} page_request;

typedef struct {
  unsigned status; /* 200, 304, 404 or 405 */
  const char *type;
  char etag[PAGE_ETAG_BYTES]; /* quoted; empty if there is none */
  bool gzip;                  /* the body is compressed */
  size_t size;                /* of the body as Content-Length says it; of a HEAD too */
  const unsigned char *body;  /* NULL if none is to be sent */
  void *owned;                /* memory of the body's own, or NULL; page_release lets go of it, */
  void (*release)(void *);    /* by this, or by free() */
} page_answer;

page_answer page_respond(const page *page, const page_request *request);
void page_release(page_answer *answer);

/* The Content-Type of a file by its ending, or NULL for files that are not served. */
const char *page_type(const char *path);

/* True if a list such as "gzip, deflate;q=0.5" takes gzip. */
bool page_accepts_gzip(const char *accept_encoding);

/* True if an If-None-Match list names this tag. */
bool page_has_tag(const char *if_none_match, const char *etag);

#endif
