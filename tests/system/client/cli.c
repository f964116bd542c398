/* klatch's command line, and its exits when it cannot start. */
#include "common/address.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE];

#define klatch(...) child_run((const char *[]){BUILD "/klatch", __VA_ARGS__, NULL}, out, err, SIZE)

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += *text == '\n';
    return n;
}

Test(client_cli, help)
{
    cr_assert_eq(klatch("--help"), 0);
    cr_assert_lt(count_lines(out), 48);
    cr_assert(strstr(out, "--nick") && strstr(out, "5528"), "%s", out);
    cr_assert(strstr(out, "--plain") && strstr(out, "--pipe"), "%s", out);
    cr_assert_str_empty(err);
    cr_assert_eq(klatch("-h"), 0);
}

Test(client_cli, version)
{
    cr_assert_eq(klatch("--version"), 0);
    cr_assert_eq(count_lines(out), 1);
    cr_assert_eq(strncmp(out, "klatch ", 7), 0, "%s", out);
    cr_assert_eq(klatch("-V"), 0);
}

Test(client_cli, wrong_options)
{
    static const char *const rows[][4] = {{"--nonsense"},
                                          {"-x"},
                                          {"127.0.0.1", "65536"},
                                          {"127.0.0.1", "-1"},
                                          {"127.0.0.1", "http"},
                                          {"127.0.0.1", "1", "more"},
                                          {"127.0.0.1:1", "1"},
                                          {"[::1]:1", "1"},
                                          {"127.0.0.1:0"},
                                          {"127.0.0.1:"},
                                          {"[127.0.0.1]"},
                                          {"unix:/tmp/room", "1"},
                                          {""},
                                          {"--nick"},
                                          {"--nick", "SERVER", "127.0.0.1"},
                                          {"--nick", "a  b"},
                                          {"--nick="},
                                          {"--plain=yes"},
                                          {"--no-nick"},
                                          {"--config"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status = klatch(rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
        cr_expect_eq(status, 2, "row %zu: %d", i, status);
        cr_expect_eq(count_lines(err), 2, "row %zu: %s", i, err);
        cr_expect(strstr(err, "Try 'klatch --help'"), "row %zu: %s", i, err);
        cr_expect_str_empty(out);
    }
}

Test(client_cli, an_address_may_end_with_the_port)
{
    static const char *const rows[][2] = {
        {"127.0.0.1:1", "127.0.0.1 port 1"},
        {"localhost:1", "localhost port 1"},
        {"[::1]:1", "::1 port 1"},
        {"[::1]", "::1 port " ADDRESS_PORT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(klatch("--plain", rows[i][0]), 69, "%s", err);
        cr_expect(strstr(err, rows[i][1]), "%s", err);
    }
}

/* Expects line mode, and a message with the reason. */
static void expect_line_mode(int status, const char *message, const char *reason)
{
    cr_expect_eq(status, 69, "%d", status);
    cr_expect(strstr(message, "full screen"), "%s", message);
    cr_expect(strstr(message, reason), "%s", message);
}

Test(client_cli, a_full_screen_needs_a_terminal)
{
    expect_line_mode(klatch("127.0.0.1", "1"), err, "standard input is not a terminal");
    cr_expect_str_empty(out);
    klatch("--plain", "127.0.0.1", "1");
    cr_expect_not(strstr(err, "full screen"), "%s", err);
}

/* Runs klatch in a terminal of this type. */
#define klatch_in(term, ...)                                                                       \
    terminal_start(10, 80, (const char *[]){"env", term, BUILD "/klatch", __VA_ARGS__, NULL})

Test(client_cli, a_full_screen_needs_a_terminal_that_can_draw)
{
    static const char *const kinds[] = {"TERM=dumb", "TERM=no-such-terminal", "TERM="};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t n;
        struct terminal *t = klatch_in(kinds[i], "127.0.0.1", "1");
        int status = terminal_wait_exit(t);
        expect_line_mode(status, terminal_output(t, &n), "TERM is");
        cr_expect_null(strchr(terminal_output(t, &n), '\033'));
        cr_expect(terminal_modes_restored(t));
    }
}

Test(client_cli, an_unknown_terminal_of_a_known_family_is_driven_as_xterm)
{
    static const char *const terms[] = {"xterm-of-tomorrow", "foot-of-tomorrow",
                                        "alacritty-of-tomorrow"};
    for (size_t i = 0; i < COUNT(terms); i++) {
        char setting[64];
        snprintf(setting, sizeof setting, "TERM=%s", terms[i]);
        struct client c = client_start_with(24, 80, setting, "--theme=dark");
        klatch_wait_notice(c.term, MESSAGE_UNKNOWN_TERM, terms[i], "xterm-256color");
        client_send(&c, "hello");
        client_quit(&c);
    }
    struct client c = client_start(24, 80);
    cr_expect_lt(terminal_find(c.term, "erminfo"), 0);
    client_quit(&c);
}

Test(client_cli, a_server_that_does_not_listen)
{
    struct fake_server f = fake_server_listen();
    fake_server_close(&f);
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct terminal *t = klatch_start(10, 80, "-n", "ada", hosts[i], f.port);
        int status = terminal_wait_exit(t);
        cr_expect_eq(status, 69, "%d", status);
        terminal_wait_for(t, f.port);
        cr_expect(terminal_modes_restored(t));
        cr_expect_not(terminal_full_screen(t));
    }
}

Test(client_cli, a_name_and_a_socket_that_do_not_exist)
{
    struct terminal *t = klatch_start(10, 80, "no.such.name.invalid");
    cr_expect_eq(terminal_wait_exit(t), 69);
    terminal_wait_for(t, "no.such.name.invalid");
    t = klatch_start(10, 80, "unix:/no/such/room");
    cr_expect_eq(terminal_wait_exit(t), 69);
    terminal_wait_for(t, "/no/such/room");
}
