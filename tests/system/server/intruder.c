/* Code that runs inside klatchd, in its sandbox: tests/intruder. Each attempt is in the output. */
#include "server/system/sandbox.h"
#include "tests/system/support/child.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

/* Runs all attempts and shows how each ends. Returns the exit status. */
static int run_intruder(const char *option)
{
    const char *const argv[] = {BUILD "/intruder", BUILD "/klatchd", BUILD "/intruder.so", option,
                                NULL};
    char line[256];
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = child_start(argv, -1, ends[1], ends[1]);
    close(ends[1]);
    FILE *lines = fdopen(ends[0], "r");
    while (fgets(line, sizeof line, lines)) fputs(line, stdout);
    fclose(lines);
    return child_wait(pid);
}

static void skip_without_intruder(void)
{
    if (!SANDBOX_IS_POSSIBLE) cr_skip("instrumented build");
    if (access(BUILD "/intruder.so", R_OK) < 0) cr_skip("no intruder for this machine");
}

TestSuite(server_intruder, .init = skip_without_intruder);

Test(server_intruder, every_attempt_fails)
{
    cr_expect_eq(run_intruder(NULL), 0);
}

Test(server_intruder, the_attempts_work_without_a_sandbox)
{
    cr_expect_eq(run_intruder("-o"), 0);
}
