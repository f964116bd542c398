/* key_parser: PURE turns the bytes that a terminal sends into actions: keys, pastes, reports. */
#ifndef TUI_TERMINAL_KEY_PARSER_H
#define TUI_TERMINAL_KEY_PARSER_H

#include "common/frame.h"
#include "tui/terminal/action.h"
#include "tui/terminal/escape_sequence.h"

#include <stdbool.h>
#include <stddef.h>

/* All zero is ready. Holds as much text as one frame: more could not be sent in one message. */
struct key_parser {
    bool slow_link; /* set by the caller: the terminal is at the other end of a network */

    char text[FRAME_PAYLOAD_MAX];
    size_t n;
    bool returned;     /* the text was returned; the next call drops it */
    bool cut;          /* some of the text did not fit */
    char character[4]; /* an incomplete UTF-8 character */
    size_t character_n;

    enum escape_state state; /* of an incomplete escape sequence: a key or a reply */
    char sequence[48];
    size_t sequence_n;
    bool escape_returned; /* a lone ESC timed out; the rest of a sequence may still arrive */

    bool in_read;
    bool after_cr;                                       /* the last byte was a carriage return */
    enum { PASTE_NONE, PASTE_MARKED, PASTE_OPEN } paste; /* open: ends when no more text arrives */
    size_t end_marker;     /* how many bytes of the paste's end marker have matched */
    bool after_end_marker; /* nothing followed it in this read */
    /* More of a paste that was returned may arrive: it ended just now, or it stalled. */
    enum { REST_NONE, REST_SOON, REST_LATE } rest;
};

/* Parses the next action and removes its bytes from *in, which is what one read(2) of the terminal
 * returned: call until it returns false, which it does when *in is empty and no action is
 * complete. A read with text on both sides of a line end is a paste. */
bool key_parser_next(struct key_parser *k, struct span *in, struct action *ret);

/* Returns how long to wait for the rest of what has begun before calling key_parser_expire; -1 if
 * nothing has. */
int key_parser_timeout_ms(const struct key_parser *k);

/* Ends what has begun after the timeout: a lone ESC is the Escape key, and a paste ends. Returns
 * false if there is no action; then and otherwise, there may be another timeout. */
bool key_parser_expire(struct key_parser *k, struct action *ret);

#endif
