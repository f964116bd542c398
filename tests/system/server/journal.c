/* The journal: its records, and that it contains every message that was delivered. */
#include "common/record.h"
#include "server/store/replay.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

TestSuite(server_journal, .init = journal_fixture_init, .fini = journal_fixture_fini);

Test(server_journal, every_message_and_notice_is_a_record)
{
    struct klatchd *d = journal_fixture_start("--journal-sync", "always");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast(ada, "a \"quoted\" \xC3\xA9\n");
    peer_expect_broadcast(bob, "ada", "a \"quoted\" \xC3\xA9\n");
    peer_take_nick(bob, "eve");
    peer_expect_renamed(bob, "bob", "eve");
    peer_leave(bob);
    peer_expect_broadcast(ada, "ada", "a \"quoted\" \xC3\xA9\n");
    peer_expect_renamed(ada, "bob", "eve");
    peer_expect_left(ada, "eve");
    journal_fixture_expect_file(journal_fixture_path, "SERVER", "ada joined the chat", "SERVER",
                                "bob joined the chat", "ada", "a \"quoted\" \xC3\xA9\n", "SERVER",
                                "bob is now known as eve", "SERVER", "eve left the chat");
    peers_close_and_stop(d);
}

Test(server_journal, the_file_is_private_and_appended_to_after_a_restart)
{
    struct klatchd *d = journal_fixture_start("--journal-sync", "never");
    peer_leave(peer_join(d, "ada"));
    peers_close_and_stop(d);
    files_expect_mode(journal_fixture_path, 0600);
    d = journal_fixture_start("--journal-sync", "second");
    peer_leave(peer_join(d, "bob"));
    peers_close_and_stop(d);
    journal_fixture_expect_file(journal_fixture_path, "SERVER", "ada joined the chat", "SERVER",
                                "ada left the chat", "SERVER", "bob joined the chat", "SERVER",
                                "bob left the chat");
}

/* -- after SIGKILL -- */

enum { MEMBERS = 3, RECEIVED_MAX = 64 << 20 };

/* Everything that a member has received. */
struct received {
    int fd;
    size_t len;
    char *bytes;
};

/* Reads what has arrived; false when the connection has ended. */
static bool receive_once(struct received *r)
{
    ssize_t n = recv(r->fd, r->bytes + r->len, RECEIVED_MAX - r->len, MSG_DONTWAIT);
    if (n > 0) r->len += (size_t)n;
    return n > 0 || (n < 0 && errno == EAGAIN);
}

/* Connects, asks for a nickname and resets, perhaps before it is served. */
static void connect_and_reset(const struct klatchd *d, int turn)
{
    char name[16];
    snprintf(name, sizeof name, "brief %d", turn);
    struct peer *p = peer_connect(d);
    peer_send(p, "verify", NULL, name);
    peer_reset(p);
}

static void send_all(const struct klatchd *d, struct peer *members[], struct received received[],
                     int round, int turns)
{
    char frames[4096], msg[40];
    for (int turn = 0; turn < turns; turn++) {
        connect_and_reset(d, turn);
        for (int i = 0; i < MEMBERS; i++) {
            size_t n = 0;
            for (int k = 0; k < 20; k++) {
                snprintf(msg, sizeof msg, "round %d turn %d of %d: %d", round, turn, i, k);
                n += wire_frame(frames + n, "broadcast", NULL, msg);
            }
            if (send(peer_fd(members[i]), frames, n, MSG_NOSIGNAL | MSG_DONTWAIT) < (ssize_t)n)
                return;
            for (int j = 0; j < MEMBERS; j++) receive_once(&received[j]);
        }
    }
}

/* Expects each complete frame in the journal, in this order. Returns their number. */
static int expect_in_journal(const struct received *r, const char *journal)
{
    int frames = 0;
    const char *at = journal;
    size_t size;
    for (size_t i = 0; i + 2 < r->len && i + (size = frame_size(r->bytes + i)) <= r->len;
         i += size) {
        const char *payload = r->bytes + i + FRAME_HEADER;
        at = memmem(at, strlen(at), payload + 1, size - FRAME_HEADER - 1);
        cr_assert(at, "received but not in the journal: %.*s", (int)size - FRAME_HEADER, payload);
        frames++;
    }
    return frames;
}

/* Characters that cannot be seen are escapes in the file, and members still receive what was said:
 * at once, and after a restart. */
Test(server_journal, hidden_characters_are_escaped_in_the_file_only)
{
    static const char text[] =
        "\x7F\xC2\x9B \xE2\x80\xAE\xE2\x80\x8B \xE2\x80\xA8 \xF3\xA0\x81\xA1 \\u202e";
    struct klatchd *d = journal_fixture_start("--history", "1");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast_to(ada, text, ada);
    peers_close_and_stop(d);
    char *journal = files_read(journal_fixture_path);
    cr_expect(strstr(journal, "\"\\u007f\\u009b \\u202e\\u200b \\u2028 \\udb40\\udc61 \\\\u202e\""),
              "%s", journal);
    free(journal);
    d = journal_fixture_start("--history", "9");
    struct peer *bob = peer_join(d, "bob");
    peer_expect_broadcast(bob, "ada", text);
    peers_close_and_stop(d);
}

