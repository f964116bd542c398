/* key_parser: PURE turns the bytes that a terminal sends into actions: keys, pastes, reports. */
#ifndef TUI_TERMINAL_KEY_PARSER_H
#define TUI_TERMINAL_KEY_PARSER_H

#include "common/frame.h"
#include "tui/terminal/action.h"
#include "tui/terminal/escape_sequence.h"
#include "tui/terminal/wheel.h"

#include <stdbool.h>
#include <stddef.h>

/* All zero is ready. Holds as much text as one frame, because a message cannot be longer. */
struct key_parser {
    bool slow_link; /* set by the caller: keys come over a network */

    char text[FRAME_PAYLOAD_MAX];
    size_t n;
    bool returned;     /* the text was returned; the next call drops it */
    bool cut;          /* some of the text did not fit */
    char character[4]; /* an incomplete UTF-8 character */
    size_t character_n;

    enum escape_state state; /* in an incomplete escape sequence: a key or a reply */
    char sequence[48];
    size_t sequence_n;
    bool after_ctrl_x;    /* Ctrl+X came: the first key of two */
    bool escape_returned; /* a lone ESC timed out; the rest of a sequence may still arrive */
    struct wheel wheel;

    bool in_read;
    bool after_cr;                                       /* the last byte was a carriage return */
    enum { PASTE_NONE, PASTE_MARKED, PASTE_OPEN } paste; /* open: ends when no more text arrives */
    size_t end_marker;     /* how many bytes of the paste's end marker have matched */
    bool after_end_marker; /* no bytes have followed the marker in this read */
    /* More of a paste that was returned may arrive: it ended just now, or it stalled. */
    enum { REST_NONE, REST_SOON, REST_LATE } rest;
};

/* Parses the next action and removes its bytes from *in, the bytes of one read(2) of the terminal.
 * Returns false when *in is empty and no action is complete; call it until then. A read with text
 * on both sides of a line end is a paste; several identical arrows at once are the mouse wheel. */
bool key_parser_next(struct key_parser *k, struct span *in, struct action *ret);

/* Returns how many milliseconds to wait for the rest of an incomplete key or paste before calling
 * key_parser_expire; -1 if nothing is incomplete. */
int key_parser_timeout_ms(const struct key_parser *k);

/* Ends an incomplete key or paste after the timeout; a lone ESC is the Escape key. Returns false if
 * there is no action. In both cases, another timeout may follow. */
bool key_parser_expire(struct key_parser *k, struct action *ret);

#endif
