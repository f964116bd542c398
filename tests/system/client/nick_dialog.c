/* How klatch's user gets a nickname. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void leave_unnamed(struct visit *v)
{
    terminal_type(v->t, "\x03");
    visit_expect_goodbye(v, NULL);
    visit_expect_exit(v, 0);
}

static void let_in(struct visit *v)
{
    peer_send(v->server, "ready", "SERVER", "READY");
    terminal_wait_gone(v->t, "Choose a nickname");
}

Test(client_nick, the_dialog_proposes_the_login_name_and_says_the_rule)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_wait_for(v.t, "ada");
    terminal_wait_for(v.t, "32");
    terminal_type(v.t, "\r");
    peer_expect(v.server, "verify", NULL, "ada");
    let_in(&v);
    visit_end(&v);
}

Test(client_nick, typing_replaces_the_proposal)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_wait_for(v.t, "ada");
    terminal_type(v.t, "bob\r");
    peer_expect(v.server, "verify", NULL, "bob");
    let_in(&v);
    terminal_type(v.t, "hi\r");
    peer_expect(v.server, "broadcast", "bob", "hi");
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "bob");
    visit_expect_exit(&v, 0);
}

Test(client_nick, the_proposal_can_be_edited)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_wait_for(v.t, "ada");
    terminal_type(v.t, "\033[D\033[D\033[3~n\r");
    peer_expect(v.server, "verify", NULL, "ana");
    leave_unnamed(&v);
}

Test(client_nick, a_refused_one_is_said_to_be_and_stays_to_be_changed)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_type(v.t, "bob\r");
    peer_expect(v.server, "verify", NULL, "bob");
    for (int i = 0; i < 2; i++) {
        peer_send(v.server, "retry", "SERVER", "RETRY");
        terminal_wait_for(v.t, "refused");
        terminal_wait_for(v.t, "Choose a nickname");
        terminal_type(v.t, "by");
        terminal_wait_for(v.t, i ? " bobbyby " : " bobby ");
        terminal_wait_gone(v.t, "refused");
        terminal_type(v.t, "\r");
        peer_expect(v.server, "verify", NULL, i ? "bobbyby" : "bobby");
    }
    let_in(&v);
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "bobbyby");
    visit_expect_exit(&v, 0);
}

/* The first thing the server hears is the good one. */
Test(client_nick, a_bad_one_is_refused_without_asking_the_server)
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
    struct visit v = visit_unnamed(24, 80);
    for (size_t i = 0; i < COUNT(bad); i++) {
        terminal_type(v.t, "\x05\x15");
        terminal_type(v.t, bad[i]);
        terminal_type(v.t, "\r");
    }
    terminal_type(v.t, "\x05\x15\r");
    terminal_type(v.t, "bob\r");
    peer_expect(v.server, "verify", NULL, "bob");
    leave_unnamed(&v);
}

Test(client_nick, what_is_typed_before_the_greeting_counts)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(24, 80, "127.0.0.1", v.fake.port);
    v.server = fake_accept(&v.fake);
    terminal_wait_for(v.t, "Choose a nickname");
    terminal_type(v.t, "zo\xC3\xAB\r");
    terminal_wait_for(v.t, "zo\xC3\xAB");
    peer_send(v.server, "connect", "SERVER", "HELLO");
    peer_expect(v.server, "verify", NULL, "zo\xC3\xAB");
    let_in(&v);
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "zo\xC3\xAB");
    visit_expect_exit(&v, 0);
}

Test(client_nick, an_option_skips_the_dialog)
{
    struct visit v = visit_start(24, 80);
    size_t n;
    cr_assert_not(strstr(terminal_output(v.t, &n), "Choose a nickname"));
    visit_end(&v);
}

Test(client_nick, unless_the_server_refuses_it)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(24, 80, "--nick", "ada", "127.0.0.1", v.fake.port);
    v.server = fake_accept(&v.fake);
    peer_send(v.server, "connect", "SERVER", "HELLO");
    peer_expect(v.server, "verify", NULL, "ada");
    peer_send(v.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(v.t, "Choose a nickname");
    terminal_wait_for(v.t, "refused");
    terminal_type(v.t, "2\r");
    peer_expect(v.server, "verify", NULL, "ada2");
    let_in(&v);
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "ada2");
    visit_expect_exit(&v, 0);
}

Test(client_nick, enter_asks_once)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_type(v.t, "bob\r\r\r");
    peer_expect(v.server, "verify", NULL, "bob");
    let_in(&v);
    terminal_type(v.t, "hi\r");
    peer_expect(v.server, "broadcast", "bob", "hi");
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "bob");
    visit_expect_exit(&v, 0);
}

Test(client_nick, leaving_from_the_dialog_says_goodbye_as_nobody)
{
    struct visit v = visit_unnamed(24, 80);
    leave_unnamed(&v);
}

Test(client_nick, the_dialog_fits_the_smallest_screen)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_resize(v.t, 6, 20);
    terminal_wait_for(v.t, "Choose a nick");
    terminal_type(v.t, "bob\r");
    peer_expect(v.server, "verify", NULL, "bob");
    peer_send(v.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(v.t, "refused");
    leave_unnamed(&v);
}

Test(client_nick, a_member_asks_for_another)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "/nick Ada Lovelace\r");
    peer_expect(v.server, "verify", NULL, "Ada Lovelace");
    peer_send(v.server, "retry", "SERVER", "RETRY");
    terminal_wait_for(v.t, "refused");
    visit_say(&v, "still ada");
    terminal_type(v.t, "/nick lovelace\r");
    peer_expect(v.server, "verify", NULL, "lovelace");
    peer_send(v.server, "ready", "SERVER", "READY");
    visit_settle(&v);
    terminal_type(v.t, "hi\r");
    peer_expect(v.server, "broadcast", "lovelace", "hi");
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, "lovelace");
    visit_expect_exit(&v, 0);
}
