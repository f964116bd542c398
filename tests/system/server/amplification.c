/* What a client can make the server send: bytes out for each byte in, for everything that has an
 * answer. The table in tests/README.md has the same rows; `make bench ARGS=-a` prints the figures,
 * and the time that each takes. */
#include "server/admin/metrics.h"
#include "server/room/session.h"
#include "tests/system/support/admin_client.h"
#include "tests/system/support/files.h"
#include "tests/system/support/metrics_reader.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    MEMBERS = 20,
    LONG = 64,  /* bytes of the members' nicknames */
    TIMES = 10, /* each request is sent */
};

static char address[128], port[8], answer[ADMIN_CLIENT_ANSWER_SIZE];

static struct klatchd *start(const char *option)
{
    struct klatchd *d = klatchd_start_with("--quiet", option, "--stats", "127.0.0.1:0");
    admin_client_wait_address(d, METRICS_NAME, address, port);
    return d;
}

/* The bytes that the server has received from all clients and sent to them. */
struct traffic {
    double in, out;
};

static struct traffic read_traffic(void)
{
    int fd = admin_client_connect(address, port);
    admin_client_send(fd, "GET /metrics HTTP/1.0\r\n\r\n");
    admin_client_receive(fd, answer);
    const char *body = strstr(answer, "\r\n\r\n");
    cr_assert(body, "%s", answer);
    return (struct traffic){metrics_reader_value(body + 4, "klatch_bytes_in_total"),
                            metrics_reader_value(body + 4, "klatch_bytes_out_total")};
}

/* Expects that since then, each byte in has had at most so many bytes out. */
static void expect_at_most(double most, struct traffic before, const char *what)
{
    struct traffic now = read_traffic();
    double in = now.in - before.in, out = now.out - before.out;
    cr_expect_gt(in, 0);
    cr_expect_leq(out, most * in, "%s: %.0f bytes for %.0f, %.1f times as many", what, out, in,
                  out / in);
}

/* -- answers to one client -- */

/* The shortest packets that have these answers. */
static const struct reply {
    const char *payload, *proto;
    bool is_member;
    double most;
} replies[] = {
    {"{\"proto\":\"\"}", "retry", false, 4},                        /* it has no nickname */
    {"{\"msg\":\"\",\"proto\":\"verify\"}", "retry", false, 2},     /* the nickname is refused */
    {"{\"msg\":\"сосо\",\"proto\":\"verify\"}", "retry", false, 2}, /* it looks like another */
    {"{\"msg\":\"\",\"proto\":\"verify\"}", "retry", true, 2},
    {"{\"proto\":\"\"}", "broadcast", true, 9}, /* a member may not send it */
    {"", "broadcast", true, 120},               /* it is invalid */
    {"x", "broadcast", true, 100},
};

Test(server_amplification, answers_to_a_wrong_packet_are_short)
{
    struct klatchd *d = start("--shutdown-delay=1");
    struct peer *coco = peer_join(d, "coco");
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        const struct reply *r = &replies[i];
        struct peer *p = r->is_member ? coco : peer_connect_greeted(d);
        struct traffic before = read_traffic();
        for (int n = 0; n < TIMES; n++) {
            peer_send_text(p, r->payload);
            cr_expect_str_eq(peer_next(p)->proto, r->proto);
        }
        expect_at_most(r->most, before, r->payload);
        peer_expect_no_more(coco);
    }
    peers_close_and_stop(d);
}

/* The greeting counts as well. A client can do this only once a connection. */
Test(server_amplification, a_client_that_is_disconnected_at_once_receives_little)
{
    static const struct {
        const char *bytes;
        size_t n;
    } firsts[] = {{"\0\0", 2}, {"\0\1x", 3}, {"GET /", 5}, {"SSH-", 4}, {"\x16\x03\x01", 3}};
    enum { MOST = 400 };
    struct klatchd *d = start("--shutdown-delay=1");
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        struct traffic before = read_traffic();
        struct peer *p = peer_connect_greeted(d);
        peer_send_bytes(p, firsts[i].bytes, firsts[i].n);
        cr_expect_str_eq(peer_next(p)->proto, "shutdown");
        peer_expect_eof(p);
        expect_at_most(MOST / (double)firsts[i].n, before, "the first bytes");
        peer_close(p);
    }
    peers_close_and_stop(d);
}

/* -- answers to the room -- */

static struct peer *members[MEMBERS];

static void join_members(const struct klatchd *d)
{
    for (int i = 0; i < MEMBERS; i++) {
        members[i] = peer_join(d, peer_long_nick(i));
        for (int k = 0; k < i; k++) peer_expect_joined(members[k], peer_long_nick(i));
    }
}

static void expect_packets(int n)
{
    for (int i = 0; i < MEMBERS; i++)
        for (int k = 0; k < n; k++) peer_next(members[i]);
}

Test(server_amplification, a_message_is_not_much_longer_for_each_member)
{
    struct klatchd *d = start("--shutdown-delay=1");
    join_members(d);
    struct traffic before = read_traffic();
    for (int n = 0; n < TIMES; n++) peer_send_text(members[0], "{\"proto\":\"broadcast\"}");
    expect_packets(TIMES);
    expect_at_most(5 * MEMBERS, before, "an empty message");
    peers_close_and_stop(d);
}

/* The member also receives the greeting, and a nickname with its secret. */
Test(server_amplification, notices_of_a_member_are_not_much_longer_for_each_member)
{
    struct klatchd *d = start("--shutdown-delay=1");
    join_members(d);
    struct traffic before = read_traffic();
    for (int n = 0; n < TIMES; n++) {
        struct peer *p = peer_connect_greeted(d);
        peer_send_text(p, "{\"msg\":\"a\",\"proto\":\"verify\"}");
        peer_next(p);
        peer_close(p);
        expect_packets(2);
    }
    expect_at_most(5 * MEMBERS, before, "joining and leaving");
    peers_close_and_stop(d);
}

