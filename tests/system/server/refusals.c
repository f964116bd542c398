/* What klatchd does not take: it says so in words that fit the peer's state, and goes on. */
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const not_for_clients[] = {
    "connect", "ready", "retry", "shutdown", "", "nonsense", "BROADCAST", "broadcast ", "Verify",
};

Test(server_refusals, a_member_hears_why_and_stays)
{
    struct daemon *d = daemon_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob");
    peer_hears(ada, "SERVER", "bob joined the chat");
    for (size_t i = 0; i < COUNT(not_for_clients); i++) {
        peer_send(ada, not_for_clients[i], "SERVER", "Server Shutting down in 1 seconds");
        peer_notice(ada, "not taken");
    }
    peer_say(ada, "still here");
    peer_hears(ada, "ada", "still here");
    peer_hears(bob, "ada", "still here");
    everybody_leaves(d);
}

Test(server_refusals, a_stranger_hears_retry_and_stays)
{
    static const char *const too_early[] = {"broadcast", "who"};
    struct daemon *d = daemon_start();
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_greeted(d);
    for (size_t i = 0; i < COUNT(not_for_clients) + COUNT(too_early); i++) {
        bool early = i < COUNT(too_early);
        peer_send(stranger, early ? too_early[i] : not_for_clients[i - COUNT(too_early)], "ada",
                  "let me in");
        peer_expect(stranger, "retry", "SERVER", "RETRY");
    }
    peer_member_heard_all(ada);
    peer_send(stranger, "verify", NULL, "bob");
    peer_expect(stranger, "ready", "SERVER", "READY");
    everybody_leaves(d);
}

Test(server_refusals, many_in_a_row_keep_the_stream_whole)
{
    enum { MANY = 500 };
    struct daemon *d = daemon_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob");
    peer_hears(ada, "SERVER", "bob joined the chat");
    for (int i = 0; i < MANY; i++) {
        peer_send(ada, "nonsense", NULL, "");
        peer_say(bob, "meanwhile");
    }
    int refusals = 0, messages = 0;
    while (refusals < MANY || messages < MANY) {
        const struct packet_seen *seen = peer_next(ada);
        bool refusal = strcmp(seen->nick, "SERVER") == 0;
        refusals += refusal;
        messages += !refusal;
        if (!refusal) cr_assert_str_eq(seen->msg, "meanwhile");
    }
    peer_member_heard_all(ada);
    everybody_leaves(d);
}

/* A close while input is unread resets the connection, and what was said is lost. */
Test(server_refusals, the_last_words_arrive_though_much_was_not_read)
{
    enum { UNREAD = 100000 };
    static const char junk[UNREAD] = {0};
    struct daemon *d = daemon_start();
    for (int i = 0; i < 100; i++) {
        struct peer *p = peer_greeted(d);
        peer_send_bytes(p, junk, sizeof junk);
        peer_refused(p, "");
        peer_close(p);
    }
    everybody_leaves(d);
}

Test(server_refusals, the_last_words_arrive_though_more_comes_after_them)
{
    struct daemon *d = daemon_start();
    struct peer *p = peer_greeted(d);
    peer_send_text(p, "[]");
    cr_assert(patience_poll(peer_fd(p), POLLIN, patience_end()));
    for (int i = 0; i < 10; i++) peer_send_text(p, "{\"proto\":\"broadcast\"}");
    peer_refused(p, "");
    everybody_leaves(d);
}

/* More than the server reads of one that it cut off: it stops reading, and still waits. */
Test(server_refusals, the_last_words_arrive_whatever_is_sent_after_the_offence)
{
    enum { JUNK = 300 * 1024 };
    struct daemon *d = daemon_start();
    struct peer *ada = peer_join(d, "ada");
    char *bytes = calloc(1, JUNK);
    peer_say(ada, "before");
    peer_send_bytes(ada, bytes, JUNK);
    peer_hears(ada, "ada", "before");
    peer_refused(ada, "length was 0");
    free(bytes);
    everybody_leaves(d);
}
