/* chat: a client in unit tests, whose keyboard and whose server are the test. */
#ifndef TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H
#define TESTS_UNIT_SUPPORT_CLIENT_HARNESS_H

#include "tui/stdio/frontend.h"

extern struct app chat;
extern struct face chat_face;

/* Opens it on a screen of 24 by 80; nick NULL asks for one, and proposes "ada". */
void chat_open(const char *nick);
/* And takes it into the room as ada. */
void chat_join(void);
/* The same without a screen. */
void chat_open_face(const struct face_kind *kind, const char *nick);
void chat_join_face(const struct face_kind *kind);
void chat_close(void);
/* Loses the connection, connects again, and hears HELLO; ada is asked for. */
void chat_reconnect(void);
/* And is in the room again, long enough to know that it has no history. */
void chat_return(void);

/* The test types: bytes, as a terminal sends them. */
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

#endif
