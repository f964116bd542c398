#include "tests/system/support/klatchd_process.h"

#include "server/net/listener.h"
#include "tests/system/support/child.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"
#include "tests/system/support/tls_mode.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads what the log has; false when it has ended. */
static bool more_log(struct klatchd *d, int64_t end)
{
    memmove(d->text, d->text + d->at, d->len - d->at);
    d->len -= d->at;
    d->at = 0;
    cr_assert(d->len < sizeof d->text, "a line of the log has no end");
    cr_assert(timeout_poll(d->log, POLLIN, end), "klatchd logs nothing more");
    ssize_t n = read(d->log, d->text + d->len, sizeof d->text - d->len);
    if (n <= 0) return false;
    d->len += (size_t)n;
    return true;
}

const char *klatchd_log_line(struct klatchd *d)
{
    int64_t end = timeout_deadline();
    char *newline;
    while (!(newline = memchr(d->text + d->at, '\n', d->len - d->at)))
        if (!more_log(d, end)) return NULL;
    const char *line = d->text + d->at;
    *newline = '\0';
    d->at = (size_t)(newline + 1 - d->text);
    return line;
}

const char *klatchd_wait_log(struct klatchd *d, const char *text)
{
    char last[256] = ""; /* a copy, because reading on overwrites the line */
    const char *line;
    while ((line = klatchd_log_line(d))) {
        if (strstr(line, text)) return line;
        snprintf(last, sizeof last, "%s", line);
    }
    cr_assert_fail("klatchd ended and never logged \"%s\"; at last it logged \"%s\"", text, last);
    return NULL;
}

static void learn_place(struct klatchd *d)
{
    static const char start[] = LISTENER_ON(LISTENER_ROOM, "");
    const char *place = strstr(klatchd_wait_log(d, start), start);
    int n = sscanf(place, LISTENER_ON(LISTENER_ROOM, "%127s port %7[0-9]"), d->address, d->port);
    d->is_tls = strstr(place, LISTENER_WITH_TLS) != NULL;
    cr_assert(n == 2 || strncmp(d->address, "unix:", 5) == 0, "where is \"%s\"?", place);
}

struct klatchd *klatchd_start_argv(const char *const argv[])
{
    return klatchd_start_streams(argv, -1, -1);
}

enum { DAEMONS = 4 };
static struct klatchd daemons[DAEMONS];

bool klatchd_has_tls(const char *port)
{
    for (int i = 0; i < DAEMONS; i++)
        if (daemons[i].is_tls && strcmp(daemons[i].port, port) == 0) return true;
    return false;
}

static struct klatchd *next_daemon(void)
{
    static size_t started;
    struct klatchd *d = &daemons[started++ % DAEMONS];
    *d = (struct klatchd){.log = -1};
    return d;
}

/* Adds --tls to a command line of klatchd, if this run is one with TLS. All tests share its key. */
static const char *const *add_tls(const char *const argv[])
{
    enum { WORDS = 64, MORE = 3 };
    static const char *words[WORDS] = {BUILD "/klatchd", "--tls", "--tls-dir", TLS_MODE_FOLDER};
    if (!tls_client_is_on() || strcmp(argv[0], words[0]) != 0) return argv;
    tls_mode_prepare();
    size_t n = 1;
    for (; argv[n]; n++) {
        cr_assert_lt(n + MORE, WORDS - 1);
        words[n + MORE] = argv[n];
    }
    words[n + MORE] = NULL;
    return words;
}

struct klatchd *klatchd_start_streams(const char *const argv[], int in, int out)
{
    int ends[2];
    struct klatchd *d = next_daemon();
    argv = add_tls(argv);
    cr_assert(pipe2(ends, O_CLOEXEC) == 0, "pipe");
    d->log = ends[0];
    d->pid = child_start(argv, in, out, ends[1]);
    close(ends[1]);
    learn_place(d);
    return d;
}

struct klatchd *klatchd_start_with_log_file(const char *const argv[], const char *log,
                                            const char *address)
{
    struct klatchd *d = next_daemon();
    int64_t end = timeout_deadline();
    int err = open(log, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    cr_assert_geq(err, 0, "%s", log);
    d->pid = child_start(argv, -1, -1, err);
    close(err);
    strcpy(d->address, address);
    while (!peer_can_connect(address, "")) cr_assert(timeout_retry(end), "klatchd does not listen");
    return d;
}

struct klatchd *klatchd_start(void)
{
    return klatchd_start_at("127.0.0.1", "0");
}

void klatchd_signal(const struct klatchd *d, int sig)
{
    cr_assert(kill(d->pid, sig) == 0, "klatchd is not there any more");
}

int klatchd_wait_exit(struct klatchd *d)
{
    int status = child_wait(d->pid);
    close(d->log);
    d->pid = 0;
    return status;
}

void klatchd_stop(struct klatchd *d)
{
    klatchd_signal(d, SIGTERM);
    klatchd_signal(d, SIGINT);
    int status = klatchd_wait_exit(d);
    cr_assert(status == 0, "klatchd ended with %d", status);
}

size_t klatchd_descriptors(const struct klatchd *d)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)d->pid);
    DIR *dir = opendir(path);
    if (!dir && errno == EACCES) cr_skip_test("only root sees the descriptors of klatchd");
    cr_assert(dir, "klatchd is not there any more");
    size_t n = 0;
    while (readdir(dir)) n++;
    closedir(dir);
    return n - 2;
}

void klatchd_expect_descriptors(const struct klatchd *d, size_t n)
{
    int64_t end = timeout_deadline();
    while (klatchd_descriptors(d) != n)
        cr_assert(timeout_retry(end), "klatchd has %zu descriptors open, not %zu",
                  klatchd_descriptors(d), n);
}

enum { STATUS = 4096 };

/* Reads proc(5) status. */
static void read_status(const struct klatchd *d, char text[static STATUS])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)d->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0, "klatchd has exited");
    ssize_t n = read(fd, text, STATUS - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
}

long klatchd_memory(const struct klatchd *d, const char *name)
{
    char text[STATUS];
    read_status(d, text);
    const char *found = strstr(text, name);
    cr_assert(found, "there is no %s", name);
    return strtol(found + strlen(name), NULL, 10);
}

bool klatchd_has_status(const struct klatchd *d, const char *line)
{
    char text[STATUS];
    read_status(d, text);
    const char *found = strstr(text, line);
    return found && found > text && found[-1] == '\n' && found[strlen(line)] == '\n';
}
