/* klatchd under a service manager, which the test plays: notifications, and sockets it passes. */
#include "server/net/listener.h"
#include "server/server.h"
#include "server/system/sd_notify.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(server_systemd, .init = journal_fixture_init, .fini = journal_fixture_fini);

/* -- notifications -- */

struct manager {
    int fd;
    char variable[FILES_PATH + 16], message[512];
};

/* Binds a unix socket to a path, or after @ to an abstract name. */
static int bind_unix(const char *name, int type)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    size_t n = strlen(name);
    cr_assert(fd >= 0 && n < sizeof sa.sun_path);
    memcpy(sa.sun_path, name, n);
    if (*name == '@') sa.sun_path[0] = '\0';
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    cr_assert_eq(bind(fd, (struct sockaddr *)&sa, size), 0, "%s", name);
    return fd;
}

static struct manager listen_at(const char *name)
{
    struct manager m = {.fd = bind_unix(name, SOCK_DGRAM)};
    snprintf(m.variable, sizeof m.variable, "NOTIFY_SOCKET=%s", name);
    return m;
}

static struct manager listen_at_path(void)
{
    char path[FILES_PATH];
    files_path(path, journal_fixture_folder, "notify");
    return listen_at(path);
}

static const char *receive(struct manager *m)
{
    cr_assert(timeout_poll(m->fd, POLLIN, timeout_deadline()),
              "klatchd sends no more notifications");
    ssize_t n = recv(m->fd, m->message, sizeof m->message - 1, 0);
    cr_assert(n > 0);
    m->message[n] = '\0';
    return m->message;
}

