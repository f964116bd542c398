#include "server/system/log.h"

#include "common/chat_line.h"
#include "common/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
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

/* Writes the time of a new line. Returns where its text goes, and how much fits; NULL: nothing. */
static char *start_line(size_t *ret_room)
{
    struct span time = time_stamp();
    if (used + time.n + 1 > LOG_BUFFER) return NULL;
    memcpy(buffer + used, time.p, time.n);
    *ret_room = LOG_BUFFER - used - time.n - 1;
    return buffer + used + time.n;
}

/* Ends the line behind its text of n bytes. Returns false if there is none. */
static bool end_line(char *text, size_t n)
{
    if (n == 0) return false;
    text[n] = '\n';
    used = (size_t)(text - buffer) + n + 1;
    return true;
}

static bool append_event(const char *text)
{
    size_t room;
    char *to = start_line(&room);
    return to && end_line(to, chat_line_own(to, room, text));
}

static bool append_chat(const char *nick, const char *text)
{
    size_t room;
    char *to = start_line(&room);
    if (!to) return false;
    return end_line(to, nick ? chat_line_message(to, room, nick, text)
                             : chat_line_notice(to, room, text));
}

/* The caller holds the lock. */
static void report_lost(void)
{
    char text[80];
    if (lost == 0) return;
    snprintf(text, sizeof text, "lost %ju log lines: standard error was not read", (uintmax_t)lost);
    if (append_event(text)) lost = 0;
}

void log_event(const char *format, ...)
{
    static char text[LOG_EVENT_MAX + 1];
    va_list args;
    pthread_mutex_lock(&lock);
    report_lost();
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || !append_event(text)) lost++;
    pthread_mutex_unlock(&lock);
}

void log_chat(const char *nick, const char *text)
{
    pthread_mutex_lock(&lock);
    report_lost();
    if (!append_chat(nick, text)) lost++;
    pthread_mutex_unlock(&lock);
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

/* Returns how many bytes are left after removing those that were written. Reports lost lines if
 * there is room now: no further line may follow for a long time. */
static size_t consume(size_t written)
{
    pthread_mutex_lock(&lock);
    report_lost();
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
