#include "server/net/liveness.h"

#include "server/net/socket.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
    LOST_PROBES = 4,     /* probes of a closed window without an answer, in a row */
    IDLE = 30,           /* TCP_KEEPIDLE: seconds without traffic until the first probe; tcp(7) */
    INTERVAL = 10,       /* TCP_KEEPINTVL: seconds between two probes */
    PROBES = 3,          /* TCP_KEEPCNT: probes without an answer until the connection is lost */
    URGENT_IDLE = 1,     /* seconds, instead of IDLE: the first probe comes at once */
    URGENT_INTERVAL = 6, /* instead of INTERVAL: three within DEADLINES_KEEPALIVE, and no loss */
};

static struct liveness query_other(int fd)
{
    int unsent = socket_unsent(fd);
    return (struct liveness){.acked = (uint64_t)unsent, .unacked = unsent > 0};
}

/* A peer with a closed window acknowledges nothing, but its system answers the kernel's probes of
 * that window, which become rarer and rarer. */
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

/* Does not use TCP_USER_TIMEOUT: that also ends a connection whose peer only does not read. */
void liveness_enable_keepalive(int fd)
{
    socket_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, IDLE);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
}

/* Sets TCP_KEEPIDLE last: it restarts the kernel's timer. */
void liveness_set_interval(int fd, bool urgently)
{
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, urgently ? URGENT_INTERVAL : INTERVAL);
    socket_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, urgently ? URGENT_IDLE : IDLE);
}
