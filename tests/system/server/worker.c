/* The thread that runs jobs for the event loop. */
#include "server/system/worker.h"

#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <semaphore.h>

enum { JOBS = 100 };

static struct worker worker;
static int order[JOBS], ran, collected;
static sem_t gate;

static void start(void)
{
    cr_assert(worker_start(&worker));
    sem_init(&gate, 0, 0);
}

static void stop(void)
{
    worker_stop(&worker);
}

TestSuite(server_worker, .init = start, .fini = stop);

static void note_run(void *number)
{
    order[ran++] = *(int *)number;
}

static void count_done(void *number)
{
    (void)number;
    collected++;
}

Test(server_worker, jobs_run_in_order_and_are_collected_by_the_caller)
{
    static int numbers[JOBS];
    static struct job jobs[JOBS];
    for (int i = 0; i < JOBS; i++) {
        numbers[i] = i;
        jobs[i] = (struct job){note_run, count_done, &numbers[i], false, {NULL}};
        worker_submit(&worker, &jobs[i]);
    }
    cr_expect(jobs[JOBS - 1].is_pending);
    worker_drain(&worker);
    cr_expect_eq(collected, JOBS);
    cr_expect_not(jobs[JOBS - 1].is_pending);
    for (int i = 0; i < JOBS; i++) cr_expect_eq(order[i], i);
}

static void wait_at_gate(void *unused)
{
    (void)unused;
    sem_wait(&gate);
}

Test(server_worker, the_event_says_when_a_job_has_finished)
{
    struct job job = {.run = wait_at_gate, .done = count_done};
    worker_submit(&worker, &job);
    worker_collect(&worker);
    cr_expect_eq(collected, 0);
    sem_post(&gate);
    cr_assert(timeout_poll(worker.event, POLLIN, timeout_deadline()));
    worker_collect(&worker);
    cr_expect_eq(collected, 1);
}

static struct job again;

static void submit_again(void *unused)
{
    (void)unused;
    if (++collected < JOBS) worker_submit(&worker, &again);
}

Test(server_worker, a_job_may_be_submitted_again_when_it_is_done)
{
    static int number = 1;
    again = (struct job){note_run, submit_again, &number, false, {NULL}};
    worker_submit(&worker, &again);
    while (collected < JOBS) worker_drain(&worker);
    cr_expect_eq(ran, JOBS);
}

Test(server_worker, jobs_that_are_left_run_before_the_thread_ends)
{
    static int number = 1;
    static struct job jobs[3];
    for (int i = 0; i < 3; i++) {
        jobs[i] = (struct job){note_run, count_done, &number, false, {NULL}};
        worker_submit(&worker, &jobs[i]);
    }
    worker_stop(&worker);
    cr_expect_eq(ran, 3);
    cr_expect_eq(collected, 3);
}

/* The stack size is impossible. */
Test(server_worker, a_thread_that_cannot_be_created_is_an_error, .init = NULL)
{
    pthread_attr_t huge;
    struct worker w;
    pthread_attr_init(&huge);
    cr_assert_eq(pthread_attr_setstacksize(&huge, (size_t)1 << 52), 0);
    cr_assert_eq(pthread_setattr_default_np(&huge), 0);
    cr_expect_not(worker_start(&w));
    cr_expect_eq(errno, EAGAIN);
    worker_stop(&w);
}
