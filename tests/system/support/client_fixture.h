/* visit: klatch let into a room that the test plays. */
#ifndef TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H
#define TESTS_SYSTEM_SUPPORT_CLIENT_FIXTURE_H

#include "tests/system/support/fake_server.h"
#include "tests/system/support/terminal.h"

enum { VISIT_PROMPT = 2 /* cells before the input line's text */ };

struct visit {
    struct fake fake;
    struct terminal *t;
    struct peer *server; /* the test's end of the connection */
};

/* Starts "klatch -n ada" and lets it in. */
struct visit visit_start(int rows, int columns);

/* Starts klatch, which is to ask for a nickname, and greets it. */
struct visit visit_unnamed(int rows, int columns);

/* Has somebody in the room say something. */
void visit_hear(struct visit *v, const char *nick, const char *msg);

/* The same of bob and "WHAT FROM." to before "WHAT TO.", at most 1,000 lines, all at once. */
void visit_hear_many(struct visit *v, const char *what, int from, int to);

/* Types this, presses Enter, and expects it at the server. */
void visit_say(struct visit *v, const char *msg);

/* Everything the client has been told and has typed so far is on its screen afterwards. */
void visit_settle(struct visit *v);

/* Waits until the input line reads so, with the cursor so many cells into it. */
void visit_wait_line(struct visit *v, const char *text, int cursor);

/* Expects the goodbye, and then that the client leaves the terminal as it found it, with this
 * status. */
void visit_expect_goodbye(struct visit *v, const char *nick);
void visit_expect_exit(struct visit *v, int status);

/* The same when there is no going on, and a key is pressed to leave without reading on. */
void visit_dismiss(struct visit *v, int status);

/* The same when the connection is lost: the view says so and the person does not wait. */
void visit_give_up(struct visit *v);

/* Leaves by Ctrl+C. */
void visit_end(struct visit *v);

#endif
