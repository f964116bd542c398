/* klatch --pipe: JSON in and out, for programs. */
#include "common/flatjson.h"
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SIZE = 1 << 21 };
static char out[SIZE], err[SIZE];

#define ARGV(...) ((const char *const[]){BUILD "/klatch", "--pipe", __VA_ARGS__, NULL})

static int feed(const struct klatchd *d, const char *nick, const char *in)
{
    const char *const argv[] = {BUILD "/klatch", "--pipe", "-n", nick, d->address, d->port, NULL};
    return child_feed(argv, in, strlen(in), out, err, SIZE);
}

/* Returns the output's next line after its time; NULL at the end. */
static const char *next_line(char **rest)
{
    static const char start[] = "{\"time\":\"", end[] = "Z\",";
    char *line = strsep(rest, "\n");
    if (!line || *line == '\0') return NULL;
    cr_assert_eq(strncmp(line, start, sizeof start - 1), 0, "%s", line);
    char *fields = strstr(line, end);
    cr_assert(fields, "%s", line);
    return fields + sizeof end - 1;
}

static void expect_line(char **rest, const char *nick, const char *msg, const char *proto)
{
    char expected[512];
    const char *line = next_line(rest);
    snprintf(expected, sizeof expected, "\"nick\":\"%s\",\"msg\":\"%s\",\"proto\":\"%s\"}", nick,
             msg, proto);
    cr_assert(line, "the output ends before %s", expected);
    cr_expect_str_eq(line, expected);
}

static void expect_joined(char **rest)
{
    expect_line(rest, "SERVER", "HELLO", "connect");
    expect_line(rest, "SERVER", "READY", "ready");
}

static void expect_said(char **rest, const char *msg)
{
    expect_line(rest, "bot", msg, "broadcast");
}

/* Expects no more lines, and stops klatchd. */
static void expect_end(char *rest, struct klatchd *d)
{
    cr_expect_null(next_line(&rest));
    klatchd_stop(d);
}

Test(client_json_mode, messages_are_echoed_before_goodbye)
{
    struct klatchd *d = klatchd_start();
    char *rest = out;
    cr_expect_eq(feed(d, "bot", "{\"msg\":\"hello\"}\n{\"msg\":\"world\",\"proto\":\"broadcast\"}"),
                 0);
    cr_expect_str_empty(err);
    expect_joined(&rest);
    expect_line(&rest, "bot", "hello", "broadcast");
    expect_line(&rest, "bot", "world", "broadcast");
    cr_expect_null(next_line(&rest));
    klatchd_wait_log(d, "bot left");
    klatchd_stop(d);
}

Test(client_json_mode, invalid_lines_are_named_and_the_others_sent)
{
    struct klatchd *d = klatchd_start();
    char *rest = out;
    cr_expect_eq(feed(d, "bot", "{}\n{\"msg\":\"one\"}\n\n{\"msg\":\"two\"\ntwo\n"), 1);
    cr_expect_str_eq(err, "klatch: line 1: msg is missing or empty\n"
                          "klatch: line 4: " FLATJSON_NOT_CLOSED "\n");
    expect_joined(&rest);
    expect_said(&rest, "one");
    expect_said(&rest, "two");
    expect_end(rest, d);
}

Test(client_json_mode, who_rename_and_goodbye)
{
    struct klatchd *d = klatchd_start();
    char *rest = out;
    cr_expect_eq(feed(d, "bot",
                      "{\"msg\":\"one\"}\n{\"proto\":\"verify\",\"msg\":\"robot\"}\n"
                      "{\"msg\":\"two\"}\n{\"proto\":\"who\"}\n{\"proto\":\"goodbye\"}\n"
                      "{\"msg\":\"unheard\"}\n"),
                 0);
    expect_joined(&rest);
    expect_line(&rest, "bot", "one", "broadcast");
    expect_line(&rest, "SERVER", "READY", "ready");
    expect_line(&rest, "SERVER", "bot is now known as robot", "broadcast");
    expect_line(&rest, "robot", "two", "broadcast");
    expect_line(&rest, "SERVER", "robot", "who");
    expect_end(rest, d);
}

Test(client_json_mode, the_first_line_may_set_the_nickname)
{
    struct klatchd *d = klatchd_start();
    char *rest = out;
    static const char in[] =
        "{\"msg\":\"early\"}\n{\"proto\":\"verify\",\"msg\":\"bot\"}\n{\"msg\":\"hi\"}\n";
    cr_expect_eq(child_feed(ARGV(d->address, d->port), in, sizeof in - 1, out, err, SIZE), 1);
    cr_expect_str_eq(
        err, "klatch: line 1: there is no nickname yet: begin with verify, or use --nick\n");
    expect_joined(&rest);
    expect_line(&rest, "bot", "hi", "broadcast");
    cr_expect_null(next_line(&rest));
    cr_expect_eq(child_run(ARGV(d->address, d->port), out, err, SIZE), 1);
    cr_expect_str_eq(err, "klatch: " MESSAGE_NO_NICK_GIVEN "\n");
    klatchd_stop(d);
}

