#include "server/system/sandbox.h"

#include "common/landlock.h"
#include "common/syscall_filter.h"
#include "server/system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/net.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_off(const struct sandbox *needs)
{
    return needs->is_off || !SANDBOX_IS_POSSIBLE;
}

/* -- system calls -- */

/* Operations of futex(2) without the flags FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. */
#define OPERATION ((uint32_t)FUTEX_CMD_MASK)

/* Each row says what klatchd needs the call for. A condition admits only what klatchd passes; a
 * call without one says why. Lists all calls that the C library may use for the same purpose, such
 * as epoll_wait and epoll_pwait: architectures differ, and a call that one lacks is ignored. */
static const struct syscall_row calls[] = {
    /* The event loop. read(2) and close(2) reach only descriptors that klatchd has. */
    {CALL(epoll_create1), .checks = {{0, INT, EPOLL_CLOEXEC}}},
    {CALL(epoll_ctl), .checks = {{1, INT, EPOLL_CTL_ADD}}},
    {CALL(epoll_ctl), .checks = {{1, INT, EPOLL_CTL_MOD}}},
    {CALL(epoll_ctl), .checks = {{1, INT, EPOLL_CTL_DEL}}},
    {CALL(epoll_wait)}, /* only reads events */
    {CALL(epoll_pwait), .checks = {{4, LONG, 0}}},
    {CALL(restart_syscall)}, /* continues a wait after SIGSTOP and SIGCONT; has no arguments */
    {CALL(read)},
    {CALL(close)},

    /* The clock and the processor, on machines without a vDSO: they only return a number. */
    {CALL(time)},
    {CALL(gettimeofday)},
    {CALL(clock_gettime)},
    {CALL(clock_gettime64)},
    {CALL(getcpu)},

    /* A member's secret. It only writes random bytes. */
    {CALL(getrandom), .checks = {{2, INT, 0}}},

    /* Accepting, and receiving without flags. */
    {CALL(accept4), .checks = {{3, INT, SOCK_NONBLOCK | SOCK_CLOEXEC}}},
    {CALL(recv), .checks = {{3, INT, 0}}},
    {CALL(recvfrom), .checks = {{3, INT, 0}, {4, LONG, 0}}},

    /* Sending: without an address, because TCP Fast Open connects to it. sendmsg(2) is not allowed:
     * its address is in memory, where a filter cannot read it. writev(2) takes none. */
    {CALL(send), .checks = {{3, INT, MSG_NOSIGNAL}}},
    {CALL(sendto), .checks = {{3, INT, MSG_NOSIGNAL}, {4, LONG, 0}, {5, INT, 0}}},
    {CALL(writev)},
    /* SHUT_RD would also turn a listener into a socket that can connect. */
    {CALL(shutdown), .checks = {{1, INT, SHUT_WR}}},
    {CALL(ioctl), .checks = {{1, INT, SIOCOUTQ}}},
    {CALL(ioctl), .checks = {{1, INT, FIONREAD}}},
    /* The descriptor that is reserved to refuse clients. */
    {CALL(fcntl), .checks = {{1, INT, F_DUPFD_CLOEXEC}, {2, LONG, 0}}},
    {CALL(fcntl64), .checks = {{1, INT, F_DUPFD_CLOEXEC}, {2, LONG, 0}}},

    /* Liveness of a connection, and its address, which is only read. */
    {CALL(setsockopt), .checks = {{1, INT, SOL_SOCKET}, {2, INT, SO_LINGER}}},
    {CALL(setsockopt), .checks = {{1, INT, SOL_SOCKET}, {2, INT, SO_SNDBUF}}},
    {CALL(setsockopt), .checks = {{1, INT, SOL_SOCKET}, {2, INT, SO_RCVBUF}}},
    {CALL(setsockopt), .checks = {{1, INT, IPPROTO_TCP}, {2, INT, TCP_KEEPINTVL}}},
    {CALL(setsockopt), .checks = {{1, INT, IPPROTO_TCP}, {2, INT, TCP_KEEPIDLE}}},
    {CALL(getsockopt), .checks = {{1, INT, IPPROTO_TCP}, {2, INT, TCP_INFO}}},
    {CALL(getpeername)},

    /* The log asks for standard error: one descriptor, or none to pause. write(2) also serves the
     * journal and eventfd(2); it reaches only descriptors that klatchd has. */
    {CALL(poll), .checks = {{1, LONG ^ 1, 0}}},
    {CALL(ppoll), .checks = {{1, LONG ^ 1, 0}, {3, LONG, 0}}},
    {CALL(ppoll_time64), .checks = {{1, LONG ^ 1, 0}, {3, LONG, 0}}},
    {CALL(write)},

    /* Memory as malloc(3) asks for it: private, of no file, not executable, at no fixed place. */
    {CALL(brk)},
    {CALL(mmap),
     .checks = {{2, LONG, PROT_READ | PROT_WRITE}, {3, LONG, MAP_PRIVATE | MAP_ANONYMOUS}}},
    {CALL(mmap2),
     .checks = {{2, LONG, PROT_READ | PROT_WRITE}, {3, LONG, MAP_PRIVATE | MAP_ANONYMOUS}}},
    {CALL(mremap), .checks = {{3, LONG, MREMAP_MAYMOVE}}},
    {CALL(munmap)}, /* only takes memory away */

    /* Threads, from start to end: their own memory, and locks without those of other priorities. */
    {CALL(set_robust_list)},
    {CALL(rseq), .checks = {{2, INT, 0}}},
    {CALL(futex), .checks = {{1, OPERATION, FUTEX_WAIT}}},
    {CALL(futex), .checks = {{1, OPERATION, FUTEX_WAIT_BITSET}}},
    {CALL(futex), .checks = {{1, OPERATION, FUTEX_WAKE}}},
    {CALL(futex_time64), .checks = {{1, OPERATION, FUTEX_WAIT}}},
    {CALL(futex_time64), .checks = {{1, OPERATION, FUTEX_WAIT_BITSET}}},
    {CALL(futex_time64), .checks = {{1, OPERATION, FUTEX_WAKE}}},
    {CALL(madvise), .checks = {{2, INT, MADV_DONTNEED}}},
    {CALL(exit)},

    /* exit(3) and abort(3); see also add_rules. The mask of signals is that of the own thread. */
    {CALL(exit_group)},
    {CALL(rt_sigprocmask)},
    {CALL(rt_sigaction), .checks = {{0, INT, SIGABRT}}},
    {CALL(getpid)},
    {CALL(gettid)},

    /* A tracer that injects an error replaces the call with this one, which does nothing. */
    {.number = -1},
};

