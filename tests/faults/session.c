#include "tests/faults/session.h"

#include "tests/faults/guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 20000 /* ms */, SHORT_PATIENCE = 60, LONG_TEXT = 40000 };

enum { ADA, BOB, EVE, DAN, KIM, LATE, GUESTS };

struct session {
    struct plan *plan;
    const struct places *places;
    const struct allowance *allowed;
    const struct normal *normal;
    struct outcome *ret;
    struct guests all;
    struct guest guest[GUESTS];
    pid_t pid;
    int pidfd;
    int shared; /* the plan's memory */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A short pause in a loop that asks for what no descriptor tells. */
static void pause_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
}

/* -- the process -- */

_Noreturn static void become(const struct session *s, const struct places *places)
{
    char fd[16], address[128], stats[128];
    bool on_unix = s->allowed->on_unix;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 3 && !getenv("FAULTS_LOUD"); i++) dup2(null, i);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(fd, sizeof fd, "%d", dup(s->shared));
    setenv(PLAN_VARIABLE, fd, 1);
    setenv("LD_PRELOAD", places->shim, 1);
    snprintf(address, sizeof address, "unix:%s", places->path);
    snprintf(stats, sizeof stats, "unix:%s", places->stats);
    execl(places->klatchd, places->klatchd, "--shutdown-delay", "0", "--journal", places->journal,
          "--journal-sync", "always", "--per-address", "100", "--stats", stats, "--control-socket",
          places->control, on_unix ? address : "127.0.0.1", on_unix ? NULL : "0", NULL);
    _exit(127);
}

/* As a server that was killed leaves it. */
static void leave_socket(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0) abort();
    close(fd);
}

#define HALF_A_LINE "{\"time\":\"1970-01-"

/* As a machine that lost its power leaves it. */
static void leave_journal(const struct places *places)
{
    unlink(places->moved);
    unlink(places->torn);
    FILE *file = fopen(places->journal, "we");
    if (!file) abort();
    fputs("{\"time\":\"1970-01-01T00:00:00.000Z\",\"nick\":\"ada\",\"msg\":\"hi\","
          "\"proto\":\"broadcast\"}\n" HALF_A_LINE,
          file);
    fclose(file);
}

static void start(struct session *s, const struct plan *plan)
{
    s->shared = memfd_create("plan", MFD_CLOEXEC);
    if (s->shared < 0 || ftruncate(s->shared, sizeof *plan) < 0) abort();
    s->plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, s->shared, 0);
    if (s->plan == MAP_FAILED) abort();
    *s->plan = *plan;
    if (s->allowed->on_unix) leave_socket(s->places->path);
    unlink(s->places->stats);
    unlink(s->places->control);
    leave_journal(s->places);
    s->pid = fork();
    if (s->pid == 0) become(s, s->places);
    s->pidfd = pidfd_open(s->pid, 0);
}

static bool has_ended(const struct session *s, int wait)
{
    return poll(&(struct pollfd){.fd = s->pidfd, .events = POLLIN}, 1, wait) == 1;
}

/* Waits until it serves, or has ended. */
static void await_start(struct session *s)
{
    int64_t end = now_ms() + PATIENCE;
    while (!s->plan->serves && !has_ended(s, 0)) {
        if (now_ms() > end) {
            guests_blame(&s->all, "it does not start");
            return;
        }
        pause_a_little();
    }
    s->ret->started = s->plan->serves;
}

static size_t descriptors(const struct session *s)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)s->pid);
    DIR *dir = opendir(path);
    if (!dir) return 0;
    size_t n = 0;
    while (readdir(dir)) n++;
    closedir(dir);
    return n - 2;
}

/* -- the talk -- */

static bool is_in(const struct session *s, int who)
{
    return s->guest[who].state == GUEST_IN;
}

static void all_hear(struct session *s, const char *nick, const char *msg)
{
    for (int i = 0; i < GUESTS; i++)
        if (is_in(s, i)) guest_hears(&s->all, &s->guest[i], "broadcast", nick, msg);
}

static void notice(struct session *s, const char *nick, const char *what)
{
    char text[128];
    snprintf(text, sizeof text, "%s %s", nick, what);
    all_hear(s, "SERVER", text);
}

static void enter(struct session *s, int who, const char *nick)
{
    struct guest *g = &s->guest[who];
    struct guests *all = &s->all;
    *g = (struct guest){.nick = nick};
    guest_dial(all, g, s->plan->port);
    if (!guest_hears(all, g, "connect", "SERVER", "HELLO")) return;
    guest_send(g, "verify", NULL, nick);
    if (!guest_hears(all, g, "ready", "SERVER", "READY")) return;
    g->state = GUEST_OUT; /* it does not hear of its own arrival */
    notice(s, nick, "joined the chat");
    g->state = GUEST_IN;
}

