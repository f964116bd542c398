#include "server/system/sd_notify.h"

#include "server/system/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    STATUS_INTERVAL = 1000, /* milliseconds between two STATUS */
    RETRY = 100,            /* milliseconds until a retry */
    GRACE = 30,             /* seconds that closing may take after the countdown */
    STATE_SIZE = 80,
    TEXT_SIZE = 160,
};

/* -- the environment -- */

/* Parses a whole number; returns 0 for any other text. */
static int64_t parse_number(const char *text)
{
    char *end;
    if (!text || *text < '0' || *text > '9') return 0;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0 ? value : 0;
}

/* Returns half of the watchdog's interval in milliseconds, so that a ping may be late; 0: none. */
static int64_t watchdog_interval(void)
{
    const char *whose = getenv("WATCHDOG_PID");
    if (whose && parse_number(whose) != getpid()) return 0;
    int64_t us = parse_number(getenv("WATCHDOG_USEC"));
    return us > 0 && us < 2000 ? 1 : us / 2000;
}

/* Parses a path or, after @, an abstract address; unix(7). Returns false if it is neither or too
 * long. */
static bool parse_address(const char *text, struct sockaddr_un *sa, socklen_t *ret_size)
{
    size_t n = strlen(text);
    if ((*text != '/' && *text != '@') || n < 2 || n >= sizeof sa->sun_path) return false;
    *sa = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(sa->sun_path, text, n);
    if (*text == '@') sa->sun_path[0] = '\0';
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*text == '/'));
    return true;
}

static int connect_manager(const char *text)
{
    struct sockaddr_un sa;
    socklen_t size;
    errno = EAFNOSUPPORT;
    if (!parse_address(text, &sa, &size)) return -1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&sa, size) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

void sd_notify_open(struct sd_notify *n)
{
    static const char *const all[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
    const char *where = getenv("NOTIFY_SOCKET");
    *n = (struct sd_notify){.fd = where ? connect_manager(where) : -1,
                            .watchdog_ms = watchdog_interval()};
    if (where && n->fd < 0)
        log_event("cannot notify the service manager at %s: %s", where, strerror(errno));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) unsetenv(all[i]);
}

/* -- sending -- */

/* Retries later if the socket is full; gives up if the service manager is gone. */
static bool send_text(struct sd_notify *n, const char *text, int64_t now)
{
    bool ok = send(n->fd, text, strlen(text), MSG_NOSIGNAL) >= 0;
    n->retry_at = ok ? 0 : now + RETRY;
    if (ok || errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) return ok;
    log_event(SD_NOTIFY_LOST ": %s", strerror(errno));
    sd_notify_close(n);
    return false;
}

static bool is_state_due(const struct sd_notify *n, int end)
{
    return end == SD_NOTIFY_RUNNING ? !n->is_ready && !n->is_reloading : !n->is_stopping;
}

static void format_state(char text[STATE_SIZE], int end)
{
    if (end == SD_NOTIFY_RUNNING)
        snprintf(text, STATE_SIZE, "READY=1\n");
    else
        snprintf(text, STATE_SIZE, "STOPPING=1\nEXTEND_TIMEOUT_USEC=%jd\n",
                 ((intmax_t)end + GRACE) * 1000000);
}

static bool is_status_due(const struct sd_notify *n, size_t members, int64_t now)
{
    return !n->status_at || (n->members != members && now >= n->status_at);
}

static bool is_watchdog_due(const struct sd_notify *n, int64_t now)
{
    return n->watchdog_ms > 0 && now >= n->watchdog_at;
}

void sd_notify_tick(struct sd_notify *n, int end, size_t members, int64_t now)
{
    char state[STATE_SIZE] = "", status[40] = "", text[TEXT_SIZE];
    if (n->fd < 0 || now < n->retry_at) return;
    n->retry_at = 0;
    bool status_due = is_status_due(n, members, now), watchdog_due = is_watchdog_due(n, now);
    if (is_state_due(n, end)) format_state(state, end);
    if (status_due)
        snprintf(status, sizeof status, "STATUS=%zu member%s\n", members, members == 1 ? "" : "s");
    snprintf(text, sizeof text, "%s%s%s", state, status, watchdog_due ? "WATCHDOG=1\n" : "");
    if (*text == '\0' || !send_text(n, text, now)) return;
    if (*state) n->is_ready = true;
    n->is_stopping = end != SD_NOTIFY_RUNNING;
    if (status_due) n->members = members;
    if (status_due) n->status_at = now + STATUS_INTERVAL;
    if (watchdog_due) n->watchdog_at = now + n->watchdog_ms;
}

void sd_notify_reloading(struct sd_notify *n, int64_t now_us)
{
    char text[TEXT_SIZE];
    if (n->fd < 0 || n->is_stopping) return;
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%jd\n", (intmax_t)now_us);
    if (send_text(n, text, now_us / 1000)) n->is_ready = false;
    n->is_reloading = true;
}

void sd_notify_reloaded(struct sd_notify *n)
{
    n->is_reloading = false;
}

int64_t sd_notify_deadline(const struct sd_notify *n, int end, size_t members)
{
    int64_t next = n->watchdog_ms > 0 ? n->watchdog_at : 0;
    if (n->fd < 0) return 0;
    if (n->retry_at > 0) return n->retry_at;
    if (is_state_due(n, end)) return 1;
    if (n->members != members && (next == 0 || n->status_at < next)) next = n->status_at;
    return next;
}

void sd_notify_close(struct sd_notify *n)
{
    if (n->fd >= 0) close(n->fd);
    n->fd = -1;
}
