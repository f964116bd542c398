/* key_parser: PURE what the keyboard says. The terminal's bytes go in; keys and pastes come out,
 * whatever way that terminal spells them. */
#ifndef TUI_TERMINAL_KEY_PARSER_H
#define TUI_TERMINAL_KEY_PARSER_H

#include "common/frame.h"
#include "tui/editor/line_editor.h"

#include <stdbool.h>
#include <stddef.h>

/* Those up to ACTION_COMPLETE_PREV are for the line being written, or for the dialog where it is
 * open. */
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
    ACTION_FOCUS_IN,         /* these are no keys: the terminal has the focus, */
    ACTION_FOCUS_OUT,        /* or has it no more; */
    ACTION_BACKGROUND_REPLY, /* or it answers what colour its background has: text, n */
};

struct action {
    enum action_kind kind;
    enum edit edit;
    const char *text; /* valid UTF-8; lies in the decoder until the next call */
    size_t n;
    bool cut; /* there was more text than the decoder holds */
};

/* The text is as large as a frame's payload: what overflows it could not be sent in one. */
struct key_parser {
    char text[FRAME_PAYLOAD_MAX];
    size_t n;
    bool taken;         /* the text was handed out; the next call forgets it */
    bool cut;           /* some of it did not fit */
    char character[4];  /* the start of a character, */
    size_t character_n; /* which has not wholly arrived */
    char sequence[48];  /* likewise a key that is more than one byte, or an answer */
    size_t sequence_n;
    bool pasting, after_cr; /* inside a paste; its last byte was a carriage return */
    bool late;              /* a paste ended without its end marker: the rest may still come */
    size_t ending;          /* how many bytes of the paste's end marker have matched */
};

/* Takes the next event off the front of *in; false when *in is used up and nothing is whole. */
bool key_parser_next(struct key_parser *d, struct span *in, struct action *ret);

/* How many milliseconds to wait for the rest of what has begun; -1 when nothing has. */
int key_parser_timeout_ms(const struct key_parser *d);

/* The rest did not come in time: an Escape was just that, a paste has ended; but for a while after
 * it, more bytes at once than any key sends are its rest. False when nothing is left to tell. */
bool key_parser_expire(struct key_parser *d, struct action *ret);

#endif
