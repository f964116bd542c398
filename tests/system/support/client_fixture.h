/* client_fixture: klatch in a terminal, connected to a server that the test plays. */
#ifndef TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H
#define TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H

#include "tests/system/support/fake_server.h"
#include "tests/system/support/klatch_screen.h"

enum { CLIENT_PROMPT_WIDTH = 2 /* cells before the input line's text */ };

struct client {
    struct fake_server listener;
    struct terminal *term;
    struct peer *server; /* the server's end of the connection */
};

/* Starts "klatch -n ada" and admits it. */
struct client client_start(int rows, int columns);

/* The same with options and one setting for the environment, as in
 * client_start_with(24, 80, "NO_COLOR=1", "--no-bell"). The setting is an argument of env(1);
 * NO_SETTING has no effect. */
#define client_start_with(rows, columns, setting, ...)                                             \
    client_start_argv(rows, columns,                                                               \
                      (const char *[]){"env", setting, BUILD "/klatch", __VA_ARGS__, "-n", "ada",  \
                                       "127.0.0.1", NULL, NULL})

#define NO_SETTING "A="

/* Starts a command line that runs klatch as ada, and admits it. The first NULL of argv becomes the
 * port; a second must follow. */
struct client client_start_argv(int rows, int columns, const char *argv[]);

/* Starts klatch without a nickname and sends HELLO: it shows the nickname dialog. */
struct client client_start_unnamed(int rows, int columns);

/* Admits klatch again after it was disconnected. */
void client_readmit(struct client *c);

/* Sends klatch a message of this author. */
void client_receive(struct client *c, const char *nick, const char *msg);

/* Sends klatch the notice that ada has joined: the lines after it are not of a history. */
void client_receive_arrival(struct client *c);

/* Sends klatch bob's messages "TEXT FROM." to before "TEXT TO.", at most 1,000, in one write. */
void client_receive_many(struct client *c, const char *msg, int from, int to);

/* Types a message and Enter; expects the server to receive it. */
void client_send(struct client *c, const char *msg);

/* Waits until klatch has handled everything that it has received or that was typed. */
void client_sync(struct client *c);

/* Types keys, and waits until the input line has this text with the cursor at this cell. */
void client_type(struct client *c, const char *keys, const char *text, int cursor);

/* Waits until the input line's last row has this text, and the cursor is at this cell of it. */
void client_wait_input(struct client *c, const char *text, int cursor);

/* Types this nickname in the nickname dialog, expects the server to be asked for it, and accepts.
 */
void client_join_as(struct client *c, const char *nick);

/* Expects the goodbye and the end of the connection. A NULL nickname is none. */
void client_expect_goodbye(struct client *c, const char *nick);

/* Expects klatch to exit with this status and to restore the terminal. */
void client_expect_exit(struct client *c, int status);

/* Both: the goodbye, and status 0. */
void client_expect_quit(struct client *c, const char *nick);

/* Press Ctrl+C twice, because the first one may clear a draft; expect the goodbye and status 0. */
void client_quit(struct client *c);
void client_quit_as(struct client *c, const char *nick);

/* The same without a connection, with this status. */
void client_quit_unconnected(struct client *c, int status);

/* Disconnects klatch for a reason, once the screen shows a part of it. */
void client_disconnect(struct client *c, const char *reason, const char *part);

/* Waits until klatch is disconnected, presses Ctrl+C, and expects the status of a lost connection.
 */
void client_quit_disconnected(struct client *c);

#endif
