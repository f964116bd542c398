#include "tests/faults/session.h"

#include "tests/faults/client.h"

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

enum { TIMEOUT_MS = 20000, SHORT_TIMEOUT_MS = 60, LONG_TEXT = 40000 };

enum { ADA, BOB, EVE, DAN, KIM, LATE, CLIENTS };

struct session {
    struct fault *fault;
    const struct paths *paths;
    const struct tolerance *allowed;
    const struct baseline *baseline;
    struct outcome *ret;
    struct clients all;
    struct client client[CLIENTS];
    pid_t pid;
    int pidfd;
    int fault_fd; /* the shared memory of the fault */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Sleeps 0.3 ms in a polling loop. */
static void sleep_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
}

/* -- the process -- */

_Noreturn static void exec_klatchd(const struct session *s, const struct paths *paths)
{
    char fd[16], address[128], stats[128];
    bool on_unix = s->allowed->on_unix;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 3 && !getenv("FAULTS_LOUD"); i++) dup2(null, i);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(fd, sizeof fd, "%d", dup(s->fault_fd));
    setenv(FAULT_VARIABLE, fd, 1);
    setenv("LD_PRELOAD", paths->shim, 1);
    snprintf(address, sizeof address, "unix:%s", paths->path);
    snprintf(stats, sizeof stats, "unix:%s", paths->stats);
    execl(paths->klatchd, paths->klatchd, "--shutdown-delay", "0", "--journal", paths->journal,
          "--journal-sync", "always", "--history", "1", "--per-address", "100", "--stats", stats,
          "--control-socket", paths->control, on_unix ? address : "127.0.0.1", on_unix ? NULL : "0",
          NULL);
    _exit(127);
}

/* Creates the socket file that a killed server leaves behind. */
static void create_stale_socket(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0) abort();
    close(fd);
}

#define HALF_A_LINE "{\"time\":\"1970-01-"

/* Creates a journal whose last line is incomplete, as after a power failure. */
static void create_torn_journal(const struct paths *paths)
{
    unlink(paths->rotated);
    unlink(paths->torn);
    FILE *file = fopen(paths->journal, "we");
    if (!file) abort();
    fputs("{\"time\":\"1970-01-01T00:00:00.000Z\",\"nick\":\"sue\",\"msg\":\"hi\","
          "\"proto\":\"broadcast\"}\n" HALF_A_LINE,
          file);
    fclose(file);
}

static void start(struct session *s, const struct fault *fault)
{
    s->fault_fd = memfd_create("fault", MFD_CLOEXEC);
    if (s->fault_fd < 0 || ftruncate(s->fault_fd, sizeof *fault) < 0) abort();
    s->fault = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, s->fault_fd, 0);
    if (s->fault == MAP_FAILED) abort();
    *s->fault = *fault;
    if (s->allowed->on_unix) create_stale_socket(s->paths->path);
    unlink(s->paths->stats);
    unlink(s->paths->control);
    create_torn_journal(s->paths);
    s->pid = fork();
    if (s->pid == 0) exec_klatchd(s, s->paths);
    s->pidfd = pidfd_open(s->pid, 0);
}

static bool has_exited(const struct session *s, int wait_ms)
{
    return poll(&(struct pollfd){.fd = s->pidfd, .events = POLLIN}, 1, wait_ms) == 1;
}