/* Defined where the kernel's struct stat is that of the C library. */
#if defined SYS_fstat && defined __LP64__ &&                                                       \
    (defined __x86_64__ || defined __aarch64__ || defined __powerpc64__ || defined __riscv ||      \
     defined __s390x__)
#define HAS_OWN_FSTAT
#endif

#ifdef HAS_OWN_FSTAT
/* Of the journal, by its descriptor. */
static const struct syscall_row server_status_calls[] = {{CALL(fstat)}};
#else
#define server_status_calls status_calls
#endif

/* Return the size, times and owner of a file, by its descriptor or its path. They open no file. */
static const struct syscall_row status_calls[] = {
    {CALL(newfstatat)}, {CALL(fstat)}, {CALL(fstat64)}, {CALL(fstatat64)}, {CALL(statx)},
};

static const struct syscall_row sync_call = {CALL(fdatasync)};

static const struct syscall_row control_calls[] = {
    {CALL(getsockopt), .checks = {{1, INT, SOL_SOCKET}, {2, INT, SO_PEERCRED}}},
};

/* On the descriptor of the journal, which an opener has opened. */
static const struct syscall_row journal_calls[] = {
    {CALL(lseek)},     {CALL(_llseek)},     {CALL(pread64)},
    {CALL(ftruncate)}, {CALL(ftruncate64)}, {CALL(fdatasync)},
};

/* The answer of an opener: its descriptor comes in a message. recvmsg(2) reaches only sockets that
 * klatchd has, and connects to nothing: it returns an address, and takes none. */
static const struct syscall_row answer_calls[] = {
    {CALL(recvmsg), .checks = {{2, INT, MSG_CMSG_CLOEXEC}}},
#ifdef SYS_socketcall
    {CALL(socketcall), .checks = {{0, INT, SYS_RECVMSG}}},
#endif
};

/* Each helper waits for klatchd, looks at files, and ends. */
static const struct syscall_row helper_calls[] = {
    {CALL(read)},
    {CALL(close)},
    {CALL(restart_syscall)}, /* continues a wait after SIGSTOP and SIGCONT; has no arguments */
    {CALL(exit_group)},
    {.number = -1}, /* as above */
};