/* Whoever is in hears it, so long as the one who says it is there to hear it too. */
static void say(struct session *s, int who, const char *text)
{
    struct guest *g = &s->guest[who];
    if (!is_in(s, who)) return;
    guest_send(g, "broadcast", g->nick, text);
    if (!guest_hears(&s->all, g, "broadcast", g->nick, text)) return;
    for (int i = 0; i < GUESTS; i++)
        if (i != who && is_in(s, i)) guest_hears(&s->all, &s->guest[i], "broadcast", g->nick, text);
}

static void rename_bob(struct session *s)
{
    struct guest *g = &s->guest[BOB];
    if (!is_in(s, BOB)) return;
    guest_send(g, "verify", NULL, "rob");
    if (!guest_hears(&s->all, g, "ready", "SERVER", "READY")) return;
    g->nick = "rob";
    notice(s, "bob", "is now known as rob");
}

static void ask(struct session *s, int who, const char *proto, const char *answer)
{
    struct guest *g = &s->guest[who];
    if (!is_in(s, who)) return;
    guest_send(g, proto, NULL, "");
    guest_hears(&s->all, g, answer, "SERVER", NULL);
}

static void part(struct session *s, int who, bool by_reset)
{
    struct guest *g = &s->guest[who];
    if (!is_in(s, who)) return;
    if (by_reset) guest_reset(g);
    guest_send(g, "goodbye", NULL, "BYE");
    guest_sees_end(&s->all, g);
    notice(s, g->nick, "left the chat");
}

/* What is no packet is answered by a reason and the end. */
static void send_rubbish(struct session *s, int who)
{
    struct guest *g = &s->guest[who];
    *g = (struct guest){.nick = "dan"};
    guest_dial(&s->all, g, s->plan->port);
    if (!guest_hears(&s->all, g, "connect", "SERVER", "HELLO")) return;
    guest_send_bytes(g, "\0\2{]", 4);
    if (guest_hears(&s->all, g, "shutdown", "SERVER", NULL)) guest_sees_end(&s->all, g);
}

/* It is somebody else's, who may be asked whether they are there. */
static void ask_for_taken(struct session *s, int who, const char *nick)
{
    struct guest *g = &s->guest[who];
    *g = (struct guest){.nick = "kim"};
    guest_dial(&s->all, g, s->plan->port);
    if (!guest_hears(&s->all, g, "connect", "SERVER", "HELLO")) return;
    guest_send(g, "verify", NULL, nick);
    guest_send(g, "goodbye", NULL, "BYE");
    if (guest_hears(&s->all, g, "retry", "SERVER", "RETRY")) guest_sees_end(&s->all, g);
}

/* Of an answer at one of the administrator's sockets: whether all of it came. Whatever fails, at
 * worst it does not, and there is an end to it. */
static bool hears_all(struct session *s, int fd, const char *last)
{
    static char heard[1 << 16];
    size_t n = 0;
    ssize_t now = 1;
    while (now > 0 && n < sizeof heard) {
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, s->all.patience_ms) != 1) {
            if (!s->all.may_give_up) guests_blame(&s->all, "an administrator is not answered");
            return false;
        }
        now = recv(fd, heard + n, sizeof heard - n, 0);
        n += now > 0 ? (size_t)now : 0;
    }
    return memmem(heard, n, last, strlen(last)) != NULL;
}

static void administrate(struct session *s, const char *path, const char *request, const char *last)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
                    send(fd, request, strlen(request), MSG_NOSIGNAL) > 0 && hears_all(s, fd, last);
    if (!answered && s->plan->call == CALL_NONE)
        guests_blame(&s->all, "no whole answer to %s", request);
    close(fd);
}

static void administrate_all(struct session *s)
{
    administrate(s, s->places->stats, "GET / HTTP/1.1\r\n\r\n", "klatch_build_info{");
    administrate(s, s->places->control, "who\n", "\nok\n");
    administrate(s, s->places->control, "ban 192.0.2.1\n", "ok\n");
}

/* It is asked to open its journal again, which is still the same. */
static void hang_up(const struct session *s)
{
    kill(s->pid, SIGHUP);
}

static void move_journal(const struct session *s)
{
    rename(s->places->journal, s->places->moved);
    hang_up(s);
}

static int count(const struct session *s, enum guest_state state)
{
    int n = 0;
    for (int i = 0; i < GUESTS; i++) n += s->guest[i].state == state;
    return n;
}

/* Nothing of those who are gone is left but those who are there. */
static void count_descriptors(struct session *s)
{
    size_t there = (size_t)count(s, GUEST_IN), now;
    int64_t end = now_ms() + PATIENCE;
    if (s->allowed->lasts || s->allowed->ends) return;
    while ((now = descriptors(s)) > s->normal->descriptors + there) {
        if (now_ms() > end) {
            guests_blame(&s->all, "%zu descriptors are open, with %zu guests", now, there);
            return;
        }
        pause_a_little();
    }
    s->ret->descriptors = now - there;
}

