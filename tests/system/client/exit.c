/* How klatch exits, by a key, a signal, or the server. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

Test(client_exit, it_is_said_once_however_often_one_asks)
{
    struct client c = client_start(24, 80);
    terminal_signal(c.term, SIGINT);
    terminal_type(c.term, "\x03\x03\x03");
    client_expect_goodbye(&c, "ada");
    client_expect_exit(&c, 0);
}

Test(client_exit, signals_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct client c = client_start(24, 80);
        terminal_signal(c.term, signals[i]);
        client_expect_goodbye(&c, "ada");
        client_expect_exit(&c, 0);
    }
}

Test(client_exit, a_signal_in_the_dialog_says_goodbye_as_nobody)
{
    struct client c = client_start_unnamed(24, 80);
    terminal_signal(c.term, SIGTERM);
    client_expect_goodbye(&c, NULL);
    client_expect_exit(&c, 0);
}

Test(client_exit, a_closed_window_says_goodbye)
{
    struct client c = client_start(24, 80);
    terminal_hang_up(c.term);
    client_expect_goodbye(&c, "ada");
    cr_assert_eq(terminal_wait_exit(c.term), 0);
}

Test(client_exit, a_server_that_does_not_take_the_goodbye_holds_nobody)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\x03");
    client_expect_exit(&c, 0);
    peer_close(c.server);
}

static void finish(struct peer *server)
{
    peer_close(server);
}

static void vanish(struct peer *server)
{
    peer_reset(server);
}

static void close_in_a_packet(struct peer *server)
{
    peer_send_bytes(server, "\0\x40{\"nick\":", 10);
    peer_close(server);
}

/* The view says so, and so does the last line on the terminal. */
Test(client_exit, the_server_is_gone)
{
    static void (*const ways[])(struct peer *) = {finish, vanish, close_in_a_packet};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct client c = client_start(24, 80);
        ways[i](c.server);
        terminal_wait_for(c.term, "onnection");
        cr_assert(terminal_full_screen(c.term), "it must be said in the view");
        client_quit_disconnected(&c);
        terminal_wait_for(c.term, "klatch: ");
    }
}

Test(client_exit, the_server_is_gone_before_there_is_a_nickname)
{
    struct client c = client_start_unnamed(24, 80);
    peer_close(c.server);
    client_quit_disconnected(&c);
}

Test(client_exit, the_server_says_why_it_closes)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "The coffee is finished.");
    terminal_wait_for(c.term, "The coffee is finished.");
    peer_close(c.server);
    client_quit_disconnected(&c);
    terminal_wait_for(c.term, "The coffee is finished.");
}

Test(client_exit, the_countdown_is_a_clock)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 125 seconds");
    int row = terminal_wait_for(c.term, "down in 2:0");
    cr_assert_eq(row, 22, "the clock belongs into the status bar");
    terminal_wait_for(c.term, "down in 2:03");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 3600 seconds");
    terminal_wait_for(c.term, "1:00:00");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 1 seconds");
    terminal_wait_for(c.term, "down in 0:01");
    peer_close(c.server);
    client_quit_disconnected(&c);
}

Test(client_exit, a_countdown_before_there_is_a_nickname)
{
    struct client c = client_start_unnamed(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 600 seconds");
    cr_assert_eq(terminal_wait_for(c.term, "down in 9:5"), 22);
    peer_close(c.server);
    client_quit_disconnected(&c);
}

Test(client_exit, a_server_that_breaks_the_protocol)
{
    static const char *const broken[] = {
        "", /* a length of 0 */
        "x",
        "[]",
        "{}",
        "{\"nick\":\"b\",\"msg\":\"\",\"proto\":\"broadcast\"} x",
        "{\"nick\":\"b\",\"msg\":\"\xC3(\",\"proto\":\"broadcast\"}",
        "{\"nick\":\"b\",\"msg\":1234,\"proto\":\"broadcast\"}",
        "{\"nick\":[],\"msg\":\"\",\"proto\":\"broadcast\"}",
        "{\"nick\":\"b\",\"msg\":\"\\u0000\",\"proto\":\"broadcast\"}",
    };
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct client c = client_start(24, 80);
        peer_send_text(c.server, broken[i]);
        terminal_wait_for(c.term, "protocol");
        client_quit_unconnected(&c, 76);
        peer_close(c.server);
    }
}

Test(client_exit, ready_that_nobody_asked_for_breaks_the_protocol)
{
    struct client c = client_start_unnamed(24, 80);
    peer_send(c.server, "ready", "SERVER", "READY");
    client_expect_exit(&c, 76);
}

Test(client_exit, odd_packets_in_the_room_do_no_harm)
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
