#include "server/admin/admin.h"

bool admin_open(struct admin *a, const struct options *options)
{
    if (options->stats && !metrics_open(&a->metrics, options->stats)) return false;
    const char *path = options->control_socket;
    if (!path || control_open(&a->control, path)) return true;
    admin_close(a);
    return false;
}

bool admin_start(struct admin *a, const struct poller *poller)
{
    return metrics_start(&a->metrics, poller) && control_start(&a->control, poller);
}

void admin_handle(struct admin *a, struct poller_token token, int64_t now)
{
    if (token.kind == POLLER_METRICS) endpoint_handle(&a->metrics.endpoint, token.index, now);
    if (token.kind == POLLER_CONTROL) endpoint_handle(&a->control.endpoint, token.index, now);
}

void admin_tick(struct admin *a, int64_t now)
{
    endpoint_tick(&a->metrics.endpoint, now);
    control_tick(&a->control, now);
}

int64_t admin_deadline(const struct admin *a)
{
    int64_t metrics = endpoint_deadline(&a->metrics.endpoint);
    int64_t control = control_deadline(&a->control);
    if (metrics == 0 || control == 0) return metrics + control;
    return metrics < control ? metrics : control;
}

void admin_close(struct admin *a)
{
    endpoint_close(&a->metrics.endpoint);
    endpoint_close(&a->control.endpoint);
}
