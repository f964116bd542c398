/* bench-client: measures klatch and other chat clients in the same room, alternately. */
#include "tests/bench/server.h"
#include "tests/clients/measure.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROXY_TRIES = 500 /* 10 ms each */ };

struct plan {
    int starts, floods; /* rounds */
    struct flood flood;
    const char *only; /* names of clients; NULL: all */
};

static const struct plan full = {.starts = 9, .floods = 2, .flood = {20000, 12}};
static const struct plan quick = {.starts = 3, .floods = 1, .flood = {5000, 3}};

static const char *skip_reason[CLIENTS]; /* NULL: measured */

/* -- environment of the commands -- */

static void set_number(const char *name, unsigned number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    setenv(name, text, 1);
}

/* Sets the environment of a current terminal, and nothing that changes a client's defaults. */
static void set_environment(const char *build, const struct room *room, const struct room *tls)
{
    static const char *const unwanted[] = {
        "NO_COLOR", "COLORTERM", "COLORFGBG",       "COLUMNS",        "LINES",        "LANG",
        "LANGUAGE", "IRCNICK",   "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"};
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) unsetenv(unwanted[i]);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("BUILD", build, 1);
    set_number("PORT", room->port);
    set_number("TLS_PORT", tls->port);
}

static void set_home(const char *dir, const struct client *c)
{
    char home[256];
    snprintf(home, sizeof home, "%s/%s", dir, c->name);
    setenv("HOME", home, 1);
}

static pid_t shell(const char *command)
{
    pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout)) _exit(1);
    if (!getenv("BENCH_LOUD") && !freopen("/dev/null", "w", stderr)) _exit(1);
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(1);
}

static bool succeeds(const char *command)
{
    int status = 1;
    waitpid(shell(command), &status, 0);
    return status == 0;
}

/* -- preparation -- */

static bool is_installed(const struct client *c)
{
    char command[256];
    snprintf(command, sizeof command,
             "mkdir -p $HOME && for p in %s; do command -v $p || exit 1; done", c->needs);
    return succeeds(command);
}

static bool accepts(uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    close(fd);
    return ok;
}

/* Starts the proxy on the port that was reserved until now. */
static bool start_proxy(const char *command, const struct room *tls, pid_t *ret_pid)
{
    close(tls->listener);
    *ret_pid = shell(command);
    for (int i = 0; i < PROXY_TRIES; i++) {
        if (accepts(tls->port)) return true;
        usleep(10000);
    }
    return false;
}

static const char *prepare(const struct client *c, const struct room *tls, pid_t *ret_proxy)
{
    if (!is_installed(c)) return "is not installed here (`make bench-deps`)";
    if (c->prepare && !succeeds(c->prepare)) return "was not run: its files could not be created";
    if (c->proxy && !start_proxy(c->proxy, tls, ret_proxy))
        return "was not run: the TLS proxy did not start";
    return NULL;
}

/* -- the run -- */

typedef bool measuring(struct room *room, size_t client, const struct plan *plan);

static bool start_once(struct room *room, size_t client, const struct plan *plan)
{
    (void)plan;
    return measure_start(room, client);
}

static bool flood_once(struct room *room, size_t client, const struct plan *plan)
{
    return measure_flood(room, client, &plan->flood);
}

static void measure_all(struct room *room, const char *dir, const struct plan *plan, int rounds,
                        measuring *measure)
{
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < CLIENTS; i++) {
            if (skip_reason[i]) continue;
            set_home(dir, &clients[i]);
            if (!measure(room, i, plan)) skip_reason[i] = "did not join the room";
        }
}

static void print_remarks(void)
{
    for (size_t i = 0; i < CLIENTS; i++)
        if (skip_reason[i]) printf("- %s %s\n", clients[i].name, skip_reason[i]);
}

static void run(const struct plan *plan, const char *dir, struct room *room, const struct room *tls)
{
    pid_t proxies[CLIENTS] = {0};
    for (size_t i = 0; i < CLIENTS; i++) {
        set_home(dir, &clients[i]);
        skip_reason[i] = plan->only && !strstr(plan->only, clients[i].name)
                             ? "was not selected"
                             : prepare(&clients[i], tls, &proxies[i]);
    }
    measure_all(room, dir, plan, plan->starts, start_once);
    measure_all(room, dir, plan, plan->floods, flood_once);
    for (size_t i = 0; i < CLIENTS; i++)
        if (proxies[i] > 0) kill(proxies[i], SIGTERM);
    printf("\nStarted %d times; %d times %d lines in %d seconds.\n", plan->starts, plan->floods,
           plan->flood.lines, plan->flood.seconds);
    report_print();
    print_remarks();
}

static int usage(void)
{
    fputs("Usage: clients [-q] [-o NAMES] [-f FLOODS] [-s STARTS] BUILD DIR\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct plan plan = full;
    struct room room, tls;
    int c;
    while ((c = getopt(argc, argv, "qf:o:s:")) != -1) switch (c) {
        case 'q': plan = quick; break;
        case 'f': plan.floods = atoi(optarg); break;
        case 'o': plan.only = optarg; break;
        case 's': plan.starts = atoi(optarg); break;
        default: return usage();
        }
    if (argc - optind != 2) return usage();
    if (!room_open(&room) || !room_open(&tls)) return perror("cannot listen"), 1;
    pin(LOAD_CORE);
    set_environment(argv[optind], &room, &tls);
    run(&plan, argv[optind + 1], &room, &tls);
    return 0;
}
