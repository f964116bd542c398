/* Commands of the administrator: --control-socket, and klatchd --control that uses it. */
#include "server/admin/control.h"

#include "server/admin/command.h"
#include "server/admin/control_client.h"
#include "server/net/connection.h"
#include "server/shutdown.h"
#include "tests/system/support/admin_client.h"
#include "tests/system/support/background_load.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { THOUSAND = 1000, SIZE = 1 << 18 };

static char folder[FILES_PATH], path[FILES_PATH], control_address[FILES_PATH], out[SIZE], err[SIZE],
    answer[ADMIN_CLIENT_ANSWER_SIZE];

static void init(void)
{
    files_create_folder(folder);
    files_path(path, folder, "control");
    files_address(control_address, folder, "control");
}

static void fini(void)
{
    files_remove_empty(folder);
}

TestSuite(server_control, .init = init, .fini = fini);

/* Runs klatchd --control and returns its exit status. */
#define control(...)                                                                               \
    child_run((const char *[]){BUILD "/klatchd", "--control", path, __VA_ARGS__, NULL}, out, err,  \
              SIZE)

#define COMMAND(status, ...)                                                                       \
    do {                                                                                           \
        int got = control(__VA_ARGS__);                                                            \
        cr_assert_eq(got, status, "%d: %s%s", got, out, err);                                      \
    } while (0)

static struct klatchd *start(void)
{
    return klatchd_start_with("--quiet", "--per-address", "0", "--shutdown-delay", "5",
                              "--control-socket", path);
}

/* Returns the next packet that is not about the background load. */
static const struct packet_seen *next_other(struct peer *p)
{
    const struct packet_seen *seen;
    do {
        seen = peer_next(p);
    } while (strncmp(seen->nick, "guest ", 6) == 0 || strncmp(seen->msg, "guest ", 6) == 0);
    return seen;
}

static void expect_other(struct peer *p, const char *proto, const char *msg)
{
    const struct packet_seen *seen = next_other(p);
    bool right = strcmp(seen->proto, proto) == 0 && strcmp(seen->nick, "SERVER") == 0 &&
                 strcmp(seen->msg, msg) == 0;
    cr_assert(right, "expected %s, received %s %s %s", msg, seen->proto, seen->nick, seen->msg);
}

static void expect_end(struct peer *p)
{
    const struct packet_seen *seen;
    do {
        seen = peer_next_or_end(p);
    } while (seen && strncmp(seen->nick, "guest ", 6) == 0);
    cr_assert_null(seen);
}

/* -- with a thousand members that send all the time -- */

Test(server_control, say_kick_who_and_shutdown_work_under_load)
{
    tls_client_turn_off();
    struct klatchd *d = start();
    pid_t load = background_load_start(d->port, THOUSAND);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob");
    expect_other(ada, "broadcast", "bob joined the chat");

    COMMAND(0, "say", "tea", "is served");
    expect_other(ada, "broadcast", "tea is served");
    expect_other(bob, "broadcast", "tea is served");

    COMMAND(0, "kick", "BOB", "you", "shout");
    cr_expect_str_eq(out, CONTROL_KICKED("bob") "\n");
    expect_other(bob, "shutdown", CONN_KICKED ": you shout");
    expect_end(bob);
    expect_other(ada, "broadcast", "bob left the chat");

    COMMAND(0, "who");
    size_t lines = 0;
    for (const char *p = out; (p = strchr(p, '\n')); p++) lines++;
    cr_expect_eq(lines, 1 + THOUSAND + 1, "a head, the members and ada, but %zu", lines);
    cr_expect(strstr(out, "  guest 999\n") && strstr(out, "  ada\n") && !strstr(out, "  bob\n"));

    COMMAND(0, "shutdown", "60");
    expect_other(ada, "shutdown", SHUTDOWN_NOTICE("60"));
    COMMAND(0, "shutdown", "0");
    expect_end(ada);
    cr_expect_eq(klatchd_wait_exit(d), 0);
    child_kill(load);
}

/* The members on the loopback address stay. */
Test(server_control, a_ban_works_under_load)
{
    tls_client_turn_off();
    network_namespace_enter();
    struct klatchd *d =
        klatchd_start_at("--quiet", "--per-address", "0", "--control-socket", path, "0.0.0.0", "0");
    pid_t load = background_load_start(d->port, THOUSAND);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect_to(remote_address, d->port),
                *eve = peer_connect_to(remote_address, d->port);
    peer_expect(eve, "connect", "SERVER", "HELLO");
    peer_expect(bob, "connect", "SERVER", "HELLO");
    peer_take_nick(bob, "bob");
    expect_other(ada, "broadcast", "bob joined the chat");

    COMMAND(0, "who");
    cr_expect(strstr(out, "192.0.2.1 "), "%s", out);
    COMMAND(0, "ban", remote_address);
    cr_expect_str_eq(out, CONTROL_BANNED("192.0.2.1") "\n");
    expect_other(bob, "shutdown", BANS_MESSAGE);
    expect_end(bob);
    peer_expect_refusal(eve, BANS_MESSAGE);
    expect_other(ada, "broadcast", "bob left the chat");
    klatchd_wait_log(d, CONTROL_SWEPT("2"));
    peer_expect_refusal(peer_connect_to(remote_address, d->port), BANS_MESSAGE);
    peer_connect_greeted(d);

    COMMAND(1, "ban", remote_address);
    COMMAND(0, "bans");
    cr_expect_str_eq(out, "192.0.2.1\n");
    COMMAND(0, "unban", remote_address);
    peer_expect(peer_connect_to(remote_address, d->port), "connect", "SERVER", "HELLO");
    COMMAND(0, "bans");
    cr_expect_str_eq(out, "");
    child_kill(load);
    peers_close_and_stop(d);
}

