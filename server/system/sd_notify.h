/* notify: what a service manager is told of us, if it asks: that we are ready, how many are here,
 * that we are alive. sd_notify(3), without the library. */
#ifndef SERVER_SYSTEM_SD_NOTIFY_H
#define SERVER_SYSTEM_SD_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOTIFY_OPEN = -1 /* seconds until the end of a room that is not closing */ };

struct notify {
    int fd;                     /* -1: nobody asks */
    bool is_ready, is_stopping; /* was told */
    size_t members;             /* told last, */
    int64_t status_at;          /* and when that may be told again, in milliseconds */
    int64_t every, beat_at; /* milliseconds between signs of life, 0: none; the next one's time */
    int64_t again_at;       /* when to try again; 0: all went well */
};

/* Finds NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID in the environment, and takes them out of it.
 * Logs why nobody can be told. */
void notify_open(struct notify *n);

/* Tells what is new, and that the loop goes round, at a time in milliseconds; sendto(2), which does
 * not wait. To be called once a turn: nobody else says that we are alive. `end` is how many seconds
 * the room stays, or NOTIFY_OPEN: the service manager is not to lose patience before. */
void notify_turn(struct notify *n, int end, size_t members, int64_t now);

/* Tells that the settings are read again, at a time in microseconds of CLOCK_MONOTONIC; the next
 * turn tells that we are ready. */
void notify_reloading(struct notify *n, int64_t now_us);

/* When notify_turn has something to do; 0: not until something changes. */
int64_t notify_next(const struct notify *n, int end, size_t members);

void notify_close(struct notify *n);

#endif