/* Waits until klatchd accepts connections or has exited. */
static void await_start(struct session *s)
{
    int64_t end = now_ms() + TIMEOUT_MS;
    while (!s->fault->serves && !has_exited(s, 0)) {
        if (now_ms() > end) {
            clients_fail(&s->all, "klatchd does not start");
            return;
        }
        sleep_briefly();
    }
    s->ret->started = s->fault->serves;
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

/* -- the clients -- */

static bool is_connected(const struct session *s, int who)
{
    return s->client[who].state == CLIENT_CONNECTED;
}

static void expect_broadcast(struct session *s, const char *nick, const char *msg)
{
    for (int i = 0; i < CLIENTS; i++)
        if (is_connected(s, i)) client_expect(&s->all, &s->client[i], "broadcast", nick, msg);
}

static void expect_notice(struct session *s, const char *nick, const char *what)
{
    char text[128];
    snprintf(text, sizeof text, "%s %s", nick, what);
    expect_broadcast(s, "SERVER", text);
}

static void join(struct session *s, int who, const char *nick)
{
    struct client *c = &s->client[who];
    struct clients *all = &s->all;
    *c = (struct client){.nick = nick};
    client_connect(all, c, s->fault->port);
    if (!client_expect(all, c, "connect", "SERVER", "HELLO")) return;
    client_send(c, "verify", NULL, nick);
    if (!client_expect(all, c, "ready", "SERVER", "READY")) return;
    c->history = 1;
    c->state = CLIENT_CLOSED; /* a member receives no notice of its own join */
    expect_notice(s, nick, "joined the chat");
    c->state = CLIENT_CONNECTED;
}

/* Sends a message that every connected client receives, unless its sender is dropped first. */
static void broadcast(struct session *s, int who, const char *text)
{
    struct client *c = &s->client[who];
    if (!is_connected(s, who)) return;
    client_send(c, "broadcast", c->nick, text);
    if (!client_expect(&s->all, c, "broadcast", c->nick, text)) return;
    for (int i = 0; i < CLIENTS; i++)
        if (i != who && is_connected(s, i))
            client_expect(&s->all, &s->client[i], "broadcast", c->nick, text);
}

static void rename_bob(struct session *s)
{
    struct client *c = &s->client[BOB];
    if (!is_connected(s, BOB)) return;
    client_send(c, "verify", NULL, "rob");
    if (!client_expect(&s->all, c, "ready", "SERVER", "READY")) return;
    c->nick = "rob";
    expect_notice(s, "bob", "is now known as rob");
}

static void request(struct session *s, int who, const char *proto, const char *answer)
{
    struct client *c = &s->client[who];
    if (!is_connected(s, who)) return;
    client_send(c, proto, NULL, "");
    client_expect(&s->all, c, answer, "SERVER", NULL);
}

static void leave(struct session *s, int who, bool by_reset)
{
    struct client *c = &s->client[who];
    if (!is_connected(s, who)) return;
    if (by_reset) client_reset(c);
    client_send(c, "goodbye", NULL, "BYE");
    client_expect_end(&s->all, c);
    expect_notice(s, c->nick, "left the chat");
}

/* Sends an invalid packet: the server answers with a reason and closes. */
static void send_garbage(struct session *s, int who)
{
    struct client *c = &s->client[who];
    *c = (struct client){.nick = "dan"};
    client_connect(&s->all, c, s->fault->port);
    if (!client_expect(&s->all, c, "connect", "SERVER", "HELLO")) return;
    client_send_bytes(c, "\0\2{]", 4);
    if (client_expect(&s->all, c, "shutdown", "SERVER", NULL)) client_expect_end(&s->all, c);
}

/* Asks for a nickname in use: the server may probe its holder before it answers. */
static void request_taken_nick(struct session *s, int who, const char *nick)
{
    struct client *c = &s->client[who];
    *c = (struct client){.nick = "kim"};
    client_connect(&s->all, c, s->fault->port);
    if (!client_expect(&s->all, c, "connect", "SERVER", "HELLO")) return;
    client_send(c, "verify", NULL, nick);
    client_send(c, "goodbye", NULL, "BYE");
    if (client_expect(&s->all, c, "retry", "SERVER", "RETRY")) client_expect_end(&s->all, c);
}

/* Reads an answer of one of the administrator's sockets until the connection closes, which it must
 * in time. Returns whether the answer is complete: it contains `last`. */
static bool receive_answer(struct session *s, int fd, const char *last)
{
    static char answer[1 << 16];
    size_t n = 0;
    ssize_t now = 1;
    while (now > 0 && n < sizeof answer) {
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, s->all.timeout_ms) != 1) {
            if (!s->all.may_time_out)
                clients_fail(&s->all, "an administrator's command is not answered");
            return false;
        }
        now = recv(fd, answer + n, sizeof answer - n, 0);
        n += now > 0 ? (size_t)now : 0;
    }
    return memmem(answer, n, last, strlen(last)) != NULL;
}

static void send_command(struct session *s, const char *path, const char *request, const char *last)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
                    send(fd, request, strlen(request), MSG_NOSIGNAL) > 0 &&
                    receive_answer(s, fd, last);
    if (!answered && s->fault->call == CALL_NONE)
        clients_fail(&s->all, "incomplete answer to %s", request);
    close(fd);
}

static void send_commands(struct session *s)
{
    send_command(s, s->paths->stats, "GET / HTTP/1.1\r\n\r\n", "klatch_build_info{");
    send_command(s, s->paths->control, "who\n", "\nok\n");
    send_command(s, s->paths->control, "ban 192.0.2.1\n", "ok\n");
}

/* Makes klatchd reopen its journal. */
static void send_sighup(const struct session *s)
{
    kill(s->pid, SIGHUP);
}

static void rotate_journal(const struct session *s)
{
    rename(s->paths->journal, s->paths->rotated);
    send_sighup(s);
}

static int count(const struct session *s, enum client_state state)
{
    int n = 0;
    for (int i = 0; i < CLIENTS; i++) n += s->client[i].state == state;
    return n;
}

/* Expects no open descriptors but those of a fresh server, of the connected clients, and of the
 * folder and the lock of a unix socket. */
static void check_descriptors(struct session *s)
{
    size_t connected = (size_t)count(s, CLIENT_CONNECTED), now;
    int64_t end = now_ms() + TIMEOUT_MS;
    if (s->allowed->permanent || s->allowed->may_exit) return;
    size_t own = s->baseline->descriptors + (s->allowed->on_unix ? 2 : 0);
    while ((now = descriptors(s)) > own + connected) {
        if (now_ms() > end) {
            clients_fail(&s->all, "%zu descriptors are open, with %zu clients", now, connected);
            return;
        }
        sleep_briefly();
    }
    s->ret->descriptors = now - connected;
}

