/* members: PURE the nicknames known to be in the room, for completion: the last speaker first, then
 * those who have not spoken. */
#ifndef TUI_CORE_MEMBERS_H
#define TUI_CORE_MEMBERS_H

#include <stddef.h>

enum { MEMBERS_MAX = 1000 };

/* All zero is empty. */
struct members {
    char *nicks[MEMBERS_MAX];
    size_t count;
};

/* Notes that a member spoke, joined (or was listed), left, or has a new nickname. A nickname that
 * breaks the rule is skipped; in a full list the last one makes room. */
void members_spoke(struct members *m, const char *nick);
void members_joined(struct members *m, const char *nick);
void members_left(struct members *m, const char *nick);
void members_renamed(struct members *m, const char *nick, const char *new_nick);
void members_clear(struct members *m);

/* The nicknames with our own after all others. */
struct members_own_last {
    const struct members *members;
    const char *own;
};

/* Returns the i-th nickname of a struct members_own_last, NULL past the last. */
const char *members_word(const void *own_last, size_t i);

#endif
