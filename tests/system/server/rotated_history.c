/* The history after a restart, when some of its messages are in files that the journal was rotated
 * to. */
#include "common/record.h"
#include "server/store/journal.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

TestSuite(server_rotated_history, .init = journal_fixture_init, .fini = journal_fixture_fini);

/* Expects the numbers from..to-1, each as a message. */
static void expect_history(const char *lines, int from, int to)
{
    char text[16];
    struct klatchd *d = journal_fixture_start("--history", lines);
    struct peer *bob = peer_join(d, "bob");
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_expect_broadcast(bob, "ada", text);
    }
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* Writes a file beside the journal with the messages from..to-1, each a second after the one
 * before, and sets the time of its last change so, too. */
static void write_file(const char *name, int from, int to)
{
    static char line[RECORD_ROOM];
    char path[FILES_PATH], text[16];
    files_path(path, journal_fixture_folder, name);
    FILE *file = fopen(path, "we");
    cr_assert_not_null(file);
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        size_t n =
            record_encode(line, sizeof line, INT64_C(1000) * i, "ada", text, PROTO_BROADCAST);
        cr_assert_eq(fwrite(line, 1, n, file), n);
    }
    fclose(file);
    const struct timespec times[2] = {{.tv_sec = to}, {.tv_sec = to}};
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

struct piece {
    const char *name;
    int from, to;
};

#define write_files(...)                                                                           \
    for (const struct piece *p = (const struct piece[]){__VA_ARGS__, {0}}; p->name; p++)           \
    write_file(p->name, p->from, p->to)

Test(server_rotated_history, a_rotation_and_a_restart_keep_it)
{
    struct klatchd *d = journal_fixture_start("--journal-sync", "second");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast_to(ada, "before", ada);
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPENED);
    peer_broadcast_to(ada, "after", ada);
    peer_leave(ada);
    peers_close_and_stop(d);
    d = journal_fixture_start("--history", "9");
    struct peer *bob = peer_join(d, "bob");
    peer_expect_broadcast(bob, "ada", "before");
    peer_expect_broadcast(bob, "ada", "after");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* Numbers, dates and other suffixes, as logrotate and people use them. */
Test(server_rotated_history, files_follow_from_the_newest_to_the_oldest)
{
    write_files({"journal.1", 30, 40}, {"journal-20261126", 20, 30},
                {"journal.2026-11-25.log", 10, 20}, {"journal.old", 0, 10}, {"journal", 40, 45});
    expect_history("3", 42, 45);
    write_file("journal", 40, 45);
    expect_history("10", 35, 45);
    write_file("journal", 40, 45);
    expect_history("100", 0, 45);
}

/* The test writes no journal: a rotation made it. */
Test(server_rotated_history, an_empty_journal_has_one, .init = journal_fixture_init)
{
    write_file("journal.1", 0, 10);
    expect_history("5", 5, 10);
}

Test(server_rotated_history, other_files_are_no_history)
{
    write_files({"journal", 20, 25}, {"journal.1.gz", 0, 20}, {"journal.torn", 0, 20},
                {"journal2", 0, 20}, {"diary.1", 0, 20}, {"journal-copy", 20, 25},
                {"journal-half-a-copy", 15, 21}, {"journal-one", 20, 21});
    expect_history("100", 20, 25);
}