static void run_clients(struct session *s)
{
    static char text[LONG_TEXT + 1];
    memset(text, 'x', LONG_TEXT);
    join(s, ADA, "ada");
    join(s, BOB, "bob");
    join(s, EVE, "eve");
    broadcast(s, ADA, "one");
    broadcast(s, BOB, "two");
    broadcast(s, EVE, "three");
    if (is_connected(s, ADA)) request_taken_nick(s, KIM, "ada");
    request(s, ADA, "who", "who");
    send_commands(s);
    send_sighup(s);
    rename_bob(s);
    request(s, ADA, "nonsense", "broadcast");
    broadcast(s, ADA, text);
    rotate_journal(s);
    leave(s, EVE, false);
    leave(s, BOB, true);
    send_garbage(s, DAN);
    join(s, LATE, s->client[EVE].state == CLIENT_DROPPED ? "eve" : "bob");
    broadcast(s, LATE, "four");
    broadcast(s, ADA, "five");
    check_descriptors(s);
}

/* -- the results -- */

static void stop(struct session *s)
{
    kill(s->pid, SIGTERM);
    s->all.may_time_out = false;
    s->all.timeout_ms = TIMEOUT_MS;
    for (int i = 0; i < CLIENTS; i++)
        if (is_connected(s, i)) client_expect(&s->all, &s->client[i], "shutdown", "SERVER", NULL);
    s->ret->dropped = count(s, CLIENT_DROPPED);
    for (int i = 0; i < CLIENTS; i++) client_expect_end(&s->all, &s->client[i]);
}

static int reap(struct session *s)
{
    int status;
    if (!has_exited(s, TIMEOUT_MS)) {
        clients_fail(&s->all, "klatchd does not exit");
        kill(s->pid, SIGKILL);
    }
    waitpid(s->pid, &status, 0);
    close(s->pidfd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool is_complete(const char *line, size_t n)
{
    return strncmp(line, "{\"time\":", 8) == 0 && n >= 3 && strcmp(line + n - 3, "\"}\n") == 0;
}

/* Expects only complete lines, except the incomplete one of the start, which klatchd keeps when it
 * cannot move it away. */
static void check_journal(struct session *s, const char *path)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *file = fopen(path, "re");
    if (!file) return;
    while ((n = getline(&line, &cap, file)) > 0)
        if (!is_complete(line, (size_t)n) && strcmp(line, HALF_A_LINE "\n") != 0)
            clients_fail(&s->all, "invalid journal line %.80s", line);
    free(line);
    fclose(file);
}

static bool may_exit_with(const struct session *s, int status)
{
    enum { REFUSED = 1, REFUSED_JOURNAL = 74 };
    if (status == REFUSED && s->allowed->may_exit) return true;
    return (status == REFUSED || status == REFUSED_JOURNAL) && !s->ret->started &&
           s->allowed->may_refuse_start;
}

static void check_outcome(struct session *s, int status)
{
    const struct tolerance *allowed = s->allowed;
    int skipped = 0;
    for (int i = 0; i < CLIENTS; i++) skipped += s->client[i].skipped;
    if (status != 0 && !may_exit_with(s, status)) clients_fail(&s->all, "exit status %d", status);
    if (status != 0) return;
    if (!allowed->permanent) check_journal(s, s->paths->journal);
    if (!allowed->permanent) check_journal(s, s->paths->rotated);
    if (s->ret->dropped > allowed->dropped)
        clients_fail(&s->all, "%d connections were lost", s->ret->dropped);
    if (s->ret->dropped == 0 && skipped > 0 && !allowed->permanent)
        clients_fail(&s->all, "%d unexpected packets", skipped);
    if (s->fault->blocks > s->baseline->blocks)
        clients_fail(&s->all, "%ld memory blocks leaked", (long)s->fault->blocks);
}

void session_run(const struct paths *paths, const struct fault *fault,
                 const struct tolerance *allowed, const struct baseline *baseline,
                 struct outcome *ret)
{
    static struct session s;
    s = (struct session){.paths = paths, .allowed = allowed, .baseline = baseline, .ret = ret};
    s.all =
        (struct clients){.each = s.client, .count = CLIENTS, .may_time_out = allowed->permanent};
    s.all.timeout_ms = allowed->permanent ? SHORT_TIMEOUT_MS : TIMEOUT_MS;
    if (allowed->on_unix) s.all.path = paths->path;
    *ret = (struct outcome){0};
    start(&s, fault);
    await_start(&s);
    if (ret->started) run_clients(&s);
    stop(&s);
    check_outcome(&s, reap(&s));
    memcpy(ret->failure, s.all.failure, sizeof ret->failure);
    ret->failed = s.fault->failed;
    ret->calls = fault->call == CALL_NONE ? 0 : s.fault->calls[fault->call];
    ret->blocks = s.fault->blocks;
    munmap(s.fault, sizeof *s.fault);
    close(s.fault_fd);
}
