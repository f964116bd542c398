/* cleaner: a second process, which stays root when klatchd becomes another user. It removes files
 * when klatchd has ended, in any way. */
#ifndef SERVER_SYSTEM_CLEANER_H
#define SERVER_SYSTEM_CLEANER_H

#include <sys/types.h>

/* All zero: not started. */
struct cleaner {
    pid_t pid;
    int fd; /* a socket to the process: the process sees klatchd's end, and klatchd sees that of the
               process */
};

/* Starts the process. Returns in both processes, like fork(2). */
pid_t cleaner_fork(struct cleaner *c);

/* Waits in the new process until klatchd has ended. */
void cleaner_wait(const struct cleaner *c);

/* Makes the process remove the files, and waits until it ends. Does nothing if it was not started.
 */
void cleaner_finish(struct cleaner *c);

#endif
