/* Read before every file of a game: what newcomers call first of a C library says at the call what to use instead. */
#ifndef TICKBOX_NO_LIBC_H
#define TICKBOX_NO_LIBC_H

#include <stddef.h>

#define NO_LIBC(instead) __attribute__((error("a game has no libc: " instead)))

int printf(const char *format, ...) NO_LIBC("tell everybody with game_tell");
int puts(const char *words) NO_LIBC("tell everybody with game_tell");
int rand(void) NO_LIBC("take game_random");
void srand(unsigned seed) NO_LIBC("take game_random");
void *malloc(size_t size) NO_LIBC("keep it in game_state");
void *calloc(size_t count, size_t size) NO_LIBC("keep it in game_state");
void *realloc(void *memory, size_t size) NO_LIBC("keep it in game_state");
void free(void *memory) NO_LIBC("keep it in game_state");

#undef NO_LIBC
#endif
