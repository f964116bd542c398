/* Tokens through the kernel and back. */
#include "server/net/poller.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

Test(server_poller, a_token_comes_back_as_it_was)
{
    static const struct poller_token all[] = {
        {POLLER_CONN, 0, 1},
        {POLLER_CONN, POLLER_INDEX_MAX, UINT32_MAX},
        {POLLER_CONTROL, POLLER_INDEX_MAX, 0},
        {POLLER_SIGNALS, 0, 0},
    };
    struct poller p;
    struct poller_event events[POLLER_EVENTS];
    int ends[2];
    cr_assert(poller_open(&p));
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    cr_assert(poller_add(&p, ends[0], POLLER_WRITE, all[0]));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cr_assert(poller_modify(&p, ends[0], POLLER_WRITE, all[i]));
        cr_assert_eq(poller_wait(&p, events, 0), 1);
        cr_expect_eq(events[0].token.kind, all[i].kind);
        cr_expect_eq(events[0].token.index, all[i].index);
        cr_expect_eq(events[0].token.number, all[i].number);
        cr_expect_eq(events[0].what, POLLER_WRITE);
    }
    poller_remove(&p, ends[0]);
    cr_expect_eq(poller_wait(&p, events, 0), 0);
    poller_close(&p);
    close(ends[0]);
    close(ends[1]);
}

Test(server_poller, an_edge_comes_once_and_a_closed_peer_is_readable)
{
    struct poller p;
    struct poller_event events[POLLER_EVENTS];
    int ends[2];
    cr_assert(poller_open(&p));
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    const struct poller_token token = {POLLER_CONN, 3, 4};
    cr_assert(poller_add(&p, ends[0], POLLER_READ | POLLER_WRITE | POLLER_EDGE, token));
    cr_assert_eq(poller_wait(&p, events, 0), 1);
    cr_expect_eq(events[0].what, POLLER_WRITE);
    cr_expect_eq(poller_wait(&p, events, 0), 0);
    close(ends[1]);
    cr_assert_eq(poller_wait(&p, events, 0), 1);
    cr_expect(events[0].what & POLLER_READ);
    poller_close(&p);
    close(ends[0]);
}
