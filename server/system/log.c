#include "server/system/log.h"

#include "common/frame.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOG_BUFFER = 512 * 1024 }; /* bytes */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the buffer and its counters */
static char buffer[LOG_BUFFER];
static size_t used;   /* bytes of the buffer */
static uint64_t lost; /* lines since the count was logged last */
static int out = STDERR_FILENO;

static void write_lines(void *ret_failed);
static bool write_failed;
static struct job write_job = {.run = write_lines, .context = &write_failed};
static struct worker worker; /* not started: log_flush writes */

/* Sets O_APPEND: otherwise, the next line after a truncation would leave a hole of the old size. */
static void append_always(void)
{
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags | O_APPEND);
}

/* Opens standard error again, because O_NONBLOCK would also affect a shell that shares the
 * descriptor. O_APPEND does not harm it. */
void log_open(void)
{
    struct stat st;
    if (fstat(STDERR_FILENO, &st) < 0) return;
    if (S_ISREG(st.st_mode)) {
        append_always();
        return;
    }
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) out = fd;
}

const struct worker *log_start(void)
{
    if (!worker_start(&worker)) log_event("cannot start the log's thread: %s", strerror(errno));
    return &worker;
}

void log_stop(void)
{
    worker_stop(&worker);
}

/* Returns the time at the start of a line; formats it once a second only. */
static struct span time_stamp(void)
{
    static char text[32];
    static struct span stamp = {text, 0};
    static time_t when;
    struct tm utc;
    time_t now = time(NULL);
    if (now != when) stamp.n = strftime(text, sizeof text, "%FT%TZ ", gmtime_r(&now, &utc));
    when = now;
    return stamp;
}

static bool append_log_line(const char *text, size_t n)
{
    struct span time = time_stamp();
    if (used + time.n + n + 1 > LOG_BUFFER) return false;
    memcpy(buffer + used, time.p, time.n);
    memcpy(buffer + used + time.n, text, n);
    used += time.n + n;
    buffer[used++] = '\n';
    return true;
}

static void append_clean(const char *text, size_t n)
{
    size_t clean_n;
    char *clean = text_clean(text, n, TEXT_ONE_LINE, &clean_n);
    if (!clean || !append_log_line(clean, clean_n)) lost++;
    free(clean);
}

static void report_lost(void)
{
    char text[80];
    if (lost == 0) return;
    int n = snprintf(text, sizeof text, "lost %ju log lines: standard error was not read",
                     (uintmax_t)lost);
    if (append_log_line(text, (size_t)n)) lost = 0;
}

void log_event(const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    pthread_mutex_lock(&lock);
    report_lost();
    if (n < 0)
        lost++;
    else
        append_clean(text, (size_t)n);
    pthread_mutex_unlock(&lock);
    if (n >= 0) free(text);
}

/* Writes at most PIPE_BUF bytes: a pipe accepts them if poll(2) says that it is writable. Discards
 * all lines if the reader is gone. */
static ssize_t write_some(const char *p, size_t n)
{
    struct pollfd pfd = {.fd = out, .events = POLLOUT};
    if (poll(&pfd, 1, 0) != 1) return -1;
    if (pfd.revents & (POLLERR | POLLHUP | POLLNVAL)) return (ssize_t)n;
    if (!(pfd.revents & POLLOUT)) return -1;
    return write(out, p, n < PIPE_BUF ? n : PIPE_BUF);
}

/* Returns how many bytes are left after removing those that were written. */
static size_t consume(size_t written)
{
    pthread_mutex_lock(&lock);
    used -= written;
    memmove(buffer, buffer + written, used);
    size_t left = used;
    pthread_mutex_unlock(&lock);
    return left;
}

/* Returns how many bytes are left. Writes without the lock: only one thread writes and removes, so
 * the bytes stay in place. */
static size_t write_all(void)
{
    size_t done = 0, n = consume(0);
    ssize_t now = 0;
    while (done < n && (now = write_some(buffer + done, n - done)) > 0) done += (size_t)now;
    return consume(done);
}

static void write_lines(void *ret_failed)
{
    *(bool *)ret_failed = write_all() > 0;
}

/* After a failure, does not write again for a while. */
bool log_flush(void)
{
    if (!worker.is_started) return write_all() == 0;
    worker_collect(&worker);
    if (write_job.is_pending) return true;
    bool pauses = write_failed;
    write_failed = false;
    if (pauses) return false;
    if (consume(0) > 0) worker_submit(&worker, &write_job);
    return true;
}

bool log_is_written(void)
{
    worker_collect(&worker);
    return !write_job.is_pending && consume(0) == 0;
}
