#include "tests/system/support/sandboxed.h"

#include "server/system/log.h"
#include "tests/system/support/child.h"

#include <criterion/criterion.h>
#include <unistd.h>

void sandboxed_or_skip(void)
{
    if (!SANDBOX_IS_POSSIBLE) cr_skip("instrumented build");
}

int sandboxed_child(int (*act)(const void *), const void *arg)
{
    pid_t parent = getpid(), pid = fork();
    cr_assert(pid >= 0, "fork");
    if (pid > 0) return child_wait(pid);
    child_bind(parent);
    log_event("the first line of a log asks for the time zone");
    _exit(act(arg));
}

struct attempt {
    const struct sandbox *needs;
    int (*act)(const void *);
    const void *arg;
};

static int enter(const void *attempt)
{
    const struct attempt *a = attempt;
    bool ok = sandbox_apply_landlock(a->needs) && sandbox_apply_seccomp(a->needs);
    return ok ? a->act(a->arg) : 99;
}

int sandboxed_run(const struct sandbox *needs, int (*act)(const void *), const void *arg)
{
    return sandboxed_child(enter, &(struct attempt){needs, act, arg});
}

int sandboxed_call(const void *call)
{
    const struct sandboxed_call *c = call;
    syscall(c->number, c->args[0], c->args[1], c->args[2], c->args[3], c->args[4], c->args[5]);
    return 0;
}