Test(client_json_mode, a_refused_nickname_is_an_error)
{
    struct klatchd *d = klatchd_start();
    struct peer *bob = peer_join(d, "bob");
    cr_expect_eq(feed(d, "BOB", "{\"msg\":\"hello\"}\n"), 1);
    char refused[128];
    snprintf(refused, sizeof refused, "klatch: " MESSAGE_NICK_NOT_ALLOWED "\n", "BOB");
    cr_expect_str_eq(err, refused);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(client_json_mode, hostile_text_stays_escaped)
{
    struct klatchd *d = klatchd_start();
    char *rest = out;
    cr_expect_eq(
        feed(d, "bot", "{\"msg\":\"\\u001b[2J\\n\\u0007\\u0085\"}\n{\"msg\":\"\\u0000\"}\n"), 1);
    cr_expect_null(memchr(out, '\033', strlen(out)));
    cr_expect_null(memchr(err, '\033', strlen(err)));
    expect_joined(&rest);
    expect_line(&rest, "bot", "\\u001b[2J\\n\\u0007\\u0085", "broadcast");
    klatchd_stop(d);
}

enum { MANY = 10000 };

static char *many_lines(void)
{
    char *in = malloc(MANY * 24), *to = in;
    for (int i = 0; i < MANY; i++) to += sprintf(to, "{\"msg\":\"line %d\"}\n", i);
    return in;
}

static void expect_many(char *rest)
{
    char msg[24];
    expect_joined(&rest);
    for (int i = 0; i < MANY; i++) {
        snprintf(msg, sizeof msg, "line %d", i);
        expect_line(&rest, "bot", msg, "broadcast");
    }
    cr_expect_null(next_line(&rest));
}

Test(client_json_mode, ten_thousand_lines_stay_in_order)
{
    struct klatchd *d = klatchd_start();
    char *in = many_lines();
    cr_expect_eq(feed(d, "bot", in), 0);
    expect_many(out);
    free(in);
    klatchd_stop(d);
}

/* klatch between two pipes: it reads what the test writes to `in`, and the test reads `out`. */
struct piped {
    pid_t pid;
    int in, out;
};

static struct piped start(const char *address, const char *port)
{
    int in[2], from[2];
    cr_assert(!pipe2(in, O_CLOEXEC) && !pipe2(from, O_CLOEXEC), "pipe");
    struct piped p = {child_start(ARGV("-n", "bot", address, port), in[0], from[1], 2), in[1],
                      from[0]};
    close(in[0]);
    close(from[1]);
    return p;
}

/* Reads output until it ends, or contains the text. */
static void read_output(int fd, const char *until)
{
    ssize_t got = 1;
    for (size_t n = 0; got > 0 && !(until && strstr(out, until)); n += (size_t)got) {
        cr_assert(timeout_poll(fd, POLLIN, timeout_deadline()), "no more output");
        got = read(fd, out + n, SIZE - 1 - n);
        cr_assert_geq(got, 0);
        out[n + (size_t)got] = '\0';
    }
}

/* Admits klatch and waits until it has printed that. */
static struct peer *admit(struct fake_server *f, const struct piped *p)
{
    struct peer *server = fake_server_admit(f, "bot");
    out[0] = '\0';
    read_output(p->out, "\"ready\"");
    return server;
}

/* Meanwhile neither klatch nor the server queues without limit. */
Test(client_json_mode, a_slow_reader_of_the_output_loses_nothing)
{
    struct klatchd *d = klatchd_start();
    char *in = many_lines();
    int file = memfd_create("in", MFD_CLOEXEC), from[2];
    cr_assert(write(file, in, strlen(in)) == (ssize_t)strlen(in) && pipe2(from, O_CLOEXEC) == 0);
    lseek(file, 0, SEEK_SET);
    pid_t pid = child_start(ARGV("-n", "bot", d->address, d->port), file, from[1], 2);
    close(from[1]);
    struct peer *bob = peer_join(d, "bob");
    cr_assert(timeout_poll(from[0], POLLIN, timeout_deadline()));
    peer_broadcast(bob, "the room goes on");
    for (const struct packet_seen *p = peer_next(bob); strcmp(p->nick, "bob") != 0;)
        p = peer_next(bob);
    read_output(from[0], NULL);
    cr_expect_eq(child_wait(pid), 0);
    cr_expect(strstr(out, "\"msg\":\"line 9999\""));
    free(in);
    peers_close_and_stop(d);
}

Test(client_json_mode, signals_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct fake_server f = fake_server_listen();
        struct piped p = start("127.0.0.1", f.port);
        struct peer *server = admit(&f, &p);
        kill(p.pid, signals[i]);
        peer_expect(server, "goodbye", "bot", "BYE");
        peer_expect_eof(server);
        peer_close(server);
        cr_expect_eq(child_wait(p.pid), 0);
        close(p.in), close(p.out);
        fake_server_close(&f);
    }
}

