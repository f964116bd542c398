#include "tests/bench/server.h"

#include "tests/bench/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_NO_PROGRAM = 127, TIMEOUT_MS = 10000 /* until it must accept connections */ };

void pin(int core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET((size_t)core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

/* -- command line and configuration -- */

static size_t substitute(FILE *out, const char *text, const struct server *s,
                         const struct paths *paths)
{
    char port[8], stats[8];
    snprintf(port, sizeof port, "%u", s->port);
    snprintf(stats, sizeof stats, "%u", s->stats);
    const char *words[][2] = {
        {"$PORT", port}, {"$STATS", stats}, {"$DIR", paths->dir}, {"$BUILD", paths->build}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i][0]);
        if (strncmp(text, words[i][0], n) != 0) continue;
        fputs(words[i][1], out);
        return n;
    }
    fputc(*text, out);
    return 1;
}

static char *expand(const char *text, const struct server *s, const struct paths *paths)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);
    if (!out) abort();
    while (*text) text += substitute(out, text, s, paths);
    fclose(out);
    return result;
}

static void write_config(const struct server *s, const struct target *p, const struct paths *paths)
{
    char *path = expand("$DIR/config", s, paths);
    char *text = expand(p->config, s, paths);
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0) perror(path);
    free(path);
    free(text);
}

/* -- the process -- */

static uint16_t free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&at, size) < 0) perror("bind");
    getsockname(fd, (struct sockaddr *)&at, &size);
    close(fd);
    return ntohs(at.sin_port);
}

/* Runs in the child; waits until the parent has set up the counters. */
_Noreturn static void exec_server(const struct server *s, const struct target *p,
                                  const struct paths *paths, int go)
{
    char *argv[sizeof p->argv / sizeof *p->argv + 1] = {0};
    for (size_t i = 0; p->argv[i]; i++) argv[i] = expand(p->argv[i], s, paths);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3 && !getenv("BENCH_LOUD"); fd++) dup2(null, fd);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(SERVER_CORE);
    char byte;
    while (read(go, &byte, 1) > 0) continue;
    if (argv[0]) execvp(argv[0], argv);
    _exit(EXIT_NO_PROGRAM);
}

static int count_instructions(pid_t pid, int counter)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attr,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .inherit = 1,
        .exclude_user = counter != USER,
        .exclude_kernel = counter != KERNEL,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool accepts(const struct server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(s->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    close(fd);
    return ok;
}

static enum start await(struct server *s)
{
    int status;
    for (int waited = 0; waited < TIMEOUT_MS; waited += 10) {
        if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
            bool missing = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM;
            s->pid = 0;
            return missing ? START_MISSING : START_FAILED;
        }
        if (accepts(s)) return START_OK;
        usleep(10000);
    }
    return START_FAILED;
}

enum start server_start(struct server *s, const struct target *p, const struct paths *paths)
{
    int go[2];
    *s = (struct server){.port = free_port(), .stats = free_port(), .counters = {-1, -1}};
    if (p->config) write_config(s, p, paths);
    if (pipe2(go, O_CLOEXEC) < 0) return START_FAILED;
    s->pid = fork();
    if (s->pid == 0) {
        close(go[1]);
        exec_server(s, p, paths, go[0]);
    }
    close(go[0]);
    if (s->pid > 0) {
        for (int i = 0; i < COUNTERS; i++) s->counters[i] = count_instructions(s->pid, i);
        clock_getcpuclockid(s->pid, &s->clock);
    }
    close(go[1]);
    enum start result = s->pid > 0 ? await(s) : START_FAILED;
    if (result != START_OK) server_stop(s);
    return result;
}

void server_stop(struct server *s)
{
    for (int i = 0; i < COUNTERS; i++)
        if (s->counters[i] >= 0) close(s->counters[i]);
    if (s->pid <= 0) return;
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

/* -- resources used -- */

int64_t server_cpu_ns(const struct server *s)
{
    return clock_ns(s->clock);
}

int64_t server_instructions(const struct server *s, int counter)
{
    int64_t count;
    if (s->counters[counter] < 0) return -1;
    return read(s->counters[counter], &count, sizeof count) == sizeof count ? count : -1;
}

int64_t server_memory(const struct server *s)
{
    char path[64], line[128];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)s->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon:", 8) == 0) kib = strtol(line + 8, NULL, 10);
    if (f) fclose(f);
    return kib * INT64_C(1024);
}
