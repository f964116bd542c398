/* klatchd's log on standard error. */
#include "server/system/log.h"

#include "common/chat_line.h"
#include "server/net/connection.h"
#include "server/room/session.h"
#include "server/store/chat_log.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(server_log, joins_messages_and_leaves_are_logged)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    klatchd_wait_log(d, "ada joined the chat");
    peer_broadcast_to(ada, "hello there", ada);
    cr_assert(strstr(klatchd_wait_log(d, "hello there"), "ada"));
    peer_leave(ada);
    klatchd_wait_log(d, "ada left the chat");
    peers_close_and_stop(d);
}

Test(server_log, quiet_logs_no_messages)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada");
    klatchd_wait_log(d, "ada joined the chat");
    peer_broadcast_to(ada, "a secret", ada);
    peer_leave(ada);
    for (const char *line = ""; !strstr(line, "ada left the chat"); line = klatchd_log_line(d))
        cr_assert_not(strstr(line, "secret"), "%s", line);
    peers_close_and_stop(d);
}

/* Expects no control characters and no bidirectional formatting. */
static void expect_harmless(const char *line)
{
    static const char *const harmful[] = {"\xE2\x80\xAE", "\xE2\x80\xAA", "\xE2\x81\xA6",
                                          "\xE2\x80\x8F", "\xE2\x80\xA8", "\xC2\x9B"};
    for (const char *p = line; *p; p++)
        cr_expect((unsigned char)*p >= ' ' && *p != 0x7F, "byte %d in: %s", *p, line);
    for (size_t i = 0; i < COUNT(harmful); i++)
        cr_expect_not(strstr(line, harmful[i]), "row %zu in: %s", i, line);
}

Test(server_log, messages_cannot_forge_a_line_or_control_the_terminal)
{
    static const char *const messages[] = {
        "\x1b[2J\x1b[31mred",
        "\x1b]0;title\x07",
        "\n2030-01-01T00:00:00Z bob: I never said that",
        "\r\n\r\n",
        "\rover\b\b\b\x7F",
        "\xE2\x80\xAEright to left\xE2\x81\xA6",
        "\xC2\x9Bred C1\xE2\x80\xA8",
    };
    char marker[32];
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    klatchd_wait_log(d, "ada joined the chat");
    for (size_t i = 0; i < COUNT(messages); i++) {
        snprintf(marker, sizeof marker, "marker %zu", i);
        peer_broadcast(ada, messages[i]);
        peer_send(ada, messages[i], messages[i], messages[i]);
        peer_broadcast(ada, marker);
        const char *line = klatchd_log_line(d);
        cr_expect(strstr(line, CHAT_LINE_MESSAGE("ada", "")), "%s", line);
        expect_harmless(line);
        while (!strstr(line = klatchd_log_line(d), marker)) expect_harmless(line);
        cr_expect(strstr(line, CHAT_LINE_MESSAGE("ada", "")), "%s", line);
    }
    peers_close_and_stop(d);
}

struct log_counts {
    int connected, closed, unlogged;
};

/* Counts connections up to the line with these words. */
static void count_lines(struct klatchd *d, const char *words, struct log_counts *t)
{
    const char *line;
    do {
        line = klatchd_log_line(d);
        const char *more = strstr(line, " more connected");
        while (more && more > line && more[-1] != ' ') more--;
        if (more) t->unlogged += atoi(more);
        t->connected += strstr(line, " connected from 127.0.0.1 port ") != NULL;
        t->closed += strstr(line, " closed: ") != NULL;
    } while (!strstr(line, words));
}

/* A client connects, joins and leaves: each must be a line. */
static void join_and_leave(struct klatchd *d, int number, struct log_counts *t)
{
    char words[32];
    struct peer *ada = peer_join(d, "ada");
    peer_leave(ada);
    snprintf(words, sizeof words, CONN_LOG_CONNECTED("%d", ""), number);
    count_lines(d, words, t);
    snprintf(words, sizeof words, CONN_LOG_NICK("%d", "ada"), number);
    count_lines(d, words, t);
    snprintf(words, sizeof words, CONN_LOG_CLOSED("%d", ""), number);
    count_lines(d, words, t);
}

