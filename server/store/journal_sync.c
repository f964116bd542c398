#include "server/store/journal_sync.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

static bool stops_within_a_second(struct syncer *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    return sem_clockwait(&s->stop, CLOCK_MONOTONIC, &until) == 0;
}

static void *run(void *syncer)
{
    struct syncer *s = syncer;
    do {
        sem_wait(&s->due);
        s->is_due = false;
        s->error = fdatasync(s->fd) < 0 ? errno : 0;
    } while (!stops_within_a_second(s));
    return NULL;
}

bool syncer_start(struct syncer *s, int fd)
{
    *s = (struct syncer){.fd = fd};
    sem_init(&s->due, 0, 0);
    sem_init(&s->stop, 0, 0);
    errno = pthread_create(&s->thread, NULL, run, s);
    return errno == 0;
}

void syncer_ask(struct syncer *s)
{
    if (!atomic_exchange(&s->is_due, true)) sem_post(&s->due);
}

void syncer_stop(struct syncer *s)
{
    sem_post(&s->stop);
    sem_post(&s->due);
    pthread_join(s->thread, NULL);
}
