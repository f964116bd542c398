/* cleaner: a process that stays root after klatchd has become another user, and removes files when
 * klatchd has ended in any way. */
#ifndef SERVER_SYSTEM_CLEANER_H
#define SERVER_SYSTEM_CLEANER_H

#include <sys/types.h>

/* All zero: not started. */
struct cleaner {
    pid_t pid;
    int fd; /* the process reads the end of klatchd from the other end, and closes it when done */
};

/* Starts the process; returns in both, as fork(2) does. */
pid_t cleaner_fork(struct cleaner *c);

/* Waits in the new process until klatchd has ended. */
void cleaner_wait(const struct cleaner *c);

/* Lets the process clean up, and waits until it has. Does nothing if it was not started. */
void cleaner_finish(struct cleaner *c);

#endif
