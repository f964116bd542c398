/* journal_sync: a thread that calls fdatasync(2) at most once a second, so that a slow disk does
 * not delay the event loop. */
#ifndef SERVER_STORE_JOURNAL_SYNC_H
#define SERVER_STORE_JOURNAL_SYNC_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

struct journal_sync {
    pthread_t thread;
    sem_t due, stop;    /* posted to request a sync, and to end the thread */
    atomic_bool is_due; /* a sync is requested */
    atomic_int error;   /* errno of the last sync; 0: it succeeded */
    int fd;
};

/* Starts the thread for this descriptor; dup3(2) may replace its file. Returns false with errno
 * set. */
bool journal_sync_start(struct journal_sync *s, int fd);

/* Requests a sync within about a second. */
void journal_sync_request(struct journal_sync *s);

/* Ends the thread and waits for it. */
void journal_sync_stop(struct journal_sync *s);

#endif
