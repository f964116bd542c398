/* A disk that takes two seconds for a call: no message waits for it, unless --journal-sync always
 * says so. */
#include "server/config.h"
#include "server/store/journal.h"
#include "server/system/clock.h"
#include "tests/count.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The bound is far from both: a message waits 20 ms. */
#define DELAY "delay_enter=2s"
enum { PROMPT_MS = 1000 };

static char config[FILES_PATH], room[FILES_PATH];

static void init(void)
{
    journal_fixture_init();
    files_path(config, journal_fixture_folder, "klatchd.conf");
    files_address(room, journal_fixture_folder, "room");
    files_write(config, "rate 1000\n");
}

TestSuite(server_slow_disk, .init = init, .fini = journal_fixture_fini, .timeout = 120);

static struct klatchd *start_slow(const char *path, const char *injection, const char *sync)
{
    return trace_start_injecting(path, injection, "--quiet", "--shutdown-delay", "0", "--config",
                                 config, "--journal", journal_fixture_path, "--journal-sync", sync,
                                 "127.0.0.1", "0");
}

static void stop_slow(struct klatchd *d)
{
    peers_close_and_stop(d);
    trace_drop();
}

/* Sends a message and expects it at once. Returns how many milliseconds it took. */
static int64_t expect_prompt(struct peer *from, struct peer *to)
{
    int64_t start = clock_us() / 1000;
    peer_broadcast_to(from, "still here?", from, to);
    int64_t took = clock_us() / 1000 - start;
    cr_expect_lt(took, PROMPT_MS, "a message took %d ms", (int)took);
    return took;
}

/* Chats until one more call was delayed, and has returned. */
static void chat_through_delay(struct peer *ada, struct peer *bob, int delayed)
{
    int64_t end = timeout_deadline(), worst = 0;
    while (trace_occurrences("(DELAYED)") <= delayed) {
        int64_t took = expect_prompt(ada, bob);
        if (took > worst) worst = took;
        cr_assert(timeout_retry(end), "no call was delayed");
    }
    cr_log_info("the slowest message took %d ms", (int)worst);
}

static void rename_and_hang_up(struct klatchd *d)
{
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    klatchd_signal(d, SIGHUP);
}

static void hang_up(struct klatchd *d)
{
    klatchd_signal(d, SIGHUP);
}

static void delete (struct klatchd *d)
{
    (void)d;
    cr_assert_eq(unlink(journal_fixture_path), 0);
}

static void do_nothing(struct klatchd *d)
{
    (void)d;
}

/* A call, and what causes it. Each thread's first one is delayed, at the start as well; each call
 * of an opener, because it has made the first one at the start. */
struct row {
    const char *call, *path;
    void (*cause)(struct klatchd *d);
};

static void chat_beside(const struct row *row)
{
    char injection[64];
    bool is_openers = strcmp(row->call, "openat") == 0 || strcmp(row->call, "flock") == 0;
    snprintf(injection, sizeof injection, "%s:" DELAY "%s", row->call, is_openers ? "" : ":when=1");
    struct klatchd *d = start_slow(row->path, injection, "second");
    int delayed = trace_occurrences("(DELAYED)");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    row->cause(d);
    chat_through_delay(ada, bob, delayed);
    stop_slow(d);
    unlink(journal_fixture_path);
    unlink(journal_fixture_rotated);
}

Test(server_slow_disk, no_message_waits_for_the_journal)
{
    static const struct row rows[] = {{"write", journal_fixture_path, do_nothing},
                                      {"fdatasync", journal_fixture_path, do_nothing},
                                      {"fstat,newfstatat", journal_fixture_path, do_nothing}};
    for (size_t i = 0; i < COUNT(rows); i++) chat_beside(&rows[i]);
}

/* The old file is closed under its new name. */
Test(server_slow_disk, no_message_waits_for_a_new_journal)
{
    static const struct row rows[] = {{"openat", journal_fixture_path, rename_and_hang_up},
                                      {"openat", journal_fixture_path, delete},
                                      {"flock", journal_fixture_path, rename_and_hang_up},
                                      {"close", journal_fixture_rotated, rename_and_hang_up}};
    for (size_t i = 0; i < COUNT(rows); i++) chat_beside(&rows[i]);
}

Test(server_slow_disk, no_message_waits_for_the_settings)
{
    static const struct row rows[] = {
        {"openat", config, hang_up}, {"read", config, hang_up}, {"close", config, hang_up}};
    for (size_t i = 0; i < COUNT(rows); i++) chat_beside(&rows[i]);
}

/* The loop goes on: it greets others. */
Test(server_slow_disk, a_message_waits_for_its_sync_if_that_is_asked_for)
{
    struct klatchd *d = start_slow(journal_fixture_path, "fdatasync:" DELAY ":when=3", "always");
    struct peer *ada = peer_join(d, "ada");
    int64_t end = timeout_deadline();
    while (trace_occurrences("fdatasync(") == 0)
        cr_assert(timeout_retry(end), "the join is not synced");
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast(ada, "on the disk first");
    int64_t start = clock_us();
    peer_close(peer_connect_greeted(d));
    cr_expect_lt(clock_us() - start, 1000 * PROMPT_MS);
    cr_expect_eq(trace_occurrences("(DELAYED)"), 0);
    cr_expect_not(timeout_poll(peer_fd(bob), POLLIN, clock_us() / 1000));
    peer_expect_broadcast(bob, "ada", "on the disk first");
    cr_expect_gt(trace_occurrences("(DELAYED)"), 0, "received before it was synced");
    stop_slow(d);
}

/* During the countdown, and with a log in a file, in which each line is delayed. */
Test(server_slow_disk, no_message_waits_for_a_log_file_or_for_removing_a_socket)
{
    char log[FILES_PATH];
    files_path(log, journal_fixture_folder, "log");
    const char *argv[] = {"env",
                          "ASAN_OPTIONS=detect_leaks=0",
                          "strace",
                          "-f",
                          "-D",
                          "-o",
                          "/dev/null",
                          "-P",
                          log,
                          "-P",
                          room + 5,
                          "-e",
                          "inject=write,unlink,newfstatat:" DELAY,
                          BUILD "/klatchd",
                          "-d",
                          "2",
                          room,
                          NULL};
    struct klatchd *d = klatchd_start_with_log_file(argv, log, room);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (int i = 0; i < 10; i++) expect_prompt(ada, bob);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 2);
    peer_expect_countdown(bob, 2);
    expect_prompt(ada, bob);
    peers_close_and_stop(d);
    char *text = files_read(log);
    cr_expect(strstr(text, "still here?"), "%s", text);
    free(text);
}
