#include "tui/core/session_waiting.h"

#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/session.h"
#include "tui/core/session_output.h"
#include "tui/core/session_receive.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct session session;
static char last[512];
static size_t lines, changes;

static const char *on_event(void *context, const struct event *e)
{
    (void)context;
    if (e->kind == EVENT_STATUS) snprintf(last, sizeof last, "%s", e->text);
    lines += e->kind == EVENT_STATUS;
    changes += e->kind == EVENT_STATE_CHANGED;
    return NULL;
}

static void open_session(void)
{
    const struct session_config config = {
        .where = "room port 1", .host = "room", .nick = "ada", .sink = {on_event, NULL}};
    session_open(&session, &config);
    session_tick(&session, 0, 1000);
}

static void close_session(void)
{
    session_close(&session);
}

TestSuite(client_waiting, .init = open_session, .fini = close_session);

/* Ticks and updates when that is due, as a loop does. */
static void wait_ms(int64_t ms)
{
    for (int64_t end = session.now + ms, due; session.now < end;) {
        due = clock_sooner(session_deadline(&session), session_waiting_deadline(&session));
        session_tick(&session, 0, due < 0 || due > end ? end : due);
        session_waiting_update(&session);
    }
}

static void hear(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    session_receive(&session, (struct span){frame, packet_encode(frame, proto, nick, msg)});
}

__attribute__((format(printf, 1, 2))) static void expect_line_after_ten_seconds(const char *format,
                                                                                ...)
{
    char text[sizeof last];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    last[0] = '\0';
    lines = 0;
    wait_ms(9999);
    cr_expect_eq(lines, 0, "%s", last);
    wait_ms(1);
    cr_expect_str_eq(last, text);
    wait_ms(120000);
    cr_expect_eq(lines, 1, "it is said again");
}

Test(client_waiting, for_a_name_server)
{
    expect_line_after_ten_seconds(MESSAGE_WAITING_ADDRESS, "room");
}

Test(client_waiting, for_an_address)
{
    session_set_resolved(&session, true);
    wait_ms(0);
    expect_line_after_ten_seconds(MESSAGE_WAITING_CONNECTION, "room");
}

Test(client_waiting, for_a_server_that_does_not_greet)
{
    session_connected(&session);
    expect_line_after_ten_seconds(MESSAGE_WAITING_GREETING, "room");
}

Test(client_waiting, for_hello_when_something_else_came)
{
    session_connected(&session);
    hear(PROTO_GOODBYE, "SERVER", "welcome");
    hear(PROTO_VERIFY, "SERVER", "your name?");
    lines = 0;
    expect_line_after_ten_seconds(MESSAGE_WAITING_OTHER, "room",
                                  "\"goodbye\" with the text \"welcome\"");
}

Test(client_waiting, for_the_answer_to_a_member_who_asks_for_another_nickname)
{
    session_connected(&session);
    hear(PROTO_CONNECT, "SERVER", "HELLO");
    hear(PROTO_READY, "SERVER", "READY");
    for (int i = 0; i < 2; i++) {
        cr_assert_null(session_request_nick(&session, "eve"));
        expect_line_after_ten_seconds(MESSAGE_WAITING_NICK, "room", "eve");
        hear(PROTO_RETRY, "SERVER", "RETRY");
        wait_ms(1);
    }
}

Test(client_waiting, for_a_server_that_does_not_accept_the_nickname)
{
    session_connected(&session);
    hear(PROTO_CONNECT, "SERVER", "HELLO");
    expect_line_after_ten_seconds(MESSAGE_WAITING_NICK, "room", "ada");
}

Test(client_waiting, is_said_once_however_many_attempts_it_takes)
{
    session_connected(&session);
    wait_ms(10000);
    for (int i = 0; i < 3; i++) {
        session_disconnected(&session, NULL);
        lines = 0;
        session_reconnect(&session);
        wait_ms(60000);
        cr_expect_eq(lines, 0, "%s", last);
    }
    session_connected(&session);
    hear(PROTO_CONNECT, "SERVER", "HELLO");
    hear(PROTO_READY, "SERVER", "READY");
    wait_ms(60000);
    session_disconnected(&session, NULL);
    lines = 0;
    wait_ms(60000);
    cr_expect_eq(lines, 1, "another time it is not said");
}

Test(client_waiting, is_over_with_the_answer)
{
    session_set_resolved(&session, true);
    wait_ms(5000);
    session_connected(&session);
    hear(PROTO_CONNECT, "SERVER", "HELLO");
    hear(PROTO_READY, "SERVER", "READY");
    lines = 0;
    wait_ms(60000);
    cr_expect_eq(lines, 0, "%s", last);
    cr_expect_eq(session_waiting_deadline(&session), -1, "the loop wakes up for nothing");
}

Test(client_waiting, the_seconds_are_shown_as_they_pass)
{
    changes = 0;
    wait_ms(2999);
    cr_expect_eq(changes, 0);
    wait_ms(1);
    cr_expect_eq(changes, 1);
    wait_ms(5000);
    cr_expect_eq(changes, 6);
}
