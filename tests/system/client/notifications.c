/* Bell, notification and title when somebody mentions the nickname. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

/* Types a key first: once it is shown, the terminal has lost its focus. */
static void lose_focus(struct client *c)
{
    client_type(c, "x" FOCUS_OUT, "x", 1);
}

Test(client_notifications, a_mention_rings_the_bell_notifies_and_counts_in_the_title)
{
    struct client c = client_start(24, 80);
    terminal_wait_written(c.term, "\033[?1004h");
    terminal_wait_written(c.term, "\033[22;2t");
    terminal_wait_written(c.term, "\033]2;klatch: 127.0.0.1 port ");
    client_receive(&c, "bob", "ada, while focused");
    client_sync(&c);
    cr_assert_not(terminal_has_written(c.term, "mentions you"));
    lose_focus(&c);
    client_receive(&c, "bob", "anybody?");
    terminal_wait_written(c.term, "\033]2;• klatch");
    int marker = terminal_wait_for(c.term, "─ new ─");
    cr_assert_eq(terminal_find(c.term, "anybody?"), marker + 1);
    client_receive(&c, "b<b\033]0;x\007;", "is ADA here?");
    terminal_wait_written(c.term, "\033]9;«b.b␛]0.x␇.» mentions you in klatch\a\a");
    terminal_wait_written(c.term, "\033]2;(1) klatch");
    client_type(&c, FOCUS_IN "y", "xy", 2);
    client_receive(&c, "bob", "ada, again");
    client_sync(&c);
    client_quit(&c);
    terminal_wait_written(c.term, "\033[23;2t");
    terminal_wait_written(c.term, "\033[?1004l");
}

Test(client_notifications, each_can_be_turned_off)
{
    struct client c =
        client_start_with(24, 80, NO_SETTING, "--no-bell", "--no-notify", "--no-title");
    lose_focus(&c);
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
