/* child: a process that a test starts. It never outlives the test, however the test ends. */
#ifndef TESTS_SYSTEM_SUPPORT_CHILD_H
#define TESTS_SYSTEM_SUPPORT_CHILD_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* In the child, between fork and exec: be killed when `parent`, the test's process, ends. */
void child_bind(pid_t parent);

/* Starts argv[0], found on PATH, with these as its standard streams; -1 is /dev/null. The login is
 * ada, who has no home and no settings. */
pid_t child_start(const char *const argv[], int in, int out, int err);

/* The same, with /dev/null as its other streams. Returns a stream of what it writes to standard
 * output, which the caller closes before it waits for *ret. */
FILE *child_open(const char *const argv[], pid_t *ret);

/* Waits for the end and reaps. Returns the exit status; or minus the signal that killed it. One
 * that does not end is killed and the test fails. */
int child_wait(pid_t pid);

/* Kills and reaps, whatever state it is in. */
void child_kill(pid_t pid);

/* Runs argv to its end and returns its exit status. What it wrote to standard output and standard
 * error is in the buffers, NUL-terminated. */
int child_run(const char *const argv[], char *out, char *err, size_t size);

/* The same, with this as its standard input. */
int child_feed(const char *const argv[], const char *in, size_t n, char *out, char *err,
               size_t size);

#endif
