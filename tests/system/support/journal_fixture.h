/* journal_fixture: a temporary folder with a klatchd's journal in it. */
#ifndef TESTS_SYSTEM_SUPPORT_JOURNAL_FIXTURE_H
#define TESTS_SYSTEM_SUPPORT_JOURNAL_FIXTURE_H

#include "server/store/journal.h"
#include "server/system/worker.h"
#include "tests/system/support/files.h"
#include "tests/system/support/klatchd_process.h"

/* The folder, the journal in it, and the name a test may rotate the journal to. */
extern char journal_fixture_folder[FILES_PATH], journal_fixture_path[FILES_PATH],
    journal_fixture_rotated[FILES_PATH];

/* Create and remove the folder; the .init and .fini of a test suite. */
void journal_fixture_init(void);
void journal_fixture_fini(void);
/* Closes a journal of the test's own with its ring and its worker, and removes the folder. */
void journal_fixture_close(struct journal *journal, struct ring *ring, struct worker *worker);

/* Starts klatchd with this journal and more options. */
#define journal_fixture_start(...)                                                                 \
    klatchd_start_with("--quiet", "--shutdown-delay", "0", "--journal", journal_fixture_path,      \
                       __VA_ARGS__)

/* Returns the next line, without its newline, and moves *text past it; NULL at the end. Fails the
 * test when the last line has no newline. */
char *journal_fixture_next_line(char **text);

/* Expects a file to contain exactly the records of these broadcasts, as in
 * journal_fixture_expect_file(path, "SERVER", "ada joined the chat", "ada", "hello"). */
#define journal_fixture_expect_file(path, ...)                                                     \
    journal_fixture_expect_records(path, (const char *[]){__VA_ARGS__, NULL})
void journal_fixture_expect_records(const char *path, const char *const nicks_and_msgs[]);

/* Waits until a file exists and contains a text: a message may be received first. */
void journal_fixture_wait(const char *path, const char *text);

/* Expects the next line to be the record of this broadcast. */
void journal_fixture_expect(char **text, const char *nick, const char *msg);

#endif
