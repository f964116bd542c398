/* faults: runs klatchd while each system call and allocation fails with each of its errors: at
 * every call of a session, once and permanently. Prints a table; exits with 1 when klatchd crashed,
 * hung, leaked, or lost more connections than it had to. */
#include "server/system/sandbox.h"
#include "tests/faults/session.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERRORS = 16, WORKERS = 3, FAILURES_MAX = 50 /* then it stops */ };

enum {
    REFUSES_START = 1, /* klatchd may refuse to start */
    DROPS = 2,         /* one connection may be lost */
    EXITS = 4,         /* klatchd may exit */
    TEMPORARY = 8,     /* no system returns this error permanently */
    UNIX = 16,         /* called only when klatchd listens on a unix socket */
    HELPERS = 32,      /* called only for the helper processes, which the sandbox needs */
};

/* The errors of each call, from its manual page and the kernel's sources. */
static const struct row {
    const char *name;
    enum call call;
    int may;
    int errors[ERRORS];
} rows[] = {
    {"malloc, calloc, realloc", CALL_memory, DROPS, {ENOMEM}},
    {"accept4",
     CALL_accept4,
     DROPS,
     {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT,
      EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH}},
    {"bind", CALL_bind, REFUSES_START, {EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOMEM}},
    {"close", CALL_close, 0, {EINTR, EIO, ENOSPC, EDQUOT}},
    {"connect", CALL_connect, REFUSES_START | UNIX, {EAGAIN, EACCES, EINTR, ENOENT}},
    {"epoll_create1", CALL_epoll_create1, REFUSES_START, {EMFILE, ENFILE, ENOMEM}},
    {"epoll_ctl", CALL_epoll_ctl, REFUSES_START | DROPS, {ENOMEM, ENOSPC}},
    {"epoll_wait", CALL_epoll_wait, TEMPORARY, {EINTR}},
    {"epoll_wait", CALL_epoll_wait, EXITS, {EBADF, EINVAL}},
    {"eventfd", CALL_eventfd, REFUSES_START, {EMFILE, ENFILE, ENODEV, ENOMEM}},
    {"fcntl", CALL_fcntl, 0, {EMFILE, EINVAL}},
    {"fdatasync", CALL_fdatasync, 0, {EIO, ENOSPC, EROFS, EDQUOT, EINTR}},
    {"flock", CALL_flock, REFUSES_START, {EWOULDBLOCK, EINTR, ENOLCK}},
    {"fork", CALL_fork, REFUSES_START | HELPERS, {EAGAIN, ENOMEM}},
    {"fstat", CALL_fstat, REFUSES_START, {EBADF, ENOMEM, EOVERFLOW}},
    {"ftruncate", CALL_ftruncate, REFUSES_START, {EINTR, EIO, EPERM, EFBIG, ENOMEM}},
    {"getpeername", CALL_getpeername, 0, {ENOTCONN, ENOBUFS}},
    {"getrandom", CALL_getrandom, 0, {EINTR, ENOSYS}},
    {"getrlimit", CALL_getrlimit, 0, {EPERM, EINVAL}},
    {"getsockname", CALL_getsockname, 0, {ENOBUFS, EBADF}},
    {"ioctl", CALL_ioctl, 0, {EINVAL, EBADF}},
    {"listen", CALL_listen, REFUSES_START, {EADDRINUSE, EOPNOTSUPP}},
    {"lseek", CALL_lseek, 0, {ENXIO, EINVAL, EOVERFLOW}},
    {"lstat", CALL_lstat, REFUSES_START | UNIX, {EACCES, ENOENT, ENOMEM, EIO}},
    {"memfd_create", CALL_memfd_create, REFUSES_START, {EMFILE, ENFILE, ENOMEM, ENOSYS}},
    {"mmap", CALL_mmap, REFUSES_START, {ENOMEM, EAGAIN, ENFILE, EPERM}},
    {"open", CALL_open, REFUSES_START, {EMFILE, ENFILE, ENOENT, EACCES, ENOMEM, EINTR, ENXIO}},
    {"poll", CALL_poll, 0, {EINTR, ENOMEM, EINVAL}},
    {"pread", CALL_pread, REFUSES_START, {EIO, EINTR}},
    {"read", CALL_read, REFUSES_START | TEMPORARY, {EAGAIN, EINTR, EIO}},
    {"recv",
     CALL_recv,
     DROPS,
     {ECONNRESET, ETIMEDOUT, ENOMEM, ENOBUFS, ECONNREFUSED, EHOSTUNREACH}},
    {"recv", CALL_recv, TEMPORARY, {EAGAIN, EINTR}},
    {"recvmsg", CALL_recvmsg, REFUSES_START | HELPERS, {ECONNRESET, ENOBUFS, ENOMEM}},
    {"recvmsg", CALL_recvmsg, TEMPORARY | HELPERS, {EINTR}},
    {"send",
     CALL_send,
     REFUSES_START | DROPS,
     {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT, EHOSTUNREACH, ENETDOWN, ENETUNREACH, EINTR,
      EACCES}},
    {"send", CALL_send, REFUSES_START | TEMPORARY, {EAGAIN}},
    {"sendmsg", CALL_sendmsg, REFUSES_START | HELPERS, {ECONNRESET, EPIPE, ENOBUFS, ENOMEM}},
    {"writev", CALL_writev, DROPS, {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT, EINTR}},
    {"writev", CALL_writev, TEMPORARY, {EAGAIN}},
    {"setrlimit", CALL_setrlimit, 0, {EPERM, EINVAL}},
    {"setsockopt", CALL_setsockopt, 0, {ENOPROTOOPT, ENOMEM, EPERM, EDOM}},
    {"shutdown", CALL_shutdown, DROPS, {ENOTCONN, ENOBUFS}},
    {"signalfd", CALL_signalfd, REFUSES_START, {EMFILE, ENFILE, ENODEV, ENOMEM}},
    {"socket", CALL_socket, REFUSES_START, {EMFILE, ENFILE, ENOMEM, ENOBUFS, EACCES, EAFNOSUPPORT}},
    {"socketpair", CALL_socketpair, REFUSES_START | HELPERS, {EMFILE, ENFILE, ENOMEM, ENOBUFS}},
    {"unlink", CALL_unlink, REFUSES_START | UNIX, {EACCES, EBUSY, EROFS, ENOENT, EIO}},
    {"write", CALL_write, 0, {EIO, ENOSPC, EPIPE, EAGAIN, EINTR, EFBIG, EDQUOT, EPERM}},
};

