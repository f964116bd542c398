/* syscall_filter: tables of the system calls that a process may make, for libseccomp;
 * seccomp_rule_add(3). */
#ifndef COMMON_SYSCALL_FILTER_H
#define COMMON_SYSCALL_FILTER_H

#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_CHECKS = 3 };

/* A system call, and conditions on bits of its arguments, all of which must hold. */
struct syscall_row {
    int number;
    struct syscall_check {
        unsigned arg;
        uint64_t mask, value;
    } checks[SYSCALL_CHECKS]; /* mask 0: no condition */
};

#define CALL(name) .number = SCMP_SYS(name)

/* Masks of a whole argument. The kernel ignores the upper half of an int's register. */
#define INT  UINT32_MAX
#define LONG UINT64_MAX

/* Return 0, or a negative errno value, as libseccomp does. */
int syscall_allow(scmp_filter_ctx filter, const struct syscall_row *row);
int syscall_allow_rows(scmp_filter_ctx filter, const struct syscall_row *table, size_t n);

#define SYSCALL_ALLOW_ALL(filter, table)                                                           \
    syscall_allow_rows(filter, table, sizeof(table) / sizeof *(table))

/* Makes calls of another architecture fatal, and leaves -1 to the rules: a tracer that injects an
 * error replaces the call with it. */
int syscall_filter_prepare(scmp_filter_ctx filter);

#endif
