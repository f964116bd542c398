/* sd_notify: what a service manager is told of us, if it asks: that we are ready, how many are
 * here, that we are alive. sd_notify(3), without the library. */
#ifndef SERVER_SYSTEM_SD_NOTIFY_H
#define SERVER_SYSTEM_SD_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SD_NOTIFY_RUNNING = -1 /* seconds until the end of a room that is not closing */ };

struct sd_notify {
    int fd;                     /* -1: nobody asks */
    bool is_ready, is_stopping; /* was told */
    size_t members;             /* told last, */
    int64_t status_at;          /* and when that may be told again, in milliseconds */
    int64_t watchdog_ms,
        watchdog_at;  /* milliseconds between signs of life, 0: none; the next one's time */
    int64_t retry_at; /* when to try again; 0: all went well */
};

/* Finds NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID in the environment, and takes them out of it.
 * Logs why nobody can be told. */
void sd_notify_open(struct sd_notify *n);

/* Tells what is new, and that the loop goes round, at a time in milliseconds; sendto(2), which does
 * not wait. To be called once a turn: nobody else says that we are alive. `end` is how many seconds
 * the room stays, or SD_NOTIFY_RUNNING: the service manager is not to lose patience before. */
void sd_notify_tick(struct sd_notify *n, int end, size_t members, int64_t now);

/* Tells that the settings are read again, at a time in microseconds of CLOCK_MONOTONIC; the next
 * turn tells that we are ready. */
void sd_notify_reloading(struct sd_notify *n, int64_t now_us);

/* When sd_notify_tick has something to do; 0: not until something changes. */
int64_t sd_notify_deadline(const struct sd_notify *n, int end, size_t members);

void sd_notify_close(struct sd_notify *n);

#endif
