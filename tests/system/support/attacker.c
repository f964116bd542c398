#include "tests/system/support/attacker.h"

#include "tests/system/support/wire.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS = 64,
    TEXT = 65000,      /* bytes of a long text */
    RECONNECT_MS = 50, /* until a connection that has ended is made again, unless it joins */
    POLL_MS = 10,
    NICENESS = 10, /* the server and the others have their own machines; here, they come first */
};

const char *const attack_names[ATTACKS] = {
    [ATTACK_TEXTS] = "texts",         [ATTACK_CONTROLS] = "controls",
    [ATTACK_SHORT] = "short texts",   [ATTACK_RENAMES] = "renames",
    [ATTACK_JOINS] = "joins",         [ATTACK_WHO] = "who",
    [ATTACK_RETRIES] = "retries",     [ATTACK_UNFINISHED] = "unfinished packets",
    [ATTACK_HALF_OPEN] = "half-open",
};

/* Bytes to send once, then bytes to send again and again. */
struct script {
    char *first, *again;
    size_t first_n, again_n;
};

struct connection {
    int fd; /* -1: not connected */
    size_t at;
    bool is_first;
    int64_t connect_at; /* milliseconds */
    struct script script;
};

struct job {
    enum attack attack;
    struct in_addr from;
    struct sockaddr_in server;
    const char *taken;
    int epoll;
    volatile uint64_t *shared;
    struct connection all[ATTACKER_CONNECTIONS];
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- what each connection sends -- */

static void add(char **bytes, size_t *n, const char *proto, const char *msg)
{
    char *more = realloc(*bytes, *n + WIRE_MAX);
    if (!more) _exit(1);
    *bytes = more;
    *n += wire_frame(more + *n, proto, NULL, msg);
}

static const char *long_text(const char *character)
{
    static char text[TEXT + 8];
    size_t n = strlen(character);
    for (size_t at = 0; at + n <= TEXT; at += n) strcpy(text + at, character);
    return text;
}

static void add_unfinished(struct script *s)
{
    static char text[TEXT];
    char frame[WIRE_MAX];
    memset(text, 'x', TEXT - 1);
    size_t n = wire_frame(frame, "broadcast", NULL, text);
    add(&s->first, &s->first_n, "who", "");
    memcpy(s->first + s->first_n, frame, n - 1);
    s->first_n += n - 1;
}

/* Half of the connections of ATTACK_HALF_OPEN send nothing. */
static struct script write_script(const struct job *job, int i)
{
    struct script s = {0};
    char nick[32], other[32];
    snprintf(nick, sizeof nick, "eve %d", i);
    snprintf(other, sizeof other, "mallory %d", i);
    if (job->attack != ATTACK_RETRIES && job->attack != ATTACK_HALF_OPEN)
        add(&s.first, &s.first_n, "verify", nick);
    switch (job->attack) {
    case ATTACK_TEXTS: add(&s.again, &s.again_n, "broadcast", long_text("x")); break;
    case ATTACK_CONTROLS: add(&s.again, &s.again_n, "broadcast", long_text("\xC2\x85")); break;
    case ATTACK_SHORT: add(&s.again, &s.again_n, "broadcast", ""); break;
    case ATTACK_RENAMES:
        add(&s.again, &s.again_n, "verify", other);
        add(&s.again, &s.again_n, "verify", nick);
        break;
    case ATTACK_JOINS: add(&s.first, &s.first_n, "goodbye", ""); break;
    case ATTACK_WHO: add(&s.again, &s.again_n, "who", ""); break;
    case ATTACK_RETRIES: add(&s.again, &s.again_n, "verify", job->taken); break;
    case ATTACK_UNFINISHED: add_unfinished(&s); break;
    case ATTACK_HALF_OPEN:
        s.first = calloc(1, 1);
        s.first_n = (size_t)i % 2;
        break;
    case ATTACKS: break;
    }
    return s;
}

/* -- connections -- */

static void open_connection(struct job *job, struct connection *c)
{
    const struct linger reset = {.l_onoff = 1};
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = job->from};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) _exit(1);
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) _exit(1);
    if (connect(c->fd, (struct sockaddr *)&job->server, sizeof job->server) < 0 &&
        errno != EINPROGRESS)
        _exit(1);
    c->at = 0;
    c->is_first = true;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(job->epoll, EPOLL_CTL_ADD, c->fd, &event);
    job->shared[ATTACKER_CONNECTED]++;
}