/* -- each command -- */

Test(server_control, commands_are_logged_with_the_user_and_process)
{
    char text[128];
    struct klatchd *d = start();
    peer_join(d, "ada lovelace");
    COMMAND(0, "kick", "ada lovelace", "good", "bye");
    const char *line = klatchd_wait_log(d, CONTROL_COMMAND);
    snprintf(text, sizeof text, CONTROL_COMMAND " user %u, process ", geteuid());
    cr_expect(strstr(line, text), "%s", line);
    cr_expect(strstr(line, ": kick"), "%s", line);
    klatchd_wait_log(d, "ada lovelace left the chat");
    klatchd_wait_log(d, CONN_LOG_CLOSED("1", CONN_KICKED ": good bye"));
    peers_close_and_stop(d);
}

Test(server_control, a_kicked_member_may_join_again)
{
    struct klatchd *d = start();
    struct peer *bob = peer_join(d, "bob");
    COMMAND(0, "kick", "bob");
    peer_expect(bob, "shutdown", "SERVER", CONN_KICKED);
    peer_expect_eof(bob);
    bob = peer_join(d, "bob");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(server_control, a_command_that_fails_tells_why)
{
    struct klatchd *d = start();
    COMMAND(1, "kick", "nobody");
    cr_expect_str_eq(err, "klatchd: " CONTROL_NO_MEMBER "\n");
    COMMAND(1, "ban", "127.0.0.1");
    cr_expect(strstr(err, "this machine"), "%s", err);
    COMMAND(1, "ban", "bob");
    COMMAND(1, "unban", "192.0.2.1");
    cr_expect_str_empty(out);
    klatchd_stop(d);
}

Test(server_control, many_bans_are_listed)
{
    enum { BANS = 300 };
    struct klatchd *d = start();
    char address[32];
    for (int i = 0; i < BANS; i++) {
        char order[64];
        int fd = admin_client_connect(control_address, "");
        snprintf(order, sizeof order, "ban 10.0.%d.%d\n", i / 256, i % 256);
        admin_client_send(fd, order);
        admin_client_receive(fd, answer);
        cr_assert(strstr(answer, "\nok\n"), "%s", answer);
    }
    COMMAND(0, "bans");
    for (int i = 0; i < BANS; i++) {
        snprintf(address, sizeof address, "10.0.%d.%d\n", i / 256, i % 256);
        cr_assert(strstr(out, address), "%s", address);
    }
    klatchd_stop(d);
}

Test(server_control, who_lists_clients_without_a_nickname)
{
    struct klatchd *d = start();
    peer_connect_greeted(d);
    COMMAND(0, "who");
    char address[64];
    int here = -1, idle = -1, behind = -1, end = 0;
    const char *line = strchr(out, '\n') + 1;
    cr_assert_eq(sscanf(line, "%63s %d %d %d  %n", address, &here, &idle, &behind, &end), 4);
    cr_expect_str_eq(address, "127.0.0.1");
    cr_expect(here >= 0 && idle >= 0 && behind == 0);
    cr_expect_eq(line[end], '\0', "%s", line);
    peers_close_and_stop(d);
}

Test(server_control, shutdown_starts_the_countdown)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    COMMAND(0, "shutdown");
    cr_expect_str_eq(out, CONTROL_CLOSING("5") "\n");
    peer_expect_countdown(ada, 5);
    cr_expect_not(peer_can_connect(d->address, d->port));
    COMMAND(0, "shutdown");
    cr_expect_str_eq(out, CONTROL_CLOSING_NOW "\n");
    peer_expect_eof(ada);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

Test(server_control, shutdown_in_0_seconds_is_immediate)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    COMMAND(0, "shutdown", "0");
    cr_expect_str_eq(out, CONTROL_CLOSING_NOW "\n");
    peer_expect_countdown(ada, 0);
    peer_expect_eof(ada);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

Test(server_control, shutdown_of_an_empty_room_is_answered)
{
    struct klatchd *d = start();
    COMMAND(0, "shutdown");
    cr_expect_str_eq(out, CONTROL_CLOSING_NOW "\n");
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

Test(server_control, an_invalid_command_lists_the_commands)
{
    static const char *const wrong[][3] = {{NULL},           {"kik", "bob"}, {"kick"},
                                           {"who", "now"},   {"say"},        {"shutdown", "soon"},
                                           {"say", "a\nwho"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_eq(control(wrong[i][0], wrong[i][1], wrong[i][2]), 2, "%zu", i);
        cr_expect(strstr(err, "kick NICK") && strstr(err, "shutdown [SECONDS]"), "%s", err);
    }
}

Test(server_control, words_like_options_are_part_of_the_command)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    COMMAND(0, "say", "--help", "-q");
    peer_expect_broadcast(ada, "SERVER", "--help -q");
    peers_close_and_stop(d);
}

/* Without a sandbox, nothing removes the socket of a server that was killed. */
Test(server_control, a_socket_without_a_server_is_an_error)
{
    cr_expect_eq(control("who"), EX_UNAVAILABLE);
    cr_expect(strstr(err, path), "%s", err);
    struct klatchd *d = klatchd_start_with("--no-sandbox", "--control-socket", path);
    cr_assert_eq(kill(d->pid, SIGKILL), 0);
    klatchd_wait_exit(d);
    cr_expect_eq(control("who"), EX_UNAVAILABLE);
    cr_assert_eq(unlink(path), 0);
}

/* -- permission -- */

/* Root ignores the file's mode, so it becomes nobody; another user removes its own permission. */
static int run_without_permission(void)
{
    char who[] = "who", *const words[] = {who, NULL};
    bool ok = geteuid() == 0 ? setresuid(65534, 65534, 65534) == 0 : chmod(path, 0) == 0;
    return ok ? control_client_run(path, words) : 99;
}

Test(server_control, a_client_without_permission_is_refused)
{
    struct klatchd *d = start();
    struct stat st;
    cr_assert_eq(lstat(path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0600);
    cr_assert_eq(chmod(folder, 0755), 0, "only the socket itself may refuse access");
    pid_t pid = fork();
    cr_assert(pid >= 0, "fork");
    if (pid == 0) _exit(run_without_permission());
    cr_expect_eq(child_wait(pid), EX_NOPERM);
    cr_assert_eq(chmod(path, 0600), 0);
    klatchd_signal(d, SIGTERM);
    const char *line;
    while ((line = klatchd_log_line(d))) cr_expect_not(strstr(line, CONTROL_COMMAND), "%s", line);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

/* -- invalid clients -- */

static const char *request(const char *bytes, size_t n)
{
    int fd = admin_client_connect(control_address, "");
    cr_assert(fd >= 0, "%s: %s", control_address, strerror(errno));
    cr_assert_eq(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
    admin_client_receive(fd, answer);
    return answer;
}

Test(server_control, invalid_requests_are_refused)
{
    static char long_line[5000];
    struct klatchd *d = start();
    memset(long_line, 'x', sizeof long_line);
    cr_expect_str_eq(request("\n", 1), COMMAND_ERROR COMMAND_UNKNOWN "\n");
    cr_expect_str_eq(request("say \xff\n", 6), COMMAND_ERROR COMMAND_NOT_UTF8 "\n");
    cr_expect_str_eq(request("who\0ami\n", 8), COMMAND_ERROR COMMAND_NOT_UTF8 "\n");
    cr_expect_str_eq(request(long_line, sizeof long_line), COMMAND_ERROR COMMAND_TOO_LONG "\n");
    cr_expect_str_eq(request("bans\nwho\n", 9), "ok\n", "only the first line is a command");
    cr_expect(strstr(request("GET / HTTP/1.1\r\n\r\n", 18), "error: "));
    klatchd_stop(d);
}

/* The answer is larger than the client's socket. */
Test(server_control, a_client_that_reads_no_answer_is_disconnected)
{
    tls_client_turn_off();
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    pid_t load = background_load_start(d->port, THOUSAND);
    size_t before = klatchd_descriptors(d);
    int small = 1, fds[20];
    for (int i = 0; i < 20; i++) {
        fds[i] = admin_client_connect(control_address, "");
        setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        admin_client_send(fds[i], "who\n");
    }
    COMMAND(0, "say", "still here");
    while (strcmp(next_other(ada)->msg, "still here") != 0) continue;
    child_kill(load);
    klatchd_expect_descriptors(d, before - THOUSAND);
    for (int i = 0; i < 20; i++) close(fds[i]);
    peers_close_and_stop(d);
}

Test(server_control, a_nickname_cannot_forge_an_answer)
{
    struct klatchd *d = start();
    peer_join(d, "error: x");
    peer_join(d, "ok");
    COMMAND(0, "who");
    cr_expect(strstr(out, "  ok\n") && strstr(out, "  error: x\n"), "%s", out);
    COMMAND(0, "kick", "error: x");
    cr_expect_str_eq(out, CONTROL_KICKED("error: x") "\n");
    COMMAND(0, "kick", "ok");
    peers_close_and_stop(d);
}
