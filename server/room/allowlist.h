/* allowlist: PURE the keys of the people who may come in, and the nicknames that belong to them. A
 * line of its file has a fingerprint, and maybe a nickname behind it. */
#ifndef SERVER_ROOM_ALLOWLIST_H
#define SERVER_ROOM_ALLOWLIST_H

#include "common/tls_identity.h"
#include "server/room/nicks.h"

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a line. */
#define ALLOWLIST_NO_KEY    "it does not begin with a fingerprint, which is SHA256: and 43 characters"
#define ALLOWLIST_TAKEN     "this nickname, or one that looks like it, belongs to another key"
#define ALLOWLIST_NO_MEMORY "out of memory"

struct allowed {
    char key[FINGERPRINT_TEXT];
    struct nick_entry *nick; /* its index is that of this line; NULL: any nickname */
};

/* All zero: empty. */
struct allowlist {
    struct allowed *lines;
    struct allowed **by_key; /* sorted; after allowlist_parse */
    size_t count, cap;
    struct nicks nicks;
    bool has_guests; /* others may come in too; set by the caller */
};

/* Reads the lines of a text, which it splits in place; # begins a comment. `lookalike`, the
 * caller's, compares nicknames as in a room. Returns NULL; or a clause that says what is wrong, and
 * *ret_line is the number of the line. */
const char *allowlist_parse(struct allowlist *ret, struct lookalike *lookalike, char *text,
                            int *ret_line);

/* Whether a key is on the list; a client without one has "". */
bool allowlist_has_key(const struct allowlist *list, const char *key);

/* Whether a client with this key may come in. */
bool allowlist_admits(const struct allowlist *list, const char *key);

/* Whether a nickname belongs to this key or to nobody. Returns true also for one that nick_check
 * refuses, and if out of memory. */
bool allowlist_grants(const struct allowlist *list, const char *key, const char *nick);

/* Returns the text with one more line, or with none of this key; the caller frees it. A NULL nick
 * is none. Returns NULL if out of memory. */
char *allowlist_add_line(const char *text, const char *key, const char *nick);
char *allowlist_remove_lines(const char *text, const char *key);

void allowlist_free(struct allowlist *list);

#endif