Test(client_json_mode, a_closed_output_pipe_exits_with_74)
{
    struct fake_server f = fake_server_listen();
    struct piped p = start("127.0.0.1", f.port);
    struct peer *server = admit(&f, &p);
    close(p.out);
    peer_expect(server, "goodbye", "bot", "BYE");
    peer_close(server);
    cr_expect_eq(child_wait(p.pid), 74);
    close(p.in);
    fake_server_close(&f);
}

Test(client_json_mode, the_end_of_input_waits_for_the_echo)
{
    struct fake_server f = fake_server_listen();
    struct piped p = start("127.0.0.1", f.port);
    struct peer *server = admit(&f, &p);
    cr_assert(write(p.in, "{\"msg\":\"hi\"}", 12) == 12);
    close(p.in);
    peer_expect(server, "broadcast", "bot", "hi");
    cr_expect_not(timeout_poll(peer_fd(server), POLLIN, 0), "goodbye was sent too early");
    peer_send(server, "broadcast", "bot", "hi");
    peer_expect(server, "goodbye", "bot", "BYE");
    peer_close(server);
    read_output(p.out, NULL);
    cr_expect(strstr(out, "\"msg\":\"hi\""));
    cr_expect_eq(child_wait(p.pid), 0);
    close(p.out);
    fake_server_close(&f);
}

Test(client_json_mode, waiting_for_an_echo_times_out)
{
    struct fake_server f = fake_server_listen();
    int errors = memfd_create("err", MFD_CLOEXEC), in = memfd_create("in", MFD_CLOEXEC);
    cr_assert(pwrite(in, "{\"msg\":\"hi\"}", 12, 0) == 12);
    pid_t pid = child_start(ARGV("-n", "bot", "127.0.0.1", f.port), in, -1, errors);
    struct peer *server = fake_server_admit(&f, "bot");
    peer_expect(server, "broadcast", "bot", "hi");
    peer_expect(server, "goodbye", "bot", "BYE");
    peer_close(server);
    cr_expect_eq(child_wait(pid), 1);
    ssize_t n = pread(errors, err, SIZE - 1, 0);
    err[n > 0 ? n : 0] = '\0';
    cr_expect_str_eq(err, "klatch: the server did not confirm 1 of the lines sent\n");
    fake_server_close(&f);
}

Test(client_json_mode, a_lost_connection_and_a_protocol_error_have_their_exit_statuses)
{
    struct fake_server f = fake_server_listen();
    struct piped p = start("127.0.0.1", f.port);
    struct peer *server = admit(&f, &p);
    peer_close(server);
    cr_expect_eq(child_wait(p.pid), 69);
    close(p.in), close(p.out);
    p = start("127.0.0.1", f.port);
    server = fake_server_accept(&f);
    peer_send_text(server, "[]");
    cr_expect_eq(child_wait(p.pid), 76);
    peer_close(server);
    fake_server_close(&f);
}

Test(client_json_mode, closed_standard_streams_are_an_error)
{
    static const char *const scripts[][2] = {
        {"$0 --pipe -n bot 127.0.0.1 1 <&-", "klatch: standard input is closed\n"},
        {"$0 --pipe -n bot 127.0.0.1 1 >&-", "klatch: standard output is closed\n"},
    };
    for (size_t i = 0; i < 2; i++) {
        const char *const argv[] = {"sh", "-c", scripts[i][0], BUILD "/klatch", NULL};
        cr_expect_eq(child_run(argv, out, err, SIZE), 74);
        cr_expect_str_eq(err, scripts[i][1]);
    }
}

Test(client_json_mode, a_full_disk_is_an_error)
{
    struct klatchd *d = klatchd_start();
    static const char script[] = "exec " BUILD "/klatch --pipe -n bot $0 $1 >/dev/full";
    const char *const argv[] = {"sh", "-c", script, d->address, d->port, NULL};
    cr_expect_eq(child_run(argv, out, err, SIZE), 74);
    cr_expect_str_eq(err, "klatch: cannot write: No space left on device\n");
    klatchd_stop(d);
}