/* No row checks a path, which a filter cannot read: klatchd sends none. */
static const struct syscall_row opener_calls[] = {
    /* Opening, and the lock of the journal; never emptying. access(2), as the C library calls it,
     * tells why a file cannot be opened again. */
    {CALL(openat), .checks = {{2, O_TRUNC, 0}}},
    {CALL(flock), .checks = {{1, INT, LOCK_EX | LOCK_NB}}},
    {CALL(access)},
    {CALL(faccessat)},

    /* The answer, on the only socket, which is connected. */
    {CALL(sendmsg), .checks = {{2, INT, MSG_NOSIGNAL}}},
#ifdef SYS_socketcall
    {CALL(socketcall), .checks = {{0, INT, SYS_SENDMSG}}},
#endif

    /* Rotated files, at the start: reading the folder of the journal, and links to it. */
    {CALL(getdents64)},
    {CALL(lseek)},
    {CALL(_llseek)},
    {CALL(lstat)},
    {CALL(readlink)},
    {CALL(readlinkat)},
    {CALL(getcwd)},
    {CALL(brk)},
    {CALL(mmap),
     .checks = {{2, LONG, PROT_READ | PROT_WRITE}, {3, LONG, MAP_PRIVATE | MAP_ANONYMOUS}}},
    {CALL(mmap2),
     .checks = {{2, LONG, PROT_READ | PROT_WRITE}, {3, LONG, MAP_PRIVATE | MAP_ANONYMOUS}}},
    {CALL(munmap)},
};

/* The lock of a socket's folder, and waiting for it; unlinkat(2) removes no folder. */
static const struct syscall_row cleaner_calls[] = {
    {CALL(flock)},
    {CALL(poll), .checks = {{1, LONG, 0}}},
    {CALL(ppoll), .checks = {{1, LONG, 0}, {3, LONG, 0}}},
    {CALL(ppoll_time64), .checks = {{1, LONG, 0}, {3, LONG, 0}}},
    {CALL(unlink)},
    {CALL(unlinkat), .checks = {{2, INT, 0}}},
};

#ifdef SYS_socketcall
/* The C library may use this call for all calls on sockets. Its other arguments are in memory,
 * where a filter cannot read them; SYS_SEND has no address among them. */
static const struct syscall_row socketcalls[] = {
    {CALL(socketcall), .checks = {{0, INT, SYS_ACCEPT4}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_RECV}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SEND}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SHUTDOWN}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_SETSOCKOPT}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_GETSOCKOPT}}},
    {CALL(socketcall), .checks = {{0, INT, SYS_GETPEERNAME}}},
};
#endif

static int allow_socketcall(scmp_filter_ctx filter)
{
#ifdef SYS_socketcall
    log_event("the sandbox does not check socket options: this architecture has socketcall(2)");
    return SYSCALL_ALLOW_ALL(filter, socketcalls);
#else
    (void)filter;
    return 0;
#endif
}

static int add_server_rules(scmp_filter_ctx filter, const struct sandbox *needs)
{
    const struct syscall_row to_self = {
        CALL(tgkill), .checks = {{0, INT, (uint32_t)getpid()}, {2, INT, SIGABRT}}};
    int failed = SYSCALL_ALLOW_ALL(filter, calls);
    if (!failed) failed = syscall_allow(filter, &to_self);
    if (!failed) failed = allow_socketcall(filter);
    if (!failed && needs->asks_for_user) failed = SYSCALL_ALLOW_ALL(filter, control_calls);
    if (!failed && needs->asks_opener) failed = SYSCALL_ALLOW_ALL(filter, answer_calls);
    if (!failed && needs->has_journal) failed = SYSCALL_ALLOW_ALL(filter, server_status_calls);
    if (!failed && needs->has_journal) failed = SYSCALL_ALLOW_ALL(filter, journal_calls);
    if (!failed && needs->syncs_file) failed = syscall_allow(filter, &sync_call);
    return failed;
}

static int add_helper_rules(scmp_filter_ctx filter, const struct sandbox *needs)
{
    int failed = SYSCALL_ALLOW_ALL(filter, helper_calls);
    if (!failed) failed = SYSCALL_ALLOW_ALL(filter, status_calls);
    if (!failed && needs->process == SANDBOX_CLEANER)
        failed = SYSCALL_ALLOW_ALL(filter, cleaner_calls);
    if (!failed && needs->process == SANDBOX_OPENER)
        failed = SYSCALL_ALLOW_ALL(filter, opener_calls);
    return failed;
}

