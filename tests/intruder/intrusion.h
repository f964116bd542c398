/* intrusion: one attempt of code that runs inside klatchd, and how it ended: a page of memory
 * shared between the intruder in klatchd and the program that starts it. */
#ifndef TESTS_INTRUDER_INTRUSION_H
#define TESTS_INTRUDER_INTRUSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The environment variable that names the page's descriptor. */
#define INTRUSION_VARIABLE "INTRUSION_FD"

enum { INTRUSION_PATH = 128 };

struct intrusion {
    /* for the intruder */
    int index;                 /* the attempt */
    char home[INTRUSION_PATH]; /* a folder with KEY, and klatchd's files */
    pid_t victim;              /* another process of this user */
    void *there;               /* a byte of its memory */
    uint16_t port;             /* on 127.0.0.1, where the program listens; network byte order */

    /* from the intruder */
    int count;               /* number of attempts that there are */
    char name[64];           /* what the attempt does */
    bool fails_anyway;       /* fails for this user without a sandbox, too */
    volatile bool has_begun; /* klatchd has called epoll_wait, in its sandbox */
    volatile bool has_ended; /* the attempt returned */
    volatile int error;      /* its errno, or 0: it did what it wanted */
};

/* Files of the home. */
#define KEY     "/.ssh/id_ed25519"
#define CONTROL "/room.ctl"
#define JOURNAL "/room.json"

#endif
