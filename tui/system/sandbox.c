#include "tui/system/sandbox.h"

#include "common/landlock.h"
#include "common/syscall_filter.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/net.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* -- files -- */

/* Leaves the files of time zones: the C library reads them again when the zone changes. */
static bool restrict_files(void)
{
    int version = landlock_version();
    int rules = version > 0 ? landlock_create(version, landlock_file_rights(version), true) : -1;
    if (rules < 0) return false;
    landlock_allow(rules, "/usr/share/zoneinfo", LANDLOCK_ACCESS_FS_READ_FILE);
    landlock_allow(rules, "/etc/localtime", LANDLOCK_ACCESS_FS_READ_FILE);
    return landlock_enforce(rules);
}

void sandbox_forbid_writes(void)
{
    int version = landlock_version();
    uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    if (!SANDBOX_IS_POSSIBLE || version == 0) return;
    landlock_enforce(landlock_create(version, landlock_file_rights(version) & ~reading, false));
}

/* -- system calls -- */

/* Lists all calls that the C library may use for the same purpose, such as poll and ppoll:
 * architectures differ, and a call that one lacks is ignored. */
static const struct syscall_row calls[] = {
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
    {CALL(send), .checks = {{3, INT, MSG_NOSIGNAL}}},
    {CALL(sendto), .checks = {{3, INT, MSG_NOSIGNAL}, {4, LONG, 0}}},
    {CALL(shutdown)},

    /* the terminal; TIOCSTI, which types into it, is not among them */
    {CALL(ioctl), .checks = {{1, INT, TCGETS}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETS}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETSW}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETSF}}},
    {CALL(ioctl), .checks = {{1, INT, TCGETS2}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETS2}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETSW2}}},
    {CALL(ioctl), .checks = {{1, INT, TCSETSF2}}},
    {CALL(ioctl), .checks = {{1, INT, TCSBRK}}},
    {CALL(ioctl), .checks = {{1, INT, TCFLSH}}},
    {CALL(ioctl), .checks = {{1, INT, TIOCGWINSZ}}},
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
    {CALL(madvise), .checks = {{2, INT, MADV_DONTNEED}}},
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
static const struct syscall_row reading_calls[] = {
    {CALL(open), .checks = {{1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY}}},
    {CALL(openat), .checks = {{2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY}}},
};

#ifdef SYS_socketcall
/* The C library may use this call for all calls on sockets. Its other arguments are in memory,
 * where a filter cannot read them. */
static const struct syscall_row socketcalls[] = {
    {CALL(socketcall), .checks = {{0, INT, SYS_RECV}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_RECVFROM}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_RECVMSG}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SEND}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SENDTO}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SHUTDOWN}}},
};
#endif

/* Allows signals to this process only. */
static int allow_signals(scmp_filter_ctx filter)
{
    uint64_t self = (uint64_t)getpid();
    const struct syscall_row to_self = {CALL(kill), .checks = {{0, INT, self}}};
    const struct syscall_row to_thread = {CALL(tgkill), .checks = {{0, INT, self}}};
    int failed = syscall_allow(filter, &to_self);
    return failed ? failed : syscall_allow(filter, &to_thread);
}

static int add_rules(scmp_filter_ctx filter, bool files_are_restricted)
{
    int failed = syscall_filter_prepare(filter);
    if (!failed) failed = SYSCALL_ALLOW_ALL(filter, calls);
    if (!failed) failed = allow_signals(filter);
#ifdef SYS_socketcall
    if (!failed) failed = SYSCALL_ALLOW_ALL(filter, socketcalls);
#endif
    if (!failed && files_are_restricted) failed = SYSCALL_ALLOW_ALL(filter, reading_calls);
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
