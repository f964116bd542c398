#include "server/store/journal_sync.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/* Returns true if the thread has to end; false after a second. */
/* Returns true if the thread has to end; false after a second. */
static bool wait_for_stop(struct journal_sync *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    return sem_clockwait(&s->stop, CLOCK_MONOTONIC, &until) == 0;
}

static void *sync_thread(void *sync)
{
    struct journal_sync *s = sync;
    do {
        sem_wait(&s->due);
        s->is_due = false;
        s->error = fdatasync(s->fd) < 0 ? errno : 0;
    } while (!wait_for_stop(s));
    return NULL;
}

bool journal_sync_start(struct journal_sync *s, int fd)
{
    *s = (struct journal_sync){.fd = fd};
    sem_init(&s->due, 0, 0);
    sem_init(&s->stop, 0, 0);
    errno = pthread_create(&s->thread, NULL, sync_thread, s);
    return errno == 0;
}

void journal_sync_request(struct journal_sync *s)
{
    if (!atomic_exchange(&s->is_due, true)) sem_post(&s->due);
}

void journal_sync_stop(struct journal_sync *s)
{
    sem_post(&s->stop);
    sem_post(&s->due);
    pthread_join(s->thread, NULL);
}
