/* Many that stop reading, and go on later: each hears everything, or exactly how much it missed;
 * and what is heard of one that never reads again. */
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CROWD = 1000, MESSAGES = 4000, LENGTH = 1000 };

static const char *numbered(int i)
{
    static char text[LENGTH + 1];
    int n = snprintf(text, sizeof text, "%d ", i);
    memset(text + n, 'x', (size_t)(LENGTH - n));
    return text;
}

static void join_quickly(struct peer *crowd[], const struct klatchd *d)
{
    char name[32];
    for (int i = 0; i < CROWD; i++) {
        snprintf(name, sizeof name, "slow %d", i);
        crowd[i] = peer_join(d, name);
    }
}

/* Returns how many it missed. It joined as the i-th of the crowd, and the first lines are the
 * arrivals after its own; what it missed may begin among them. */
static int expect_all_or_told(struct peer *p, int i)
{
    int arrivals = CROWD - 1 - i + 2, next = 0, missed = 0;
    while (next < arrivals + MESSAGES) {
        const struct packet_seen *seen = peer_next(p);
        const char *gap = strstr(seen->msg, "missed ");
        bool server = strcmp(seen->nick, "SERVER") == 0;
        if (server && gap) {
            missed += atoi(gap + strlen("missed "));
            next += atoi(gap + strlen("missed "));
            continue;
        }
        cr_assert_eq(server, next < arrivals, "line %d: %s", next, seen->msg);
        if (!server) cr_assert_str_eq(seen->msg, numbered(next - arrivals));
        next++;
    }
    cr_assert_eq(next, arrivals + MESSAGES);
    return missed;
}

static void skip_arrivals(struct peer *p, int n)
{
    for (int i = 0; i < n; i++) peer_expect_notice(p, "joined the chat");
}

Test(server_slow, a_thousand_that_stop_and_go_on_know_what_they_missed)
{
    static struct peer *crowd[CROWD];
    char folder[] = "/tmp/klatchd-XXXXXX", place[64];
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < CROWD + 100) cr_skip_test("too few descriptors");
    cr_assert(mkdtemp(folder), "mkdtemp");
    snprintf(place, sizeof place, "unix:%s/room", folder);
    struct klatchd *d = klatchd_start_at("--quiet", "--ring", "1M", place);

    join_quickly(crowd, d);
    struct peer *reader = peer_join(d, "reader"), *ada = peer_join(d, "ada");
    skip_arrivals(reader, 1);
    for (int i = 0; i < MESSAGES; i++) {
        peer_broadcast(ada, numbered(i));
        peer_expect_broadcast(ada, "ada", numbered(i));
        peer_expect_broadcast(reader, "ada", numbered(i));
    }
    int gaps = 0;
    for (int i = 0; i < CROWD; i++) {
        gaps += expect_all_or_told(crowd[i], i) > 0;
        peer_close(crowd[i]);
    }
    cr_expect_gt(gaps, 0, "nothing was missed: the flood is too small for this test");
    peers_close_and_stop(d);
    cr_assert_eq(rmdir(folder), 0);
}

/* Its socket takes no echo any more, and still holds what it said. */
Test(server_slow, all_that_was_said_before_a_plain_close_is_heard)
{
    enum { SAID = 200 };
    static const char *const options[] = {"--quiet", "--rate=100/60"};
    char folder[] = "/tmp/klatchd-XXXXXX", place[64], text[16];
    cr_assert(mkdtemp(folder), "mkdtemp");
    snprintf(place, sizeof place, "unix:%s/room", folder);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct klatchd *d = klatchd_start_at(options[i], place);
        struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
        for (int n = 0; n < SAID; n++) {
            snprintf(text, sizeof text, "%d", n);
            peer_broadcast(bob, text);
        }
        peer_close(bob);
        for (int n = 0; n < SAID; n++) {
            snprintf(text, sizeof text, "%d", n);
            peer_expect_broadcast(ada, "bob", text);
        }
        peer_expect_left(ada, "bob");
        peer_expect_no_more(ada);
        peers_close_and_stop(d);
    }
    cr_assert_eq(rmdir(folder), 0);
}
