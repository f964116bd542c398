/* klatchd's metrics: over --stats, and in the log on SIGUSR1. */
#include "server/admin/metrics.h"

#include "server/room/session.h"
#include "tests/system/support/admin_client.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/metrics_reader.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUESTS = 16 /* that it serves at a time */ };

static const char get[] = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";
static char address[128], port[8], answer[ADMIN_CLIENT_ANSWER_SIZE];

static struct klatchd *start(void)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--stats", "127.0.0.1:0");
    admin_client_wait_address(d, METRICS_NAME, address, port);
    return d;
}

static int connect_once(void)
{
    int fd = admin_client_connect(address, port);
    cr_assert(fd >= 0, "%s %s: %s", address, port, strerror(errno));
    return fd;
}

static const char *get_answer(const char *request)
{
    int fd = connect_once();
    admin_client_send(fd, request);
    admin_client_receive(fd, answer);
    return answer;
}

/* Returns the metrics, checked for their format. */
static const char *scrape(void)
{
    const char *head = get_answer(get), *body = strstr(head, "\r\n\r\n");
    cr_assert(strncmp(head, "HTTP/1.1 200 OK\r\n", 17) == 0 && body, "%s", head);
    metrics_reader_check(body + 4);
    return body + 4;
}

static void wait_for(const char *sample, double value)
{
    int64_t end = timeout_deadline();
    double now;
    while ((now = metrics_reader_value(scrape(), sample)) < value || now > value)
        cr_assert(timeout_retry(end), "%s is %f, not %f", sample, now, value);
}

Test(server_metrics, messages_and_connections_are_counted)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(ada, "one", ada, bob);
    peer_expect_no_more_unnamed(peer_connect_greeted(d));
    peer_broadcast_to(bob, "two", ada, bob);
    wait_for("klatch_members", 2);
    wait_for("klatch_connections", 3);
    wait_for("klatch_accepted_total", 3);
    wait_for("klatch_messages_total", 2);
    wait_for("klatch_deliveries_total", 5);
    wait_for("klatch_refusals_total{reason=\"nick_invalid\"}", 1);
    const char *text = scrape();
    cr_expect_gt(metrics_reader_value(text, "klatch_bytes_in_total"), 100);
    cr_expect_gt(metrics_reader_value(text, "klatch_bytes_out_total"), 300);
    cr_expect_gt(metrics_reader_value(text, "klatch_ring_used_bytes"), 100);
    cr_expect_gt(metrics_reader_value(text, "klatch_turn_seconds_count"), 10);
    peers_close_and_stop(d);
}

Test(server_metrics, refusals_are_counted_by_reason)
{
    struct klatchd *d = klatchd_start_with("--stats", "127.0.0.1:0", "--max-connections", "3",
                                           "--per-address", "0");
    admin_client_wait_address(d, METRICS_NAME, address, port);
    struct peer *ada = peer_join(d, "ada"), *p = peer_connect_greeted(d);
    peer_expect_nick_refused(p, "ADA");
    peer_send(ada, "nonsense", NULL, "");
    peer_expect_notice(ada, SESSION_UNEXPECTED);
    peer_send_text(p, "[]");
    peer_expect_refusal(p, "not understood");
    peer_close(p);
    wait_for("klatch_connections", 1);
    p = peer_connect_greeted(d);
    peer_send_bytes(p, "GET / HTTP/1.1\r\n", 16);
    peer_expect_refusal(p, "HTTP");
    peer_close(p);
    wait_for("klatch_connections", 1);
    peer_connect_greeted(d);
    peer_connect_greeted(d);
    peer_expect_refusal(peer_connect(d), "full");
    wait_for("klatch_refusals_total{reason=\"nick_taken\"}", 1);
    wait_for("klatch_refusals_total{reason=\"packet_unexpected\"}", 1);
    wait_for("klatch_refusals_total{reason=\"packet_broken\"}", 1);
    wait_for("klatch_refusals_total{reason=\"other_protocol\"}", 1);
    wait_for("klatch_refusals_total{reason=\"full\"}", 1);
    peers_close_and_stop(d);
}