/* The mode stays, because a group may read the journal. */
Test(server_journal, a_journal_that_others_can_open_is_logged)
{
    char warning[2 * FILES_PATH + 128];
    files_write(journal_fixture_path, "");
    cr_assert_eq(chmod(journal_fixture_path, 0640), 0);
    struct klatchd *d = journal_fixture_start("--history", "1");
    snprintf(warning, sizeof warning, JOURNAL_SHARED("%s", "0640", "%s"), journal_fixture_path,
             journal_fixture_path);
    klatchd_wait_log(d, warning);
    klatchd_stop(d);
    files_expect_mode(journal_fixture_path, 0640);
    cr_assert_eq(chmod(journal_fixture_path, 0600), 0);
    d = journal_fixture_start("--history", "1");
    klatchd_signal(d, SIGTERM);
    for (const char *line; (line = klatchd_log_line(d));)
        cr_expect_not(strstr(line, "others can open"), "%s", line);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

/* The shell sends the signal to itself, and it stays pending in klatchd. */
Test(server_journal, a_signal_before_the_end_of_the_start_is_obeyed)
{
    static char out[4096], err[4096];
    char address[FILES_PATH];
    files_address(address, journal_fixture_folder, "room");
    files_write(journal_fixture_path, "{\"time\":\"2026-11-23T09:30:00.250Z\",\"nick\":\"ada\","
                                      "\"msg\":\"hi\",\"proto\":\"broadcast\"}\n");
    const char *argv[] = {"env",
                          "--block-signal=TERM",
                          "sh",
                          "-c",
                          "kill -TERM $$; exec \"$@\"",
                          "sh",
                          BUILD "/klatchd",
                          "--journal",
                          journal_fixture_path,
                          "--history",
                          "9",
                          address,
                          NULL};
    cr_expect_eq(child_run(argv, out, err, sizeof err), 0);
    cr_expect(strstr(err, "loaded 0 messages"), "%s", err);
    cr_expect(strstr(err, REPLAY_STOPPED), "%s", err);
}

/* Expects the last messages of the journal, which has no other notices than joins and leaves. */
static void expect_history(struct klatchd *d, char *journal, int lines)
{
    enum { ALL = 1 << 20 };
    static char *said[ALL];
    int count = 0;
    struct peer *p = peer_join(d, "newcomer");
    struct record r;
    for (char *line; count < ALL && (line = journal_fixture_next_line(&journal));)
        if (!strstr(line, "\"nick\":\"SERVER\"")) said[count++] = line;
    for (int i = count > lines ? count - lines : 0; i < count; i++) {
        cr_assert_null(record_decode(&r, (struct span){said[i], strlen(said[i])}), "%s", said[i]);
        peer_expect_broadcast(p, r.said.nick, r.said.msg);
    }
    peer_expect_no_more(p);
    peer_close(p);
}

/* The environment variable KILLS sets the number of rounds. */
Test(server_journal, every_message_that_was_delivered_survives_a_kill, .timeout = 600)
{
    tls_client_turn_off();
    const char *wanted = getenv("KILLS");
    int kills = wanted ? atoi(wanted) : 6, delivered = 0;
    srand(3);
    for (int round = 0; round < kills; round++) {
        struct klatchd *d = journal_fixture_start("--history", "50");
        if (round > 0) {
            char *before = files_read(journal_fixture_path);
            expect_history(d, before, 50);
            free(before);
        }
        struct peer *members[MEMBERS];
        struct received received[MEMBERS];
        char name[16];
        for (int i = 0; i < MEMBERS; i++) {
            snprintf(name, sizeof name, "member %d", i);
            members[i] = peer_connect_greeted(d);
            peer_take_nick(members[i], name);
            received[i] = (struct received){peer_fd(members[i]), 0, malloc(RECEIVED_MAX)};
        }
        send_all(d, members, received, round, 1 + rand() % 150);
        klatchd_signal(d, SIGKILL);
        cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
        char *journal = files_read(journal_fixture_path);
        for (int i = 0; i < MEMBERS; i++) {
            while (receive_once(&received[i])) continue;
            delivered += expect_in_journal(&received[i], journal);
            free(received[i].bytes);
            peer_close(members[i]);
        }
        free(journal);
    }
    cr_log_info("%d kills, %d messages delivered, all of them in the journal", kills, delivered);
    cr_assert_gt(delivered, 0);
}

Test(server_journal, the_journal_is_written_once_an_iteration_and_before_sending)
{
    char trace[160];
    snprintf(trace, sizeof trace, "%s/trace", journal_fixture_folder);
    struct klatchd *d =
        klatchd_start_argv((const char *[]){"env",
                                            "ASAN_OPTIONS=detect_leaks=0",
                                            "strace",
                                            "-f",
                                            "-D",
                                            "-o",
                                            trace,
                                            "-s",
                                            "4000",
                                            "-e",
                                            "trace=write,sendto,writev,epoll_wait",
                                            BUILD "/klatchd",
                                            trace_reads_sandbox() ? "-q" : "--no-sandbox",
                                            "-d",
                                            "0",
                                            "-j",
                                            journal_fixture_path,
                                            "127.0.0.1",
                                            "0",
                                            NULL});
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    char frames[4096], msg[40];
    size_t n = 0;
    for (int i = 0; i < 20; i++) {
        snprintf(msg, sizeof msg, "marker %d", i);
        n += wire_frame(frames + n, "broadcast", NULL, msg);
    }
    peer_send_bytes(ada, frames, n);
    peer_send(ada, "goodbye", NULL, "BYE");
    while (!strstr(peer_next(bob)->msg, "ada left the chat")) continue;
    peers_close_and_stop(d);

    char *text = files_read(trace), *first = strstr(text, "marker 0"), *last;
    cr_assert(first, "%s", text);
    while (first > text && first[-1] != '\n') first--;
    while (isdigit((unsigned char)*first) || *first == ' ') first++; /* the thread */
    cr_expect_eq(strncmp(first, "write(", 6), 0, "%.200s", first);
    last = strchr(first, '\n');
    cr_expect(memmem(first, (size_t)(last - first), "marker 19", 9), "not all in one write");
    free(text);
}
