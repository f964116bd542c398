/* members: PURE the nicknames known to be in the room: first the members that spoke, the last
 * speaker at the front, then the others, sorted. Each has a hue of its own as long as there are
 * enough: the hash of the nickname selects it, or the nearest free one. A member keeps its hue
 * under another nickname, and after it has left, until somebody else needs it. */
#ifndef TUI_CORE_MEMBERS_H
#define TUI_CORE_MEMBERS_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MEMBERS_MAX = 1000, /* nicknames kept; further members are only counted */
    MEMBERS_HUES_MAX = 64,
    MEMBERS_PAST_MAX = 256, /* members that left, whose hue is remembered */
};

struct member {
    char nick[NICK_BYTES + 1];
    uint32_t hash; /* of the nickname's key: the same for all its spellings */
    int hue;
    bool is_listed; /* in the list that is being read */
};

struct past_member {
    uint32_t hash;
    int hue;
};

/* All zero is empty, without hues. */
struct members {
    size_t count, spoken;               /* members in `list`; the first of them, that spoke */
    size_t unlisted;                    /* members that are only counted */
    bool is_complete;                   /* the server has listed all */
    int hues;                           /* how many there are; 0: none */
    unsigned holders[MEMBERS_HUES_MAX]; /* members in `list` with this hue */
    size_t past_count;                  /* since the start; the newest are in `past` */
    struct past_member past[MEMBERS_PAST_MAX];
    struct member list[MEMBERS_MAX];
};

/* Note that a member spoke, joined, left, or has a new nickname. If the list is full, the new
 * nickname replaces the last one, which is only counted, like one that nick_check refuses. */
void members_spoke(struct members *m, const char *nick);
void members_joined(struct members *m, const char *nick);
void members_left(struct members *m, const char *nick);
void members_renamed(struct members *m, const char *nick, const char *new_nick);
void members_clear(struct members *m);

/* Read a list of all members from the server: begin it, note each nickname, and end it, which
 * removes the members that were not in it. */
void members_list_begin(struct members *m);
void members_list_add(struct members *m, const char *nick);
void members_list_end(struct members *m);

/* Compares two nicknames for sorting. */
int members_compare(const char *a, const char *b);

bool members_has(const struct members *m, const char *nick);

/* Returns how many members are in the room, as far as we know. */
size_t members_here(const struct members *m);

/* Sets how many hues there are; assigns all anew if that changes the number. */
void members_set_hues(struct members *m, int hues);

/* Returns the nickname's hue, below m->hues; of a stranger, the one that its hash selects. */
int members_hue(const struct members *m, const char *nick);

/* The nicknames of the members; ours is the last. */
struct members_own_last {
    const struct members *members;
    const char *own;
};

/* Returns the i-th nickname of a struct members_own_last, NULL past the last. */
const char *members_word(const void *own_last, size_t i);

#endif
