#include "server/system/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool report_failure(const char *name, const char *why)
{
    fprintf(stderr, "klatchd: cannot switch to user %s: %s\n", name, why);
    return false;
}

static bool find_user(struct privileges *p, const char *name, const char *group)
{
    const struct passwd *user = getpwnam(name);
    if (!user) return report_failure(name, PRIVILEGES_NO_USER);
    *p = (struct privileges){user->pw_uid, user->pw_gid};
    if (p->uid == 0) return report_failure(name, PRIVILEGES_IS_ROOT);
    const struct group *other = group ? getgrnam(group) : NULL;
    if (group && !other) return report_failure(name, PRIVILEGES_NO_GROUP);
    if (other) p->gid = other->gr_gid;
    return true;
}

bool privileges_find(struct privileges *p, const char *name)
{
    if (geteuid() != 0) return report_failure(name, PRIVILEGES_NOT_ROOT);
    char *copy = strdup(name), *group = copy;
    if (!copy) return report_failure(name, strerror(errno));
    const char *user_name = strsep(&group, ":");
    bool ok = find_user(p, user_name, group);
    free(copy);
    return ok;
}

bool privileges_drop(const struct privileges *p)
{
    if (setgroups(0, NULL) < 0 || setresgid(p->gid, p->gid, p->gid) < 0 ||
        setresuid(p->uid, p->uid, p->uid) < 0)
        return false;
    errno = EPERM;
    return setuid(0) < 0 && setgid(0) < 0;
}
