/* privileges: whom klatchd, started as root, becomes once it has what only root gets. */
#ifndef SERVER_SYSTEM_PRIVILEGES_H
#define SERVER_SYSTEM_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

struct privileges {
    uid_t uid;
    gid_t gid;
};

/* Finds NAME or NAME:GROUP (getpwnam(3), getgrnam(3)); without a group it is the user's own. False
 * after one line on standard error that says why it cannot be had. */
bool privileges_find(struct privileges *p, const char *name);

/* Becomes the user, without further groups and for good (setresuid(2)). False with errno set. */
bool privileges_drop(const struct privileges *p);

#endif
