/* lookalike: PURE finds nicknames that look alike, mix scripts, or imitate SERVER and other words
 * by symbols, by Unicode Technical Standard #39 and the names of characters. The only file that
 * uses ICU. */
#ifndef SERVER_ROOM_LOOKALIKE_H
#define SERVER_ROOM_LOOKALIKE_H

#include "common/nick.h"

#include <stdbool.h>

enum { LOOKALIKE_SIZE = 2048 }; /* bytes of the longest skeleton of a nickname, with its NUL */

struct lookalike;

/* Loads ICU's data and uses all of it once, so that later calls open no file. The caller frees it.
 * Returns NULL without memory, or if ICU's data is missing. */
struct lookalike *lookalike_new(void);

/* Frees ICU's data as well, so no other lookalike may be in use. */
void lookalike_free(struct lookalike *l);

bool lookalike_is_ascii(const char *text);

/* Returns whether a nickname that nick_check accepts is allowed: its scripts may be mixed ("highly
 * restrictive": one script, or Latin with those of Chinese, Japanese or Korean; symbols are in all
 * scripts), and its symbols and letters do not imitate a word of the server, of an administrator or
 * of a notice. Returns true for ASCII, and if l is NULL. */
bool lookalike_allows(const struct lookalike *l, const char *nick);

/* Writes a nickname, of at most NICK_BYTES, with plain letters and digits in place of those that a
 * symbol encloses or that are small capitals, and without enclosing marks. The result is not longer
 * than the nickname. If l is NULL, copies it. */
void lookalike_unstyle(const struct lookalike *l, const char *nick, char out[NICK_BYTES + 1]);

/* Writes the skeleton of a nickname or of its key, case folded: if two skeletons are equal, the
 * texts look alike. A skeleton is its own skeleton. Returns false without memory. */
bool lookalike_skeleton(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE]);

#endif
