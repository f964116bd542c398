/* harness: a client in unit tests. The test types, and plays the server. */
#ifndef TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H
#define TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H

#include "tui/stdio/frontend.h"
#include "tui/ui/drawing/status_bar.h"
#include "tui/ui/screen.h"

extern struct harness {
    struct session session;
    struct screen screen;
    struct frontend frontend; /* in place of the screen, if its kind is set */
    char logged[4096], log_path[64];
} harness;

/* Opens a client with a screen of 24 by 80; nick NULL asks for one, and proposes "ada". */
void harness_open(const char *nick);
void harness_close(void);
/* Opens it, and lets it join as ada. */
void harness_join(void);
/* The same with a front end in place of the screen. */
void harness_open_frontend(const struct frontend_kind *kind, const char *nick);
/* Opens it, connects and receives HELLO. */
void harness_greet_frontend(const struct frontend_kind *kind, const char *nick);
void harness_join_frontend(const struct frontend_kind *kind);
/* Loses the connection, connects again and receives HELLO; the client requests ada. */
void harness_reconnect(void);
/* Rejoins as ada, and waits until the client knows that the server sends no history. */
void harness_return(void);

/* Types bytes, as a terminal sends them, then waits for the Escape timeout. Each line end comes in
 * a read of its own. */
void harness_type(const char *bytes);
void harness_paste(const char *text);
void harness_wait(int64_t ms);

/* The server sends a packet, or bytes. */
void harness_receive(enum proto proto, const char *nick, const char *msg);
void harness_receive_bytes(const char *bytes, size_t n);
/* The server stops reading, or reads again. */
void harness_block_sending(bool blocked);

/* The server sends a ready with a secret to come back with. */
void harness_receive_ready(const char *secret);

/* Expects the next packet that the client sent, or none; or a verify with a secret, NULL: without.
 */
void harness_expect_sent(enum proto proto, const char *nick, const char *msg);
void harness_expect_verify(const char *nick, const char *secret);
void harness_expect_nothing_sent(void);

/* Formats a text, which stays valid until four more are made. */
const char *harness_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Expects a line of the message pane; `back` counts from the newest line, which is 0. */
void harness_expect_line(int back, enum line_kind kind, const char *nick, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void harness_expect_typed(const char *text);
void harness_expect_status_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void harness_expect_exit_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Gives a line to the front end, which takes it or lets it wait. */
void harness_take_line(const char *line);
void harness_expect_line_held(const char *line);
/* Expects what the front end has written since. */
void harness_expect_output(const char *format, ...) __attribute__((format(printf, 1, 2)));
void harness_expect_no_output(void);

void harness_connect(void);
/* Connects, and accepts the nickname that the client requests, which must be this one. */
void harness_connect_as(const char *nick);
void harness_disconnect(const char *why);
void harness_quit(void);
/* Returns false if the nickname is refused, or the command stays in the input line. */
bool harness_request_nick(const char *nick);
bool harness_command(const char *command);
void harness_recall(int64_t at, const char *nick, const char *msg);
void harness_recall_end(const char *from);
void harness_show_message(const char *text);
void harness_next_day(void);

/* The earliest time at which the session has something to do, in milliseconds; -1: none. */
int64_t harness_deadline(void);
const char *harness_draft(void);
const char *harness_dialog_text(void);

/* Keeps a log in harness.logged, "NICK: MSG" a line. /log PATH begins it anew, but not "/". */
#define HARNESS_NOT_A_FILE "it is not a file"
void harness_start_log(void);

#endif
