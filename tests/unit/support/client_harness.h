/* chat: a client in unit tests, whose keyboard and whose server are the test. */
#ifndef TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H
#define TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H

#include "tui/stdio/frontend.h"
#include "tui/ui/screen.h"
#include "tui/ui/status_bar.h"

extern struct frontend chat_frontend;

/* Opens it on a screen of 24 by 80; nick NULL asks for one, and proposes "ada". */
void chat_open(const char *nick);
/* And takes it into the room as ada. */
void chat_join(void);
/* The same without a screen. */
void chat_open_frontend(const struct frontend_kind *kind, const char *nick);
void chat_join_frontend(const struct frontend_kind *kind);
void chat_close(void);
/* Loses the connection, connects again, and hears HELLO; ada is asked for. */
void chat_reconnect(void);
/* And is in the room again, long enough to know that it has no history. */
void chat_return(void);

/* The test types: bytes, as a terminal sends them, and then nothing for a while. Enter, or another
 * line end, comes in a read of its own. */
void chat_type(const char *bytes);
void chat_paste(const char *text);
/* Time goes by, in milliseconds. */
void chat_wait(int64_t ms);

/* The server says something. */
void chat_hear(enum proto proto, const char *nick, const char *msg);
void chat_hear_bytes(const char *bytes, size_t n);
/* The server stops reading. */
void chat_jam(bool jammed);

/* What the server has been sent since, packet by packet. */
void chat_expect_sent(enum proto proto, const char *nick, const char *msg);
void chat_expect_silence(void);

/* The newest line but `back`. */
void chat_expect_line(int back, enum line_kind kind, const char *nick, const char *text);
void chat_expect_typed(const char *text);

/* Without a screen: a line comes in, and is taken or has to wait; what has gone out since. */
void chat_take(const char *line);
void chat_expect_held(const char *line);
void chat_expect_out(const char *text);

/* What happens to the connection, and what the client is asked to do other than by keys. */
void chat_connect(void);
void chat_disconnect(const char *why);
void chat_quit(void);
bool chat_ask(const char *nick);
bool chat_run(const char *command);
void chat_recall(int64_t at, const char *nick, const char *msg);
void chat_recall_end(const char *from);
void chat_input(const struct action *in);
void chat_resize(int rows, int columns);
void chat_show_message(const char *text);
void chat_set_no_reconnect(void);
void chat_next_day(void);
void chat_paint(void);

/* The state, as the test would read it off the screen or the clock. Times are milliseconds, but the
 * local ones. */
enum session_state chat_state(void);
int64_t chat_now(void);
int64_t chat_local_time(void);
int64_t chat_due(void);
int64_t chat_countdown(void);
int64_t chat_reconnect_at(void);
int64_t chat_nick_retry_at(void);
int64_t chat_shutdown_at(void);
int64_t chat_disconnected_at(void);
const char *chat_nick(void);
bool chat_nick_is_pending(void);
int chat_exit_status(void);
const char *chat_exit_message(void);
const char *chat_status_message(void);
const char *chat_draft(void);
size_t chat_outbox_count(void);
size_t chat_unconfirmed(void);
size_t chat_paste_left(void);
struct scrollback *chat_scrollback(void);
const struct layout *chat_layout(void);
const struct search *chat_search(void);
const struct paste_dialog *chat_paste_dialog(void);
struct activity *chat_activity(void);
bool chat_dialog_is_open(void);
const char *chat_dialog_text(void);
const char *chat_dialog_message(void);
bool chat_help_is_open(void);
struct status chat_status_bar(int columns);
void chat_status_below(char *text, size_t size, bool brief);
bool chat_needs_redraw(void);
void chat_clear_redraw(void);

/* Puts the client into a state without the way there, to see how it is shown. */
void chat_pretend_state(enum session_state state);
void chat_pretend_resolved(void);
void chat_pretend_unresolved(void);
void chat_pretend_nick_pending(void);
void chat_pretend_reconnect_at(int64_t at);
void chat_pretend_shutdown_at(int64_t at);

/* A log in memory, "NICK: MSG" a line. /log PATH begins it anew, but for "/". */
void chat_start_log(void);
const char *chat_logged(void);
const char *chat_log_path(void);

#endif
