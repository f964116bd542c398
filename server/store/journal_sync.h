/* journal_sync: a thread that does nothing but fdatasync(2), at most once a second, so that a slow
 * disk never holds up the loop. */
#ifndef SERVER_STORE_JOURNAL_SYNC_H
#define SERVER_STORE_JOURNAL_SYNC_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

struct journal_sync {
    pthread_t thread;
    sem_t due, stop;
    atomic_bool is_due;
    atomic_int error; /* errno of the last sync; 0: it went well */
    int fd;
};

/* Starts the thread for this descriptor, which may be given another file by dup3(2) meanwhile.
 * False with errno set. */
bool journal_sync_start(struct journal_sync *s, int fd);

/* What has been written so far is to be on the disk in about a second. */
void journal_sync_request(struct journal_sync *s);

/* Waits until the thread has ended. */
void journal_sync_stop(struct journal_sync *s);

#endif