Test(server_amplification, a_new_nickname_is_not_much_longer_for_each_member)
{
    enum { RENAMED = 3 };
    struct klatchd *d = start("--shutdown-delay=1");
    char packet[64];
    join_members(d);
    struct traffic before = read_traffic();
    for (int n = 0; n < RENAMED; n++) {
        snprintf(packet, sizeof packet, "{\"msg\":\"%d\",\"proto\":\"verify\"}", n);
        peer_send_text(members[n], packet);
        while (strcmp(peer_next(members[n])->proto, "ready") != 0) continue;
        for (int i = 0; i < MEMBERS; i++) peer_expect_notice(members[i], "is now known as");
    }
    expect_at_most(6 * MEMBERS, before, "a new nickname");
    peers_close_and_stop(d);
}

/* -- lists -- */

/* server_member_lists tests the limits for clients that ask again and again. */
Test(server_amplification, a_member_list_has_only_the_nicknames)
{
    struct klatchd *d = start("--shutdown-delay=1");
    static const char who[] = "{\"proto\":\"who\"}";
    join_members(d);
    struct traffic before = read_traffic();
    for (int n = 0; n < TIMES; n++) {
        peer_send_text(members[0], who);
        cr_expect_str_eq(peer_next(members[0])->proto, "who");
    }
    double size = MEMBERS * (LONG + 2) + 64; /* a line feed is \n */
    expect_at_most(size / (double)(2 + strlen(who)), before, "who");
    peers_close_and_stop(d);
}

/* Also a client on this machine has limits if --rate is set. */
Test(server_amplification, a_member_list_that_is_refused_costs_a_short_notice)
{
    struct klatchd *d = start("--rate=100000");
    static const char who[] = "{\"proto\":\"who\"}";
    join_members(d);
    do peer_send_text(members[0], who);
    while (strcmp(peer_next(members[0])->proto, "who") == 0);
    struct traffic before = read_traffic();
    peer_send_text(members[0], who);
    peer_expect_notice(members[0], SESSION_LIST_LIMIT);
    expect_at_most(12, before, "who that is refused");
    peers_close_and_stop(d);
}

/* -- without a request -- */

Test(server_amplification, a_slow_reader_receives_a_short_notice_for_each_loss)
{
    enum { MESSAGES = 4000, SIZE = 1000, RING = 256 << 10 };
    struct klatchd *d = start("--ring=256K");
    struct peer *slow = peer_join(d, "slow"), *ada = peer_join(d, "ada");
    size_t notices = 0, messages = 0, missed = 0;
    peer_expect_joined(slow, "ada");
    peer_flood(ada, MESSAGES, SIZE);
    while (messages + missed < MESSAGES) {
        const struct packet_seen *seen = peer_next(slow);
        size_t n = 0;
        if (seen->msg_len == SIZE) messages++;
        if (seen->msg_len != SIZE) cr_assert_eq(sscanf(seen->msg, "%*[^0-9]%zu", &n), 1);
        notices += n > 0;
        missed += n;
    }
    cr_expect_leq(notices, 1 + MESSAGES * SIZE / (RING / 2));
    peers_close_and_stop(d);
}

Test(server_amplification, the_countdown_is_a_short_packet_a_second)
{
    enum { SECONDS = 2, STRANGERS = 5, MOST = 96 };
    struct klatchd *d = start("--shutdown-delay=2");
    struct peer *strangers[STRANGERS];
    join_members(d);
    for (int i = 0; i < STRANGERS; i++) strangers[i] = peer_connect_greeted(d);
    struct traffic before = read_traffic();
    klatchd_signal(d, SIGTERM);
    for (int left = SECONDS; left > 0; left--) {
        for (int i = 0; i < MEMBERS; i++) peer_expect_countdown(members[i], left);
        for (int i = 0; i < STRANGERS; i++) peer_expect_countdown(strangers[i], left);
        struct traffic now = read_traffic();
        double seconds = SECONDS - left + 1;
        cr_expect_leq(now.out - before.out, seconds * MOST * (MEMBERS + STRANGERS));
    }
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

/* -- the administrator's sockets -- */

Test(server_amplification, the_metrics_are_a_page_of_limited_size)
{
    enum { MOST = 16 * 1024 };
    struct klatchd *d = start("--shutdown-delay=1");
    int fd = admin_client_connect(address, port);
    admin_client_send(fd, "GET / HTTP/1.0\n\n");
    size_t n = admin_client_receive(fd, answer);
    cr_expect_gt(n, 1000);
    cr_expect_lt(n, MOST);
    peers_close_and_stop(d);
}

Test(server_amplification, the_list_of_an_administrator_has_a_line_for_each_connection)
{
    enum { LINE = 80 + LONG };
    char folder[FILES_PATH], path[FILES_PATH], control[FILES_PATH];
    files_create_folder(folder);
    files_path(path, folder, "control");
    files_address(control, folder, "control");
    struct klatchd *d = klatchd_start_with("--quiet", "--control-socket", path);
    join_members(d);
    int fd = admin_client_connect(control, "");
    cr_assert(fd >= 0);
    admin_client_send(fd, "who\n");
    size_t n = admin_client_receive(fd, answer);
    cr_expect_gt(n, MEMBERS * LONG);
    cr_expect_leq(n, (MEMBERS + 2) * LINE);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}
