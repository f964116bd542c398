#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct client client_start(int rows, int columns)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(rows, columns, "-n", "ada", "127.0.0.1", c.listener.port);
    c.server = fake_server_admit(&c.listener, "ada");
    if (rows >= 6 && columns >= 20) terminal_wait_for(c.term, "here");
    return c;
}

struct client client_start_unnamed(int rows, int columns)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(rows, columns, "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    terminal_wait_for(c.term, "Choose a nickname");
    terminal_wait_for(c.term, "choosing");
    return c;
}

void client_receive(struct client *c, const char *nick, const char *msg)
{
    peer_send(c->server, "broadcast", nick, msg);
}

void client_receive_many(struct client *c, const char *what, int from, int to)
{
    static char bytes[1000 * 128];
    char text[64];
    size_t n = 0;
    for (int i = from; i < to && n + 128 <= sizeof bytes; i++) {
        snprintf(text, sizeof text, "%s %d.", what, i);
        n += wire_frame(bytes + n, "broadcast", "bob", text);
    }
    peer_send_bytes(c->server, bytes, n);
}

void client_send(struct client *c, const char *msg)
{
    terminal_type(c->term, msg);
    terminal_type(c->term, "\r");
    peer_expect(c->server, "broadcast", "ada", msg);
}

void client_sync(struct client *c)
{
    static unsigned count;
    char marker[24];
    snprintf(marker, sizeof marker, "settled%u", ++count);
    client_receive(c, "SERVER", marker);
    terminal_wait_for(c->term, marker);
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
    return row == last && column == CLIENT_PROMPT_WIDTH + f->cursor &&
           strcmp(terminal_text(t, last, CLIENT_PROMPT_WIDTH), f->text) == 0;
}

void client_wait_input(struct client *c, const char *text, int cursor)
{
    char what[256];
    struct field f = {text, cursor};
    snprintf(what, sizeof what, "the input line \"%s\" with the cursor at %d", text, cursor);
    terminal_wait(c->term, reads, &f, what);
}

void client_expect_goodbye(struct client *c, const char *nick)
{
    peer_expect(c->server, "goodbye", nick, "BYE");
    peer_expect_eof(c->server);
    peer_close(c->server);
}

void client_expect_exit(struct client *c, int status)
{
    int ended = terminal_wait_exit(c->term);
    cr_assert_eq(ended, status, "klatch ended with %d", ended);
    cr_assert(terminal_modes_restored(c->term), "the terminal's modes are not what they were");
    cr_assert_not(terminal_full_screen(c->term), "the alternate screen is still shown");
    fake_server_close(&c->listener);
}

void client_quit_unconnected(struct client *c, int status)
{
    terminal_type(c->term, "\x03");
    client_expect_exit(c, status);
}

void client_quit_disconnected(struct client *c)
{
    terminal_wait_for(c->term, "onnection");
    client_quit_unconnected(c, 69);
}

void client_quit(struct client *c)
{
    terminal_type(c->term, "\x03");
    client_expect_goodbye(c, "ada");
    client_expect_exit(c, 0);
}
