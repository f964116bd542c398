#include "tests/system/support/trace.h"

#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 24, MOST = 32 };

static char folder[32], path[64];

/* The tracer stands behind klatchd, which thus stays our own child. A leak check cannot run in a
 * process that is being traced. */
struct klatchd *trace_start_argv(const char *calls, const char *bytes_shown,
                                 const char *const argv[])
{
    strcpy(folder, "/tmp/klatchd-XXXXXX");
    cr_assert(mkdtemp(folder), "mkdtemp");
    snprintf(path, sizeof path, "%s/trace", folder);
    const char *all[MOST] = {"env",
                             "ASAN_OPTIONS=detect_leaks=0",
                             "strace",
                             "-D",
                             "-o",
                             path,
                             "-s",
                             bytes_shown,
                             "-e",
                             calls,
                             BUILD "/klatchd"};
    size_t n = 0;
    while (all[n]) n++;
    while (*argv && n < MOST - 1) all[n++] = *argv++;
    return klatchd_start_argv(all);
}

/* The tracer may still be writing when klatchd has ended. */
char *trace_read(void)
{
    static char trace[SIZE];
    int64_t end = timeout_deadline();
    do {
        FILE *file = fopen(path, "re");
        cr_assert(file, "no trace");
        trace[fread(trace, 1, SIZE - 1, file)] = '\0';
        fclose(file);
    } while (!strstr(trace, "+++ exited with 0 +++") && timeout_retry(end));
    cr_assert(strstr(trace, "+++ exited with 0 +++"), "the trace has no end");
    unlink(path);
    rmdir(folder);
    return trace;
}

int trace_count(const char *trace, const char *call, const char *text)
{
    int n = 0;
    size_t call_len = strlen(call);
    for (const char *line = trace; *line; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        n += strncmp(line, call, call_len) == 0 &&
             memmem(line, (size_t)(end - line), text, strlen(text));
    }
    return n;
}
