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
    STATUS = 1000, /* milliseconds between two counts of the members */
    AGAIN = 100,   /* until what could not be told is tried again */
    GRACE = 30,    /* seconds that the end itself may take */
    STATE = 80,
    TEXT = 160,
};

/* -- the environment -- */

/* A whole number; 0 for anything else. */
static int64_t number(const char *text)
{
    char *end;
    if (!text || *text < '0' || *text > '9') return 0;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0 ? value : 0;
}

/* Half of what it is given, so that one sign of life may be late. */
static int64_t beat(void)
{
    const char *whose = getenv("WATCHDOG_PID");
    if (whose && number(whose) != getpid()) return 0;
    int64_t us = number(getenv("WATCHDOG_USEC"));
    return us > 0 && us < 2000 ? 1 : us / 2000;
}

/* A path, or after @ a name of no file; false where it is neither or too long. unix(7) */
static bool read_address(const char *text, struct sockaddr_un *sa, socklen_t *ret_size)
{
    size_t n = strlen(text);
    if ((*text != '/' && *text != '@') || n < 2 || n >= sizeof sa->sun_path) return false;
    *sa = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(sa->sun_path, text, n);
    if (*text == '@') sa->sun_path[0] = '\0';
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*text == '/'));
    return true;
}

static int dial(const char *text)
{
    struct sockaddr_un sa;
    socklen_t size;
    errno = EAFNOSUPPORT;
    if (!read_address(text, &sa, &size)) return -1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&sa, size) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

void notify_open(struct notify *n)
{
    static const char *const all[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
    const char *where = getenv("NOTIFY_SOCKET");
    *n = (struct notify){.fd = where ? dial(where) : -1, .every = beat()};
    if (where && n->fd < 0)
        log_event("cannot notify the service manager at %s: %s", where, strerror(errno));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) unsetenv(all[i]);
}

/* -- what is told -- */

/* One who does not listen fast enough is told again, one who is gone is not. */
static bool send_text(struct notify *n, const char *text, int64_t now)
{
    bool ok = send(n->fd, text, strlen(text), MSG_NOSIGNAL) >= 0;
    n->again_at = ok ? 0 : now + AGAIN;
    if (ok || errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) return ok;
    log_event("cannot notify the service manager any more: %s", strerror(errno));
    notify_close(n);
    return false;
}

static bool is_state_due(const struct notify *n, int end)
{
    return end == NOTIFY_OPEN ? !n->is_ready : !n->is_stopping;
}

static void write_state(char text[STATE], int end)
{
    if (end == NOTIFY_OPEN)
        snprintf(text, STATE, "READY=1\n");
    else
        snprintf(text, STATE, "STOPPING=1\nEXTEND_TIMEOUT_USEC=%jd\n",
                 ((intmax_t)end + GRACE) * 1000000);
}

static bool is_status_due(const struct notify *n, size_t members, int64_t now)
{
    return !n->status_at || (n->members != members && now >= n->status_at);
}

static bool is_beat_due(const struct notify *n, int64_t now)
{
    return n->every > 0 && now >= n->beat_at;
}

void notify_turn(struct notify *n, int end, size_t members, int64_t now)
{
    char state[STATE] = "", status[40] = "", text[TEXT];
    if (n->fd < 0 || now < n->again_at) return;
    n->again_at = 0;
    bool counts = is_status_due(n, members, now), beats = is_beat_due(n, now);
    if (is_state_due(n, end)) write_state(state, end);
    if (counts)
        snprintf(status, sizeof status, "STATUS=%zu member%s\n", members, members == 1 ? "" : "s");
    snprintf(text, sizeof text, "%s%s%s", state, status, beats ? "WATCHDOG=1\n" : "");
    if (*text == '\0' || !send_text(n, text, now)) return;
    n->is_ready = true;
    n->is_stopping = end != NOTIFY_OPEN;
    if (counts) n->members = members;
    if (counts) n->status_at = now + STATUS;
    if (beats) n->beat_at = now + n->every;
}

void notify_reloading(struct notify *n, int64_t now_us)
{
    char text[TEXT];
    if (n->fd < 0 || n->is_stopping) return;
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%jd\n", (intmax_t)now_us);
    if (send_text(n, text, now_us / 1000)) n->is_ready = false;
}

int64_t notify_next(const struct notify *n, int end, size_t members)
{
    int64_t next = n->every > 0 ? n->beat_at : 0;
    if (n->fd < 0) return 0;
    if (n->again_at > 0) return n->again_at;
    if (is_state_due(n, end)) return 1;
    if (n->members != members && (next == 0 || n->status_at < next)) next = n->status_at;
    return next;
}

void notify_close(struct notify *n)
{
    if (n->fd >= 0) close(n->fd);
    n->fd = -1;
}
