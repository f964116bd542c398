/* ignore_list: PURE the nicknames whose messages the client hides. */
#ifndef TUI_CORE_IGNORE_LIST_H
#define TUI_CORE_IGNORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum { IGNORE_MAX = 100 };

/* All zero is empty. */
struct ignore_list {
    char *nicks[IGNORE_MAX];
    bool followed[IGNORE_MAX]; /* an ignored member has this nickname now */
    size_t count;
};

enum ignore_follow {
    IGNORE_FOLLOW_NONE,  /* nothing changed */
    IGNORE_FOLLOW_ADDED, /* the new nickname is in the list too */
    IGNORE_FOLLOW_FULL,  /* the list is full, or there is no memory */
};

/* Adds a nickname that nick_check accepts. Returns false if the list is full, or without memory. */
bool ignore_list_add(struct ignore_list *list, const char *nick);

/* Removes a nickname. Returns false if it is not in the list. */
bool ignore_list_remove(struct ignore_list *list, const char *nick);

/* Whether the nickname is in the list, in any spelling. */
bool ignore_list_has(const struct ignore_list *list, const char *nick);

/* Follows an ignored member to its new nickname. Replaces the old one only if that was followed
 * too, so that a member that often changes its nickname does not fill the list. */
enum ignore_follow ignore_list_follow(struct ignore_list *list, const char *nick,
                                      const char *new_nick);

/* Removes the nickname of a member that left, if the member was followed to it: another person may
 * take it. */
void ignore_list_member_left(struct ignore_list *list, const char *nick);

/* Returns the i-th nickname, NULL past the last: candidates for completion. */
const char *ignore_list_word(const void *list, size_t i);

void ignore_list_clear(struct ignore_list *list);

#endif
