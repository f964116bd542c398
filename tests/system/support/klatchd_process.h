/* daemon: a real klatchd, listening where nobody else does, whose standard error can be read. */
#ifndef TESTS_SYSTEM_SUPPORT_KLATCHD_PROCESS_H
#define TESTS_SYSTEM_SUPPORT_KLATCHD_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

struct daemon {
    pid_t pid;
    int log;           /* the reading end of its standard error */
    char address[128]; /* where it listens first: what a client is given, */
    char port[8];      /* and "" for a unix socket */
    char text[1 << 16];
    size_t len, at; /* text[at..len] is read from the log and not yet looked at */
};

/* Starts klatchd on a free port of 127.0.0.1. */
struct daemon *daemon_start(void);

/* The same with options, as in daemon_start_with("--shutdown-delay", "2"). */
#define daemon_start_with(...)                                                                     \
    daemon_start_argv((const char *[]){BUILD "/klatchd", __VA_ARGS__, "127.0.0.1", "0", NULL})

/* Starts klatchd with these options and address, as in daemon_start_at("unix:/tmp/x"). */
#define daemon_start_at(...)                                                                       \
    daemon_start_argv((const char *[]){BUILD "/klatchd", __VA_ARGS__, NULL})

/* Starts a whole command line that becomes klatchd, and waits until it listens. */
struct daemon *daemon_start_argv(const char *const argv[]);

/* The same, with these as its standard input and output; -1 is /dev/null. */
struct daemon *daemon_start_streams(const char *const argv[], int in, int out);

/* The next line of the log, without its end; NULL when the log has ended. */
const char *daemon_line(struct daemon *d);

/* Reads the log up to the first line that holds the text, and returns it. */
const char *daemon_wait_line(struct daemon *d, const char *text);

void daemon_signal(const struct daemon *d, int sig);

/* Waits for it to end by itself. Returns its exit status, or minus the signal that killed it. */
int daemon_wait(struct daemon *d);

/* Ends it as its keeper would, at once, and expects status 0: so a leak or a sanitizer's report
 * fails the test. */
void daemon_stop(struct daemon *d);

/* How many descriptors it has open. */
size_t daemon_descriptors(const struct daemon *d);

/* Waits until it has exactly as many open. */
void daemon_expect_descriptors(const struct daemon *d, size_t n);

#endif
