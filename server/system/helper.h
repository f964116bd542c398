/* helper: a process that klatchd starts before it confines itself, for what klatchd cannot do
 * after that. It ends when klatchd has ended, in any way. Signals to klatchd's process group do not
 * end it: klatchd blocks them before. */
#ifndef SERVER_SYSTEM_HELPER_H
#define SERVER_SYSTEM_HELPER_H

#include <sys/types.h>

/* All zero: not started. */
struct helper {
    pid_t pid;
    int fd; /* a socket between the two processes: each sees the end of the other */
};

/* Starts the process, with a name for ps(1). Returns in both processes, like fork(2). Call it while
 * there is one thread. */
pid_t helper_fork(struct helper *h, const char *name);

/* Closes all descriptors of the new process, but the standard streams and the socket. */
void helper_close_others(const struct helper *h);

/* Waits in the new process until klatchd has ended. */
void helper_wait(const struct helper *h);

/* Tells the process that klatchd ends, and waits until it has ended, unless shutdown(2) fails. Does
 * nothing if it was not started. */
void helper_finish(struct helper *h);

#endif
