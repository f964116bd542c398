/* faults: klatchd, while each call it makes fails in each way it may: once, at every place in a
 * session, and from there on. Prints what was tried; status 1 when klatchd crashed, hung, leaked,
 * or harmed more people than it had to. */
#include "tests/faults/session.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERRORS = 16, WORKERS = 3, WRONGS = 50 /* are enough */ };

enum {
    STARTS = 1, /* klatchd cannot start without it */
    HARMS = 2,  /* one connection may go */
    ENDS = 4,   /* nothing can go on without it */
    FLEETS = 8, /* no system does so for ever */
    UNIX = 16,  /* only a room behind a unix socket makes it */
};

/* Out of a call's manual page, and what the kernel's sources add to it. */
static const struct row {
    const char *name;
    enum call call;
    int may;
    int errors[ERRORS];
} rows[] = {
    {"malloc, calloc, realloc", CALL_memory, HARMS, {ENOMEM}},
    {"accept4",
     CALL_accept4,
     HARMS,
     {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT,
      EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH}},
    {"bind", CALL_bind, STARTS, {EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOMEM}},
    {"close", CALL_close, 0, {EINTR, EIO, ENOSPC, EDQUOT}},
    {"connect", CALL_connect, STARTS | UNIX, {EAGAIN, EACCES, EINTR, ENOENT}},
    {"dup3", CALL_dup3, 0, {EBUSY, EINTR, EMFILE}},
    {"epoll_create1", CALL_epoll_create1, STARTS, {EMFILE, ENFILE, ENOMEM}},
    {"epoll_ctl", CALL_epoll_ctl, STARTS | HARMS, {ENOMEM, ENOSPC}},
    {"epoll_wait", CALL_epoll_wait, FLEETS, {EINTR}},
    {"epoll_wait", CALL_epoll_wait, ENDS, {EBADF, EINVAL}},
    {"fcntl", CALL_fcntl, 0, {EMFILE, EINVAL}},
    {"fdatasync", CALL_fdatasync, 0, {EIO, ENOSPC, EROFS, EDQUOT, EINTR}},
    {"flock", CALL_flock, STARTS, {EWOULDBLOCK, EINTR, ENOLCK}},
    {"fstat", CALL_fstat, STARTS, {EBADF, ENOMEM, EOVERFLOW}},
    {"ftruncate", CALL_ftruncate, STARTS, {EINTR, EIO, EPERM, EFBIG, ENOMEM}},
    {"getpeername", CALL_getpeername, 0, {ENOTCONN, ENOBUFS}},
    {"getrlimit", CALL_getrlimit, 0, {EPERM, EINVAL}},
    {"getsockname", CALL_getsockname, 0, {ENOBUFS, EBADF}},
    {"ioctl", CALL_ioctl, 0, {EINVAL, EBADF}},
    {"listen", CALL_listen, STARTS, {EADDRINUSE, EOPNOTSUPP}},
    {"lstat", CALL_lstat, STARTS | UNIX, {EACCES, ENOENT, ENOMEM, EIO}},
    {"memfd_create", CALL_memfd_create, STARTS, {EMFILE, ENFILE, ENOMEM, ENOSYS}},
    {"mmap", CALL_mmap, STARTS, {ENOMEM, EAGAIN, ENFILE, EPERM}},
    {"open", CALL_open, STARTS, {EMFILE, ENFILE, ENOENT, EACCES, ENOMEM, EINTR, ENXIO}},
    {"poll", CALL_poll, 0, {EINTR, ENOMEM, EINVAL}},
    {"pread", CALL_pread, STARTS, {EIO, EINTR}},
    {"read", CALL_read, FLEETS, {EAGAIN, EINTR, EIO}},
    {"recv",
     CALL_recv,
     HARMS,
     {ECONNRESET, ETIMEDOUT, ENOMEM, ENOBUFS, ECONNREFUSED, EHOSTUNREACH, EINTR}},
    {"recv", CALL_recv, FLEETS, {EAGAIN}},
    {"send",
     CALL_send,
     HARMS,
     {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT, EHOSTUNREACH, ENETDOWN, ENETUNREACH, EINTR,
      EACCES}},
    {"send", CALL_send, FLEETS, {EAGAIN}},
    {"sendmsg", CALL_sendmsg, HARMS, {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT, EINTR}},
    {"sendmsg", CALL_sendmsg, FLEETS, {EAGAIN}},
    {"setrlimit", CALL_setrlimit, 0, {EPERM, EINVAL}},
    {"setsockopt", CALL_setsockopt, 0, {ENOPROTOOPT, ENOMEM, EPERM, EDOM}},
    {"shutdown", CALL_shutdown, HARMS, {ENOTCONN, ENOBUFS}},
    {"signalfd", CALL_signalfd, STARTS, {EMFILE, ENFILE, ENODEV, ENOMEM}},
    {"socket", CALL_socket, STARTS, {EMFILE, ENFILE, ENOMEM, ENOBUFS, EACCES, EAFNOSUPPORT}},
    {"stat", CALL_stat, 0, {EACCES, ENOENT, ENOMEM}},
    {"unlink", CALL_unlink, STARTS | UNIX, {EACCES, EBUSY, EROFS, ENOENT, EIO}},
    {"write", CALL_write, 0, {EIO, ENOSPC, EPIPE, EAGAIN, EINTR, EFBIG, EDQUOT, EPERM}},
};

