/* fault: which call of klatchd fails, and what happened: a page of memory shared between the shim
 * in klatchd and the program that starts it. */
#ifndef TESTS_FAULTS_FAULT_H
#define TESTS_FAULTS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* The environment variable that names the page's descriptor. */
#define FAULT_VARIABLE "FAULT_FD"

enum call {
    CALL_NONE,
    CALL_memory, /* malloc, calloc and realloc, also those of the C library */
    CALL_accept4,
    CALL_bind,
    CALL_close,
    CALL_connect,
    CALL_epoll_create1,
    CALL_epoll_ctl,
    CALL_epoll_wait,
    CALL_eventfd,
    CALL_fcntl,
    CALL_fdatasync,
    CALL_flock,
    CALL_fork,
    CALL_fstat,
    CALL_ftruncate,
    CALL_getpeername,
    CALL_getrandom,
    CALL_getrlimit,
    CALL_getsockname,
    CALL_ioctl,
    CALL_listen,
    CALL_lseek,
    CALL_lstat,
    CALL_memfd_create,
    CALL_mmap,
    CALL_open,
    CALL_poll,
    CALL_pread,
    CALL_read,
    CALL_recv,
    CALL_recvmsg,
    CALL_send,
    CALL_sendmsg,
    CALL_setrlimit,
    CALL_setsockopt,
    CALL_shutdown,
    CALL_signalfd,
    CALL_socket,
    CALL_socketpair,
    CALL_unlink,
    CALL_write,
    CALL_writev,
    CALLS
};

struct fault {
    enum call call;       /* the call that fails */
    int error;            /* its errno */
    uint64_t first, last; /* the failing calls, counted from 1 */
    bool bytewise;        /* sockets and the log transfer one byte per call */

    uint64_t calls[CALLS]; /* number of calls made */
    uint64_t failed;       /* number of calls that failed */
    int64_t blocks;        /* memory blocks allocated and not freed */
    uint16_t port;         /* listening port in host order; 0 for a unix socket */
    volatile bool serves;  /* klatchd has called epoll_wait */
};

#endif