/* Returns whether a text contains this line. */
static bool has_line(const char *text, const char *line)
{
    size_t n = strlen(line);
    for (; text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
        if (strncmp(text, line, n) == 0 && text[n] == '\n') return true;
    return false;
}

static void wait_line(struct manager *m, const char *line)
{
    while (!has_line(receive(m), line)) continue;
}

#define start_under(manager, ...)                                                                  \
    klatchd_start_argv((const char *[]){"env", (manager)->variable, __VA_ARGS__, BUILD "/klatchd", \
                                        "-q", "-d", "0", "127.0.0.1", "0", NULL})

static void check_life(struct manager *m)
{
    struct klatchd *d = start_under(m, "LC_ALL=C");
    cr_expect(has_line(receive(m), "READY=1"), "%s", m->message);
    cr_expect(has_line(m->message, "STATUS=0 members"), "%s", m->message);
    cr_expect_not(strstr(m->message, "WATCHDOG"), "%s", m->message);
    peer_join(d, "ada");
    wait_line(m, "STATUS=1 member");
    peer_join(d, "bob");
    wait_line(m, "STATUS=2 members");
    klatchd_signal(d, SIGTERM);
    wait_line(m, "STOPPING=1");
    cr_expect_eq(klatchd_wait_exit(d), 0);
    close(m->fd);
}

Test(server_systemd, ready_status_and_stopping_are_sent_to_a_path)
{
    struct manager m = listen_at_path();
    check_life(&m);
}

Test(server_systemd, ready_status_and_stopping_are_sent_to_an_abstract_name)
{
    char name[64];
    snprintf(name, sizeof name, "@klatchd-notify-%d", (int)getpid());
    struct manager m = listen_at(name);
    check_life(&m);
}

Test(server_systemd, an_empty_server_sends_stopping_too)
{
    struct manager m = listen_at_path();
    struct klatchd *d = start_under(&m, "LC_ALL=C");
    wait_line(&m, "READY=1");
    klatchd_signal(d, SIGTERM);
    wait_line(&m, "STOPPING=1");
    cr_expect_eq(klatchd_wait_exit(d), 0);
    close(m.fd);
}

Test(server_systemd, watchdog_pings_are_sent)
{
    struct manager m = listen_at_path();
    struct klatchd *d = start_under(&m, "WATCHDOG_USEC=100000");
    wait_line(&m, "READY=1");
    for (int i = 0; i < 3; i++) wait_line(&m, "WATCHDOG=1");
    klatchd_stop(d);
    close(m.fd);
}

/* A message waits for the disk; the loop does not. Each sync is slow, because one may be for the
 * notice of the join and the message together. The tracer starts klatchd with these variables.
 */
Test(server_systemd, watchdog_pings_are_sent_while_a_message_waits_for_a_slow_disk)
{
    struct manager m = listen_at_path();
    cr_assert_eq(putenv(m.variable), 0);
    cr_assert_eq(setenv("WATCHDOG_USEC", "100000", 1), 0);
    struct klatchd *d = trace_start_injecting(journal_fixture_path, "fdatasync:delay_enter=2s",
                                              "-q", "-d", "0", "-j", journal_fixture_path,
                                              "--journal-sync", "always", "127.0.0.1", "0");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast(ada, "synced first");
    for (int i = 0; i < 15; i++) wait_line(&m, "WATCHDOG=1");
    cr_expect_not(timeout_poll(peer_fd(ada), POLLIN, 0), "no message waits");
    peer_expect_broadcast(ada, "ada", "synced first");
    peers_close_and_stop(d);
    trace_drop();
    close(m.fd);
}

Test(server_systemd, watchdog_pid_is_respected)
{
    struct manager m = listen_at_path();
    char command[512];
    snprintf(command, sizeof command,
             "export %s WATCHDOG_USEC=100000 WATCHDOG_PID=$$; exec %s -q 127.0.0.1 0", m.variable,
             BUILD "/klatchd");
    struct klatchd *d = klatchd_start_argv((const char *[]){"sh", "-c", command, NULL});
    for (int i = 0; i < 3; i++) wait_line(&m, "WATCHDOG=1");
    klatchd_stop(d);
    d = start_under(&m, "WATCHDOG_USEC=100000", "WATCHDOG_PID=1");
    while (!has_line(receive(&m), "READY=1")) continue;
    peer_join(d, "ada");
    while (!has_line(receive(&m), "STATUS=1 member")) cr_expect_not(strstr(m.message, "WATCHDOG"));
    klatchd_stop(d);
    close(m.fd);
}

Test(server_systemd, a_reload_sends_reloading_and_ready)
{
    char config[FILES_PATH];
    files_path(config, journal_fixture_folder, "klatchd.conf");
    files_write(config, "quiet\n");
    struct manager m = listen_at_path();
    struct klatchd *d = klatchd_start_argv((const char *[]){
        "env", m.variable, BUILD "/klatchd", "-c", config, "-d", "0", "127.0.0.1", "0", NULL});
    wait_line(&m, "READY=1");
    for (int i = 0; i < 2; i++) {
        klatchd_signal(d, SIGHUP);
        wait_line(&m, "RELOADING=1");
        const char *when = strstr(m.message, "\nMONOTONIC_USEC=");
        cr_expect(when && strtoll(when + 16, NULL, 10) > 0, "%s", m.message);
        cr_expect(has_line(receive(&m), "READY=1"), "%s", m.message);
    }
    klatchd_stop(d);
    close(m.fd);
}

Test(server_systemd, an_invalid_notify_socket_does_not_prevent_the_start)
{
    static const char *const rows[][2] = {
        {"NOTIFY_SOCKET=/nonexistent/x", "No such file"},
        {"NOTIFY_SOCKET=", "not supported"},
        {"NOTIFY_SOCKET=vsock:2:1", "not supported"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const argv[] = {"env", rows[i][0], BUILD "/klatchd", "127.0.0.1", "0", NULL};
        int ends[2];
        char log[256] = "";
        cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
        pid_t pid = child_start(argv, -1, -1, ends[1]);
        close(ends[1]);
        size_t n = 0;
        while (!strstr(log, LISTENER_ROOM))
            if (timeout_poll(ends[0], POLLIN, timeout_deadline()))
                n += (size_t)read(ends[0], log + n, sizeof log - 1 - n);
        cr_expect(strstr(log, "cannot notify the service manager"), "%s", log);
        cr_expect(strstr(log, rows[i][1]), "%s", log);
        child_kill(pid);
        close(ends[0]);
    }
}

Test(server_systemd, a_manager_that_is_gone_is_survived)
{
    struct manager m = listen_at_path();
    struct klatchd *d = start_under(&m, "LC_ALL=C");
    wait_line(&m, "READY=1");
    close(m.fd);
    peer_join(d, "ada");
    klatchd_wait_log(d, SD_NOTIFY_LOST);
    peer_join(d, "bob");
    peers_close_and_stop(d);
}

/* -- sockets -- */

static int listen_tcp(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0 && listen(fd, 5) == 0);
    return fd;
}

static int listen_unix(const char *name)
{
    int fd = bind_unix(name, SOCK_STREAM);
    cr_assert_eq(listen(fd, 5), 0);
    return fd;
}

/* A shell that moves its standard streams to the descriptors of passed sockets, and runs klatchd as
 * the same process. */
#define HAND_OVER(variables, options)                                                              \
    (const char *[])                                                                               \
    {                                                                                              \
        "sh", "-c",                                                                                \
            "exec 3<&0 4<&1 </dev/null >/dev/null; export LISTEN_PID=$$ " variables                \
            "; exec " BUILD "/klatchd -q -d 0 " options,                                           \
            NULL                                                                                   \
    }

static void check_room(struct klatchd *d)
{
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(bob, "hello", ada);
}

static int get_option(int fd, int level, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    getsockopt(fd, level, option, &value, &size);
    return value;
}

/* Reads the flags of a descriptor of klatchd from proc(5). */
static unsigned read_flags(const struct klatchd *d, int fd)
{
    char path[64];
    unsigned flags = 0;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)d->pid, fd);
    FILE *file = fopen(path, "re");
    if (!file && errno == EACCES) cr_skip_test("only root sees the descriptors of klatchd");
    cr_assert(file && fscanf(file, "pos: %*d flags: %o", &flags) == 1);
    fclose(file);
    return flags;
}

