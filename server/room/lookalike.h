/* lookalike: PURE finds nicknames that look alike, mix scripts or spell SERVER, by Unicode
 * Technical Standard #39. The only file that uses ICU. */
#ifndef SERVER_ROOM_LOOKALIKE_H
#define SERVER_ROOM_LOOKALIKE_H

#include <stdbool.h>

enum { LOOKALIKE_SIZE = 2048 }; /* bytes of the longest skeleton of a nickname, with its NUL */

struct lookalike;

/* Loads ICU's data and uses all of it once, so that later calls open no file. The caller frees it.
 * Returns NULL without memory or if ICU lacks the data. */
struct lookalike *lookalike_new(void);

/* Gives back ICU's data too: no other lookalike may be in use. */
void lookalike_free(struct lookalike *l);

bool lookalike_is_ascii(const char *text);

/* Returns whether a nickname that nick_check accepts may be used: its scripts go together ("highly
 * restrictive": one script, or Latin with those of Chinese, Japanese or Korean; symbols go with
 * all), and it is not read as SERVER. True for ASCII, and without l. */
bool lookalike_allows(const struct lookalike *l, const char *nick);

/* Writes the skeleton of a nickname or of its key, case folded: if two skeletons are equal, the
 * texts look alike. A skeleton is its own skeleton. False without memory. */
bool lookalike_skeleton(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE]);

#endif
