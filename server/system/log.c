#include "server/system/log.h"

#include "common/frame.h"
#include "common/text.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOG_BUFFER = 512 * 1024 }; /* bytes */

static char buffer[LOG_BUFFER];
static size_t used;   /* bytes of the buffer */
static uint64_t lost; /* lines since the count was logged last */
static int out = STDERR_FILENO;

/* Opens it again instead of setting O_NONBLOCK, which a shell that shares the descriptor would
 * suffer from. */
void log_open(void)
{
    struct stat st;
    if (fstat(STDERR_FILENO, &st) < 0 || S_ISREG(st.st_mode)) return;
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) out = fd;
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
    report_lost();
    if (n < 0) {
        lost++;
        return;
    }
    append_clean(text, (size_t)n);
    free(text);
}

/* Writes at most PIPE_BUF bytes, which a pipe takes if poll(2) says that it is writable. Discards
 * everything if the reader is gone. */
static ssize_t write_some(const char *p, size_t n)
{
    struct pollfd pfd = {.fd = out, .events = POLLOUT};
    if (poll(&pfd, 1, 0) != 1) return -1;
    if (pfd.revents & (POLLERR | POLLHUP | POLLNVAL)) return (ssize_t)n;
    if (!(pfd.revents & POLLOUT)) return -1;
    return write(out, p, n < PIPE_BUF ? n : PIPE_BUF);
}

bool log_flush(void)
{
    size_t done = 0;
    ssize_t n = 0;
    while (done < used && (n = write_some(buffer + done, used - done)) > 0) done += (size_t)n;
    memmove(buffer, buffer + done, used - done);
    used -= done;
    return used == 0;
}
