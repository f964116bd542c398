/* Attention: what the terminal is told when the nickname falls. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define FOCUS "\033[I"
#define BLUR  "\033[O"

static bool has_written(struct terminal *t, const void *code)
{
    size_t n;
    return strstr(terminal_output(t, &n), code) != NULL;
}

static void wait_written(struct client *c, const char *code)
{
    terminal_wait(c->term, has_written, code, "itself written to");
}

/* A key before it shows that it has arrived. */
static void look_away(struct client *c)
{
    terminal_type(c->term, "x" BLUR);
    client_wait_input(c, "x", 1);
}

Test(client_notifications, a_mention_rings_notifies_and_counts)
{
    struct client c = client_start(24, 80);
    wait_written(&c, "\033[?1004h");
    wait_written(&c, "\033[22;2t");
    wait_written(&c, "\033]2;klatch: 127.0.0.1 port ");
    client_receive(&c, "bob", "ada, while you look");
    client_sync(&c);
    cr_assert_not(has_written(c.term, "mentions you"));
    look_away(&c);
    client_receive(&c, "bob", "anybody?");
    wait_written(&c, "\033]2;• klatch");
    int rule = terminal_wait_for(c.term, "─ new ─");
    cr_assert_eq(terminal_find(c.term, "anybody?"), rule + 1);
    client_receive(&c, "b<b\033]0;x\007;", "is ADA here?");
    wait_written(&c, "\033]9;b.b␛]0.x␇. mentions you in klatch\a\a");
    wait_written(&c, "\033]2;(1) klatch");
    terminal_type(c.term, FOCUS "y");
    client_wait_input(&c, "xy", 2);
    client_receive(&c, "bob", "ada, again");
    client_sync(&c);
    client_quit(&c);
    wait_written(&c, "\033[23;2t");
    wait_written(&c, "\033[?1004l");
}

Test(client_notifications, each_can_be_turned_off)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "-n", "ada", "--no-bell", "--no-notify", "--no-title",
                          "127.0.0.1", c.listener.port);
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    look_away(&c);
    client_receive(&c, "bob", "ada?");
    terminal_wait_for(c.term, "ada?");
    client_sync(&c);
    client_quit(&c);
    size_t n;
    const char *output = terminal_output(c.term, &n);
    cr_expect_null(memchr(output, '\a', n));
    cr_expect_null(strstr(output, "\033]2;"));
    cr_expect_null(strstr(output, "2t"));
}
