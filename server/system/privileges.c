#include "server/system/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool complain(const char *name, const char *why)
{
    fprintf(stderr, "klatchd: cannot become the user %s: %s\n", name, why);
    return false;
}

static bool find(struct user *user, const char *name, const char *group)
{
    const struct passwd *theirs = getpwnam(name);
    if (!theirs) return complain(name, "there is no such user");
    *user = (struct user){theirs->pw_uid, theirs->pw_gid};
    if (user->uid == 0) return complain(name, "it is root");
    const struct group *other = group ? getgrnam(group) : NULL;
    if (group && !other) return complain(name, "there is no such group");
    if (other) user->gid = other->gr_gid;
    return true;
}

bool user_find(struct user *user, const char *name)
{
    if (geteuid() != 0) return complain(name, "only root can");
    char *copy = strdup(name), *group = copy;
    if (!copy) return complain(name, strerror(errno));
    const char *user_name = strsep(&group, ":");
    bool ok = find(user, user_name, group);
    free(copy);
    return ok;
}

bool user_become(const struct user *user)
{
    if (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
        setresuid(user->uid, user->uid, user->uid) < 0)
        return false;
    errno = EPERM;
    return setuid(0) < 0 && setgid(0) < 0;
}
