/* session_who: PURE asks the server for its members, and reads the answer, which may come in
 * several packets.
 *
 * A server may not know `who`. So klatch sends it unasked only on a connection on which the server
 * has shown that it answers: it has sent a secret with our nickname (klatch-protocol(5) promises an
 * answer then), or has answered the user. klatch asks after joining, and later if a notice does not
 * name all the members that came or went. */
#ifndef TUI_CORE_SESSION_WHO_H
#define TUI_CORE_SESSION_WHO_H

#include "tui/core/session_state.h"

enum {
    WHO_ANSWER_MS = 5000,     /* for the server to answer */
    WHO_PART_MS = 1000,       /* for the next packet of an answer, if there is one */
    WHO_TEXT_MAX = 4 << 20,   /* bytes of an answer; a longer one ends there */
    WHO_PART_MIN = 4000,      /* bytes of text: a shorter packet is the last one of an answer */
    WHO_EVERY_MS = 2000,      /* between two requests that klatch sends unasked, at least, and */
    WHO_EVERY_MEMBER_MS = 30, /* so much longer for each member */
    WHO_GREETED = 20,         /* nicknames in the line after joining */
};

/* The user asks. Returns NULL, or a sentence that says why it is not possible. */
const char *session_who_ask(struct session *s);

/* Notes that we joined; `knows_who`: the server has shown that it answers. */
void session_who_joined(struct session *s, bool knows_who);

/* Notes that members may have come or gone whom we do not know. */
void session_who_outdated(struct session *s);

/* Handles an answer, or a part of one. */
void session_who_answer(struct session *s, const struct packet *p);

/* Forgets what was asked: the connection is lost. */
void session_who_reset(struct session *s);

/* Asks, or ends a wait, if that is due. */
void session_who_update(struct session *s);

/* Returns when session_who_update has something to do next, in milliseconds; -1: never. */
int64_t session_who_deadline(const struct session *s);

#endif
