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

static void wait_written(struct visit *v, const char *code)
{
    terminal_wait(v->t, has_written, code, "itself written to");
}

/* A key before it shows that it has arrived. */
static void look_away(struct visit *v)
{
    terminal_type(v->t, "x" BLUR);
    visit_wait_line(v, "x", 1);
}

Test(client_call, a_mention_rings_notifies_and_counts)
{
    struct visit v = visit_start(24, 80);
    wait_written(&v, "\033[?1004h");
    wait_written(&v, "\033[22;2t");
    wait_written(&v, "\033]2;klatch: 127.0.0.1 port ");
    visit_hear(&v, "bob", "ada, while you look");
    visit_settle(&v);
    cr_assert_not(has_written(v.t, "mentions you"));
    look_away(&v);
    visit_hear(&v, "bob", "anybody?");
    wait_written(&v, "\033]2;• klatch");
    int rule = terminal_wait_for(v.t, "─ new ─");
    cr_assert_eq(terminal_find(v.t, "anybody?"), rule + 1);
    visit_hear(&v, "b<b\033]0;x\007;", "is ADA here?");
    wait_written(&v, "\033]9;b.b␛]0.x␇. mentions you in klatch\a\a");
    wait_written(&v, "\033]2;(1) klatch");
    terminal_type(v.t, FOCUS "y");
    visit_wait_line(&v, "xy", 2);
    visit_hear(&v, "bob", "ada, again");
    visit_settle(&v);
    visit_end(&v);
    wait_written(&v, "\033[23;2t");
    wait_written(&v, "\033[?1004l");
}

Test(client_call, each_can_be_turned_off)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(24, 80, "-n", "ada", "--no-bell", "--no-notify", "--no-title", "127.0.0.1",
                       v.fake.port);
    v.server = fake_admit(&v.fake, "ada");
    terminal_wait_for(v.t, "here");
    look_away(&v);
    visit_hear(&v, "bob", "ada?");
    terminal_wait_for(v.t, "ada?");
    visit_settle(&v);
    visit_end(&v);
    size_t n;
    const char *output = terminal_output(v.t, &n);
    cr_expect_null(memchr(output, '\a', n));
    cr_expect_null(strstr(output, "\033]2;"));
    cr_expect_null(strstr(output, "2t"));
}
