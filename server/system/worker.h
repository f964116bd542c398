/* worker: a thread that runs jobs that may wait for a disk, so that the event loop never waits. */
#ifndef SERVER_SYSTEM_WORKER_H
#define SERVER_SYSTEM_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/queue.h>

/* A job belongs to the worker from worker_submit until it calls `done`; otherwise to the loop. */
struct job {
    void (*run)(void *context);  /* in the thread */
    void (*done)(void *context); /* in the loop, after `run`; may submit the job again; or NULL */
    void *context;
    bool is_pending; /* submitted, and not done */
    STAILQ_ENTRY(job) next;
};

STAILQ_HEAD(job_list, job);

/* All zero: not started. */
struct worker {
    pthread_t thread;
    pthread_mutex_t lock; /* of the lists and `stopping` */
    pthread_cond_t due, idle;
    struct job_list todo, finished;
    atomic_bool has_finished; /* jobs wait for worker_collect */
    bool is_started, is_running_job, stopping;
    int event; /* eventfd(2): written when a job has finished; watch it with POLLER_EDGE */
};

/* Starts the thread. Returns false with errno set. */
bool worker_start(struct worker *w);

/* Queues a job that is not pending. The jobs run in the order of these calls. */
void worker_submit(struct worker *w, struct job *job);

/* Calls `done` of the finished jobs. */
void worker_collect(struct worker *w);

/* Waits until all jobs have run, and collects them. */
void worker_drain(struct worker *w);

/* Runs the jobs that are left, collects them and ends the thread. Does nothing if it is not
 * started. */
void worker_stop(struct worker *w);

#endif