Test(server_log, many_short_connections_are_counted_and_members_always_logged)
{
    enum { CONNECTIONS = 1000 };
    struct log_counts t = {0};
    struct klatchd *d = klatchd_start();
    for (int i = 0; i < CONNECTIONS; i++) {
        struct peer *p = peer_connect_greeted(d);
        peer_send_bytes(p, "\0\0", 2);
        peer_close(p);
    }
    join_and_leave(d, CONNECTIONS + 1, &t);
    cr_expect_lt(t.connected, CONNECTIONS / 2);
    int members = 1;
    while (t.connected + t.unlogged < CONNECTIONS + members)
        join_and_leave(d, CONNECTIONS + ++members, &t);
    cr_expect_leq(t.connected + t.unlogged, CONNECTIONS + 2 * members,
                  "a connection is counted twice");
    cr_expect_eq(t.closed, t.connected);
    peers_close_and_stop(d);
}

/* A socket that was reset has no address any more: getpeername(2) fails. */
Test(server_log, the_address_of_a_client_that_resets_its_connection_is_logged)
{
    tls_client_turn_off();
    struct klatchd *d = klatchd_start();
    klatchd_signal(d, SIGSTOP);
    peer_reset(peer_connect(d));
    klatchd_signal(d, SIGCONT);
    klatchd_wait_log(d, CONN_LOG_CONNECTED("1", "127.0.0.1 port"));
    peers_close_and_stop(d);
}

/* As logrotate's copytruncate does it. */
Test(server_log, a_log_file_may_be_truncated)
{
    char folder[FILES_PATH], address[FILES_PATH], log[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "room");
    files_path(log, folder, "log");
    const char *argv[] = {BUILD "/klatchd", "-d", "0", address, NULL};
    struct klatchd *d = klatchd_start_with_log_file(argv, log, address);
    struct peer *ada = peer_join(d, "ada");
    for (int i = 0; i < 100; i++) peer_broadcast_to(ada, "before", ada);
    journal_fixture_wait(log, "before");
    cr_assert_eq(truncate(log, 0), 0);
    peer_broadcast_to(ada, "after", ada);
    journal_fixture_wait(log, CHAT_LINE_MESSAGE("ada", "after"));
    peers_close_and_stop(d);
    char *text = files_read(log);
    cr_expect_eq(text[0], '2', "the file begins with a hole");
    free(text);
    files_remove_all(folder);
}

/* More log than a pipe holds, while nobody reads it. */
Test(server_log, a_log_that_nobody_reads_does_not_block_the_room)
{
    enum { MESSAGES = 1000, SIZE = CHAT_LOG_TEXT };
    static char text[SIZE + 1];
    memset(text, 'x', SIZE);
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    for (int i = 0; i < MESSAGES; i++) {
        peer_broadcast_to(ada, text, ada);
    }
    klatchd_wait_log(d, text);
    klatchd_wait_log(d, "lost");
    peer_broadcast(ada, "read again");
    klatchd_wait_log(d, CHAT_LINE_MESSAGE("ada", "read again"));
    peers_close_and_stop(d);
}

Test(server_log, a_closed_log_pipe_does_not_end_klatchd)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    close(d->log);
    d->log = -1;
    for (int i = 0; i < 10; i++) peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* No descriptor that klatchd opens may become its standard error. */
Test(server_log, closed_standard_streams_do_no_harm)
{
    char folder[FILES_PATH], address[FILES_PATH], command[FILES_PATH + 64];
    files_create_folder(folder);
    files_address(address, folder, "room");
    snprintf(command, sizeof command, "exec " BUILD "/klatchd %s <&- >&- 2>&-", address);
    struct klatchd d = {.pid =
                            child_start((const char *[]){"sh", "-c", command, NULL}, -1, -1, -1)};
    int64_t end = timeout_deadline();
    while (!peer_can_connect(address, "")) cr_assert(timeout_retry(end), "klatchd does not listen");

    strcpy(d.address, address);
    struct peer *ada = peer_join(&d, "ada"), *bob = peer_join(&d, "bob");
    peer_expect_joined(ada, "bob");
    peer_send(ada, "nonsense", NULL, "");
    peer_expect_notice(ada, SESSION_UNEXPECTED);
    peer_expect_no_more(ada);
    peer_close(ada);
    peer_close(bob);
    klatchd_signal(&d, SIGTERM);
    klatchd_signal(&d, SIGINT);
    cr_assert_eq(child_wait(d.pid), 0);
    files_remove_empty(folder);
}

/* Otherwise the server would try again without end. */
Test(server_log, lines_for_a_closed_pipe_are_dropped)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_open();
    close(ends[0]);
    log_event("anybody there?");
    cr_expect(log_flush());
}
