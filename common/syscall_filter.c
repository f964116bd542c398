#include "common/syscall_filter.h"

int syscall_allow(scmp_filter_ctx filter, const struct syscall_row *row)
{
    struct scmp_arg_cmp all[SYSCALL_CHECKS];
    unsigned n = 0;
    for (const struct syscall_check *c = row->checks; n < SYSCALL_CHECKS && c->mask; c++)
        all[n++] = (struct scmp_arg_cmp){c->arg, SCMP_CMP_MASKED_EQ, c->mask, c->value};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, row->number, n, all);
}

int syscall_allow_rows(scmp_filter_ctx filter, const struct syscall_row *table, size_t n)
{
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++) failed = syscall_allow(filter, &table[i]);
    return failed;
}

int syscall_filter_prepare(scmp_filter_ctx filter)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    return failed ? failed : seccomp_attr_set(filter, SCMP_FLTATR_API_TSKIP, 1);
}
