/* klatchd_process: a running klatchd on a free port, and its log. */
#ifndef TESTS_SYSTEM_SUPPORT_KLATCHD_PROCESS_H
#define TESTS_SYSTEM_SUPPORT_KLATCHD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct klatchd {
    pid_t pid;
    int log;           /* read end of its standard error */
    char address[128]; /* the first address it listens on, as a client takes it */
    char port[8];      /* "" for a unix socket */
    bool is_tls;       /* it speaks TLS there */
    char text[1 << 16];
    size_t len, at; /* text[at..len] is read from the log but not yet returned */
};

/* Starts klatchd on a free port of 127.0.0.1. */
struct klatchd *klatchd_start(void);

/* The same with options, as in klatchd_start_with("--shutdown-delay", "2"). */
#define klatchd_start_with(...)                                                                    \
    klatchd_start_argv((const char *[]){BUILD "/klatchd", __VA_ARGS__, "127.0.0.1", "0", NULL})

/* Starts klatchd with these options and address, as in klatchd_start_at("unix:/tmp/x"). */
#define klatchd_start_at(...)                                                                      \
    klatchd_start_argv((const char *[]){BUILD "/klatchd", __VA_ARGS__, NULL})

/* Starts a command line that runs klatchd, and waits until it listens. */
struct klatchd *klatchd_start_argv(const char *const argv[]);

/* The same with these descriptors as standard input and output; -1 is /dev/null. */
struct klatchd *klatchd_start_streams(const char *const argv[], int in, int out);

/* Starts a command line that runs klatchd with a new file as standard error, and waits until it
 * listens at this address of a unix socket. */
struct klatchd *klatchd_start_with_log_file(const char *const argv[], const char *log,
                                            const char *address);

/* Whether a klatchd of this test speaks TLS on this port. */
bool klatchd_has_tls(const char *port);

/* Returns the next line of the log without its newline; NULL at the end of the log. */
const char *klatchd_log_line(struct klatchd *d);

/* Reads the log up to the first line that holds the text, and returns that line. */
const char *klatchd_wait_log(struct klatchd *d, const char *text);

void klatchd_signal(const struct klatchd *d, int sig);

/* Waits for klatchd to exit. Returns its exit status, or minus the signal that killed it. */
int klatchd_wait_exit(struct klatchd *d);

/* Sends SIGTERM and SIGINT, so that klatchd exits without its countdown, and expects status 0: a
 * leak or a sanitizer's report fails the test. */
void klatchd_stop(struct klatchd *d);

/* Counts klatchd's open descriptors. */
size_t klatchd_descriptors(const struct klatchd *d);

/* Waits until klatchd has exactly n open descriptors. */
void klatchd_expect_descriptors(const struct klatchd *d, size_t n);

/* Returns a size in KiB from proc(5) status, by its name, as in "VmRSS:". */
long klatchd_memory(const struct klatchd *d, const char *name);

/* Returns whether proc(5) status contains this line, as in "Seccomp:\t2". */
bool klatchd_has_status(const struct klatchd *d, const char *line);

#endif
