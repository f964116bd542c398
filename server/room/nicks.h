/* nicks: PURE the set of the members' nicknames; no two have the same key (common/nick.h),
 * made of their plain letters, or, unless both are ASCII, look alike (server/room/lookalike.h). */
#ifndef SERVER_ROOM_NICKS_H
#define SERVER_ROOM_NICKS_H

#include "server/room/resume.h"

#include <stdbool.h>
#include <stdint.h>

struct lookalike;

/* The texts under which a nickname is compared. */
enum nick_form {
    NICK_KEY,
    NICK_FOLDED,  /* the skeleton of the key */
    NICK_WRITTEN, /* the skeleton of the nickname */
    NICK_FORMS
};

struct nick_entry {
    uint32_t index;              /* of the member in its room; set by the caller */
    struct resume_secret secret; /* of the member; all zero until nick_entry_renew_secret */
    char text[];                 /* the nickname and its forms; empty: equal to the one before */
};

/* All zero: empty. */
struct nicks {
    struct lookalike *lookalike; /* the caller's; NULL: nicknames may look alike */
    resume_random *fill_random;  /* the caller's; NULL: members get no secret */
    void *by_key;                /* tsearch(3): struct nick_entry, by NICK_FOLDED and NICK_KEY */
    void *by_written;            /* those whose NICK_WRITTEN differs from NICK_FOLDED */
};

/* Makes an entry of a nickname that nick_check accepts. Returns NULL if out of memory. The caller
 * owns it until nicks_insert takes it, and frees it with free(3). */
struct nick_entry *nick_entry_new(const struct nicks *n, const char *nick);

/* Gives an entry a new secret; none if the random source fails. */
void nick_entry_renew_secret(const struct nicks *n, struct nick_entry *entry);

/* Returns the key under which the nickname is compared. */
const char *nick_entry_key(const struct nick_entry *entry);

/* Returns whether a nickname is the entry's, in any spelling. */
bool nick_entry_is(const struct nicks *n, const struct nick_entry *entry, const char *nick);

/* Inserts an entry in place of `old`, which may be NULL. Returns the new entry; or another one that
 * has the same key or looks alike, and then nothing has changed. Returns NULL if out of memory;
 * then old may be missing from the set. */
const struct nick_entry *nicks_insert(struct nicks *n, const struct nick_entry *entry,
                                      const struct nick_entry *old);

/* Returns the entry in the set that has the same key as this one, or looks alike; NULL: there is
 * none. */
const struct nick_entry *nicks_find_rival(const struct nicks *n, const struct nick_entry *entry);

/* Returns the entry of the nickname, in any spelling; NULL: there is none, or out of memory. */
const struct nick_entry *nicks_find(const struct nicks *n, const char *nick);

/* Removes an entry, if it is in the set, and frees it. */
void nicks_remove(struct nicks *n, struct nick_entry *entry);

#endif
