/* The nickname dialog, and /nick. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_nick(struct client *c, const char *nick)
{
    peer_expect(c->server, "verify", NULL, nick);
}

static void accept_nick(struct client *c)
{
    peer_send(c->server, "ready", "SERVER", "READY");
    klatch_wait_nick_dialog_closed(c->term);
}

static void refuse_nick(struct client *c)
{
    peer_send(c->server, "retry", "SERVER", "RETRY");
    klatch_wait_refused(c->term);
}

/* Expects the server to receive this text from this nickname. */
static void expect_named(struct client *c, const char *nick, const char *text)
{
    terminal_enter(c->term, text);
    peer_expect(c->server, "broadcast", nick, text);
}

Test(client_nick_dialog, proposes_the_login_name_and_states_the_rule)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_wait_for(c.term, "32");
    terminal_type(c.term, "\r");
    expect_nick(&c, "ada");
    accept_nick(&c);
    client_quit(&c);
}

Test(client_nick_dialog, typing_replaces_the_proposal)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    client_join_as(&c, "bob");
    expect_named(&c, "bob", "hi");
    client_quit_as(&c, "bob");
}

Test(client_nick_dialog, the_proposal_can_be_edited)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_enter(c.term, KEY_LEFT KEY_LEFT KEY_DELETE "n");
    expect_nick(&c, "ana");
    client_quit_as(&c, NULL);
}

Test(client_nick_dialog, a_refused_nickname_stays_to_be_edited)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_enter(c.term, "bob");
    expect_nick(&c, "bob");
    for (int i = 0; i < 2; i++) {
        refuse_nick(&c);
        klatch_wait_nick_dialog(c.term);
        terminal_type(c.term, "by");
        terminal_wait_for(c.term, i ? " bobbyby " : " bobby ");
        klatch_wait_refusal_gone(c.term);
        terminal_type(c.term, "\r");
        expect_nick(&c, i ? "bobbyby" : "bobby");
    }
    accept_nick(&c);
    client_quit_as(&c, "bobbyby");
}

/* The server first receives the valid one. */
Test(client_nick_dialog, an_invalid_nickname_is_refused_without_the_server)
{
    struct client c = client_start_unnamed(24, 80);
    for (const char *const *nick =
             STRINGS("SERVER", "server", "a  b", " a", "a ", "\xE2\x80\xAEright to left",
                     "123456789012345678901234567890123");
         *nick; nick++) {
        terminal_type(c.term, KEY_KILL_LINE);
        terminal_enter(c.term, *nick);
    }
    terminal_enter(c.term, KEY_KILL_LINE);
    terminal_enter(c.term, "bob");
    expect_nick(&c, "bob");
    client_quit_as(&c, NULL);
}

Test(client_nick_dialog, a_nickname_typed_before_hello_is_sent_after_it)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    klatch_wait_nick_dialog(c.term);
    terminal_enter(c.term, "zo\xC3\xAB");
    terminal_wait_for(c.term, "zo\xC3\xAB");
    peer_send(c.server, "connect", "SERVER", "HELLO");
    expect_nick(&c, "zo\xC3\xAB");
    accept_nick(&c);
    client_quit_as(&c, "zo\xC3\xAB");
}

Test(client_nick_dialog, an_option_skips_the_dialog)
{
    struct client c = client_start(24, 80);
    cr_assert_not(klatch_has_shown_nick_dialog(c.term));
    client_quit(&c);
}

Test(client_nick_dialog, opens_when_the_server_refuses_the_options_nickname)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "--nick", "ada", "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    expect_nick(&c, "ada");
    peer_send(c.server, "retry", "SERVER", "RETRY");
    klatch_wait_nick_dialog(c.term);
    klatch_wait_refused(c.term);
    terminal_enter(c.term, "2");
    expect_nick(&c, "ada2");
    accept_nick(&c);
    client_quit_as(&c, "ada2");
}

Test(client_nick_dialog, enter_asks_the_server_once)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_type(c.term, "bob\r\r\r");
    expect_nick(&c, "bob");
    accept_nick(&c);
    expect_named(&c, "bob", "hi");
    client_quit_as(&c, "bob");
}

Test(client_nick_dialog, ctrl_c_says_goodbye_without_a_nickname)
{
    struct client c = client_start_unnamed(24, 80);
    client_quit_as(&c, NULL);
}

Test(client_nick_dialog, fits_the_smallest_screen)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_resize(c.term, 6, 20);
    klatch_wait_nick_dialog(c.term);
    terminal_enter(c.term, "bob");
    expect_nick(&c, "bob");
    refuse_nick(&c);
    client_quit_as(&c, NULL);
}

Test(client_nick_dialog, a_member_changes_its_nickname)
{
    struct client c = client_start(24, 80);
    terminal_enter(c.term, "/nick Ada Lovelace");
    expect_nick(&c, "Ada Lovelace");
    refuse_nick(&c);
    client_send(&c, "still ada");
    terminal_enter(c.term, "/nick lovelace");
    expect_nick(&c, "lovelace");
    peer_send(c.server, "ready", "SERVER", "READY");
    client_sync(&c);
    expect_named(&c, "lovelace", "hi");
    client_quit_as(&c, "lovelace");
}

Test(client_nick_dialog, a_look_alike_is_refused_and_named)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_wait_for(c.term, "ada");
    terminal_enter(c.term, "сосо");
    expect_nick(&c, "сосо");
    peer_send_text(c.server, "{\"nick\":\"SERVER\",\"msg\":\"RETRY\",\"proto\":\"retry\","
                             "\"like\":\"coco\"}");
    terminal_wait_for(c.term, "looks like «coco», which is taken.");
    terminal_enter(c.term, "2");
    expect_nick(&c, "сосо2");
    accept_nick(&c);
    client_quit_as(&c, "сосо2");
}
