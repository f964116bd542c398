/* members: PURE the nicknames known to be in the room, for completion: first the members that
 * spoke, the last speaker at the front, then the others. */
#ifndef TUI_CORE_MEMBERS_H
#define TUI_CORE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

enum { MEMBERS_MAX = 1000 };

/* All zero is empty. */
struct members {
    size_t count;
    char *nicks[MEMBERS_MAX];
};

/* Note that a member spoke, joined (or was listed), left, or has a new nickname. Ignore a nickname
 * that nick_check refuses. If the list is full, the new nickname replaces the last one. */
void members_spoke(struct members *m, const char *nick);
void members_joined(struct members *m, const char *nick);
void members_left(struct members *m, const char *nick);
void members_renamed(struct members *m, const char *nick, const char *new_nick);
void members_clear(struct members *m);

bool members_has(const struct members *m, const char *nick);

/* The nicknames of the members; ours is the last. */
struct members_own_last {
    const struct members *members;
    const char *own;
};

/* Returns the i-th nickname of a struct members_own_last, NULL past the last. */
const char *members_word(const void *own_last, size_t i);

#endif
