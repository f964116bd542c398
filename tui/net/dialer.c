#include "tui/net/dialer.h"

#include "tui/base/clock.h"
#include "tui/system/helper_process.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A message from the process about an attempt. CONNECTOR_CONNECTED comes with the socket. */
struct report {
    unsigned attempt;
    enum connector_state state;
    bool is_resolved;
    char error[DIALER_ERROR]; /* of CONNECTOR_FAILED */
};

/* -- the process -- */

struct service {
    int fd;
    struct connector *connector;
    unsigned attempt;
    enum connector_state reported;
};

static bool send_report(struct service *s)
{
    const struct connector *c = s->connector;
    struct report report = {
        .attempt = s->attempt, .state = c->state, .is_resolved = connector_is_resolved(c)};
    if (c->state == CONNECTOR_FAILED)
        snprintf(report.error, sizeof report.error, "%s", c->error != NULL ? c->error : "");
    return helper_process_send(s->fd, &report, sizeof report,
                               c->state == CONNECTOR_CONNECTED ? c->fd : -1);
}

/* Reports each new state. Returns false if klatch has ended. */
static bool report_state(struct service *s)
{
    struct connector *c = s->connector;
    enum connector_state state = connector_process(c, clock_now());
    if (state == s->reported || state == CONNECTOR_IDLE || state == CONNECTOR_RESOLVING)
        return true;
    s->reported = state;
    bool sent = send_report(s);
    if (state == CONNECTOR_CONNECTED) close(connector_take(c));
    return sent;
}

/* Takes the number of an attempt. Returns false if klatch has ended. */
static bool take_request(struct service *s)
{
    if (helper_process_receive(s->fd, &s->attempt, sizeof s->attempt, NULL, true) <= 0)
        return false;
    s->reported = CONNECTOR_IDLE;
    connector_start(s->connector, clock_now());
    return true;
}

static void serve(int fd, void *connector)
{
    struct service s = {.fd = fd, .connector = connector};
    bool goes_on = true;
    while (goes_on) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
                               {.fd = connector_fd(connector), .events = POLLIN}};
        poll(fds, 2, clock_poll_timeout(connector_deadline(connector), clock_now()));
        goes_on = (fds[0].revents == 0 || take_request(&s)) && report_state(&s);
    }
}

/* -- klatch -- */

bool dialer_start(struct dialer *d, struct connector *connector)
{
    *d = (struct dialer){.connected = -1, .needs_no_lookup = connector_is_resolved(connector)};
    d->fd = helper_process_start("klatch-dialer", true, serve, connector);
    d->is_running = d->fd >= 0;
    return d->is_running;
}

static void drop_connected(struct dialer *d)
{
    if (d->connected >= 0) close(d->connected);
    d->connected = -1;
}

static void set_gone(struct dialer *d)
{
    d->is_gone = true;
    d->state = CONNECTOR_FAILED;
    snprintf(d->error, sizeof d->error, "%s", DIALER_ENDED);
}

void dialer_dial(struct dialer *d)
{
    drop_connected(d);
    d->attempt++;
    d->state = CONNECTOR_RESOLVING;
    d->is_resolved = d->needs_no_lookup;
    if (!helper_process_send(d->fd, &d->attempt, sizeof d->attempt, -1)) set_gone(d);
}

/* Drops a report about an earlier attempt, and its socket. */
static void take_report(struct dialer *d, const struct report *report, int fd)
{
    if (report->attempt != d->attempt) {
        if (fd >= 0) close(fd);
        return;
    }
    drop_connected(d);
    d->connected = fd;
    d->state = report->state;
    d->is_resolved = report->is_resolved;
    memcpy(d->error, report->error, sizeof d->error);
    d->error[sizeof d->error - 1] = '\0';
}

enum connector_state dialer_process(struct dialer *d)
{
    struct report report;
    int fd;
    ssize_t n = -1;
    bool waits = d->state == CONNECTOR_RESOLVING || d->state == CONNECTOR_CONNECTING;
    while (waits && !d->is_gone &&
           (n = helper_process_receive(d->fd, &report, sizeof report, &fd, false)) > 0)
        take_report(d, &report, fd);
    if (n == 0) set_gone(d);
    return d->state;
}

int dialer_take(struct dialer *d)
{
    int fd = d->connected;
    d->connected = -1;
    d->state = CONNECTOR_IDLE;
    return fd;
}

void dialer_free(struct dialer *d)
{
    if (!d->is_running) return;
    drop_connected(d);
    close(d->fd);
    d->is_running = false;
}
