/* attempts: what the intruder tries in klatchd. */
#ifndef TESTS_INTRUDER_ATTEMPTS_H
#define TESTS_INTRUDER_ATTEMPTS_H

#include "tests/intruder/intrusion.h"

#include <stdbool.h>

enum {
    PAGE = 4096, /* bytes */
    FIRST = 3,
    LAST = 40,    /* descriptors to try */
    EACH = -1000, /* as the first argument: each of them, until one works */
};

/* A system call with these arguments, or a function. Fails if it returns -1, with errno set. */
struct attempt {
    const char *name;
    bool fails_anyway; /* fails for this user without a sandbox, too */
    long number, args[6];
    long (*run)(void);
};

/* An address as an argument. */
#define ADDRESS(x) ((long)(x))

struct attempts {
    const struct attempt *rows;
    int count;
};

#define ATTEMPTS(rows)                                                                             \
    {                                                                                              \
        rows, sizeof(rows) / sizeof *(rows)                                                        \
    }

extern const struct attempts attempts_on_files, attempts_on_network, attempts_on_processes,
    attempts_on_code, attempts_on_privileges;

/* The intrusion that the attempts are part of; NULL: none. */
extern struct intrusion *attempts_in;

/* Prepares the attempts, before klatchd starts. */
void attempts_prepare_outside(void);

#endif
