/* client_fixture: klatch in a terminal, connected to a server that the test plays. */
#ifndef TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H
#define TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H

#include "tests/system/support/fake_server.h"
#include "tests/system/support/terminal.h"

enum { CLIENT_PROMPT_WIDTH = 2 /* cells before the input line's text */ };

struct client {
    struct fake_server listener;
    struct terminal *term;
    struct peer *server; /* the test's end of the connection */
};

/* Starts "klatch -n ada" and lets it in. */
struct client client_start(int rows, int columns);

/* Starts klatch, which is to ask for a nickname, and greets it. */
struct client client_start_unnamed(int rows, int columns);

/* Has somebody in the room say something. */
void client_receive(struct client *c, const char *nick, const char *msg);

/* The same of bob and "WHAT FROM." to before "WHAT TO.", at most 1,000 lines, all at once. */
void client_receive_many(struct client *c, const char *what, int from, int to);

/* Types this, presses Enter, and expects it at the server. */
void client_send(struct client *c, const char *msg);

/* Everything the client has been told and has typed so far is on its screen afterwards. */
void client_sync(struct client *c);

/* Waits until the input line reads so, with the cursor so many cells into it. */
void client_wait_input(struct client *c, const char *text, int cursor);

/* Expects the goodbye, and then that the client leaves the terminal as it found it, with this
 * status. */
void client_expect_goodbye(struct client *c, const char *nick);
void client_expect_exit(struct client *c, int status);

/* The same when there is no going on, and a key is pressed to leave without reading on. */
void client_quit_unconnected(struct client *c, int status);

/* The same when the connection is lost: the view says so and the person does not wait. */
void client_quit_disconnected(struct client *c);

/* Leaves by Ctrl+C. */
void client_quit(struct client *c);

#endif
