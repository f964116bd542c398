#include "server/admin/admin.h"

#include "common/address.h"
#include "server/admin/control.h"
#include "server/admin/http.h"
#include "server/net/ip.h"
#include "server/system/log.h"

#include <time.h>

enum { LAG_AGE = 1000 }; /* milliseconds until the lag is measured again, over all members */

/* -- the sockets -- */

static bool is_local_socket(int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0) return true;
    return ip_from_sockaddr((struct sockaddr *)&sa).is_local;
}

static void warn_if_public(const struct listener *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (!is_local_socket(l->fds[i])) {
            log_event(METRICS_NAME ": " METRICS_PUBLIC);
            return;
        }
}

static bool open_metrics(struct listener *l, const char *where)
{
    char host[ADDRESS_HOST];
    const char *port = address_split(where, host);
    bool ok = address_path(where) ? listener_open_for(l, METRICS_NAME, where, NULL)
                                  : listener_open_for(l, METRICS_NAME, host, port);
    if (ok) warn_if_public(l);
    return ok;
}

bool admin_open(struct admin *a, const struct options *options)
{
    if (options->stats && !open_metrics(&a->metrics.listener, options->stats)) return false;
    const char *path = options->control_socket;
    if (!path || listener_open_private(&a->control.listener, "control", path)) return true;
    admin_close(a);
    return false;
}

void admin_close(struct admin *a)
{
    endpoint_close(&a->metrics);
    endpoint_close(&a->control);
}

/* -- metrics -- */

static void measure_lag(struct admin *a)
{
    const struct room *room = a->at.room;
    uint64_t min = room->ring.head.pos;
    if (a->lag_at > 0 && a->now < a->lag_at + LAG_AGE) return;
    for (size_t i = 0; i < room->count; i++)
        if (room->members[i]->cursor.pos < min) min = room->members[i]->cursor.pos;
    a->max_lag = room->ring.head.pos - min;
    a->lag_at = a->now;
}

static struct metrics_snapshot take_snapshot(struct admin *a)
{
    const struct ring *ring = &a->at.room->ring;
    measure_lag(a);
    return (struct metrics_snapshot){
        .counters = &a->at.room->counters,
        .members = a->at.room->count,
        .connections = a->at.conns->used,
        .bans = a->at.acceptor->admission.bans.count,
        .ring_size = ring->size,
        .ring_used = ring->head.pos - ring->tail.pos,
        .ring_lag = a->max_lag,
        .journal_lost = a->at.journal->lost + a->at.journal->missing,
        .started = a->started,
    };
}

void admin_log_metrics(struct admin *a, int64_t now)
{
    char line[METRICS_LINE];
    a->now = now;
    const struct metrics_snapshot snapshot = take_snapshot(a);
    metrics_format_traffic(line, &snapshot);
    log_event("%s", line);
    metrics_format_health(line, &snapshot);
    log_event("%s", line);
}

static size_t answer_scrape(void *context, struct request *r)
{
    static char text[METRICS_SIZE];
    struct admin *a = context;
    enum http_status status = http_check(r->input, r->n);
    size_t n = 0;
    if (status == HTTP_OK) {
        const struct metrics_snapshot snapshot = take_snapshot(a);
        n = metrics_format(text, &snapshot);
    }
    return http_format(r->output, sizeof r->output, status, (struct span){text, n});
}

static const struct endpoint_ops metrics_ops = {METRICS_NAME, http_is_complete, answer_scrape};

/* -- events -- */

bool admin_start(struct admin *a, const struct premises *at)
{
    a->at = *at;
    a->started = time(NULL);
    return endpoint_start(&a->metrics, &metrics_ops, a, at->epoll, CONN_TABLE_METRICS) &&
           endpoint_start(&a->control, &control_ops, a, at->epoll, CONN_TABLE_CONTROL);
}

void admin_handle(struct admin *a, size_t special, int64_t now)
{
    a->now = now;
    if (special >= CONN_TABLE_CONTROL && special < CONN_TABLE_CONTROL + ENDPOINT_IDS)
        endpoint_handle(&a->control, special - CONN_TABLE_CONTROL, now);
    else if (special >= CONN_TABLE_METRICS && special < CONN_TABLE_METRICS + ENDPOINT_IDS)
        endpoint_handle(&a->metrics, special - CONN_TABLE_METRICS, now);
}

void admin_tick(struct admin *a, int64_t now)
{
    endpoint_tick(&a->metrics, now);
    endpoint_tick(&a->control, now);
    if (a->sweeping) control_disconnect_banned(a);
}

int64_t admin_deadline(const struct admin *a)
{
    int64_t metrics = endpoint_deadline(&a->metrics), control = endpoint_deadline(&a->control);
    if (a->sweeping) return a->now;
    if (metrics == 0 || control == 0) return metrics + control;
    return metrics < control ? metrics : control;
}
