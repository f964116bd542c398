/* names: PURE the nicknames of those who are here, of which no two have the same key (see
 * common/nick.h). */
#ifndef SERVER_ROOM_NICKS_H
#define SERVER_ROOM_NICKS_H

struct member;

/* A nickname somebody bears. */
struct name {
    struct member *bearer; /* the caller's to set */
    char nick[];           /* and behind it its key */
};

/* All zero: nobody has any. */
struct names {
    void *tree; /* tsearch(3), of struct name, by key */
};

/* Makes one that is not among them yet, of a nickname that nick_check accepts. NULL without memory.
 * It is the caller's to free(3), until it is entered. */
struct name *name_new(const char *nick);

/* The key under which it is compared. */
const char *name_key(const struct name *name);

/* Enters a name, in the place of the old one if they have the same key; without one, `old` is NULL.
 * Returns who has that key now: the name itself, or the one that was there, and nothing is changed.
 * NULL without memory. */
struct name *names_enter(struct names *n, struct name *name, const struct name *old);

/* Who has the nickname, under any spelling; NULL: nobody, or there is no memory to look. */
const struct name *names_find(const struct names *n, const char *nick);

/* Takes a name out, if it is still there, and frees it. */
void names_remove(struct names *n, struct name *name);

#endif
