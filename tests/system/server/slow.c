/* Clients that stop reading and continue later receive everything, or are told how much they
 * missed; and messages of a client that closes without reading. */
#include "tests/system/support/files.h"
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

enum { CLIENTS = 1000, MESSAGES = 4000, LENGTH = 1000 };

static const char *numbered(int i)
{
    static char text[LENGTH + 1];
    int n = snprintf(text, sizeof text, "%d ", i);
    memset(text + n, 'x', (size_t)(LENGTH - n));
    return text;
}

static void join_all(struct peer *clients[], const struct klatchd *d)
{
    char name[32];
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(name, sizeof name, "slow %d", i);
        clients[i] = peer_join(d, name);
    }
}

/* Returns how many messages client i missed. Its first messages are the notices of later joins,
 * among which a gap may begin. */
static int expect_all_or_gap(struct peer *p, int i)
{
    int joins = CLIENTS - 1 - i + 2, next = 0, missed = 0;
    while (next < joins + MESSAGES) {
        const struct packet_seen *seen = peer_next(p);
        const char *gap = strstr(seen->msg, "missed ");
        bool server = strcmp(seen->nick, "SERVER") == 0;
        if (server && gap) {
            missed += atoi(gap + strlen("missed "));
            next += atoi(gap + strlen("missed "));
            continue;
        }
        cr_assert_eq(server, next < joins, "line %d: %s", next, seen->msg);
        if (!server) cr_assert_str_eq(seen->msg, numbered(next - joins));
        next++;
    }
    cr_assert_eq(next, joins + MESSAGES);
    return missed;
}

static void skip_joins(struct peer *p, int n)
{
    for (int i = 0; i < n; i++) peer_expect_notice(p, "joined the chat");
}

Test(server_slow, a_thousand_clients_that_pause_are_told_what_they_missed)
{
    static struct peer *clients[CLIENTS];
    char folder[FILES_PATH], address[FILES_PATH];
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < CLIENTS + 100) cr_skip_test("too few descriptors");
    files_create_folder(folder);
    files_address(address, folder, "room");
    struct klatchd *d = klatchd_start_at("--quiet", "--per-address", "0", "--ring", "1M", address);

    join_all(clients, d);
    struct peer *reader = peer_join(d, "reader"), *ada = peer_join(d, "ada");
    skip_joins(reader, 1);
    for (int i = 0; i < MESSAGES; i++) {
        peer_broadcast(ada, numbered(i));
        peer_expect_broadcast(ada, "ada", numbered(i));
        peer_expect_broadcast(reader, "ada", numbered(i));
    }
    int gaps = 0;
    for (int i = 0; i < CLIENTS; i++) {
        gaps += expect_all_or_gap(clients[i], i) > 0;
        peer_close(clients[i]);
    }
    cr_expect_gt(gaps, 0, "nothing was missed: the flood is too small for this test");
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

/* The sender's socket is full, as it never reads. */
Test(server_slow, messages_sent_before_a_close_are_delivered)
{
    enum { MESSAGES_SENT = 200 };
    static const char *const options[] = {"--quiet", "--rate=100/60"};
    char folder[FILES_PATH], address[FILES_PATH], text[16];
    files_create_folder(folder);
    files_address(address, folder, "room");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct klatchd *d = klatchd_start_at(options[i], address);
        struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
        for (int n = 0; n < MESSAGES_SENT; n++) {
            snprintf(text, sizeof text, "%d", n);
            peer_broadcast(bob, text);
        }
        peer_close(bob);
        for (int n = 0; n < MESSAGES_SENT; n++) {
            snprintf(text, sizeof text, "%d", n);
            peer_expect_broadcast(ada, "bob", text);
        }
        peer_expect_left(ada, "bob");
        peer_expect_no_more(ada);
        peers_close_and_stop(d);
    }
    files_remove_empty(folder);
}
