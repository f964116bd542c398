/* shim: preloaded into klatchd (LD_PRELOAD), makes calls fail as the fault says.
 *
 * After a short write or EAGAIN the kernel reports a new edge-triggered event. After a simulated
 * one it does not, so the shim re-arms the descriptor with epoll_ctl. */
#include "tests/faults/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DESCRIPTORS = 256 };

static struct fault *fault;
static bool is_helper; /* a process that klatchd has forked */

static struct {
    int epoll;
    struct epoll_event event;
} watched[DESCRIPTORS];

__attribute__((constructor)) static void map_fault(void)
{
    const char *fd = getenv(FAULT_VARIABLE);
    if (!fd) return;
    void *page =
        mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, (int)strtol(fd, NULL, 10), 0);
    close((int)strtol(fd, NULL, 10));
    if (page != MAP_FAILED) fault = page;
}

/* Code that runs after main does not belong to klatchd. */
static void forget_fault(void)
{
    fault = NULL;
}

/* klatchd has several threads. */
static uint64_t count(uint64_t *n)
{
    return __atomic_add_fetch(n, 1, __ATOMIC_RELAXED);
}

/* Allocations fail only once klatchd serves, and not in its helpers, which may still be starting
 * then: libseccomp 2.5 does not check its own. */
static bool fails(enum call call)
{
    if (!fault || (call == CALL_memory && (!fault->serves || is_helper))) return false;
    uint64_t n = count(&fault->calls[call]);
    if (call != fault->call || n < fault->first || n > fault->last) return false;
    count(&fault->failed);
    errno = fault->error;
    return true;
}

/* -- memory -- */

void *libc_malloc(size_t n) __asm__("__libc_malloc");
void *libc_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *libc_realloc(void *p, size_t n) __asm__("__libc_realloc");
void libc_free(void *p) __asm__("__libc_free");

static void *counted(void *p)
{
    if (p && fault && !is_helper) __atomic_add_fetch(&fault->blocks, 1, __ATOMIC_RELAXED);
    return p;
}