enum { ROWS = sizeof rows / sizeof *rows };

static char folder[48]; /* of this worker */
static struct paths paths;
static struct baseline baseline = {.blocks = INT64_MAX, .descriptors = SIZE_MAX / 2};

/* Sums over all workers. */
static struct counts {
    atomic_ulong next_row, sessions, failures, listed, covered;
} * counts;

static struct outcome run_session(const struct fault *fault, const struct tolerance *allowed,
                                  const char *what)
{
    struct outcome out;
    session_run(&paths, fault, allowed, &baseline, &out);
    counts->sessions++;
    if (!*out.failure) return out;
    counts->failures++;
    fprintf(stderr, "%s: %s\n", what, out.failure);
    return out;
}

static struct outcome fail_call(const struct row *row, int error, uint64_t at, bool permanent)
{
    char what[128];
    struct fault fault = {.call = row->call, .error = error, .first = at};
    fault.last = permanent ? UINT64_MAX : at;
    struct tolerance allowed = {.may_refuse_start = row->may & REFUSES_START,
                                .may_exit = row->may & EXITS,
                                .permanent = permanent,
                                .on_unix = row->may & UNIX};
    allowed.dropped = permanent ? INT32_MAX : (row->may & DROPS) != 0;
    snprintf(what, sizeof what, "%s %s, call %ju%s", row->name, strerrorname_np(error),
             (uintmax_t)at, permanent ? " and all later ones" : "");
    return run_session(&fault, &allowed, what);
}

/* Fails the first, second, ... call until the session makes no such call. Returns the number of
 * calls. */
static uint64_t fail_everywhere(const struct row *row, int error)
{
    uint64_t at = 0;
    bool reached = true;
    while (reached && counts->failures < FAILURES_MAX) {
        reached = fail_call(row, error, ++at, false).failed > 0;
        if (reached && !(row->may & (TEMPORARY | EXITS))) fail_call(row, error, at, true);
    }
    return at - 1;
}

