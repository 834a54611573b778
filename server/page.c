#include "server/page.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct {
  const char *ending, *type;
} page_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".woff2", "font/woff2"},
};

const char *page_type(const char *path) {
  const char *ending = strrchr(path, '.');
  for (size_t i = 0; ending && i < sizeof page_types / sizeof *page_types; i++)
    if (strcmp(ending, page_types[i].ending) == 0)
      return page_types[i].type;
  return NULL;
}

bool page_accepts_gzip(const char *accept_encoding) {
  for (const char *at = accept_encoding; *at; at += strcspn(at, ",")) {
    at += strspn(at, ", \t");
    if (strncasecmp(at, "gzip", 4) != 0 || !strchr(",; \t", at[4]))
      continue;
    const char *rest = at + 4 + strspn(at + 4, " \t;");
    return strncasecmp(rest, "q=", 2) != 0 || strtod(rest + 2, NULL) > 0;
  }
  return false;
}

bool page_has_tag(const char *if_none_match, const char *etag) {
  size_t size = strlen(etag);
  for (const char *at = if_none_match; *at; at += strcspn(at, ",")) {
    at += strspn(at, ", \t");
    if (*at == '*')
      return true;
    if (strncmp(at, "W/", 2) == 0)
      at += 2;
    if (strncmp(at, etag, size) == 0 && strchr(", \t", at[size]))
      return true;
  }
  return false;
}

/* No hidden names and no way out of the folder. */
static bool page_is_plain_path(const char *path) {
  if (path[0] != '/' || strlen(path) >= PAGE_PATH_MAX || strchr(path, '\\'))
    return false;
  return !strstr(path, "/.") && !strstr(path, "//");
}

/* The page finds its room in the path by itself: /r/CODE. */
static bool page_is_room(const char *path) {
  return strncmp(path, "/r/", 3) == 0 && path[3] && !strchr(path + 3, '/');
}

static const char *page_file_name(const char *path) {
  return strcmp(path, "/") == 0 || page_is_room(path) ? "index.html" : path + 1;
}

/* A tag names the bytes as they are sent, so the compressed ones have one of their own. */
static void page_tag(page_answer *answer, const char *hash) {
  snprintf(answer->etag, sizeof answer->etag, "\"%.32s%s\"", hash, answer->gzip ? "-gz" : "");
}

static bool page_find_embedded(const page *self, const char *name, bool gzip, page_answer *answer) {
  for (size_t i = 0; i < self->files->count; i++) {
    const embedded_file *file = &self->files->files[i];
    if (strcmp(file->path, name) != 0)
      continue;
    answer->gzip = gzip && file->gzip_size < file->size;
    answer->body = answer->gzip ? file->gzip : file->bytes;
    answer->size = answer->gzip ? file->gzip_size : file->size;
    page_tag(answer, file->hash);
    return true;
  }
  return false;
}

static bool page_read(FILE *file, page_answer *answer) {
  struct stat about;
  if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > PAGE_FILE_BYTES_MAX)
    return false;
  answer->owned = malloc((size_t)about.st_size + 1);
  if (!answer->owned)
    return false;
  answer->size = fread(answer->owned, 1, (size_t)about.st_size, file);
  answer->body = answer->owned;
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < answer->size; i++)
    hash = (hash ^ answer->body[i]) * 1099511628211u;
  char text[24];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
  page_tag(answer, text);
  return true;
}

static bool page_find_on_disk(const page *self, const char *name, page_answer *answer) {
  char path[PAGE_PATH_MAX * 2];
  if ((size_t)snprintf(path, sizeof path, "%s/%s", self->www, name) >= sizeof path)
    return false;
  char *real = realpath(path, NULL), *root = realpath(self->www, NULL);
  /* A link may not lead out of the folder either. */
  bool inside = real && root && strncmp(real, root, strlen(root)) == 0 && real[strlen(root)] == '/';
  FILE *file = inside ? fopen(real, "rb") : NULL;
  free(real);
  free(root);
  if (!file)
    return false;
  bool found = page_read(file, answer);
  fclose(file);
  return found;
}

static page_answer page_plain(unsigned status, const char *text) {
  return (page_answer){
      .status = status, .type = "text/plain; charset=utf-8", .size = strlen(text), .body = (const unsigned char *)text};
}

static page_answer page_look_up(const page *self, const page_request *request) {
  page_answer answer = {.status = 200};
  const char *name = page_file_name(request->path);
  answer.type = page_is_plain_path(request->path) ? page_type(name) : NULL;
  bool gzip = page_accepts_gzip(request->accept_encoding);
  bool found = answer.type &&
               (self->www ? page_find_on_disk(self, name, &answer) : page_find_embedded(self, name, gzip, &answer));
  if (!found)
    return page_plain(404, "There is nothing here. The game is at /\n");
  if (page_has_tag(request->if_none_match, answer.etag)) {
    answer.status = 304;
    answer.body = NULL;
  }
  return answer;
}

page_answer page_respond(const page *self, const page_request *request) {
  if (!request->is_get && !request->is_head)
    return page_plain(405, "Only GET and HEAD are answered here.\n");
  page_answer answer = page_look_up(self, request);
  if (request->is_head)
    answer.body = NULL;
  return answer;
}

void page_release(page_answer *answer) {
  (answer->release ? answer->release : free)(answer->owned);
  *answer = (page_answer){0};
}
