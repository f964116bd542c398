/* The journal on full and failing disks, with damaged files, and renamed: the room goes on. */
#include "server/admin/metrics.h"
#include "server/net/listener.h"
#include "server/store/journal.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(server_disk, .init = journal_fixture_init, .fini = journal_fixture_fini);

/* Returns the number before these words in a log line. */
static int number_before(const char *line, const char *words)
{
    const char *at = strstr(line, words);
    cr_assert(at, "%s", line);
    while (at > line && (at[-1] == ' ' || isdigit((unsigned char)at[-1]))) at--;
    return atoi(at);
}

static void send_numbered(struct peer *p, int from, int to)
{
    static const char filling[] = "so that a small disk is soon full";
    char text[80];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d %s", i, filling);
        peer_broadcast_to(p, text, p);
    }
}

/* Counts ada's messages from *next on that are missing in the text, which is modified. */
static int count_missing(char *text, int *next)
{
    int missing = 0;
    char *line;
    while ((line = journal_fixture_next_line(&text))) {
        const char *msg = strstr(line, "\"nick\":\"ada\",\"msg\":\"");
        if (!msg) continue;
        int number = atoi(msg + strlen("\"nick\":\"ada\",\"msg\":\""));
        cr_assert_geq(number, *next);
        missing += number - *next;
        *next = number + 1;
    }
    return missing;
}

/* Fills the disk, truncates the file, and compares the missing lines with those logged. */
static void fill_and_truncate(struct klatchd *d, const char *file, const char *why)
{
    enum { ENOUGH = 1000, AFTER = 20 };
    int next = 0;
    char last[16];
    struct peer *ada = peer_join(d, "ada");
    send_numbered(ada, 0, ENOUGH);
    cr_assert(strstr(klatchd_wait_log(d, JOURNAL_WRITE_FAILED), why));
    char *text = files_read(file);
    int missing = count_missing(text, &next);
    free(text);
    cr_expect_eq(missing, 0, "the lines before the error have a gap");
    cr_assert_eq(truncate(file, 0), 0);
    send_numbered(ada, ENOUGH, ENOUGH + AFTER);
    const char *line = klatchd_log_line(d);
    cr_expect(strstr(line, JOURNAL_RESUMED), "told once: %s", line);
    snprintf(last, sizeof last, "\"%d ", ENOUGH + AFTER - 1);
    journal_fixture_wait(file, last);
    text = files_read(file);
    missing = count_missing(text, &next);
    free(text);
    cr_expect_eq(number_before(line, "lines are missing"), missing, "%s but %d", line, missing);
    cr_expect_gt(missing, 0);
    cr_expect_eq(next, ENOUGH + AFTER);
    klatchd_signal(d, SIGUSR1);
    cr_expect_eq(number_before(klatchd_wait_log(d, METRICS_MISSING), "lines"), missing);
    peers_close_and_stop(d);
}

Test(server_disk, a_file_at_its_size_limit_is_written_again_once_truncated)
{
    struct rlimit limit = {1 << 16, 1 << 16};
    struct klatchd *d = journal_fixture_start("--journal-sync", "second");
    cr_assert_eq(prlimit(d->pid, RLIMIT_FSIZE, &limit, NULL), 0);
    fill_and_truncate(d, journal_fixture_path, strerror(EFBIG));
}

/* A file system of 64 KiB, where the test may mount one. */
Test(server_disk, a_full_disk_is_written_again_once_it_has_room)
{
    char command[400], file[160];
    char out[256], err[256];
    const char *argv[] = {"unshare", "-m", "mount", "-t", "tmpfs", "none", journal_fixture_folder,
                          NULL};
    if (child_run(argv, out, err, sizeof err) != 0)
        cr_skip_test("this test may not mount file systems");
    snprintf(command, sizeof command,
             "mount -t tmpfs -o size=64k none %s && exec " BUILD
             "/klatchd -q -d 0 -j %s 127.0.0.1 0",
             journal_fixture_folder, journal_fixture_path);
    struct klatchd *d =
        klatchd_start_argv((const char *[]){"unshare", "-m", "sh", "-c", command, NULL});
    snprintf(file, sizeof file, "/proc/%d/root%s", (int)d->pid, journal_fixture_path);
    fill_and_truncate(d, file, strerror(ENOSPC));
}

static struct klatchd *start_failing(const char *injection)
{
    return trace_start_injecting(journal_fixture_path, injection, "-q", "-d", "0", "-j",
                                 journal_fixture_path, "--journal-sync", "always", "127.0.0.1",
                                 "0");
}