/* Returns 0 or a negative errno value, like libseccomp. */
static int add_rules(scmp_filter_ctx filter, const struct sandbox *needs)
{
    int failed = syscall_filter_prepare(filter);
    if (!failed) failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (failed) return failed;
    return needs->process == SANDBOX_SERVER ? add_server_rules(filter, needs)
                                            : add_helper_rules(filter, needs);
}

int sandbox_fstat(int fd, struct stat *st)
{
#ifdef HAS_OWN_FSTAT
    return (int)syscall(SYS_fstat, fd, st);
#else
    return fstat(fd, st);
#endif
}

/* Limits malloc(3) to one arena: with threads, it would read /proc to create a second one. */
bool sandbox_apply_seccomp(const struct sandbox *needs)
{
    if (is_off(needs)) return false;
    mallopt(M_ARENA_MAX, 1);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int failed = filter ? add_rules(filter, needs) : -ENOSYS;
    if (!failed) failed = seccomp_load(filter);
    if (failed) log_event("system calls are not restricted: %s", strerror(-failed));
    seccomp_release(filter);
    return !failed;
}

/* -- files -- */

enum { LINKS = 40 }; /* maximum of symbolic links in a path, as in the kernel */

static bool restricts_files;

/* Allows access to the folder of a file. Ignores a folder that cannot be opened. */
static void allow_folder(int rules, const char *path, uint64_t rights)
{
    char *copy = path ? strdup(path) : NULL;
    if (copy) landlock_allow(rules, dirname(copy), rights);
    free(copy);
}

/* Joins a link's target to the folder of the link, unless it is absolute. */
static bool resolve_link(const char *path, char target[static PATH_MAX])
{
    char text[PATH_MAX];
    ssize_t n = readlink(path, text, sizeof text);
    const char *slash = n > 0 && text[0] != '/' ? strrchr(path, '/') : NULL;
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
    if (n <= 0 || folder + (size_t)n >= PATH_MAX) return false;
    memcpy(target, path, folder);
    memcpy(target + folder, text, (size_t)n);
    target[folder + (size_t)n] = '\0';
    return true;
}

/* Allows access to the folder of a file. If the path is a link, also allows access to the folder of
 * its target, which need not exist yet. */
static void allow_file(int rules, const char *path, uint64_t rights)
{
    char links[2][PATH_MAX];
    allow_folder(rules, path, rights);
    for (int i = 0; path && i < LINKS && resolve_link(path, links[i % 2]); i++) {
        path = links[i % 2];
        allow_folder(rules, path, rights);
    }
}

static bool apply_landlock(const struct sandbox *needs)
{
    int version = landlock_version();
    uint64_t all = landlock_file_rights(version);
    uint64_t write = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_TRUNCATE;
    int rules = version > 0 ? landlock_create(version, all, true) : -1;
    if (rules < 0) return false;
    for (int i = 0; i < SANDBOX_SOCKETS; i++)
        allow_folder(rules, needs->sockets[i], LANDLOCK_ACCESS_FS_REMOVE_FILE);
    allow_file(rules, needs->writes, write & all);
    allow_file(rules, needs->reads, LANDLOCK_ACCESS_FS_READ_FILE);
    return landlock_enforce(rules);
}

bool sandbox_apply_landlock(const struct sandbox *needs)
{
    static const struct rlimit none = {0, 0};
    if (is_off(needs)) {
        log_event(SANDBOX_DISABLED("%s"), needs->is_off ? "--no-sandbox" : "instrumented build");
        return false;
    }
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    restricts_files = apply_landlock(needs);
    if (restricts_files) return true;
    log_event("file access is not restricted: Landlock: %s", strerror(errno));
    return false;
}

/* Whether the file's permissions allow access: access(2) ignores the sandbox. */
static bool is_permitted(const char *path, bool writes)
{
    char folder[PATH_MAX];
    if (access(path, writes ? R_OK | W_OK : R_OK) == 0) return true;
    if (!writes || errno != ENOENT || strlen(path) >= sizeof folder) return false;
    memcpy(folder, path, strlen(path) + 1);
    return access(dirname(folder), W_OK | X_OK) == 0;
}

bool sandbox_forbids(const char *path, bool writes)
{
    int why = errno;
    bool is_forbidden = why == EACCES && restricts_files && is_permitted(path, writes);
    errno = why;
    return is_forbidden;
}
