#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct visit visit_start(int rows, int columns)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(rows, columns, "-n", "ada", "127.0.0.1", v.fake.port);
    v.server = fake_admit(&v.fake, "ada");
    if (rows >= 6 && columns >= 20) terminal_wait_for(v.t, "here");
    return v;
}

struct visit visit_unnamed(int rows, int columns)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(rows, columns, "127.0.0.1", v.fake.port);
    v.server = fake_accept(&v.fake);
    peer_send(v.server, "connect", "SERVER", "HELLO");
    terminal_wait_for(v.t, "Choose a nickname");
    terminal_wait_for(v.t, "choosing");
    return v;
}

void visit_hear(struct visit *v, const char *nick, const char *msg)
{
    peer_send(v->server, "broadcast", nick, msg);
}

void visit_hear_many(struct visit *v, const char *what, int from, int to)
{
    static char bytes[1000 * 128];
    char text[64];
    size_t n = 0;
    for (int i = from; i < to && n + 128 <= sizeof bytes; i++) {
        snprintf(text, sizeof text, "%s %d.", what, i);
        n += wire_frame(bytes + n, "broadcast", "bob", text);
    }
    peer_send_bytes(v->server, bytes, n);
}

void visit_say(struct visit *v, const char *msg)
{
    terminal_type(v->t, msg);
    terminal_type(v->t, "\r");
    peer_expect(v->server, "broadcast", "ada", msg);
}

void visit_settle(struct visit *v)
{
    static unsigned count;
    char marker[24];
    snprintf(marker, sizeof marker, "settled%u", ++count);
    visit_hear(v, "SERVER", marker);
    terminal_wait_for(v->t, marker);
}

struct field {
    const char *text;
    int cursor;
};

static bool reads(struct terminal *t, const void *arg)
{
    const struct field *f = arg;
    int row, column, last = terminal_rows(t) - 1;
    terminal_cursor(t, &row, &column);
    return row == last && column == VISIT_PROMPT + f->cursor &&
           strcmp(terminal_text(t, last, VISIT_PROMPT), f->text) == 0;
}

void visit_wait_line(struct visit *v, const char *text, int cursor)
{
    char what[256];
    struct field f = {text, cursor};
    snprintf(what, sizeof what, "the input line \"%s\" with the cursor at %d", text, cursor);
    terminal_wait(v->t, reads, &f, what);
}

void visit_expect_goodbye(struct visit *v, const char *nick)
{
    peer_expect(v->server, "goodbye", nick, "BYE");
    peer_expect_eof(v->server);
    peer_close(v->server);
}

void visit_expect_exit(struct visit *v, int status)
{
    int ended = terminal_wait_exit(v->t);
    cr_assert_eq(ended, status, "klatch ended with %d", ended);
    cr_assert(terminal_modes_restored(v->t), "the terminal's modes are not what they were");
    cr_assert_not(terminal_full_screen(v->t), "the alternate screen is still shown");
    fake_close(&v->fake);
}

void visit_dismiss(struct visit *v, int status)
{
    terminal_type(v->t, "\x03");
    visit_expect_exit(v, status);
}

void visit_give_up(struct visit *v)
{
    terminal_wait_for(v->t, "onnection");
    visit_dismiss(v, 69);
}

void visit_end(struct visit *v)
{
    terminal_type(v->t, "\x03");
    visit_expect_goodbye(v, "ada");
    visit_expect_exit(v, 0);
}