static void stop_failing(struct klatchd *d)
{
    peers_close_and_stop(d);
    trace_drop();
}

Test(server_disk, write_errors_are_logged_once_and_missing_lines_counted)
{
    static const struct {
        const char *injection;
        int why;
    } rows[] = {{"write:error=EIO:when=2..6", EIO}, {"write:error=EROFS:when=2..6", EROFS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int next = 0;
        unlink(journal_fixture_path);
        struct klatchd *d = start_failing(rows[i].injection);
        struct peer *ada = peer_join(d, "ada");
        send_numbered(ada, 0, 10);
        cr_expect(strstr(klatchd_wait_log(d, "cannot write"), strerror(rows[i].why)));
        cr_expect_eq(number_before(klatchd_log_line(d), "lines are missing"), 5);
        char *text = files_read(journal_fixture_path);
        cr_expect_eq(count_missing(text, &next), 5);
        cr_expect_eq(next, 10);
        free(text);
        stop_failing(d);
    }
}

/* The first message is received when its failure is logged. */
Test(server_disk, a_failed_sync_is_logged_before_anybody_receives_what_it_may_lose)
{
    int next = 0;
    int64_t end = timeout_deadline();
    struct klatchd *d = start_failing("fdatasync:error=EIO:when=2..4");
    struct peer *ada = peer_join(d, "ada");
    klatchd_wait_log(d, "ada joined the chat");
    while (trace_occurrences("fdatasync(") == 0)
        cr_assert(timeout_retry(end), "the join is not synced");
    send_numbered(ada, 0, 1);
    cr_expect(timeout_poll(d->log, POLLIN, 0), "not logged yet");
    send_numbered(ada, 1, 10);
    klatchd_wait_log(d, JOURNAL_SYNC_FAILED);
    const char *line = klatchd_log_line(d);
    cr_expect(strstr(line, JOURNAL_SYNC_RESUMED), "%s", line);
    cr_expect_eq(number_before(line, "lines may be lost"), 3, "%s", line);
    char *text = files_read(journal_fixture_path);
    cr_expect_eq(count_missing(text, &next), 0);
    free(text);
    stop_failing(d);
}

static void limit_size(const struct klatchd *d, rlim_t size)
{
    struct rlimit limit = {size, RLIM_INFINITY};
    cr_assert_eq(prlimit(d->pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Nothing is written after it meanwhile. */
Test(server_disk, an_incomplete_line_is_truncated_once_that_works)
{
    enum { LIMIT = 2000, SAID = 40, MORE = 20 };
    int next = 0;
    struct klatchd *d = start_failing("ftruncate:error=EIO:when=1..5");
    struct peer *ada = peer_join(d, "ada");
    limit_size(d, LIMIT);
    send_numbered(ada, 0, SAID);
    limit_size(d, RLIM_INFINITY);
    send_numbered(ada, SAID, SAID + MORE);
    const char *line = klatchd_wait_log(d, "lines are missing");
    char *text = files_read(journal_fixture_path);
    int missing = count_missing(text, &next);
    free(text);
    cr_expect_eq(number_before(line, "lines are missing"), missing);
    cr_expect_gt(missing, 5);
    cr_expect_eq(next, SAID + MORE);
    stop_failing(d);
}

/* -- start -- */

static void expect_no_start(const char *file, const char *why)
{
    char out[256], err[1024];
    const char *argv[] = {BUILD "/klatchd", "-j", file, "127.0.0.1", "0", NULL};
    cr_expect_eq(child_run(argv, out, err, sizeof err), 74, "%s", file);
    cr_expect(strstr(err, why), "%s", err);
    char *end = strchr(err, '\n');
    cr_expect(end && end[1] == '\0', "one line: %s", err);
}

Test(server_disk, two_servers_cannot_use_one_journal)
{
    struct klatchd *d = journal_fixture_start("--history", "1");
    expect_no_start(journal_fixture_path, JOURNAL_LOCKED);
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
    d = journal_fixture_start("--history", "1");
    peers_close_and_stop(d);
}

Test(server_disk, a_path_that_is_no_regular_file_is_an_error)
{
    cr_assert_eq(mkfifo(journal_fixture_rotated, 0600), 0);
    expect_no_start(journal_fixture_folder, strerror(EISDIR));
    expect_no_start("/nowhere/at/all", strerror(ENOENT));
    expect_no_start("/dev/full", OPENER_IRREGULAR_TEXT);
    expect_no_start(journal_fixture_rotated, OPENER_IRREGULAR_TEXT);
}

#define RECORD(msg)                                                                                \
    "{\"time\":\"2026-01-02T03:04:05.678Z\",\"nick\":\"old\",\"msg\":\"" msg                       \
    "\",\"proto\":\"broadcast\"}\n"

Test(server_disk, an_incomplete_last_line_is_moved_away_and_logged)
{
    static const char torn[] = "{\"time\":\"2026-01-02T03:04:05.678Z\",\"nick\":\"o";
    char torn_path[FILES_PATH];
    files_path(torn_path, journal_fixture_folder, "journal.torn");
    files_write(journal_fixture_path, RECORD("one") RECORD("two"));
    FILE *file = fopen(journal_fixture_path, "ae");
    cr_assert(file && fputs(torn, file) >= 0 && fclose(file) == 0);
    struct klatchd *d = journal_fixture_start("--history", "9"), *first = d;
    struct peer *ada = peer_join(d, "ada");
    peer_expect_broadcast(ada, "old", "one");
    peer_expect_broadcast(ada, "old", "two");
    peer_expect_no_more(ada);
    peers_close_and_stop(first);
    char *text = files_read(torn_path);
    cr_expect_eq(strncmp(text, torn, strlen(torn)), 0);
    cr_expect_str_eq(text + strlen(torn), "\n");
    free(text);
    char *at = text = files_read(journal_fixture_path);
    journal_fixture_expect(&at, "old", "one");
    journal_fixture_expect(&at, "old", "two");
    journal_fixture_expect(&at, "SERVER", "ada joined the chat");
    free(text);
}

/* After a power failure a file may end in zeros; a file without a newline may be no journal. */
Test(server_disk, an_incomplete_end_of_any_length_is_moved_away)
{
    static const struct {
        const char *before;
        int byte;
        size_t n;
    } rows[] = {{RECORD("one"), 0, 65535}, {RECORD("one"), 0, 65665}, {RECORD("one"), 'x', 1000000},
                {"", 'x', 100000},         {"", 0, 700000},           {"\n", 'x', 262656}};
    static char torn[1 << 20], kept[(1 << 20) + 1];
    char torn_path[FILES_PATH];
    files_path(torn_path, journal_fixture_folder, "journal.torn");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = rows[i].n;
        unlink(torn_path);
        files_write(journal_fixture_path, rows[i].before);
        memset(torn, rows[i].byte, n);
        FILE *file = fopen(journal_fixture_path, "ae");
        cr_assert(file && fwrite(torn, 1, n, file) == n && fclose(file) == 0);
        struct klatchd *d = journal_fixture_start("--history", "9");
        klatchd_stop(d);
        char *text = files_read(journal_fixture_path);
        cr_expect_str_eq(text, rows[i].before, "row %zu", i);
        free(text);
        cr_assert((file = fopen(torn_path, "re")), "row %zu", i);
        cr_expect_eq(fread(kept, 1, sizeof kept, file), n + 1, "row %zu", i);
        fclose(file);
        cr_expect(memcmp(kept, torn, n) == 0 && kept[n] == '\n', "row %zu", i);
    }
}

static void write_times(FILE *file, const char *text, int times)
{
    while (times-- > 0) cr_assert_geq(fputs(text, file), 0);
}

static void expect_old(const char *const msgs[])
{
    struct klatchd *d = journal_fixture_start("--history", "3", "--ring", "1M");
    struct peer *ada = peer_join(d, "ada");
    for (; *msgs; msgs++) peer_expect_broadcast(ada, "old", *msgs);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* As a file system may leave it; no disk has room for a copy. */
Test(server_disk, a_hole_of_terabytes_at_the_end_is_cut_off_without_being_read, .timeout = 20)
{
    struct stat st;
    char torn_path[FILES_PATH];
    files_path(torn_path, journal_fixture_folder, "journal.torn");
    files_write(journal_fixture_path, RECORD("one") "{\"ti");
    cr_assert_eq(truncate(journal_fixture_path, (off_t)1 << 43), 0);
    expect_old((const char *[]){"one", NULL});
    cr_assert_eq(stat(torn_path, &st), 0);
    cr_expect_lt(st.st_size, 1 << 20);
    cr_assert_eq(stat(journal_fixture_path, &st), 0);
    cr_expect_lt(st.st_size, 1 << 20);
}

/* It is no line of a journal. */
Test(server_disk, an_end_of_many_megabytes_without_a_newline_stays)
{
    enum { BYTES = 80 << 20 };
    struct stat st;
    FILE *file = fopen(journal_fixture_path, "we");
    for (int i = 0; i < BYTES / 64; i++) write_times(file, "0123456789abcdef", 4);
    fclose(file);
    expect_old((const char *[]){NULL});
    cr_assert_eq(stat(journal_fixture_path, &st), 0);
    cr_expect_gt(st.st_size, BYTES);
}

/* It stays in the file and is ended by a newline. */
Test(server_disk, an_incomplete_line_that_cannot_be_moved_does_not_prevent_the_start)
{
    char torn_path[FILES_PATH], err_path[FILES_PATH];
    files_path(torn_path, journal_fixture_folder, "journal.torn");
    files_path(err_path, journal_fixture_folder, "err");
    cr_assert_eq(mkdir(torn_path, 0700), 0);
    files_write(journal_fixture_path, RECORD("one") "{\"ti");
    int err = open(err_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const char *argv[] = {BUILD "/klatchd",     "-d",        "0", "-j",
                          journal_fixture_path, "127.0.0.1", "0", NULL};
    pid_t pid = child_start(argv, -1, -1, err);
    close(err);
    int64_t end = timeout_deadline();
    char *text = files_read(err_path);
    for (; !strstr(text, LISTENER_ROOM); text = files_read(err_path)) {
        free(text);
        cr_assert(timeout_retry(end), "klatchd does not start");
    }
    kill(pid, SIGTERM);
    cr_expect_eq(child_wait(pid), 0);
    cr_expect(strstr(text, JOURNAL_TORN_STAYS), "%s", text);
    free(text);
    text = files_read(journal_fixture_path);
    cr_expect_str_eq(text, RECORD("one") "{\"ti\n");
    free(text);
}

Test(server_disk, invalid_lines_are_not_in_the_history)
{
    files_write(journal_fixture_path, RECORD("one") "not a record\n" RECORD("two") "{}\n\n");
    struct klatchd *d = journal_fixture_start("--history", "9");
    struct peer *ada = peer_join(d, "ada");
    peer_expect_broadcast(ada, "old", "one");
    peer_expect_broadcast(ada, "old", "two");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* Any number of them, of any length. */
Test(server_disk, invalid_lines_do_not_count_as_history)
{
    FILE *file = fopen(journal_fixture_path, "we");
    write_times(file, RECORD("one") RECORD("two"), 1);
    write_times(file, "garbage ", 40000);
    write_times(file, "\n" RECORD("three"), 1);
    write_times(file, "garbage\n", 1000);
    write_times(file, RECORD("four"), 1);
    write_times(file, "garbage\n\n", 50000);
    fclose(file);
    expect_old((const char *[]){"two", "three", "four", NULL});
}

/* At most as many bytes are read as the ring holds. */
Test(server_disk, the_search_for_history_is_limited)
{
    FILE *file = fopen(journal_fixture_path, "we");
    write_times(file, RECORD("one"), 1);
    write_times(file, "garbage\n", (1 << 20) / 8 - 50);
    write_times(file, RECORD("two"), 1);
    fclose(file);
    expect_old((const char *[]){"one", "two", NULL});
    file = fopen(journal_fixture_path, "we");
    write_times(file, RECORD("one"), 1);
    write_times(file, "garbage\n", (1 << 20) / 8);
    write_times(file, RECORD("two"), 1);
    fclose(file);
    expect_old((const char *[]){"two", NULL});
}

/* -- rotation -- */

Test(server_disk, sighup_reopens_a_renamed_journal)
{
    struct klatchd *d = journal_fixture_start("--journal-sync", "second");
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_SAME_FILE);
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    peer_broadcast_to(ada, "before", ada);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPENED);
    peer_broadcast_to(ada, "after", ada);
    expect_no_start(journal_fixture_path, "another server");
    journal_fixture_expect_file(journal_fixture_rotated, "SERVER", "ada joined the chat", "ada",
                                "before");
    journal_fixture_expect_file(journal_fixture_path, "ada", "after");
    peers_close_and_stop(d);
}

Test(server_disk, the_old_file_is_kept_when_the_new_one_cannot_be_opened)
{
    struct klatchd *d = journal_fixture_start("--journal-sync", "second");
    struct peer *ada = peer_join(d, "ada");
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    cr_assert_eq(mkdir(journal_fixture_path, 0700), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPEN_FAILED);
    peer_broadcast_to(ada, "still here", ada);
    journal_fixture_expect_file(journal_fixture_rotated, "SERVER", "ada joined the chat", "ada",
                                "still here");
    peers_close_and_stop(d);
}