static void talk(struct session *s)
{
    static char text[LONG_TEXT + 1];
    memset(text, 'x', LONG_TEXT);
    enter(s, ADA, "ada");
    enter(s, BOB, "bob");
    enter(s, EVE, "eve");
    say(s, ADA, "one");
    say(s, BOB, "two");
    say(s, EVE, "three");
    if (is_in(s, ADA)) ask_for_taken(s, KIM, "ada");
    ask(s, ADA, "who", "who");
    administrate_all(s);
    hang_up(s);
    rename_bob(s);
    ask(s, ADA, "nonsense", "broadcast");
    say(s, ADA, text);
    move_journal(s);
    part(s, EVE, false);
    part(s, BOB, true);
    send_rubbish(s, DAN);
    /* Whoever was harmed, its nickname is free. */
    enter(s, LATE, s->guest[EVE].state == GUEST_HARMED ? "eve" : "bob");
    say(s, LATE, "four");
    say(s, ADA, "five");
    count_descriptors(s);
}

/* -- the end -- */

static void stop(struct session *s)
{
    kill(s->pid, SIGTERM);
    s->all.may_give_up = false;
    s->all.patience_ms = PATIENCE;
    for (int i = 0; i < GUESTS; i++)
        if (is_in(s, i)) guest_hears(&s->all, &s->guest[i], "shutdown", "SERVER", NULL);
    s->ret->harmed = count(s, GUEST_HARMED);
    for (int i = 0; i < GUESTS; i++) guest_sees_end(&s->all, &s->guest[i]);
}

static int reap(struct session *s)
{
    int status;
    if (!has_ended(s, PATIENCE)) {
        guests_blame(&s->all, "it does not end");
        kill(s->pid, SIGKILL);
    }
    waitpid(s->pid, &status, 0);
    close(s->pidfd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool is_whole(const char *line, size_t n)
{
    return strncmp(line, "{\"time\":", 8) == 0 && n >= 3 && strcmp(line + n - 3, "\"}\n") == 0;
}

/* A line that is not whole is as bad as one that is lost; but the one that was half there stays
 * where it cannot be set aside. */
static void read_journal(struct session *s, const char *path)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *file = fopen(path, "re");
    if (!file) return;
    while ((n = getline(&line, &cap, file)) > 0)
        if (!is_whole(line, (size_t)n) && strcmp(line, HALF_A_LINE "\n") != 0)
            guests_blame(&s->all, "the journal has a line %.80s", line);
    free(line);
    fclose(file);
}

static bool may_have_ended(const struct session *s, int status)
{
    enum { REFUSED = 1, REFUSED_JOURNAL = 74 };
    if (status == REFUSED && s->allowed->ends) return true;
    return (status == REFUSED || status == REFUSED_JOURNAL) && !s->ret->started &&
           s->allowed->refuses_to_start;
}

static void judge(struct session *s, int status)
{
    const struct allowance *allowed = s->allowed;
    int skipped = 0;
    for (int i = 0; i < GUESTS; i++) skipped += s->guest[i].skipped;
    if (status != 0 && !may_have_ended(s, status)) guests_blame(&s->all, "status %d", status);
    if (status != 0) return;
    if (!allowed->lasts) read_journal(s, s->places->journal);
    if (!allowed->lasts) read_journal(s, s->places->moved);
    if (s->ret->harmed > allowed->harmed)
        guests_blame(&s->all, "%d connections were harmed", s->ret->harmed);
    if (s->ret->harmed == 0 && skipped > 0 && !allowed->lasts)
        guests_blame(&s->all, "%d notices too many", skipped);
    if (s->plan->blocks > s->normal->blocks)
        guests_blame(&s->all, "%ld blocks of memory leak", (long)s->plan->blocks);
}

void session_run(const struct places *places, const struct plan *plan,
                 const struct allowance *allowed, const struct normal *normal, struct outcome *ret)
{
    static struct session s;
    s = (struct session){.places = places, .allowed = allowed, .normal = normal, .ret = ret};
    s.all = (struct guests){.each = s.guest, .count = GUESTS, .may_give_up = allowed->lasts};
    s.all.patience_ms = allowed->lasts ? SHORT_PATIENCE : PATIENCE;
    if (allowed->on_unix) s.all.path = places->path;
    *ret = (struct outcome){0};
    start(&s, plan);
    await_start(&s);
    if (ret->started) talk(&s);
    stop(&s);
    judge(&s, reap(&s));
    memcpy(ret->wrong, s.all.wrong, sizeof ret->wrong);
    ret->failed = s.plan->failed;
    ret->calls = plan->call == CALL_NONE ? 0 : s.plan->calls[plan->call];
    ret->blocks = s.plan->blocks;
    munmap(s.plan, sizeof *s.plan);
    close(s.shared);
}
