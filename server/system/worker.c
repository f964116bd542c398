#include "server/system/worker.h"

#include <errno.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Returns the next job; NULL if the thread has to end. The lock is held. */
static struct job *wait_for_job(struct worker *w)
{
    struct job *job;
    while (!(job = STAILQ_FIRST(&w->todo)) && !w->stopping) pthread_cond_wait(&w->due, &w->lock);
    if (job) STAILQ_REMOVE_HEAD(&w->todo, next);
    return job;
}

static void run_job(struct worker *w, struct job *job)
{
    w->is_running_job = true;
    pthread_mutex_unlock(&w->lock);
    job->run(job->context);
    pthread_mutex_lock(&w->lock);
    w->is_running_job = false;
    STAILQ_INSERT_TAIL(&w->finished, job, next);
    w->has_finished = true;
    if (STAILQ_EMPTY(&w->todo)) pthread_cond_signal(&w->idle);
    pthread_mutex_unlock(&w->lock);
    eventfd_write(w->event, 1);
    pthread_mutex_lock(&w->lock);
}

static void *work(void *worker)
{
    struct worker *w = worker;
    struct job *job;
    pthread_mutex_lock(&w->lock);
    while ((job = wait_for_job(w))) run_job(w, job);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

bool worker_start(struct worker *w)
{
    *w = (struct worker){.event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    if (w->event < 0) return false;
    STAILQ_INIT(&w->todo);
    STAILQ_INIT(&w->finished);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->due, NULL);
    pthread_cond_init(&w->idle, NULL);
    int why = pthread_create(&w->thread, NULL, work, w);
    w->is_started = why == 0;
    if (why != 0) close(w->event);
    errno = why;
    return w->is_started;
}

void worker_submit(struct worker *w, struct job *job)
{
    job->is_pending = true;
    pthread_mutex_lock(&w->lock);
    STAILQ_INSERT_TAIL(&w->todo, job, next);
    pthread_cond_signal(&w->due);
    pthread_mutex_unlock(&w->lock);
}

void worker_collect(struct worker *w)
{
    struct job_list finished = STAILQ_HEAD_INITIALIZER(finished);
    struct job *job;
    if (!w->is_started || !w->has_finished) return;
    pthread_mutex_lock(&w->lock);
    STAILQ_CONCAT(&finished, &w->finished);
    w->has_finished = false;
    pthread_mutex_unlock(&w->lock);
    while ((job = STAILQ_FIRST(&finished))) {
        STAILQ_REMOVE_HEAD(&finished, next);
        job->is_pending = false;
        if (job->done) job->done(job->context);
    }
}

void worker_drain(struct worker *w)
{
    if (!w->is_started) return;
    pthread_mutex_lock(&w->lock);
    while (!STAILQ_EMPTY(&w->todo) || w->is_running_job) pthread_cond_wait(&w->idle, &w->lock);
    pthread_mutex_unlock(&w->lock);
    worker_collect(w);
}

void worker_stop(struct worker *w)
{
    if (!w->is_started) return;
    worker_drain(w);
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->due);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    worker_collect(w);
    close(w->event);
    w->is_started = false;
}
