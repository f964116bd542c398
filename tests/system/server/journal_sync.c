/* The thread that syncs the journal to the disk, with real files. */
#include "server/store/journal_sync.h"

#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

static struct journal_sync syncer;

static void expect_error(int wanted)
{
    int64_t end = timeout_deadline();
    while (syncer.error != wanted)
        cr_assert(timeout_retry(end), "the error is %d, not %d", (int)syncer.error, wanted);
}

/* A pipe cannot be synced, a file can. */
Test(server_journal_sync, an_error_is_reported_until_a_sync_succeeds)
{
    int pipes[2];
    char path[] = "/tmp/klatchd-XXXXXX";
    int file = mkstemp(path);
    cr_assert(file >= 0 && pipe(pipes) == 0);
    cr_assert(journal_sync_start(&syncer, pipes[1]));
    journal_sync_request(&syncer);
    journal_sync_request(&syncer);
    expect_error(EINVAL);
    cr_assert_eq(dup2(file, pipes[1]), pipes[1]);
    journal_sync_request(&syncer);
    expect_error(0);
    journal_sync_stop(&syncer);
    cr_expect_not(syncer.is_due);
    close(file);
    close(pipes[0]);
    close(pipes[1]);
    unlink(path);
}

/* The stack size is impossible. */
Test(server_journal_sync, a_thread_that_cannot_be_created_is_an_error)
{
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    cr_assert_eq(pthread_attr_setstacksize(&huge, (size_t)1 << 52), 0);
    cr_assert_eq(pthread_setattr_default_np(&huge), 0);
    cr_expect_not(journal_sync_start(&syncer, 0));
    cr_expect_eq(errno, EAGAIN);
}