void *malloc(size_t n)
{
    return fails(CALL_memory) ? NULL : counted(libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return fails(CALL_memory) ? NULL : counted(libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
    if (fails(CALL_memory)) return NULL;
    return p ? libc_realloc(p, n) : counted(libc_realloc(p, n));
}

void free(void *p)
{
    if (p && fault && !is_helper) __atomic_sub_fetch(&fault->blocks, 1, __ATOMIC_RELAXED);
    libc_free(p);
}

/* -- calls that fail or behave as usual -- */

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

#define CALL(type, name, parameters, ...)                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static __typeof__(&(name)) real;                                                           \
        if (!real) real = REAL(name);                                                              \
        return fails(CALL_##name) ? (type)(intptr_t)-1 : real(__VA_ARGS__);                        \
    }

CALL(int, accept4, (int fd, __SOCKADDR_ARG sa, socklen_t *n, int flags), fd, sa, n, flags)
CALL(int, bind, (int fd, __CONST_SOCKADDR_ARG sa, socklen_t n), fd, sa, n)
CALL(int, connect, (int fd, __CONST_SOCKADDR_ARG sa, socklen_t n), fd, sa, n)
CALL(int, epoll_create1, (int flags), flags)
CALL(int, eventfd, (unsigned n, int flags), n, flags)
CALL(int, fdatasync, (int fd), fd)
CALL(int, flock, (int fd, int how), fd, how)
CALL(int, fstat, (int fd, struct stat *st), fd, st)
CALL(int, ftruncate, (int fd, off_t n), fd, n)
CALL(int, getpeername, (int fd, __SOCKADDR_ARG sa, socklen_t *n), fd, sa, n)
CALL(ssize_t, getrandom, (void *p, size_t n, unsigned flags), p, n, flags)
CALL(int, getrlimit, (__rlimit_resource_t what, struct rlimit *limit), what, limit)
CALL(int, getsockname, (int fd, __SOCKADDR_ARG sa, socklen_t *n), fd, sa, n)
CALL(off_t, lseek, (int fd, off_t at, int from), fd, at, from)
CALL(int, lstat, (const char *path, struct stat *st), path, st)
CALL(int, memfd_create, (const char *name, unsigned flags), name, flags)
CALL(void *, mmap, (void *p, size_t n, int may, int how, int fd, off_t at), p, n, may, how, fd, at)
CALL(int, poll, (struct pollfd * fds, nfds_t n, int wait), fds, n, wait)
CALL(ssize_t, pread, (int fd, void *p, size_t n, off_t at), fd, p, n, at)
CALL(ssize_t, read, (int fd, void *p, size_t n), fd, p, n)
CALL(ssize_t, recvmsg, (int fd, struct msghdr *msg, int flags), fd, msg, flags)
CALL(ssize_t, sendmsg, (int fd, const struct msghdr *msg, int flags), fd, msg, flags)
CALL(int, setrlimit, (__rlimit_resource_t what, const struct rlimit *limit), what, limit)
CALL(int, setsockopt, (int fd, int level, int name, const void *p, socklen_t n), fd, level, name, p,
     n)
CALL(int, shutdown, (int fd, int how), fd, how)
CALL(int, socket, (int domain, int type, int protocol), domain, type, protocol)
CALL(int, socketpair, (int domain, int type, int protocol, int fds[2]), domain, type, protocol, fds)
CALL(int, unlink, (const char *path), path)

/* The first call of klatchd's main. */
int signalfd(int fd, const sigset_t *signals, int flags)
{
    atexit(forget_fault);
    return fails(CALL_signalfd) ? -1 : REAL(signalfd)(fd, signals, flags);
}

/* The sandbox calls the kernel directly for fstat(2). */
long syscall(long number, ...)
{
    long v[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++) v[i] = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_fstat && fails(CALL_fstat)) return -1;
    return REAL(syscall)(number, v[0], v[1], v[2], v[3], v[4], v[5]);
}

pid_t fork(void)
{
    if (fails(CALL_fork)) return -1;
    pid_t pid = REAL(fork)();
    is_helper = pid == 0;
    return pid;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails(CALL_open) ? -1 : REAL(open)(path, flags, mode);
}

int ioctl(int fd, unsigned long what, ...)
{
    va_list rest;
    va_start(rest, what);
    void *value = va_arg(rest, void *);
    va_end(rest);
    return fails(CALL_ioctl) ? -1 : REAL(ioctl)(fd, what, value);
}

int fcntl(int fd, int what, ...)
{
    va_list rest;
    va_start(rest, what);
    void *value = va_arg(rest, void *);
    va_end(rest);
    return fails(CALL_fcntl) ? -1 : REAL(fcntl)(fd, what, value);
}

/* Linux closes the descriptor even when close fails. */
int close(int fd)
{
    bool failed = fails(CALL_close);
    int why = errno, result = REAL(close)(fd);
    if (!failed) return result;
    errno = why;
    return -1;
}

int listen(int fd, int backlog)
{
    struct sockaddr_in at = {0};
    socklen_t n = sizeof at;
    if (fails(CALL_listen)) return -1;
    int result = REAL(listen)(fd, backlog);
    if (fault && result == 0 && REAL(getsockname)(fd, (struct sockaddr *)&at, &n) == 0 &&
        at.sin_family == AF_INET)
        fault->port = ntohs(at.sin_port);
    return result;
}

/* -- events and edges -- */

int epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
    if (fails(CALL_epoll_ctl)) return -1;
    if (event && fd < DESCRIPTORS) {
        watched[fd].epoll = epoll;
        watched[fd].event = *event;
    }
    return REAL(epoll_ctl)(epoll, what, fd, event);
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int wait)
{
    if (fault) fault->serves = true;
    return fails(CALL_epoll_wait) ? -1 : REAL(epoll_wait)(epoll, events, most, wait);
}

static void rearm(int fd)
{
    int why = errno;
    if (fd < DESCRIPTORS && watched[fd].event.events != 0)
        REAL(epoll_ctl)(watched[fd].epoll, EPOLL_CTL_MOD, fd, &watched[fd].event);
    errno = why;
}

/* Returns whether the call fails; after EAGAIN it re-arms the descriptor. */
static bool fails_with_edge(enum call call, int fd)
{
    bool failed = fails(call);
    if (failed && errno == EAGAIN) rearm(fd);
    return failed;
}

static size_t portion(int fd, size_t n)
{
    if (!fault || !fault->bytewise || n == 0) return n;
    rearm(fd);
    return 1;
}

ssize_t recv(int fd, void *p, size_t n, int flags)
{
    if (fails_with_edge(CALL_recv, fd)) return -1;
    return REAL(recv)(fd, p, portion(fd, n), flags);
}

ssize_t send(int fd, const void *p, size_t n, int flags)
{
    if (fails_with_edge(CALL_send, fd)) return -1;
    return REAL(send)(fd, p, portion(fd, n), flags);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
    if (fails_with_edge(CALL_writev, fd)) return -1;
    if (!fault || !fault->bytewise) return REAL(writev)(fd, v, n);
    return REAL(write)(fd, v->iov_base, portion(fd, v->iov_len));
}

ssize_t write(int fd, const void *p, size_t n)
{
    if (fails(CALL_write)) return -1;
    return REAL(write)(fd, p, fault && fault->bytewise && n > 0 ? 1 : n);
}
