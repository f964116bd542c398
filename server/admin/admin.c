#include "server/admin/admin.h"

#include "common/address.h"
#include "server/admin/control.h"
#include "server/admin/http.h"
#include "server/base/ip.h"
#include "server/system/log.h"

#include <time.h>

enum {
    LAG_AGE = 1000 /* milliseconds that the furthest lag is good for: it costs a look at all */
};

/* -- the sockets -- */

static bool is_local(int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0) return true;
    return ip_from_sockaddr((struct sockaddr *)&sa).is_local;
}

static void warn_of_strangers(const struct listener *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (!is_local(l->fds[i])) {
            log_event("statistics are there for everybody who reaches this address");
            return;
        }
}

static bool open_stats(struct listener *l, const char *where)
{
    char host[ADDRESS_HOST];
    const char *port = address_split(where, host);
    bool ok = address_path(where) ? listener_open_for(l, "statistics", where, NULL)
                                  : listener_open_for(l, "statistics", host, port);
    if (ok) warn_of_strangers(l);
    return ok;
}

bool admin_open(struct admin *a, const struct options *options)
{
    if (options->stats && !open_stats(&a->stats.listener, options->stats)) return false;
    const char *path = options->control_socket;
    if (!path || listener_open_private(&a->control.listener, "control", path)) return true;
    admin_close(a);
    return false;
}

void admin_close(struct admin *a)
{
    service_close(&a->stats);
    service_close(&a->control);
}

/* -- the statistics -- */

static void look_for_lag(struct admin *a)
{
    const struct room *room = a->at.room;
    uint64_t least = room->ring.head.pos;
    if (a->lag_at > 0 && a->now < a->lag_at + LAG_AGE) return;
    for (size_t i = 0; i < room->count; i++)
        if (room->members[i]->cursor.pos < least) least = room->members[i]->cursor.pos;
    a->lag = room->ring.head.pos - least;
    a->lag_at = a->now;
}

static struct figures look(struct admin *a)
{
    const struct ring *ring = &a->at.room->ring;
    look_for_lag(a);
    return (struct figures){
        .counters = &a->at.room->counters,
        .members = a->at.room->count,
        .connections = a->at.peers->slots.used,
        .bans = a->at.door->admission.bans.count,
        .ring_size = ring->size,
        .ring_used = ring->head.pos - ring->tail.pos,
        .ring_lag = a->lag,
        .journal_lost = a->at.journal->lost + a->at.journal->missing,
        .started = a->started,
    };
}

void admin_log(struct admin *a, int64_t now)
{
    char line[STATS_LINE];
    a->now = now;
    const struct figures figures = look(a);
    stats_talk(line, &figures);
    log_event("%s", line);
    stats_state(line, &figures);
    log_event("%s", line);
}

static size_t answer_scrape(void *context, struct visit *v)
{
    static char text[STATS_ROOM];
    struct admin *a = context;
    enum http_status status = http_judge(v->request, v->n);
    size_t n = 0;
    if (status == HTTP_OK) {
        const struct figures figures = look(a);
        n = stats_write(text, &figures);
    }
    return http_answer(v->part, sizeof v->part, status, (struct span){text, n});
}

static const struct service_kind stats_kind = {"statistics", http_is_whole, answer_scrape};

/* -- the loop's part -- */

bool admin_start(struct admin *a, const struct premises *at)
{
    a->at = *at;
    a->started = time(NULL);
    return service_start(&a->stats, &stats_kind, a, at->epoll, SLOTS_STATS) &&
           service_start(&a->control, &control_kind, a, at->epoll, SLOTS_CONTROL);
}

void admin_act(struct admin *a, size_t special, int64_t now)
{
    a->now = now;
    if (special >= SLOTS_CONTROL && special < SLOTS_CONTROL + SERVICE_IDS)
        service_act(&a->control, special - SLOTS_CONTROL, now);
    else if (special >= SLOTS_STATS && special < SLOTS_STATS + SERVICE_IDS)
        service_act(&a->stats, special - SLOTS_STATS, now);
}

void admin_end_turn(struct admin *a, int64_t now)
{
    service_end_turn(&a->stats, now);
    service_end_turn(&a->control, now);
    if (a->sweeps) control_sweep(a);
}

int64_t admin_next(const struct admin *a)
{
    int64_t stats = service_next(&a->stats), control = service_next(&a->control);
    if (a->sweeps) return a->now;
    if (stats == 0 || control == 0) return stats + control;
    return stats < control ? stats : control;
}
