/* How a visit ends, by the user's will or not. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

Test(client_end, it_is_said_once_however_often_one_asks)
{
    struct visit v = visit_start(24, 80);
    terminal_signal(v.t, SIGINT);
    terminal_type(v.t, "\x03\x03\x03");
    visit_expect_goodbye(&v, "ada");
    visit_expect_exit(&v, 0);
}

Test(client_end, signals_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct visit v = visit_start(24, 80);
        terminal_signal(v.t, signals[i]);
        visit_expect_goodbye(&v, "ada");
        visit_expect_exit(&v, 0);
    }
}

Test(client_end, a_signal_in_the_dialog_says_goodbye_as_nobody)
{
    struct visit v = visit_unnamed(24, 80);
    terminal_signal(v.t, SIGTERM);
    visit_expect_goodbye(&v, NULL);
    visit_expect_exit(&v, 0);
}

Test(client_end, a_closed_window_says_goodbye)
{
    struct visit v = visit_start(24, 80);
    terminal_hang_up(v.t);
    visit_expect_goodbye(&v, "ada");
    cr_assert_eq(terminal_wait_exit(v.t), 0);
}

Test(client_end, a_server_that_does_not_take_the_goodbye_holds_nobody)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "\x03");
    visit_expect_exit(&v, 0);
    peer_close(v.server);
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
Test(client_end, the_server_is_gone)
{
    static void (*const ways[])(struct peer *) = {finish, vanish, close_in_a_packet};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct visit v = visit_start(24, 80);
        ways[i](v.server);
        terminal_wait_for(v.t, "onnection");
        cr_assert(terminal_full_screen(v.t), "it must be said in the view");
        visit_give_up(&v);
        terminal_wait_for(v.t, "klatch: ");
    }
}

Test(client_end, the_server_is_gone_before_there_is_a_nickname)
{
    struct visit v = visit_unnamed(24, 80);
    peer_close(v.server);
    visit_give_up(&v);
}

Test(client_end, the_server_says_why_it_closes)
{
    struct visit v = visit_start(24, 80);
    peer_send(v.server, "shutdown", "SERVER", "The coffee is finished.");
    terminal_wait_for(v.t, "The coffee is finished.");
    peer_close(v.server);
    visit_give_up(&v);
    terminal_wait_for(v.t, "The coffee is finished.");
}

Test(client_end, the_countdown_is_a_clock)
{
    struct visit v = visit_start(24, 80);
    peer_send(v.server, "shutdown", "SERVER", "Server Shutting down in 125 seconds");
    int row = terminal_wait_for(v.t, "down in 2:0");
    cr_assert_eq(row, 22, "the clock belongs into the status bar");
    terminal_wait_for(v.t, "down in 2:03");
    peer_send(v.server, "shutdown", "SERVER", "Server Shutting down in 3600 seconds");
    terminal_wait_for(v.t, "1:00:00");
    peer_send(v.server, "shutdown", "SERVER", "Server Shutting down in 1 seconds");
    terminal_wait_for(v.t, "down in 0:01");
    peer_close(v.server);
    visit_give_up(&v);
}

Test(client_end, a_countdown_before_there_is_a_nickname)
{
    struct visit v = visit_unnamed(24, 80);
    peer_send(v.server, "shutdown", "SERVER", "Server Shutting down in 600 seconds");
    cr_assert_eq(terminal_wait_for(v.t, "down in 9:5"), 22);
    peer_close(v.server);
    visit_give_up(&v);
}

Test(client_end, a_server_that_breaks_the_protocol)
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
        struct visit v = visit_start(24, 80);
        peer_send_text(v.server, broken[i]);
        terminal_wait_for(v.t, "protocol");
        visit_dismiss(&v, 76);
        peer_close(v.server);
    }
}

Test(client_end, ready_that_nobody_asked_for_breaks_the_protocol)
{
    struct visit v = visit_unnamed(24, 80);
    peer_send(v.server, "ready", "SERVER", "READY");
    visit_expect_exit(&v, 76);
}

Test(client_end, odd_packets_in_the_room_do_no_harm)
{
    struct visit v = visit_start(24, 80);
    peer_send(v.server, "connect", "SERVER", "HELLO");
    peer_send(v.server, "ready", "SERVER", "READY");
    peer_send(v.server, "retry", "SERVER", "RETRY");
    peer_send(v.server, "goodbye", "bob", "BYE");
    peer_send(v.server, "verify", NULL, "bob");
    peer_send(v.server, "shutdown", "SERVER", "");
    peer_send(v.server, "shutdown", "SERVER",
              "Server Shutting down in 99999999999999999999 seconds");
    peer_send(v.server, "shutdown", "SERVER", "Server Shutting down in -5 seconds");
    peer_send(v.server, "broadcast", NULL, "from nobody");
    terminal_wait_for(v.t, "from nobody");
    visit_say(&v, "still here");
    visit_end(&v);
}
