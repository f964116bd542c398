/* klatchd's unix sockets: one server at a path, whoever starts or ends beside it, and who owns the
 * path. */
#include "server/net/unix_socket.h"

#include "server/net/acceptor.h"
#include "server/net/connection.h"
#include "server/net/ip.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[FILES_PATH], address[FILES_PATH], control[FILES_PATH], stats[FILES_PATH];

static const char *path(void)
{
    return address + strlen("unix:");
}

static void init(void)
{
    strcpy(folder, "/tmp/klatchd-XXXXXX");
    files_create_folder(folder);
    cr_assert_eq(chmod(folder, 0755), 0);
    files_address(address, folder, "room");
    files_address(stats, folder, "stats");
    files_path(control, folder, "control");
}

static void fini(void)
{
    files_remove_all(folder);
}

TestSuite(server_unix_socket, .init = init, .fini = fini);

static void kill_server(struct klatchd *d)
{
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
}

/* -- starts and ends side by side -- */

enum { STARTS = 16, ROUNDS = 6 };

/* Reaps those that have ended; returns the one that is left when all others have. */
static size_t wait_for_winner(pid_t pids[STARTS])
{
    int64_t end = timeout_deadline();
    int status;
    size_t left = STARTS, winner = 0;
    while (left > 1) {
        for (size_t i = 0; i < STARTS; i++) {
            if (pids[i] <= 0 || waitpid(pids[i], &status, WNOHANG) != pids[i]) continue;
            cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1, "%x", (unsigned)status);
            pids[i] = 0;
            left--;
        }
        cr_assert(timeout_retry(end), "%zu servers run", left);
    }
    while (pids[winner] == 0) winner++;
    return winner;
}

static void expect_one_winner(void)
{
    pid_t pids[STARTS];
    const char *const argv[] = {BUILD "/klatchd", address, NULL};
    for (size_t i = 0; i < STARTS; i++) pids[i] = child_start(argv, -1, -1, -1);
    pid_t winner = pids[wait_for_winner(pids)];
    struct peer *p = peer_connect_to(address, "");
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_close(p);
    cr_assert_eq(kill(winner, SIGKILL), 0);
    cr_assert_eq(child_wait(winner), -SIGKILL);
}

/* The first round finds no file, the others that of a killed server. */
Test(server_unix_socket, one_of_many_starts_wins, .timeout = 120)
{
    for (int i = 0; i < ROUNDS; i++) expect_one_winner();
}

/* The first server closes its socket when its countdown begins, and ends after it. */
Test(server_unix_socket, a_server_that_ends_leaves_its_successors_socket)
{
    struct klatchd *d = klatchd_start_at("--shutdown-delay", "2", address);
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 2);
    struct klatchd *next = klatchd_start_at(address);
    klatchd_signal(d, SIGTERM);
    cr_expect_eq(klatchd_wait_exit(d), 0);
    struct peer *bob = peer_join(next, "bob");
    peer_leave(bob);
    peers_close_and_stop(next);
    cr_expect_neq(access(path(), F_OK), 0);
}

/* A server that accepts nothing at the moment is there nevertheless, and is not waited for. */
Test(server_unix_socket, a_server_with_a_full_queue_is_not_replaced)
{
    char out[256], err[256];
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    strcpy(sa.sun_path, path());
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), queued;
    cr_assert(bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0 && listen(fd, 0) == 0);
    do {
        queued = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    } while (connect(queued, (struct sockaddr *)&sa, sizeof sa) == 0);
    const char *const argv[] = {BUILD "/klatchd", address, NULL};
    cr_expect_eq(child_run(argv, out, err, sizeof err), 1);
    cr_expect_eq(access(path(), F_OK), 0);
    close(fd);
}

/* The sandbox allows removing files in these folders only. */
Test(server_unix_socket, all_paths_are_gone_at_the_end)
{
    char one[2 * FILES_PATH], two[2 * FILES_PATH], other[FILES_PATH];
    strcpy(other, "/tmp/klatchd-XXXXXX");
    files_create_folder(other);
    snprintf(one, sizeof one, "unix:%s/one", other);
    snprintf(two, sizeof two, "unix:%s/two", other);
    struct klatchd *d = klatchd_start_at("--listen", one, "--listen", two, address);
    struct peer *ada = peer_connect_to(two, ""), *bob = peer_connect_to(one, "");
    peer_expect(ada, "connect", "SERVER", "HELLO");
    peer_expect(bob, "connect", "SERVER", "HELLO");
    peers_close_and_stop(d);
    cr_expect_neq(access(path(), F_OK), 0);
    files_remove_empty(other);
}

/* Another program may keep a lock of the folder: klatchd says so, and waits for a moment only. */
Test(server_unix_socket, a_locked_folder_is_an_error)
{
    char out[256], err[256];
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(fd, LOCK_EX), 0);
    const char *const argv[] = {BUILD "/klatchd", address, NULL};
    cr_expect_eq(child_run(argv, out, err, sizeof err), 1);
    cr_expect(strstr(err, path()), "%s", err);
    close(fd);
    struct klatchd *d = klatchd_start_at(address);
    klatchd_stop(d);
}

