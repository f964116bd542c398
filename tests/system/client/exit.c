/* How klatch exits, by a key, a signal, or the server. */
#include "tests/count.h"
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"
#include "tui/ui/layout.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

Test(client_exit, goodbye_is_sent_once_however_often_ctrl_c_is_pressed)
{
    struct client c = client_start(24, 80);
    terminal_signal(c.term, SIGINT);
    terminal_type(c.term, "\x03\x03\x03");
    client_expect_quit(&c, "ada");
}

Test(client_exit, signals_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct client c = client_start(24, 80);
        terminal_signal(c.term, signals[i]);
        client_expect_quit(&c, "ada");
    }
}

Test(client_exit, a_signal_in_the_dialog_says_goodbye_without_a_nickname)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_signal(c.term, SIGTERM);
    client_expect_quit(&c, NULL);
}

Test(client_exit, a_closed_window_says_goodbye)
{
    struct client c = client_start(24, 80);
    terminal_hang_up(c.term);
    client_expect_goodbye(&c, "ada");
    cr_assert_eq(terminal_wait_exit(c.term), 0);
}

Test(client_exit, klatch_exits_though_the_server_does_not_answer_goodbye)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\x03");
    client_expect_exit(&c, 0);
    peer_close(c.server);
}

static void close_properly(struct peer *server)
{
    peer_close(server);
}

static void reset(struct peer *server)
{
    peer_reset(server);
}

static void close_in_a_packet(struct peer *server)
{
    peer_send_bytes(server, "\0\x40{\"nick\":", 10);
    peer_close(server);
}

/* The view says so, and so does the last line on the terminal. */
Test(client_exit, a_lost_connection_is_reported_in_the_view_and_at_exit)
{
    static void (*const ways[])(struct peer *) = {close_properly, reset, close_in_a_packet};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct client c = client_start(24, 80);
        ways[i](c.server);
        klatch_wait_disconnected(c.term);
        cr_assert(terminal_full_screen(c.term), "it is not reported in the view");
        client_quit_disconnected(&c);
        terminal_wait_for(c.term, "klatch: ");
    }
}

/* klatch says nothing: it connects again when a nickname is chosen. */
static void quit_disconnected_in_the_dialog(struct client *c, int status)
{
    peer_half_close(c->server);
    peer_expect_eof(c->server);
    peer_close(c->server);
    client_quit_unconnected(c, status);
}

Test(client_exit, a_connection_lost_in_the_nick_dialog)
{
    struct client c = client_start_unnamed(24, 80);
    quit_disconnected_in_the_dialog(&c, 0);
}

Test(client_exit, the_servers_reason_is_shown_once)
{
    static const char reason[] = "The coffee is finished.";
    struct client c = client_start(24, 80);
    client_disconnect(&c, reason, reason);
    klatch_wait_enter_to_reconnect(c.term);
    int row = terminal_find(c.term, reason);
    cr_expect(strstr(terminal_row(c.term, row), LAYOUT_ANNOUNCEMENT " "));
    while (++row < terminal_rows(c.term))
        cr_expect_null(strstr(terminal_row(c.term, row), reason), "the reason is repeated");
    client_quit_disconnected(&c);
    klatch_wait_notice(c.term, MESSAGE_CLOSED ".");
    cr_expect_lt(terminal_find(c.term, reason), 0, "the reason is repeated at the exit");
}

Test(client_exit, the_shutdown_countdown_is_shown_as_a_clock)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 125 seconds");
    int row = terminal_wait_for(c.term, "down in 2:0");
    cr_assert_eq(row, 22, "the clock is not in the status bar");
    terminal_wait_for(c.term, "down in 2:03");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 3600 seconds");
    terminal_wait_for(c.term, "1:00:00");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 1 seconds");
    terminal_wait_for(c.term, "down in 0:01");
    peer_close(c.server);
    client_quit_disconnected(&c);
}

Test(client_exit, the_countdown_in_the_nick_dialog)
{
    struct client c = client_start_unnamed(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 600 seconds");
    cr_assert_eq(terminal_wait_for(c.term, "down in 9:5"), 22);
    quit_disconnected_in_the_dialog(&c, 69);
}

Test(client_exit, an_unexpected_ready_is_a_protocol_error_and_exits_with_76)
{
    struct client c = client_start_unnamed(24, 80);
    peer_send(c.server, "ready", "SERVER", "READY");
    client_expect_exit(&c, 76);
}

Test(client_exit, unexpected_packets_of_a_member_are_ignored)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    peer_send(c.server, "ready", "SERVER", "READY");
    peer_send(c.server, "retry", "SERVER", "RETRY");
    peer_send(c.server, "goodbye", "bob", "BYE");
    peer_send(c.server, "verify", NULL, "bob");
    peer_send(c.server, "shutdown", "SERVER", "");
    peer_send(c.server, "shutdown", "SERVER",
              "Server Shutting down in 99999999999999999999 seconds");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in -5 seconds");
    peer_send(c.server, "broadcast", NULL, "from nobody");
    terminal_wait_for(c.term, "from nobody");
    client_send(&c, "still here");
    client_quit(&c);
}