enum { ROWS = sizeof rows / sizeof *rows };

static struct places places;
static struct normal normal = {.blocks = INT64_MAX, .descriptors = SIZE_MAX / 2};

/* What all workers have done. */
static struct counts {
    atomic_ulong next_row, sessions, wrongs, listed, covered;
} * counts;

static struct outcome try(const struct plan *plan, const struct allowance *allowed,
                          const char *what)
{
    struct outcome out;
    session_run(&places, plan, allowed, &normal, &out);
    counts->sessions++;
    if (!*out.wrong) return out;
    counts->wrongs++;
    fprintf(stderr, "%s: %s\n", what, out.wrong);
    return out;
}

static struct outcome fail(const struct row *row, int error, uint64_t at, bool lasts)
{
    char what[128];
    struct plan plan = {.call = row->call, .error = error, .first = at};
    plan.last = lasts ? UINT64_MAX : at;
    struct allowance allowed = {.refuses_to_start = row->may & STARTS,
                                .ends = row->may & ENDS,
                                .lasts = lasts,
                                .on_unix = row->may & UNIX};
    allowed.harmed = lasts ? INT32_MAX : (row->may & HARMS) != 0;
    snprintf(what, sizeof what, "%s %s, call %ju%s", row->name, strerrorname_np(error),
             (uintmax_t)at, lasts ? " and all after it" : "");
    return try(&plan, &allowed, what);
}

/* At every call of a session, until one is longer than the session. Returns how many there were. */
static uint64_t fail_everywhere(const struct row *row, int error)
{
    uint64_t at = 0;
    bool reached = true;
    while (reached && counts->wrongs < WRONGS) {
        reached = fail(row, error, ++at, false).failed > 0;
        if (reached && !(row->may & (FLEETS | ENDS))) fail(row, error, at, true);
    }
    return at - 1;
}

/* Writes its line in one piece, as others write theirs. */
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

static void learn_normal(void)
{
    struct allowance none = {0};
    struct outcome out = try(&(struct plan){0}, &none, "nothing fails");
    normal = (struct normal){.blocks = out.blocks, .descriptors = out.descriptors};
}

static void run_trickle(void)
{
    struct allowance none = {0}, on_unix = {.on_unix = true};
    try(&(struct plan){.trickle = true}, &none, "a byte at a time");
    try(&(struct plan){.trickle = true}, &on_unix, "a byte at a time on a unix socket");
}

/* The names of a worker's files. */
static void take_place(const char *dir, int worker)
{
    static char path[64], journal[64], moved[64], torn[64], stats[64], control[64];
    snprintf(path, sizeof path, "%s/room%d", dir, worker);
    snprintf(journal, sizeof journal, "%s/journal%d", dir, worker);
    snprintf(moved, sizeof moved, "%s/moved%d", dir, worker);
    snprintf(torn, sizeof torn, "%s/journal%d.torn", dir, worker);
    snprintf(stats, sizeof stats, "%s/stats%d", dir, worker);
    snprintf(control, sizeof control, "%s/control%d", dir, worker);
    places.stats = stats;
    places.control = control;
    places.path = path;
    places.journal = journal;
    places.moved = moved;
    places.torn = torn;
}

static void leave_place(void)
{
    unlink(places.path);
    unlink(places.journal);
    unlink(places.moved);
    unlink(places.torn);
    unlink(places.stats);
    unlink(places.control);
}

static void work(const char *dir, int worker, const char *only)
{
    take_place(dir, worker);
    for (size_t i; (i = counts->next_row++) < ROWS;)
        if (strstr(rows[i].name, only) && counts->wrongs < WRONGS) run_row(&rows[i]);
    leave_place();
}

/* Most of a session is waiting. */
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
    for (int status = 0; wait(&status) > 0;) counts->wrongs += status != 0;
}

static void run_all(const char *dir, const char *only)
{
    take_place(dir, WORKERS);
    learn_normal();
    run_trickle();
    leave_place();
    run_rows(dir, only);
    printf("\n%lu sessions, %lu of %lu pairs of call and error covered, %lu wrong\n",
           counts->sessions, counts->covered, counts->listed, counts->wrongs);
}

/* In memory, where there is any for files: there syncing costs nothing. */
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
    places = (struct places){.klatchd = argv[1], .shim = argv[2]};
    signal(SIGPIPE, SIG_IGN);
    run_all(dir, argc > 3 ? argv[3] : "");
    rmdir(dir);
    return counts->wrongs > 0 || counts->covered < counts->listed;
}