/* Prints the row with one write, as workers share standard output. */
static void run_row(const struct row *row)
{
    char line[512];
    uint64_t calls = 0;
    int at = snprintf(line, sizeof line, "| %s |", row->name);
    for (const int *error = row->errors; *error; error++) {
        uint64_t n = fail_everywhere(row, *error);
        at += snprintf(line + at, sizeof line - (size_t)at, " %s", strerrorname_np(*error));
        counts->listed++;
        counts->covered += n > 0;
        if (n > calls) calls = n;
    }
    printf("%s | %ju |\n", line, (uintmax_t)calls);
    fflush(stdout);
}

static void measure_baseline(void)
{
    struct tolerance none = {0};
    struct outcome out = run_session(&(struct fault){0}, &none, "nothing fails");
    baseline = (struct baseline){.blocks = out.blocks, .descriptors = out.descriptors};
}

static void run_bytewise(void)
{
    struct tolerance none = {0}, on_unix = {.on_unix = true};
    run_session(&(struct fault){.bytewise = true}, &none, "a byte at a time");
    run_session(&(struct fault){.bytewise = true}, &on_unix, "a byte at a time on a unix socket");
}

/* Makes a worker's folder, which klatchd locks for its unix sockets, and sets the names in it. */
static void set_paths(const char *dir, int worker)
{
    static char path[64], journal[64], rotated[64], torn[64], stats[64], control[64];
    snprintf(folder, sizeof folder, "%s/%d", dir, worker);
    if (mkdir(folder, 0700) < 0) abort();
    snprintf(path, sizeof path, "%s/room", folder);
    snprintf(journal, sizeof journal, "%s/journal", folder);
    snprintf(rotated, sizeof rotated, "%s/rotated", folder);
    snprintf(torn, sizeof torn, "%s/journal.torn", folder);
    snprintf(stats, sizeof stats, "%s/stats", folder);
    snprintf(control, sizeof control, "%s/control", folder);
    paths.stats = stats;
    paths.control = control;
    paths.path = path;
    paths.journal = journal;
    paths.rotated = rotated;
    paths.torn = torn;
}

static void remove_files(void)
{
    unlink(paths.path);
    unlink(paths.journal);
    unlink(paths.rotated);
    unlink(paths.torn);
    unlink(paths.stats);
    unlink(paths.control);
    rmdir(folder);
}

/* An instrumented klatchd has no sandbox. */
static bool is_called(const struct row *row)
{
    return SANDBOX_IS_POSSIBLE || !(row->may & HELPERS);
}

static void work(const char *dir, int worker, const char *only)
{
    set_paths(dir, worker);
    for (size_t i; (i = counts->next_row++) < ROWS;)
        if (is_called(&rows[i]) && strstr(rows[i].name, only) && counts->failures < FAILURES_MAX)
            run_row(&rows[i]);
    remove_files();
}

/* Runs three workers at once, as a session mostly waits. */
static void run_rows(const char *dir, const char *only)
{
    puts("| call | fails with | at each of |\n|---|---|---:|");
    fflush(stdout);
    for (int worker = 0; worker < WORKERS; worker++) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        work(dir, worker, only);
        _exit(0);
    }
    for (int status = 0; wait(&status) > 0;) counts->failures += status != 0;
}

static void run_all(const char *dir, const char *only)
{
    set_paths(dir, WORKERS);
    measure_baseline();
    run_bytewise();
    remove_files();
    run_rows(dir, only);
    printf("\n%lu sessions, %lu of %lu pairs of call and error covered, %lu wrong\n",
           counts->sessions, counts->covered, counts->listed, counts->failures);
}

/* Prefers a file system in memory, where fdatasync costs nothing. */
static bool make_folder(char name[static 32])
{
    strcpy(name, "/dev/shm/faults-XXXXXX");
    if (mkdtemp(name)) return true;
    strcpy(name, "/tmp/faults-XXXXXX");
    return mkdtemp(name) != NULL;
}

int main(int argc, char **argv)
{
    char dir[32];
    if (argc != 3 && argc != 4) {
        fputs("Usage: faults KLATCHD SHIM [CALL]\n", stderr);
        return 2;
    }
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED || !make_folder(dir)) return 1;
    paths = (struct paths){.klatchd = argv[1], .shim = argv[2]};
    signal(SIGPIPE, SIG_IGN);
    run_all(dir, argc > 3 ? argv[3] : "");
    rmdir(dir);
    return counts->failures > 0 || counts->covered < counts->listed;
}
