/* sd_notify: reports the server's state, the number of members and watchdog pings to the service
 * manager; sd_notify(3) without libsystemd. */
#ifndef SERVER_SYSTEM_SD_NOTIFY_H
#define SERVER_SYSTEM_SD_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SD_NOTIFY_RUNNING = -1 }; /* instead of the seconds until the room closes */

#define SD_NOTIFY_LOST "lost the service manager, sending it no more notifications"

struct sd_notify {
    int fd;              /* -1: there is no service manager */
    bool is_ready;       /* READY was sent */
    bool is_stopping;    /* STOPPING was sent */
    bool is_reloading;   /* RELOADING was sent, and the reload is not done */
    size_t members;      /* in the last STATUS */
    int64_t status_at;   /* milliseconds: earliest time of the next STATUS */
    int64_t watchdog_ms; /* milliseconds between watchdog pings; 0: none */
    int64_t watchdog_at; /* milliseconds: next watchdog ping */
    int64_t retry_at;    /* milliseconds: retry after a failed send; 0: none failed */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and removes them from the environment. Logs
 * why the service manager cannot be reached. */
void sd_notify_open(struct sd_notify *n);

/* Sends the changed state, and the watchdog ping if it is due; does not block. Call it in every
 * iteration. `end` is the number of seconds until the room closes, which extends the service
 * manager's timeout, or SD_NOTIFY_RUNNING. `now` is in milliseconds. */
void sd_notify_tick(struct sd_notify *n, int end, size_t members, int64_t now);

/* Sends RELOADING, at a time in microseconds of CLOCK_MONOTONIC; the first sd_notify_tick after
 * sd_notify_reloaded sends READY again. */
void sd_notify_reloading(struct sd_notify *n, int64_t now_us);
void sd_notify_reloaded(struct sd_notify *n);

/* Returns when sd_notify_tick has something to do, in milliseconds; 0: not before a change. */
int64_t sd_notify_deadline(const struct sd_notify *n, int end, size_t members);

void sd_notify_close(struct sd_notify *n);

#endif
