#include "tui/system/sandbox.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/net.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* -- files -- */

/* The current landlock_ruleset_attr, because the headers may be older than the kernel. */
struct ruleset {
    uint64_t files, ports, scopes;
};

enum { NEWEST = 6, ALL_PORTS = 3, ALL_SCOPES = 3 };

/* Gives up new privileges, as Landlock requires. Returns the version of Landlock that the kernel
 * has, at most NEWEST; 0: none. */
static int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || version < 0) return 0;
    return version < NEWEST ? (int)version : NEWEST;
}

/* Returns all rights that this version can forbid; see landlock(7). */
static uint64_t all_file_rights(int version)
{
    static const int rights[NEWEST + 1] = {0, 13, 14, 15, 15, 16, 16};
    return (UINT64_C(1) << rights[version]) - 1;
}

static void allow_reading(int rules, const char *path, uint64_t rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = fd};
    if (fd >= 0) syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    if (fd >= 0) close(fd);
}

static int create_rules(const struct ruleset *forbidden)
{
    return (int)syscall(SYS_landlock_create_ruleset, forbidden, sizeof *forbidden, 0);
}

/* Returns whether the kernel restricts files from now on. */
static bool enforce(int rules)
{
    bool ok = rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0) close(rules);
    return ok;
}

/* Leaves the files of time zones: the C library reads them again when the zone changes. */
static bool restrict_files(void)
{
    int version = landlock_version();
    const struct ruleset forbidden = {.files = all_file_rights(version),
                                      .ports = version >= 4 ? ALL_PORTS : 0,
                                      .scopes = version >= 6 ? ALL_SCOPES : 0};
    int rules = version > 0 ? create_rules(&forbidden) : -1;
    if (rules < 0) return false;
    allow_reading(rules, "/usr/share/zoneinfo", LANDLOCK_ACCESS_FS_READ_FILE);
    allow_reading(rules, "/etc/localtime", LANDLOCK_ACCESS_FS_READ_FILE);
    return enforce(rules);
}

void sandbox_forbid_writes(void)
{
    int version = landlock_version();
    uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    const struct ruleset forbidden = {.files = all_file_rights(version) & ~reading};
    if (SANDBOX_IS_POSSIBLE && version > 0) enforce(create_rules(&forbidden));
}

/* -- system calls -- */

/* A system call, and conditions on bits of its arguments. */
struct call {
    int number;
    struct check {
        unsigned arg;
        uint64_t mask, value;
    } checks[2]; /* mask 0: no condition */
};

#define CALL(name) .number = SCMP_SYS(name)
#define ALL        UINT64_MAX
#define ALL_INT    UINT32_MAX

/* Lists all calls that the C library may use for the same purpose, such as poll and ppoll:
 * architectures differ, and a call that one lacks is ignored. */
