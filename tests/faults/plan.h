/* plan: which of klatchd's calls is to fail, and what became of it: a page of memory that the shim
 * within klatchd shares with whoever started it. */
#ifndef TESTS_FAULTS_PLAN_H
#define TESTS_FAULTS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

/* The environment variable that names the page's descriptor. */
#define PLAN_VARIABLE "FAULTS_PLAN"

enum call {
    CALL_NONE,
    CALL_memory, /* malloc, calloc and realloc, those within the C library too */
    CALL_accept4,
    CALL_bind,
    CALL_close,
    CALL_connect,
    CALL_dup3,
    CALL_epoll_create1,
    CALL_epoll_ctl,
    CALL_epoll_wait,
    CALL_fcntl,
    CALL_fdatasync,
    CALL_flock,
    CALL_fstat,
    CALL_ftruncate,
    CALL_getpeername,
    CALL_getrlimit,
    CALL_getsockname,
    CALL_ioctl,
    CALL_listen,
    CALL_lstat,
    CALL_memfd_create,
    CALL_mmap,
    CALL_open,
    CALL_poll,
    CALL_pread,
    CALL_read,
    CALL_recv,
    CALL_send,
    CALL_sendmsg,
    CALL_setrlimit,
    CALL_setsockopt,
    CALL_shutdown,
    CALL_signalfd,
    CALL_socket,
    CALL_stat,
    CALL_unlink,
    CALL_write,
    CALLS
};

struct plan {
    enum call call; /* which fails, */
    int error;      /* with this errno, */
    uint64_t first; /* from its so-manieth on, counted from 1, */
    uint64_t last;  /* to its so-manieth */
    bool trickle;   /* sockets and the log take and give one byte at a time */

    uint64_t calls[CALLS]; /* how often each was called */
    uint64_t failed;       /* how often it failed */
    int64_t blocks;        /* of memory, taken and not given back */
    uint16_t port;         /* where it listens, in host order; 0 on a unix socket */
    volatile bool serves;  /* it has waited for its first event */
};

#endif
