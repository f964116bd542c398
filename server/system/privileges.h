/* privileges: drops root privileges, once klatchd has opened the sockets and files that need them.
 */
#ifndef SERVER_SYSTEM_PRIVILEGES_H
#define SERVER_SYSTEM_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/* Why privileges_find fails. */
#define PRIVILEGES_NOT_ROOT "klatchd does not run as root"
#define PRIVILEGES_NO_USER  "no such user"
#define PRIVILEGES_NO_GROUP "no such group"
#define PRIVILEGES_IS_ROOT  "this user is root"

struct privileges {
    uid_t uid;
    gid_t gid;
};

/* Looks up NAME or NAME:GROUP (getpwnam(3), getgrnam(3)); without a group, the user's own. Returns
 * false after a line on standard error. */
bool privileges_find(struct privileges *p, const char *name);

/* Switches to the user and group permanently, without other groups (setresuid(2)). Returns false
 * with errno set. */
bool privileges_drop(const struct privileges *p);

#endif