static const struct call calls[] = {
    /* the loop */
    {CALL(poll)},
    {CALL(ppoll)},
    {CALL(ppoll_time64)},
    {CALL(restart_syscall)},
    {CALL(read)},
    {CALL(write)},
    {CALL(writev)},
    {CALL(close)},

    /* the clock, on machines without a vDSO, and the delays of curses */
    {CALL(time)},
    {CALL(gettimeofday)},
    {CALL(clock_gettime)},
    {CALL(clock_gettime64)},
    {CALL(nanosleep)},
    {CALL(clock_nanosleep)},
    {CALL(clock_nanosleep_time64)},

    /* the connection and the helper processes; no datagram to an address */
    {CALL(recv)},
    {CALL(recvfrom)},
    {CALL(recvmsg)},
    {CALL(send), .checks = {{3, ALL_INT, MSG_NOSIGNAL}}},
    {CALL(sendto), .checks = {{3, ALL_INT, MSG_NOSIGNAL}, {4, ALL, 0}}},
    {CALL(shutdown)},

    /* the terminal; TIOCSTI, which types into it, is not among them */
    {CALL(ioctl), .checks = {{1, ALL_INT, TCGETS}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETS}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETSW}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETSF}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCGETS2}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETS2}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETSW2}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSETSF2}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCSBRK}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TCFLSH}}},
    {CALL(ioctl), .checks = {{1, ALL_INT, TIOCGWINSZ}}},
    {CALL(dup2)},
    {CALL(dup3)},

    /* files that are open; what stands at a path */
    {CALL(lseek)},
    {CALL(_llseek)},
    {CALL(pread64)},
    {CALL(ftruncate)},
    {CALL(ftruncate64)},
    {CALL(fstat)},
    {CALL(fstat64)},
    {CALL(stat)},
    {CALL(stat64)},
    {CALL(newfstatat)},
    {CALL(fstatat64)},
    {CALL(statx)},

    /* memory that is not executable */
    {CALL(brk)},
    {CALL(mmap), .checks = {{2, PROT_EXEC, 0}, {3, MAP_ANONYMOUS, MAP_ANONYMOUS}}},
    {CALL(mmap2), .checks = {{2, PROT_EXEC, 0}, {3, MAP_ANONYMOUS, MAP_ANONYMOUS}}},
    {CALL(mremap)},
    {CALL(munmap)},
    {CALL(madvise), .checks = {{2, ALL_INT, MADV_DONTNEED}}},
    {CALL(sysinfo)},
    {CALL(getrandom)},

    /* signals, stopping and ending */
    {CALL(rt_sigprocmask)},
    {CALL(rt_sigaction)},
    {CALL(rt_sigreturn)},
    {CALL(sigreturn)},
    {CALL(getpid)},
    {CALL(gettid)},
    {CALL(futex)},
    {CALL(futex_time64)},
    {CALL(exit)},
    {CALL(exit_group)},

    /* a tracer that injects an error replaces the call with this one */
    {.number = -1},
};

/* The files that Landlock leaves. */
static const struct call reading_calls[] = {
    {CALL(open), .checks = {{1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY}}},
    {CALL(openat), .checks = {{2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY}}},
};

#ifdef SYS_socketcall
/* The C library may use this call for all calls on sockets. Its other arguments are in memory,
 * where a filter cannot read them. */
static const struct call socketcalls[] = {
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_RECV}}},
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_RECVFROM}}},
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_RECVMSG}}},
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_SEND}}},
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_SENDTO}}},
    {CALL(socketcall), .checks = {{0, ALL_INT, SYS_SHUTDOWN}}},
};
#endif

static int allow_call(scmp_filter_ctx filter, const struct call *call)
{
    struct scmp_arg_cmp all[2];
    unsigned n = 0;
    for (const struct check *c = call->checks; n < 2 && c->mask; c++)
        all[n++] = (struct scmp_arg_cmp){c->arg, SCMP_CMP_MASKED_EQ, c->mask, c->value};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call->number, n, all);
}

static int allow_all(scmp_filter_ctx filter, const struct call *table, size_t n)
{
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++) failed = allow_call(filter, &table[i]);
    return failed;
}

#define ALLOW_ALL(filter, table) allow_all(filter, table, sizeof(table) / sizeof *(table))

/* Allows signals to this process only. */
static int allow_signals(scmp_filter_ctx filter)
{
    uint64_t self = (uint64_t)getpid();
    const struct call to_self = {CALL(kill), .checks = {{0, ALL_INT, self}}};
    const struct call to_thread = {CALL(tgkill), .checks = {{0, ALL_INT, self}}};
    int failed = allow_call(filter, &to_self);
    return failed ? failed : allow_call(filter, &to_thread);
}

static int add_rules(scmp_filter_ctx filter, bool files_are_restricted)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (!failed) failed = seccomp_attr_set(filter, SCMP_FLTATR_API_TSKIP, 1);
    if (!failed) failed = ALLOW_ALL(filter, calls);
    if (!failed) failed = allow_signals(filter);
#ifdef SYS_socketcall
    if (!failed) failed = ALLOW_ALL(filter, socketcalls);
#endif
    if (!failed && files_are_restricted) failed = ALLOW_ALL(filter, reading_calls);
    return failed;
}

static void restrict_calls(bool files_are_restricted)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL) return;
    if (add_rules(filter, files_are_restricted) == 0) seccomp_load(filter);
    seccomp_release(filter);
}

/* Reads first what the C library would read later: the time zone, and the texts of errors. */
void sandbox_apply(void)
{
    if (!SANDBOX_IS_POSSIBLE) return;
    tzset();
    (void)strerror(EINVAL);
    restrict_calls(restrict_files());
}
