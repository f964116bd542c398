#include "tests/system/support/trace.h"

#include "tests/system/support/files.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 24, MOST = 32 };

static char folder[FILES_PATH], path[FILES_PATH];

static size_t add(const char *all[MOST], size_t n, const char *const more[])
{
    while (*more && n < MOST - 1) all[n++] = *more++;
    all[n] = NULL;
    return n;
}

bool trace_reads_sandbox(void)
{
    return geteuid() == 0;
}

/* The tracer stands behind klatchd, which thus stays our own child. A leak check cannot run in a
 * process that is being traced. */
static struct klatchd *start(const char *const strace_options[], const char *const argv[])
{
    files_create_folder(folder);
    files_path(path, folder, "trace");
    const char *tracer[] = {"env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-D", "-o", path, NULL};
    const char *klatchd[] = {BUILD "/klatchd", NULL}, *all[MOST];
    size_t n = add(all, 0, tracer);
    n = add(all, n, strace_options);
    n = add(all, n, klatchd);
    if (!trace_reads_sandbox()) n = add(all, n, (const char *[]){"--no-sandbox", NULL});
    add(all, n, argv);
    return klatchd_start_argv(all);
}

struct klatchd *trace_start_argv(const char *calls, const char *bytes_shown,
                                 const char *const argv[])
{
    return start((const char *[]){"-s", bytes_shown, "-e", calls, NULL}, argv);
}

struct klatchd *trace_start_injecting_argv(const char *file, const char *injection,
                                           const char *const argv[])
{
    char inject[80], calls[80];
    snprintf(inject, sizeof inject, "inject=%s", injection);
    snprintf(calls, sizeof calls, "trace=%s", injection);
    calls[strcspn(calls, ":")] = '\0';
    return start(
        (const char *[]){"-f", "--seccomp-bpf", "-P", file, "-e", calls, "-e", inject, NULL}, argv);
}

static char *read_so_far(void)
{
    static char trace[SIZE];
    FILE *file = fopen(path, "re");
    cr_assert(file, "no trace");
    trace[fread(trace, 1, SIZE - 1, file)] = '\0';
    fclose(file);
    return trace;
}

int trace_occurrences(const char *text)
{
    int n = 0;
    for (const char *at = read_so_far(); (at = strstr(at, text)); at++) n++;
    return n;
}

void trace_drop(void)
{
    unlink(path);
    rmdir(folder);
}

/* The tracer may still be writing when klatchd has ended. */
char *trace_read(void)
{
    int64_t end = timeout_deadline();
    while (trace_occurrences("+++ exited with 0 +++") == 0 && timeout_retry(end)) continue;
    char *trace = read_so_far();
    cr_assert(strstr(trace, "+++ exited with 0 +++"), "the trace has no end");
    trace_drop();
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
