/* The journal without a server, beside a disk that the test stops: what waits, and what is lost. */
#include "common/packet.h"
#include "server/store/journal.h"
#include "server/system/log.h"
#include "tests/system/support/files.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/unit/support/ring_fixture.h"

#include <criterion/criterion.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 18, LONG = 1000, START = 100000 /* milliseconds */ };

static struct ring ring;
static struct journal journal;
static struct worker worker;
static FILE *log_file;
static sem_t disk;

static void wait_for_disk(void *unused)
{
    (void)unused;
    sem_wait(&disk);
}

static struct job stop_job = {.run = wait_for_disk};

static void open_all(void)
{
    ring_fixture_open(&ring, SIZE);
    journal_fixture_init();
    log_file = files_capture_log();
    sem_init(&disk, 0, 0);
    cr_assert(worker_start(&worker));
}

static void close_all(void)
{
    journal_fixture_close(&journal, &ring, &worker);
    fclose(log_file);
}

TestSuite(server_journal_queue, .init = open_all, .fini = close_all);

static void append(int number)
{
    static char frame[PACKET_ROOM], text[LONG + 1];
    memset(text, 'x', LONG);
    snprintf(text, sizeof text, "%d", number);
    text[strlen(text)] = ' ';
    ring_append(&ring, frame, packet_encode(frame, PROTO_BROADCAST, "ada", text));
}

/* Opens the journal, writes one line, and stops the disk. */
static void start(enum journal_sync_mode mode)
{
    cr_assert(journal_open(&journal, journal_fixture_path, mode, &worker));
    append(0);
    journal_drain(&journal, &ring, START);
    worker_submit(&journal.writer, &stop_job);
}

static void resume_disk(int64_t now)
{
    sem_post(&disk);
    journal_drain(&journal, &ring, now);
}

static int count_logged(const char *text)
{
    static char line[4096];
    int n = 0;
    cr_assert(log_flush());
    rewind(log_file);
    while (fgets(line, sizeof line, log_file)) n += strstr(line, text) != NULL;
    return n;
}

static bool is_held(int64_t now)
{
    journal_write(&journal, &ring, now);
    return ring_end(&ring).pos < ring.head.pos;
}

Test(server_journal_queue, messages_wait_for_a_write_for_a_moment_only)
{
    start(JOURNAL_SYNC_SECOND);
    append(1);
    cr_expect(is_held(START + 1));
    cr_expect_eq(journal_deadline(&journal, &ring), START + 1 + JOURNAL_PATIENCE);
    cr_expect(is_held(START + JOURNAL_PATIENCE));
    cr_expect_not(is_held(START + JOURNAL_PATIENCE + 1));
    append(2);
    cr_expect_not(is_held(START + JOURNAL_PATIENCE + 2), "the next ones do not wait");
    cr_expect_eq(journal.late, 2);
    resume_disk(START + 100);
    cr_expect_eq(journal.written.seq, 3);
    cr_expect_eq(count_logged(JOURNAL_SLOW), 0);
}

Test(server_journal_queue, messages_wait_again_once_the_disk_is_fast)
{
    start(JOURNAL_SYNC_NEVER);
    append(1);
    is_held(START);
    cr_expect_not(is_held(START + JOURNAL_PATIENCE));
    resume_disk(START + 100);
    append(2);
    cr_expect(is_held(START + 60000) || journal.written.seq == 3);
    cr_expect_eq(journal.late, 1);
}

Test(server_journal_queue, messages_wait_for_every_sync_if_that_is_asked_for)
{
    start(JOURNAL_SYNC_ALWAYS);
    append(1);
    cr_expect(is_held(START));
    cr_expect(is_held(START + 60000));
    resume_disk(START + 60001);
    cr_expect_not(is_held(START + 60001));
    cr_expect_eq(journal.late, 0);
}

Test(server_journal_queue, a_disk_that_does_not_answer_is_logged_once)
{
    start(JOURNAL_SYNC_SECOND);
    append(1);
    for (int i = 0; i < 100; i++) is_held(START + i * 100);
    cr_expect_eq(count_logged(JOURNAL_SLOW), 1);
    resume_disk(START + 10000);
    cr_expect_eq(count_logged(JOURNAL_CAUGHT_UP), 1);
}

/* Returns how many of the numbers are in the file, which must be in order. */
static int count_written(void)
{
    int n = 0, last = -1;
    char *text = files_read(journal_fixture_path), *at = text, *line;
    while ((line = journal_fixture_next_line(&at))) {
        const char *msg = strstr(line, "\"msg\":\"");
        cr_assert(msg && atoi(msg + 7) > last, "%s", line);
        last = atoi(msg + 7);
        n++;
    }
    free(text);
    return n;
}

/* The ring and two batches bound the lines that wait. */
Test(server_journal_queue, what_a_slow_disk_cannot_take_is_counted_and_logged_once)
{
    enum { MESSAGES = 5000 };
    start(JOURNAL_SYNC_SECOND);
    for (int i = 1; i < MESSAGES; i++) {
        append(i);
        journal_write(&journal, &ring, START + i);
    }
    cr_expect_gt(journal.missing, 0);
    cr_expect_eq(count_logged(JOURNAL_OVERRUN), 1);
    resume_disk(START + MESSAGES);
    cr_expect_eq(count_logged(JOURNAL_RESUMED), 1);
    cr_expect_eq(count_written() + (int)journal.lost, MESSAGES);
    cr_expect_eq(journal.missing, 0);
}
