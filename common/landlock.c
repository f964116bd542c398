#include "common/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The current landlock_ruleset_attr, because the headers may be older than the kernel. */
struct ruleset {
    uint64_t files, ports, scopes;
};

enum { NEWEST = 6, ALL_PORTS = 3, ALL_SCOPES = 3 };

int landlock_version(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return 0;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0) return 0;
    return version < NEWEST ? (int)version : NEWEST;
}

uint64_t landlock_file_rights(int version)
{
    static const int rights[NEWEST + 1] = {0, 13, 14, 15, 15, 16, 16};
    return (UINT64_C(1) << rights[version]) - 1;
}

int landlock_create(int version, uint64_t files, bool isolates)
{
    const struct ruleset forbidden = {.files = files,
                                      .ports = isolates && version >= 4 ? ALL_PORTS : 0,
                                      .scopes = isolates && version >= 6 ? ALL_SCOPES : 0};
    return (int)syscall(SYS_landlock_create_ruleset, &forbidden, sizeof forbidden, 0);
}

void landlock_allow(int rules, const char *path, uint64_t rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = fd};
    if (fd < 0) return;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(fd);
}

bool landlock_enforce(int rules)
{
    if (rules < 0) return false;
    bool ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    int why = errno;
    close(rules);
    errno = why;
    return ok;
}