Test(server_metrics, other_requests_are_refused)
{
    struct klatchd *d = start();
    cr_expect(strstr(get_answer("GET /favicon.ico HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 "), "%s",
              answer);
    cr_expect(strstr(get_answer("POST / HTTP/1.1\r\n\r\nx"), "HTTP/1.1 405 "), "%s", answer);
    cr_expect(strstr(get_answer("what?\r\n\r\n"), "HTTP/1.1 400 "), "%s", answer);
    cr_expect(strstr(get_answer("GET / HTTP/1.0\r\n\r\n"), "HTTP/1.1 200 "), "%s", answer);
    klatchd_stop(d);
}

/* The answer must arrive though the client keeps sending. */
Test(server_metrics, a_request_that_is_too_long_is_refused)
{
    static char long_head[40000] = "GET / HTTP/1.1\r\nX: ";
    struct klatchd *d = start();
    memset(long_head + strlen(long_head), 'x', sizeof long_head - 1 - strlen(long_head));
    cr_expect(strstr(get_answer(long_head), "HTTP/1.1 400 "), "%s", answer);
    klatchd_stop(d);
}

Test(server_metrics, served_on_ipv6)
{
    if (access("/proc/net/if_inet6", F_OK) < 0) cr_skip_test("this machine has no IPv6");
    struct klatchd *d = klatchd_start_with("--stats", "[::1]:0");
    admin_client_wait_address(d, METRICS_NAME, address, port);
    cr_expect_str_eq(address, "::1");
    scrape();
    klatchd_stop(d);
}

static char folder[FILES_PATH], unix_address[FILES_PATH];

static void make_folder(void)
{
    files_create_folder(folder);
    files_address(unix_address, folder, "stats");
}

Test(server_metrics, served_on_a_unix_socket_that_is_removed_at_exit, .init = make_folder)
{
    struct klatchd *dead = klatchd_start_with("--stats", unix_address);
    klatchd_signal(dead, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(dead), -SIGKILL);
    struct klatchd *d = klatchd_start_with("--stats", unix_address);
    admin_client_wait_address(d, METRICS_NAME, address, port);
    cr_expect_str_eq(address, unix_address);
    scrape();
    klatchd_stop(d);
    files_remove_empty(folder);
}

Test(server_metrics, an_address_in_use_is_an_error_at_the_start, .init = make_folder)
{
    char out[1024], err[1024], room[FILES_PATH];
    struct klatchd *d = klatchd_start_with("--stats", unix_address);
    files_address(room, folder, "room");
    int status = child_run((const char *[]){BUILD "/klatchd", "--stats", unix_address, room, NULL},
                           out, err, sizeof err);
    cr_expect_eq(status, 1);
    cr_expect(strstr(err, "in use"), "%s", err);
    klatchd_stop(d);
    files_remove_empty(folder);
}

Test(server_metrics, a_public_address_is_logged_as_a_warning)
{
    struct klatchd *d = klatchd_start_with("--stats", "0.0.0.0:0");
    klatchd_wait_log(d, METRICS_PUBLIC);
    klatchd_stop(d);
}

/* -- clients that misbehave -- */

Test(server_metrics, a_silent_client_is_disconnected)
{
    struct klatchd *d = start();
    peer_connect_greeted(d); /* now all permanent descriptors are open */
    size_t before = klatchd_descriptors(d);
    int silent = connect_once(), begun = connect_once();
    admin_client_send(begun, "GET /metr");
    cr_expect_eq(admin_client_receive(silent, answer), 0);
    cr_expect_eq(admin_client_receive(begun, answer), 0);
    klatchd_expect_descriptors(d, before);
    klatchd_stop(d);
}

Test(server_metrics, a_request_may_arrive_in_pieces)
{
    struct klatchd *d = start();
    int fd = connect_once();
    for (const char *p = get; *p; p++) admin_client_send(fd, (char[]){*p, '\0'});
    admin_client_receive(fd, answer);
    cr_expect(strstr(answer, "200 OK"));
    klatchd_stop(d);
}

/* More clients than are served at a time: the oldest make room for a new one. */
Test(server_metrics, silent_clients_block_no_other_request)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    int silent[4 * REQUESTS];
    for (int i = 0; i < 4 * REQUESTS; i++) {
        silent[i] = connect_once();
        if (i % 2) admin_client_send(silent[i], "GET / HT");
        if (i % 8 == 0) scrape();
    }
    scrape();
    peer_expect_no_more(ada);
    for (int i = 0; i < 4 * REQUESTS; i++) close(silent[i]);
    scrape();
    peers_close_and_stop(d);
}

Test(server_metrics, clients_that_close_early_leak_no_descriptors)
{
    struct klatchd *d = start();
    peer_connect_greeted(d); /* now all permanent descriptors are open */
    size_t before = klatchd_descriptors(d);
    for (int i = 0; i < 200; i++) {
        struct linger now = {.l_onoff = 1};
        int fd = connect_once();
        if (i % 3) admin_client_send(fd, get);
        if (i % 2) setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(fd);
    }
    scrape();
    klatchd_expect_descriptors(d, before);
    klatchd_stop(d);
}

