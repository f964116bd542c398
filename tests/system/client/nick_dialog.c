/* How klatch's user gets a nickname. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void leave_unnamed(struct client *c)
{
    terminal_type(c->term, "\x03");
    client_expect_goodbye(c, NULL);
    client_expect_exit(c, 0);
}

static void let_in(struct client *c)
{
    peer_send(c->server, "ready", "SERVER", "READY");
    terminal_wait_gone(c->term, "Choose a nickname");
}

Test(client_nick_dialog, the_dialog_proposes_the_login_name_and_says_the_rule)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_wait_for(c.term, "32");
    terminal_type(c.term, "\r");
    peer_expect(c.server, "verify", NULL, "ada");
    let_in(&c);
    client_quit(&c);
}

Test(client_nick_dialog, typing_replaces_the_proposal)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_type(c.term, "bob\r");
    peer_expect(c.server, "verify", NULL, "bob");
    let_in(&c);
    terminal_type(c.term, "hi\r");
    peer_expect(c.server, "broadcast", "bob", "hi");
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "bob");
    client_expect_exit(&c, 0);
}

Test(client_nick_dialog, the_proposal_can_be_edited)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_type(c.term, "\033[D\033[D\033[3~n\r");
    peer_expect(c.server, "verify", NULL, "ana");
    leave_unnamed(&c);
}

Test(client_nick_dialog, a_refused_one_is_said_to_be_and_stays_to_be_changed)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_type(c.term, "bob\r");
    peer_expect(c.server, "verify", NULL, "bob");
    for (int i = 0; i < 2; i++) {
        peer_send(c.server, "retry", "SERVER", "RETRY");
        terminal_wait_for(c.term, "refused");
        terminal_wait_for(c.term, "Choose a nickname");
        terminal_type(c.term, "by");
        terminal_wait_for(c.term, i ? " bobbyby " : " bobby ");
        terminal_wait_gone(c.term, "refused");
        terminal_type(c.term, "\r");
        peer_expect(c.server, "verify", NULL, i ? "bobbyby" : "bobby");
    }
    let_in(&c);
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "bobbyby");
    client_expect_exit(&c, 0);
}

/* The first thing the server hears is the good one. */
Test(client_nick_dialog, a_bad_one_is_refused_without_asking_the_server)
{
    static const char *const bad[] = {
        "SERVER",
        "server",
        "a  b",
        " a",
        "a ",
        "\xE2\x80\xAEright to left",
        "123456789012345678901234567890123",
    };
    struct client c = client_start_unnamed(24, 80);
    for (size_t i = 0; i < COUNT(bad); i++) {
        terminal_type(c.term, "\x05\x15");
        terminal_type(c.term, bad[i]);
        terminal_type(c.term, "\r");
    }
    terminal_type(c.term, "\x05\x15\r");
    terminal_type(c.term, "bob\r");
    peer_expect(c.server, "verify", NULL, "bob");
    leave_unnamed(&c);
}

Test(client_nick_dialog, what_is_typed_before_the_greeting_counts)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    terminal_wait_for(c.term, "Choose a nickname");
    terminal_type(c.term, "zo\xC3\xAB\r");
    terminal_wait_for(c.term, "zo\xC3\xAB");
    peer_send(c.server, "connect", "SERVER", "HELLO");
    peer_expect(c.server, "verify", NULL, "zo\xC3\xAB");
    let_in(&c);
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "zo\xC3\xAB");
    client_expect_exit(&c, 0);
}

Test(client_nick_dialog, an_option_skips_the_dialog)
{
    struct client c = client_start(24, 80);
    size_t n;
    cr_assert_not(strstr(terminal_output(c.term, &n), "Choose a nickname"));
    client_quit(&c);
}

Test(client_nick_dialog, unless_the_server_refuses_it)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "--nick", "ada", "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    peer_expect(c.server, "verify", NULL, "ada");
    peer_send(c.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(c.term, "Choose a nickname");
    terminal_wait_for(c.term, "refused");
    terminal_type(c.term, "2\r");
    peer_expect(c.server, "verify", NULL, "ada2");
    let_in(&c);
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "ada2");
    client_expect_exit(&c, 0);
}

Test(client_nick_dialog, enter_asks_once)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_type(c.term, "bob\r\r\r");
    peer_expect(c.server, "verify", NULL, "bob");
    let_in(&c);
    terminal_type(c.term, "hi\r");
    peer_expect(c.server, "broadcast", "bob", "hi");
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "bob");
    client_expect_exit(&c, 0);
}

Test(client_nick_dialog, leaving_from_the_dialog_says_goodbye_as_nobody)
{
    struct client c = client_start_unnamed(24, 80);
    leave_unnamed(&c);
}

Test(client_nick_dialog, the_dialog_fits_the_smallest_screen)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_resize(c.term, 6, 20);
    terminal_wait_for(c.term, "Choose a nick");
    terminal_type(c.term, "bob\r");
    peer_expect(c.server, "verify", NULL, "bob");
    peer_send(c.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(c.term, "refused");
    leave_unnamed(&c);
}

Test(client_nick_dialog, a_member_asks_for_another)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "/nick Ada Lovelace\r");
    peer_expect(c.server, "verify", NULL, "Ada Lovelace");
    peer_send(c.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(c.term, "refused");
    client_send(&c, "still ada");
    terminal_type(c.term, "/nick lovelace\r");
    peer_expect(c.server, "verify", NULL, "lovelace");
    peer_send(c.server, "ready", "SERVER", "READY");
    client_sync(&c);
    terminal_type(c.term, "hi\r");
    peer_expect(c.server, "broadcast", "lovelace", "hi");
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, "lovelace");
    client_expect_exit(&c, 0);
}
