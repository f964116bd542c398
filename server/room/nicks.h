/* nicks: PURE the nicknames of those who are here, of which no two have the same key (see
 * common/nick.h). */
#ifndef SERVER_ROOM_NICKS_H
#define SERVER_ROOM_NICKS_H

struct member;

/* A nickname somebody bears. */
struct nick_entry {
    struct member *member; /* the caller's to set */
    char text[];           /* and behind it its key */
};

/* All zero: nobody has any. */
struct nicks {
    void *tree; /* tsearch(3), of struct nick_entry, by key */
};

/* Makes one that is not among them yet, of a nickname that nick_check accepts. NULL without memory.
 * It is the caller's to free(3), until it is entered. */
struct nick_entry *nick_entry_new(const char *nick);

/* The key under which it is compared. */
const char *nick_entry_key(const struct nick_entry *name);

/* Enters a name, in the place of the old one if they have the same key; without one, `old` is NULL.
 * Returns who has that key now: the name itself, or the one that was there, and nothing is changed.
 * NULL without memory. */
struct nick_entry *nicks_insert(struct nicks *n, struct nick_entry *name,
                                const struct nick_entry *old);

/* Who has the nickname, under any spelling; NULL: nobody, or there is no memory to look. */
const struct nick_entry *nicks_find(const struct nicks *n, const char *nick);

/* Takes a name out, if it is still there, and frees it. */
void nicks_remove(struct nicks *n, struct nick_entry *name);

#endif
