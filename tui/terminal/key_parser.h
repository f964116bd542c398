/* key_parser: PURE turns the bytes that a terminal sends into actions: keys, pastes, reports. */
#ifndef TUI_TERMINAL_KEY_PARSER_H
#define TUI_TERMINAL_KEY_PARSER_H

#include "common/frame.h"
#include "tui/base/edit.h"

#include <stdbool.h>
#include <stddef.h>

/* The actions up to ACTION_COMPLETE_PREV edit the input line, or the open dialog. */
enum action_kind {
    ACTION_TEXT,  /* typed: text, n */
    ACTION_PASTE, /* pasted: text, n; its lines end in line feeds */
    ACTION_EDIT,  /* edit */
    ACTION_ENTER,
    ACTION_NEWLINE,
    ACTION_COMPLETE,
    ACTION_COMPLETE_PREV,
    ACTION_ESCAPE,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_LINE_UP,
    ACTION_LINE_DOWN,
    ACTION_TOP,
    ACTION_BOTTOM,
    ACTION_SEARCH_BACKWARD,
    ACTION_SEARCH_FORWARD,
    ACTION_FIRST_UNREAD,
    ACTION_MENTION_PREV,
    ACTION_MENTION_NEXT,
    ACTION_TOGGLE_TIMESTAMPS,
    ACTION_TOGGLE_JOINS,
    ACTION_HELP,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_QUIT,
    ACTION_FOCUS_IN, /* the terminal got or lost the keyboard focus: no key */
    ACTION_FOCUS_OUT,
    ACTION_BACKGROUND_REPLY, /* the reply to tty_query_background: text, n */
};

struct action {
    enum action_kind kind;
    enum edit edit;
    const char *text; /* valid UTF-8, in the parser until the next call */
    size_t n;
    bool cut; /* the parser dropped text that did not fit */
};

/* All zero is ready. Holds as much text as one frame: more could not be sent in one message. */
struct key_parser {
    char text[FRAME_PAYLOAD_MAX];
    size_t n;
    bool returned;     /* the text was returned; the next call drops it */
    bool cut;          /* some of the text did not fit */
    char character[4]; /* an incomplete UTF-8 character */
    size_t character_n;
    char sequence[48]; /* an incomplete escape sequence: a key or a reply */
    size_t sequence_n;
    bool pasting;      /* inside a bracketed paste */
    bool after_cr;     /* its last byte was a carriage return */
    bool late;         /* a paste timed out before its end marker; the rest may still arrive */
    size_t end_marker; /* how many bytes of the paste's end marker have matched */
};

/* Parses the next action and removes its bytes from *in. Returns false when *in is empty and no
 * action is complete. */
bool key_parser_next(struct key_parser *k, struct span *in, struct action *ret);

/* Returns how long to wait for the rest of an incomplete action before calling key_parser_expire;
 * -1 if none is incomplete. */
int key_parser_timeout_ms(const struct key_parser *k);

/* Ends an incomplete action after the timeout: a lone ESC is the Escape key, and a paste ends. For
 * a while afterwards, input longer than any key continues that paste. Returns false if there is no
 * action. */
bool key_parser_expire(struct key_parser *k, struct action *ret);

#endif
