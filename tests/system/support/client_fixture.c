#include "tests/system/support/client_fixture.h"

#include "tests/keys.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct client client_start_argv(int rows, int columns, const char *argv[])
{
    size_t n = 0;
    struct client c = {.listener = fake_server_listen()};
    while (argv[n]) n++;
    argv[n] = c.listener.port;
    c.term = terminal_start(rows, columns, argv);
    c.server = fake_server_admit(&c.listener, "ada");
    if (rows >= 6 && columns >= 20) klatch_wait_joined(c.term);
    return c;
}

struct client client_start(int rows, int columns)
{
    return client_start_argv(
        rows, columns, (const char *[]){BUILD "/klatch", "-n", "ada", "127.0.0.1", NULL, NULL});
}

struct client client_start_unnamed(int rows, int columns)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(rows, columns, "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    klatch_wait_nick_dialog(c.term);
    klatch_wait_choosing_nick(c.term);
    return c;
}

void client_readmit(struct client *c)
{
    c->server = fake_server_admit(&c->listener, "ada");
    klatch_wait_rejoined(c->term, "ada");
}

void client_receive(struct client *c, const char *nick, const char *msg)
{
    peer_send(c->server, "broadcast", nick, msg);
}

void client_receive_arrival(struct client *c)
{
    client_receive(c, "SERVER", "ada joined the chat");
}

void client_receive_many(struct client *c, const char *msg, int from, int to)
{
    static char bytes[1000 * 128];
    char text[64];
    size_t n = 0;
    for (int i = from; i < to && n + 128 <= sizeof bytes; i++) {
        snprintf(text, sizeof text, "%s %d.", msg, i);
        n += wire_frame(bytes + n, "broadcast", "bob", text);
    }
    peer_send_bytes(c->server, bytes, n);
}

void client_send(struct client *c, const char *msg)
{
    terminal_enter(c->term, msg);
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

struct input_line {
    const char *text;
    int cursor;
};

/* Returns the cells before the text: the prompt, in the input's first row, may have a number. */
static int prompt_width(struct terminal *t)
{
    int row = terminal_rows(t) - 1;
    while (row > 0 && strchr(" ", terminal_row(t, row)[0]) != NULL) row--;
    return (int)strspn(terminal_row(t, row), "0123456789") + CLIENT_PROMPT_WIDTH;
}

static bool has_input_line(struct terminal *t, const void *arg)
{
    const struct input_line *line = arg;
    int row, column, last = terminal_rows(t) - 1, prompt = prompt_width(t);
    terminal_cursor(t, &row, &column);
    const char *text = terminal_text(t, last, prompt);
    bool is_empty = line->text[0] == '\0' && strcmp(text, MESSAGE_PLACEHOLDER) == 0;
    return row == last && column == prompt + line->cursor &&
           (is_empty || strcmp(text, line->text) == 0);
}

void client_wait_input(struct client *c, const char *text, int cursor)
{
    char what[256];
    struct input_line line = {text, cursor};
    snprintf(what, sizeof what, "the input line \"%s\" with the cursor at %d", text, cursor);
    terminal_wait(c->term, has_input_line, &line, what);
}

void client_type(struct client *c, const char *keys, const char *text, int cursor)
{
    terminal_type(c->term, keys);
    client_wait_input(c, text, cursor);
}

void client_join_as(struct client *c, const char *nick)
{
    terminal_enter(c->term, nick);
    peer_expect(c->server, "verify", NULL, nick);
    peer_send(c->server, "ready", "SERVER", "READY");
    klatch_wait_nick_dialog_closed(c->term);
}

void client_expect_goodbye(struct client *c, const char *nick)
{
    peer_expect(c->server, "goodbye", nick, "BYE");
    peer_expect_eof(c->server);
    peer_close(c->server);
}

void client_expect_exit(struct client *c, int status)
{
    int exited = terminal_wait_exit(c->term);
    cr_assert_eq(exited, status, "klatch exited with %d", exited);
    cr_assert(terminal_modes_restored(c->term), "the terminal's modes are not restored");
    cr_assert_not(terminal_full_screen(c->term), "the alternate screen is still shown");
    fake_server_close(&c->listener);
}

void client_expect_quit(struct client *c, const char *nick)
{
    client_expect_goodbye(c, nick);
    client_expect_exit(c, 0);
}

void client_quit_as(struct client *c, const char *nick)
{
    terminal_type(c->term, KEY_CTRL_C KEY_CTRL_C);
    client_expect_quit(c, nick);
}

void client_quit(struct client *c)
{
    client_quit_as(c, "ada");
}

void client_quit_unconnected(struct client *c, int status)
{
    terminal_type(c->term, KEY_CTRL_C KEY_CTRL_C);
    client_expect_exit(c, status);
}

void client_quit_disconnected(struct client *c)
{
    klatch_wait_disconnected(c->term);
    client_quit_unconnected(c, 69);
}

void client_disconnect(struct client *c, const char *reason, const char *part)
{
    peer_send(c->server, "shutdown", "SERVER", reason);
    terminal_wait_for(c->term, part);
    peer_close(c->server);
}
