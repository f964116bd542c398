/* nicks: PURE the set of the members' nicknames; no two have the same key (common/nick.h). */
#ifndef SERVER_ROOM_NICKS_H
#define SERVER_ROOM_NICKS_H

struct member;

struct nick_entry {
    struct member *member; /* set by the caller */
    char text[];           /* the nickname, then its key, each with a NUL */
};

/* All zero: empty. */
struct nicks {
    void *tree; /* tsearch(3): struct nick_entry, by key */
};

/* Makes an entry of a nickname that nick_check accepts. Returns NULL if out of memory. The caller
 * owns it until nicks_insert takes it, and frees it with free(3). */
struct nick_entry *nick_entry_new(const char *nick);

/* Returns the key under which the nickname is compared. */
const char *nick_entry_key(const struct nick_entry *entry);

/* Inserts an entry, or replaces `old` if that has the same key; old may be NULL. Returns the entry
 * that has the key now: the new one, or another one, and then nothing has changed. Returns NULL if
 * out of memory. */
struct nick_entry *nicks_insert(struct nicks *n, struct nick_entry *entry,
                                const struct nick_entry *old);

/* Returns the entry of the nickname, in any spelling; NULL: there is none. */
const struct nick_entry *nicks_find(const struct nicks *n, const char *nick);

/* Removes an entry, if it is in the set, and frees it. */
void nicks_remove(struct nicks *n, struct nick_entry *entry);

#endif