Test(server_systemd, a_passed_socket_is_used)
{
    int fd = listen_tcp();
    struct klatchd *d =
        klatchd_start_streams(HAND_OVER("LISTEN_FDS=1 LISTEN_FDNAMES=klatchd.socket", ""), fd, -1);
    cr_expect_str_eq(d->address, "127.0.0.1");
    check_room(d);
    unsigned flags = read_flags(d, 3);
    cr_expect((flags & O_NONBLOCK) && (flags & O_CLOEXEC), "%o", flags);
    cr_expect_eq(get_option(fd, SOL_SOCKET, SO_SNDBUF), 2 * 64 * 1024);
    cr_expect_eq(get_option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    cr_expect_eq(get_option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    peers_close_and_stop(d);
    close(fd);
}

Test(server_systemd, an_address_is_ignored_when_sockets_are_passed)
{
    int fd = listen_tcp();
    struct klatchd *d =
        klatchd_start_streams(HAND_OVER("LISTEN_FDS=1", "--listen 192.0.2.2:1 192.0.2.1"), fd, -1);
    cr_expect_str_eq(d->address, "127.0.0.1");
    klatchd_wait_log(d, SERVER_ADDRESS_IGNORED("192.0.2.1"));
    klatchd_wait_log(d, SERVER_ADDRESS_IGNORED("192.0.2.2:1"));
    klatchd_stop(d);
    close(fd);
}

/* A client that connects between two servers waits for the next one. */
/* A client connects after klatchd has exited, and the next klatchd serves it. */
static void expect_successor(const struct klatchd *d, int fd)
{
    struct peer *early = peer_connect_to(d->address, d->port);
    struct klatchd *next = klatchd_start_streams(HAND_OVER("LISTEN_FDS=1", ""), fd, -1);
    peer_expect(early, "connect", "SERVER", "HELLO");
    peers_close_and_stop(next);
    close(fd);
}

Test(server_systemd, a_passed_socket_outlives_the_server)
{
    int fd = listen_tcp();
    struct klatchd *d = klatchd_start_streams(HAND_OVER("LISTEN_FDS=1", ""), fd, -1);
    check_room(d);
    peers_close_and_stop(d);
    expect_successor(d, fd);
}

/* The service manager keeps the socket open, so the kernel still lets clients connect. */
Test(server_systemd, a_client_that_connects_during_the_countdown_is_told)
{
    int fd = listen_tcp();
    struct klatchd *d = klatchd_start_streams(HAND_OVER("LISTEN_FDS=1", "-d 3600"), fd, -1);
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 3600);
    for (int i = 0; i < 3; i++) peer_expect_refusal(peer_connect(d), ADMISSION_CLOSING);
    klatchd_signal(d, SIGTERM);
    peer_close(ada);
    cr_assert_eq(klatchd_wait_exit(d), 0);
    expect_successor(d, fd);
}

Test(server_systemd, the_file_of_a_passed_unix_socket_stays)
{
    struct stat st;
    int fd = listen_unix(journal_fixture_path);
    struct klatchd *d = klatchd_start_streams(HAND_OVER("LISTEN_FDS=1", ""), fd, -1);
    cr_expect(strncmp(d->address, "unix:", 5) == 0);
    cr_expect_str_eq(d->address + 5, journal_fixture_path);
    check_room(d);
    peers_close_and_stop(d);
    cr_expect(lstat(journal_fixture_path, &st) == 0 && S_ISSOCK(st.st_mode));
    close(fd);
}

Test(server_systemd, several_sockets_of_any_kind_are_used)
{
    char name[64];
    snprintf(name, sizeof name, "@klatchd-listen-%d", (int)getpid());
    int tcp = listen_tcp(), other = listen_unix(name);
    struct klatchd *d =
        klatchd_start_streams(HAND_OVER("LISTEN_FDS=2 LISTEN_FDNAMES=one:two", ""), tcp, other);
    char expected[128];
    snprintf(expected, sizeof expected, LISTENER_ON(LISTENER_ROOM, "unix:%s (inherited as two)"),
             name);
    klatchd_wait_log(d, expected);
    check_room(d);
    peers_close_and_stop(d);
    close(tcp);
    close(other);
}

Test(server_systemd, sockets_for_another_process_are_ignored)
{
    int fd = listen_tcp();
    struct klatchd *d =
        klatchd_start_streams(HAND_OVER("LISTEN_PID=1 LISTEN_FDS=1", "127.0.0.1 0"), fd, -1);
    struct sockaddr_in sa = {0};
    socklen_t size = sizeof sa;
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&sa, &size), 0);
    cr_expect_neq(atoi(d->port), ntohs(sa.sin_port));
    klatchd_stop(d);
    close(fd);
}

