#include "server/net/liveness.h"

#include "server/net/socket.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
    LOST_PROBES = 4, /* of a closed window, unanswered in a row */
    IDLE = 30,       /* seconds of quiet before the system asks whether a peer is there, */
    INTERVAL = 10,   /* and from one question to the next; tcp(7) */
    PROBES = 3,      /* without an answer, and it is gone */
    URGENT = 1,      /* seconds of either where somebody wants to know */
};

static struct liveness query_other(int fd)
{
    int unsent = socket_unsent(fd);
    return (struct liveness){.acked = (uint64_t)unsent, .unacked = unsent > 0};
}

/* One whose window is closed has nothing to acknowledge, but answers probes, ever more rarely. */
struct liveness liveness_query(int fd)
{
    struct tcp_info tcp = {0};
    socklen_t size = sizeof tcp;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &tcp, &size) < 0) return query_other(fd);
    bool closed = tcp.tcpi_unacked == 0 && tcp.tcpi_notsent_bytes > 0;
    return (struct liveness){
        .acked = tcp.tcpi_bytes_acked,
        .unacked = tcp.tcpi_unacked > 0 || tcp.tcpi_notsent_bytes > 0,
        .expects_answer = !closed || tcp.tcpi_probes >= LOST_PROBES,
        .silent_ms = tcp.tcpi_last_ack_recv,
    };
}

/* Not TCP_USER_TIMEOUT: it also ends one that is there and only does not read. */
void liveness_enable_keepalive(int fd)
{
    socket_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, IDLE);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
}

/* Setting TCP_KEEPIDLE starts the clock anew. */
void liveness_set_interval(int fd, bool urgently)
{
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, urgently ? URGENT : INTERVAL);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, urgently ? URGENT : IDLE);
}