/* -- the owner -- */

static void only_root(void)
{
    init();
    if (geteuid() != 0) cr_skip("only root becomes another user");
}

static void expect_owner(const char *file, uid_t uid)
{
    struct stat st;
    cr_assert_eq(lstat(file, &st), 0, "%s", file);
    cr_expect_eq(st.st_uid, uid, "%s belongs to %u", file, st.st_uid);
}

static struct klatchd *start_as_nobody(void)
{
    return klatchd_start_at("--user", "nobody", "--control-socket", control, "--stats", stats,
                            address);
}

Test(server_unix_socket, the_sockets_belong_to_the_user, .init = only_root)
{
    tls_client_turn_off();
    const struct passwd *nobody = getpwnam("nobody");
    struct klatchd *d = start_as_nobody();
    expect_owner(path(), nobody->pw_uid);
    expect_owner(stats + strlen("unix:"), nobody->pw_uid);
    expect_owner(control, nobody->pw_uid);
    files_expect_mode(control, 0600);
    peers_close_and_stop(d);
}

static void expect_empty(void)
{
    int64_t end = timeout_deadline();
    while (rmdir(folder) != 0) cr_assert(timeout_retry(end), "a socket's file is left");
    cr_assert_eq(mkdir(folder, 0755), 0);
}

/* The folder belongs to root. */
Test(server_unix_socket, the_paths_are_gone_when_the_server_has_ended, .init = only_root)
{
    tls_client_turn_off();
    struct klatchd *d = start_as_nobody();
    peer_leave(peer_join(d, "ada"));
    klatchd_stop(d);
    cr_expect_eq(rmdir(folder), 0, "a socket's file is left");
    cr_assert_eq(mkdir(folder, 0755), 0);
}

Test(server_unix_socket, the_paths_are_gone_when_the_server_was_killed, .init = only_root)
{
    tls_client_turn_off();
    struct klatchd *d = start_as_nobody();
    kill_server(d);
    expect_empty();
}

Test(server_unix_socket, the_path_of_a_successor_is_kept, .init = only_root)
{
    tls_client_turn_off();
    struct klatchd *d = start_as_nobody();
    cr_assert_eq(unlink(path()), 0);
    struct klatchd *next = klatchd_start_at(address);
    klatchd_stop(d);
    peer_leave(peer_join(next, "bob"));
    peers_close_and_stop(next);
    expect_empty();
}

/* -- users -- */

enum { USER_LIMIT = 100, EVE = 1000, ADA = 1001 };

static struct klatchd *start_for_all_users(void)
{
    const char *const argv[] = {BUILD "/klatchd", "--control-socket", control, address, NULL};
    struct klatchd *d = klatchd_start_argv(argv);
    cr_assert_eq(chmod(path(), 0777), 0);
    return d;
}

/* Connects as a user of this machine. */
static struct peer *connect_as(const struct klatchd *d, uid_t user)
{
    cr_assert_eq(seteuid(user), 0);
    struct peer *p = peer_connect(d);
    cr_assert_eq(seteuid(0), 0);
    return p;
}

static void expect_greeted(struct peer *p)
{
    peer_expect(p, "connect", "SERVER", "HELLO");
}

static void command(const char *name, const char *operand)
{
    char out[1024], err[1024];
    const char *argv[] = {BUILD "/klatchd", "--control", control, name, operand, NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof out), 0, "%s", err);
}

Test(server_unix_socket, a_user_has_a_hundred_connections_and_others_have_theirs, .init = only_root)
{
    struct klatchd *d = start_for_all_users();
    for (int i = 0; i < USER_LIMIT; i++) expect_greeted(connect_as(d, EVE));
    peer_expect_refusal(connect_as(d, EVE), ADMISSION_TOO_MANY);
    klatchd_wait_log(d, ACCEPTOR_REJECTED(IP_UNIX_PEER("1000")));
    expect_greeted(connect_as(d, ADA));
    peers_close_and_stop(d);
}

Test(server_unix_socket, a_user_is_logged_and_banned, .init = only_root)
{
    struct klatchd *d = start_for_all_users();
    struct peer *ada = connect_as(d, ADA), *eve = connect_as(d, EVE);
    klatchd_wait_log(d, CONN_LOG_CONNECTED("1", IP_UNIX_PEER("1001")));
    klatchd_wait_log(d, CONN_LOG_CONNECTED("2", IP_UNIX_PEER("1000")));
    expect_greeted(ada);
    expect_greeted(eve);
    command("ban", "uid:1000");
    peer_expect_refusal(eve, BANS_MESSAGE);
    peer_expect_refusal(connect_as(d, EVE), BANS_MESSAGE);
    peer_take_nick(ada, "ada");
    command("unban", "uid:1000");
    expect_greeted(connect_as(d, EVE));
    peers_close_and_stop(d);
}