static void expect_refused(const char *const argv[], int fd, const char *why)
{
    char log[512];
    int err = memfd_create("err", MFD_CLOEXEC);
    cr_expect_eq(child_wait(child_start(argv, fd, -1, err)), 1);
    ssize_t n = pread(err, log, sizeof log - 1, 0);
    log[n > 0 ? n : 0] = '\0';
    cr_expect(strstr(log, "LISTEN_FDS") && strstr(log, why), "%s", log);
    close(err);
    if (fd >= 0) close(fd);
}

Test(server_systemd, an_unusable_socket_is_an_error)
{
    char name[64];
    snprintf(name, sizeof name, "@klatchd-datagrams-%d", (int)getpid());
    const char *const *one = HAND_OVER("LISTEN_FDS=1", "");
    expect_refused(one, -1, "descriptor 3 from LISTEN_FDS: Socket operation on non-socket");
    expect_refused(one, bind_unix(name, SOCK_DGRAM), "it is not a stream socket");
    expect_refused(one, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "it does not listen");
    expect_refused(one, socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), "neither a TCP");
    expect_refused(HAND_OVER("LISTEN_FDS=3; exec 5<&-", ""), listen_tcp(), "descriptor 4");
    expect_refused(HAND_OVER("LISTEN_FDS=9", ""), listen_tcp(), "more than 8");
}