static void close_connection(struct job *job, struct connection *c)
{
    close(c->fd);
    c->fd = -1;
    c->connect_at = job->attack == ATTACK_JOINS ? 0 : now_ms() + RECONNECT_MS;
}

static void watch(struct job *job, struct connection *c, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(job->epoll, EPOLL_CTL_MOD, c->fd, &event);
}

/* Reads and drops what the server sends. Returns false at the end. */
static bool drain(const struct connection *c)
{
    static char dropped[64 * 1024];
    ssize_t n;
    while ((n = recv(c->fd, dropped, sizeof dropped, 0)) > 0) continue;
    return n < 0 && errno == EAGAIN;
}

static bool send_some(struct job *job, struct connection *c)
{
    const struct script *s = &c->script;
    for (;;) {
        const char *bytes = c->is_first ? s->first : s->again;
        size_t all = c->is_first ? s->first_n : s->again_n;
        if (c->at == all) {
            c->is_first = false;
            c->at = 0;
            if (s->again_n > 0) continue;
            watch(job, c, job->attack == ATTACK_HALF_OPEN ? 0 : EPOLLIN);
            return true;
        }
        ssize_t n = send(c->fd, bytes + c->at, all - c->at, MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN;
        c->at += (size_t)n;
        job->shared[ATTACKER_SENT] += (uint64_t)n;
        if (c->at < all) return true;
    }
}

static void handle(struct job *job, const struct epoll_event *event)
{
    struct connection *c = event->data.ptr;
    bool ok = !(event->events & (EPOLLERR | EPOLLHUP));
    if (ok && (event->events & EPOLLIN)) ok = drain(c);
    if (ok && (event->events & EPOLLOUT)) ok = send_some(job, c);
    if (!ok) close_connection(job, c);
}

_Noreturn static void run(struct job *job)
{
    struct epoll_event events[EVENTS];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (nice(NICENESS) < 0 && errno != 0) _exit(1);
    job->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < ATTACKER_CONNECTIONS; i++)
        job->all[i] = (struct connection){.fd = -1, .script = write_script(job, i)};
    for (;;) {
        int64_t now = now_ms();
        for (int i = 0; i < ATTACKER_CONNECTIONS; i++)
            if (job->all[i].fd < 0 && now >= job->all[i].connect_at)
                open_connection(job, &job->all[i]);
        int n = epoll_wait(job->epoll, events, EVENTS, POLL_MS);
        for (int i = 0; i < n; i++) handle(job, &events[i]);
    }
}

/* -- the process -- */

struct attacker attacker_start(enum attack attack, struct in_addr from,
                               const struct sockaddr_in *server, const char *taken)
{
    static struct job job;
    struct attacker a;
    a.shared = mmap(NULL, ATTACKER_NUMBERS * sizeof *a.shared, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (a.shared == MAP_FAILED) abort();
    a.pid = fork();
    if (a.pid < 0) abort();
    if (a.pid > 0) return a;
    job = (struct job){attack, from, *server, taken, .shared = a.shared};
    run(&job);
}

void attacker_stop(struct attacker *a)
{
    kill(a->pid, SIGKILL);
    waitpid(a->pid, NULL, 0);
}

uint64_t attacker_sent(const struct attacker *a)
{
    return a->shared[ATTACKER_SENT];
}

uint64_t attacker_connected(const struct attacker *a)
{
    return a->shared[ATTACKER_CONNECTED];
}
