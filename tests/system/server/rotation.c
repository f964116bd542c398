/* The journal without a server: its files after errors and after a rotation. */
#include "common/packet.h"
#include "server/store/journal.h"
#include "server/system/clock.h"
#include "server/system/log.h"
#include "tests/system/support/files.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/unit/support/ring_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 1 << 20, LONG = 60000 };

static struct ring ring;
static struct journal journal;
static struct worker worker;
static FILE *log_file;

static void open_all(void)
{
    ring_fixture_open(&ring, SIZE);
    journal_fixture_init();
    log_file = files_capture_log();
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(worker_start(&worker));
}

static void close_all(void)
{
    journal_fixture_close(&journal, &ring, &worker);
    fclose(log_file);
}

TestSuite(server_rotation, .init = open_all, .fini = close_all);

static void append(const char *msg)
{
    static char frame[PACKET_ROOM];
    ring_append(&ring, frame, packet_encode(frame, PROTO_BROADCAST, "ada", msg));
}

static void write_all(void)
{
    journal_drain(&journal, &ring, clock_us() / 1000);
}

static void append_and_write(const char *msg)
{
    append(msg);
    write_all();
}

static bool open_journal(enum journal_sync_mode mode)
{
    return journal_open(&journal, journal_fixture_path, mode, &worker);
}

/* Returns whether the log has a line with this text. */
static bool is_logged(const char *text)
{
    static char line[2 * PATH_MAX];
    bool found = false;
    cr_assert(log_flush());
    rewind(log_file);
    while (!found && fgets(line, sizeof line, log_file)) found = strstr(line, text);
    return found;
}

Test(server_rotation, more_than_one_write_can_hold_is_written)
{
    static char text[LONG + 1];
    cr_assert(open_journal(JOURNAL_SYNC_NEVER));
    memset(text, 'x', LONG);
    for (int i = 0; i < 10; i++) append(text);
    write_all();
    char *all = files_read(journal_fixture_path), *at = all;
    for (int i = 0; i < 10; i++) journal_fixture_expect(&at, "ada", text);
    cr_expect_str_empty(at);
    free(all);
}

static void limit_size(rlim_t size)
{
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){size, RLIM_INFINITY}), 0);
}

/* Two lines are written at once; the first and half of the second fit. */
Test(server_rotation, a_full_disk_keeps_the_lines_that_fit)
{
    struct stat st;
    cr_assert(open_journal(JOURNAL_SYNC_ALWAYS));
    append_and_write("one");
    cr_assert_eq(stat(journal_fixture_path, &st), 0);
    limit_size((rlim_t)st.st_size * 5 / 2);
    append("two");
    append_and_write("six");
    cr_expect_eq(journal.missing, 1);
    limit_size(RLIM_INFINITY);
    append_and_write("ten");
    journal_fixture_expect_file(journal_fixture_path, "ada", "one", "ada", "two", "ada", "ten");
    cr_expect(is_logged(JOURNAL_RESUMED ", 1 lines are missing"));
}

/* Returns how many lines of the log have this text. */
static int count_logged(const char *text)
{
    static char line[2 * PATH_MAX];
    int n = 0;
    cr_assert(log_flush());
    rewind(log_file);
    while (fgets(line, sizeof line, log_file)) n += strstr(line, text) != NULL;
    return n;
}

/* The third long line does not fit: no line follows it, also none that is short, until the file is
 * rotated. A check of the path between two lines, which writes nothing, does not change that. */
Test(server_rotation, at_its_maximum_the_journal_stops_until_it_is_rotated)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    cr_assert(open_journal(JOURNAL_SYNC_NEVER));
    journal.max = 5 * LONG / 2;
    append_and_write(text);
    cr_expect_eq(count_logged("the journal has "), 0);
    append_and_write(text);
    cr_expect_eq(count_logged(JOURNAL_LARGE("0 MB") ": "), 1);
    append(text);
    append_and_write("short");
    journal_drain(&journal, &ring, clock_us() / 1000 + 1000);
    append_and_write("short");
    cr_expect_eq(journal.missing, 3);
    cr_expect_eq(count_logged(JOURNAL_WRITE_FAILED), 1);
    cr_expect_eq(count_logged(JOURNAL_FULL), 1);
    journal_fixture_expect_file(journal_fixture_path, "ada", text, "ada", text);
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    journal_reopen(&journal);
    append_and_write("after");
    journal_fixture_expect_file(journal_fixture_path, "ada", "after");
    cr_expect_eq(count_logged(JOURNAL_RESUMED ", 3 lines are missing"), 1);
}

Test(server_rotation, with_a_higher_maximum_or_a_truncated_file_the_journal_continues)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    cr_assert(open_journal(JOURNAL_SYNC_ALWAYS));
    journal.max = LONG;
    append_and_write(text);
    journal.max = 2 * LONG;
    append_and_write("one");
    journal_fixture_expect_file(journal_fixture_path, "ada", "one");
    append_and_write(text);
    append_and_write(text);
    cr_expect_eq(journal.lost, 1);
    cr_expect_eq(journal.missing, 1);
    cr_assert_eq(truncate(journal_fixture_path, 0), 0);
    journal_drain(&journal, &ring, clock_us() / 1000 + 1000);
    append_and_write("two");
    journal_fixture_expect_file(journal_fixture_path, "ada", "two");
}

Test(server_rotation, the_new_file_may_be_on_another_disk)
{
    char elsewhere[] = "/dev/shm/klatchd-XXXXXX";
    int fd = mkstemp(elsewhere);
    cr_assert_geq(fd, 0);
    cr_assert(open_journal(JOURNAL_SYNC_NEVER));
    append_and_write("before");
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    cr_assert_eq(symlink(elsewhere, journal_fixture_path), 0);
    journal_reopen(&journal);
    append_and_write("after");
    journal_fixture_expect_file(journal_fixture_rotated, "ada", "before");
    journal_fixture_expect_file(elsewhere, "ada", "after");
    cr_expect(is_logged(JOURNAL_REOPENED));
    close(fd);
    unlink(elsewhere);
}

/* There is no path for the file of incomplete lines. */
Test(server_rotation, the_longest_path_is_opened)
{
    char path[PATH_MAX];
    size_t n = strlen(journal_fixture_path);
    memset(path, '/', sizeof path);
    strcpy(path + sizeof path - n - 1, journal_fixture_path);
    files_write(journal_fixture_path, "{\"time\":");
    cr_assert(journal_open(&journal, path, JOURNAL_SYNC_NEVER, &worker));
    append_and_write("one");
    char *text = files_read(journal_fixture_path), *at = text;
    cr_expect_str_eq(journal_fixture_next_line(&at), "{\"time\":");
    cr_expect(strstr(journal_fixture_next_line(&at), "\"msg\":\"one\""));
    free(text);
    cr_expect(is_logged(JOURNAL_TORN_STAYS));
}

Test(server_rotation, a_journal_without_a_worker_is_not_opened)
{
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    cr_assert_eq(pthread_attr_setstacksize(&huge, (size_t)1 << 52), 0);
    cr_assert_eq(pthread_setattr_default_np(&huge), 0);
    cr_expect_not(open_journal(JOURNAL_SYNC_SECOND));
    cr_expect_null(journal.path);
}
