/* The log on disk: what is in it, and that whatever anybody has read is in it. */
#include "common/record.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

TestSuite(server_journal, .init = journal_fixture_init, .fini = journal_fixture_fini);

static void expect_end(const char *text)
{
    cr_expect_str_eq(text, "");
}

Test(server_journal, everything_that_is_said_is_a_line)
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
    char *text = files_read(journal_fixture_path), *at = text;
    journal_fixture_expect(&at, "SERVER", "ada joined the chat");
    journal_fixture_expect(&at, "SERVER", "bob joined the chat");
    journal_fixture_expect(&at, "ada", "a \"quoted\" \xC3\xA9\n");
    journal_fixture_expect(&at, "SERVER", "bob is now known as eve");
    journal_fixture_expect(&at, "SERVER", "eve left the chat");
    expect_end(at);
    free(text);
    peers_close_and_stop(d);
}

Test(server_journal, it_is_private_and_goes_on_after_a_restart)
{
    struct stat st;
    struct klatchd *d = journal_fixture_start("--journal-sync", "never");
    peer_leave(peer_join(d, "ada"));
    peers_close_and_stop(d);
    cr_assert_eq(stat(journal_fixture_path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    d = journal_fixture_start("--journal-sync", "second");
    peer_leave(peer_join(d, "bob"));
    peers_close_and_stop(d);
    char *text = files_read(journal_fixture_path), *at = text;
    journal_fixture_expect(&at, "SERVER", "ada joined the chat");
    journal_fixture_expect(&at, "SERVER", "ada left the chat");
    journal_fixture_expect(&at, "SERVER", "bob joined the chat");
    journal_fixture_expect(&at, "SERVER", "bob left the chat");
    expect_end(at);
    free(text);
}

/* -- killed -- */

enum { TALKERS = 3, HEARD = 64 << 20 };

/* Everything a socket has been sent. */
struct ear {
    int fd;
    size_t len;
    char *bytes;
};

/* False when the connection has ended. */
static bool listen_once(struct ear *e)
{
    ssize_t n = recv(e->fd, e->bytes + e->len, HEARD - e->len, MSG_DONTWAIT);
    if (n > 0) e->len += (size_t)n;
    return n > 0 || (n < 0 && errno == EAGAIN);
}

/* Comes and is gone, perhaps while it is served. */
static void flit(const struct klatchd *d, int turn)
{
    char name[16];
    snprintf(name, sizeof name, "mayfly %d", turn);
    struct peer *mayfly = peer_connect(d);
    peer_send(mayfly, "verify", NULL, name);
    peer_reset(mayfly);
}

static void talk(const struct klatchd *d, struct peer *talkers[], struct ear ears[], int round,
                 int turns)
{
    char frames[4096], msg[40];
    for (int turn = 0; turn < turns; turn++) {
        flit(d, turn);
        for (int i = 0; i < TALKERS; i++) {
            size_t n = 0;
            for (int k = 0; k < 20; k++) {
                snprintf(msg, sizeof msg, "round %d turn %d of %d: %d", round, turn, i, k);
                n += wire_frame(frames + n, "broadcast", NULL, msg);
            }
            if (send(peer_fd(talkers[i]), frames, n, MSG_NOSIGNAL | MSG_DONTWAIT) < (ssize_t)n)
                return;
            for (int j = 0; j < TALKERS; j++) listen_once(&ears[j]);
        }
    }
}

/* Every frame that came whole is, in this order, one of the journal's lines. */
static int expect_in_journal(const struct ear *e, const char *journal)
{
    int frames = 0;
    const char *at = journal;
    size_t size;
    for (size_t i = 0; i + 2 < e->len && i + (size = frame_size(e->bytes + i)) <= e->len;
         i += size) {
        const char *payload = e->bytes + i + FRAME_HEADER;
        at = memmem(at, strlen(at), payload + 1, size - FRAME_HEADER - 1);
        cr_assert(at, "heard, and not written: %.*s", (int)size - FRAME_HEADER, payload);
        frames++;
    }
    return frames;
}

static void expect_history(struct klatchd *d, char *journal, int lines)
{
    char *at = journal + strlen(journal);
    for (int i = 0; i <= lines && at > journal; i++)
        while (--at > journal && at[-1] != '\n') continue;
    struct peer *p = peer_join(d, "newcomer");
    struct record r;
    char *line;
    if (at > journal) journal_fixture_next_line(&at);
    while ((line = journal_fixture_next_line(&at))) {
        cr_assert_null(record_decode(&r, (struct span){line, strlen(line)}), "%s", line);
        peer_expect_broadcast(p, r.said.nick, r.said.msg);
    }
    peer_expect_no_more(p);
    peer_close(p);
}

/* KILLS is how often; the suite makes do with a few. */
Test(server_journal, whatever_anybody_has_read_survives_a_kill, .timeout = 600)
{
    const char *wanted = getenv("KILLS");
    int kills = wanted ? atoi(wanted) : 6, heard = 0;
    srand(3);
    for (int round = 0; round < kills; round++) {
        struct klatchd *d = journal_fixture_start("--history", "50");
        if (round > 0) {
            char *before = files_read(journal_fixture_path);
            expect_history(d, before, 50);
            free(before);
        }
        struct peer *talkers[TALKERS];
        struct ear ears[TALKERS];
        char name[16];
        for (int i = 0; i < TALKERS; i++) {
            snprintf(name, sizeof name, "talker %d", i);
            talkers[i] = peer_connect_greeted(d);
            peer_take_nick(talkers[i], name);
            ears[i] = (struct ear){peer_fd(talkers[i]), 0, malloc(HEARD)};
        }
        talk(d, talkers, ears, round, 1 + rand() % 150);
        klatchd_signal(d, SIGKILL);
        cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
        char *journal = files_read(journal_fixture_path);
        for (int i = 0; i < TALKERS; i++) {
            while (listen_once(&ears[i])) continue;
            heard += expect_in_journal(&ears[i], journal);
            free(ears[i].bytes);
            peer_close(talkers[i]);
        }
        free(journal);
    }
    cr_log_info("%d kills, %d messages heard, all of them written", kills, heard);
    cr_assert_gt(heard, 0);
}

Test(server_journal, it_is_written_before_anybody_is_served_and_once_in_a_turn)
{
    char trace[160];
    snprintf(trace, sizeof trace, "%s/trace", journal_fixture_folder);
    struct klatchd *d = klatchd_start_argv(
        (const char *[]){"env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-D", "-o", trace, "-s",
                         "4000", "-e", "trace=write,sendto,sendmsg,epoll_wait", BUILD "/klatchd",
                         "-q", "-d", "0", "-j", journal_fixture_path, "127.0.0.1", "0", NULL});
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
    cr_expect_eq(strncmp(first, "write(", 6), 0, "%.200s", first);
    last = strchr(first, '\n');
    cr_expect(memmem(first, (size_t)(last - first), "marker 19", 9), "all in one write");
    free(text);
}
