/* lookalike: PURE finds nicknames that look alike, mix scripts or spell SERVER, by Unicode
 * Technical Standard #39. The only file that uses ICU. */
#ifndef SERVER_ROOM_LOOKALIKE_H
#define SERVER_ROOM_LOOKALIKE_H

#include <stdbool.h>

enum { LOOKALIKE_SIZE = 2048 }; /* bytes of the longest skeleton of a nickname, with its NUL */

struct lookalike;

/* Loads ICU's data and uses all of it once, so that later calls open no file. The caller frees it.
 * Returns NULL without memory, or if ICU's data is missing. */
struct lookalike *lookalike_new(void);

/* Frees ICU's data as well, so no other lookalike may be in use. */
void lookalike_free(struct lookalike *l);

bool lookalike_is_ascii(const char *text);

/* Returns whether a nickname that nick_check accepts is allowed: it does not look like SERVER, and
 * its scripts may be mixed ("highly restrictive": one script, or Latin with those of Chinese,
 * Japanese or Korean; symbols are in all scripts). Returns true for ASCII, and if l is NULL. */
bool lookalike_allows(const struct lookalike *l, const char *nick);

/* Writes the skeleton of a nickname or of its key, case folded: if two skeletons are equal, the
 * texts look alike. A skeleton is its own skeleton. Returns false without memory. */
bool lookalike_skeleton(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE]);

#endif