/* It keeps sending after its request. */
Test(server_metrics, a_client_that_never_stops_sending_is_disconnected)
{
    static const char more[4096] = {'x'};
    struct klatchd *d = start();
    int fd = connect_once();
    int64_t end = timeout_deadline();
    admin_client_send(fd, get);
    while (send(fd, more, sizeof more, MSG_NOSIGNAL) >= 0) cr_assert(timeout_retry(end));
    close(fd);
    scrape();
    klatchd_stop(d);
}

Test(server_metrics, metrics_are_served_when_the_server_is_full)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    int in_use = (int)klatchd_descriptors(d) + 3;
    struct rlimit limit = {(rlim_t)in_use, (rlim_t)in_use};
    cr_assert(prlimit(d->pid, RLIMIT_NOFILE, &limit, NULL) == 0, "prlimit");
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) continue;
    for (int i = 0; i < 50; i++) scrape();
    int silent = connect_once();
    for (int i = 0; i < 10; i++) scrape();
    cr_expect_eq(admin_client_receive(silent, answer), 0, "it is disconnected for a new request");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

enum { STORM = 5000, STORM_OPEN = 500 /* connections, and how many of them at once */ };

/* Starts a process that connects to a port again and again and sends nothing. */
static pid_t start_storm(const char *to, const char *to_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(to_port))};
    pid_t parent = getpid(), pid = fork();
    if (pid != 0) return pid;
    child_bind(parent);
    int fds[STORM_OPEN];
    inet_pton(AF_INET, to, &at.sin_addr);
    memset(fds, -1, sizeof fds);
    for (int i = 0; i < STORM; i++) {
        int *fd = &fds[i % STORM_OPEN];
        if (*fd >= 0) close(*fd);
        *fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(*fd, (const struct sockaddr *)&at, sizeof at);
    }
    _exit(0);
}

static void expect_scrapes_during_storm(struct klatchd *d, const char *to, const char *to_port)
{
    pid_t storm = start_storm(to, to_port);
    cr_assert_gt(storm, 0);
    do {
        scrape();
    } while (waitpid(storm, NULL, WNOHANG) == 0);
    klatchd_stop(d);
}

Test(server_metrics, scrapes_are_answered_while_a_storm_of_clients_connects)
{
    struct klatchd *d = start();
    expect_scrapes_during_storm(d, d->address, d->port);
}

Test(server_metrics, scrapes_are_answered_while_a_storm_connects_to_their_own_port)
{
    struct klatchd *d = start();
    expect_scrapes_during_storm(d, address, port);
}

/* The slow member is behind by more than the ring holds. */
Test(server_metrics, the_lag_of_the_slowest_member_is_reported)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--stats", "127.0.0.1:0", "--ring", "1M");
    admin_client_wait_address(d, METRICS_NAME, address, port);
    struct peer *slow = peer_join(d, "slow"), *ada = peer_join_seen_by(d, "ada", slow);
    peer_flood(ada, 200, 60000);
    int64_t end = timeout_deadline();
    while (metrics_reader_value(scrape(), "klatch_ring_lag_bytes") < 1 << 20)
        cr_assert(timeout_retry(end));
    cr_expect_gt(metrics_reader_value(scrape(), "klatch_ring_used_bytes"), 900000);
    peers_close_and_stop(d);
}

/* -- the log -- */

Test(server_metrics, sigusr1_logs_the_metrics)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    klatchd_signal(d, SIGUSR1);
    const char *line = klatchd_wait_log(d, METRICS_NAME ": ");
    cr_expect(strstr(line, "1 members, 1 connections; 1 messages in, 1 deliveries out"), "%s",
              line);
    line = klatchd_wait_log(d, METRICS_NAME ": ");
    cr_expect(strstr(line, METRICS_RING("", "16777216")), "%s", line);
    peers_close_and_stop(d);
}

Test(server_metrics, the_option_is_a_path_or_an_address_and_a_port)
{
    static const char *const wrong[] = {"9528",     "unix:",       "localhost",
                                        "::1:9528", "127.0.0.1:x", "127.0.0.1:65536"};
    char out[1024], err[1024];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *const argv[] = {BUILD "/klatchd", "--stats", wrong[i], NULL};
        cr_expect_eq(child_run(argv, out, err, sizeof err), 2, "%s", wrong[i]);
        cr_expect(strstr(err, "--stats") && strstr(err, wrong[i]), "%s", err);
    }
}
