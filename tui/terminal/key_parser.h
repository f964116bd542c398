/* input: PURE what the keyboard says. The terminal's bytes go in; keys and pastes come out,
 * whatever way that terminal spells them. */
#ifndef TUI_TERMINAL_KEY_PARSER_H
#define TUI_TERMINAL_KEY_PARSER_H

#include "common/frame.h"
#include "tui/editor/line_editor.h"

#include <stdbool.h>
#include <stddef.h>

/* Those up to INPUT_COMPLETE_BACK are for the line being written, or for the dialog where it is
 * open. */
enum input_kind {
    INPUT_TEXT,  /* typed: text, n */
    INPUT_PASTE, /* pasted: text, n; its lines end in line feeds */
    INPUT_EDIT,  /* edit */
    INPUT_ENTER,
    INPUT_NEWLINE,
    INPUT_COMPLETE,
    INPUT_COMPLETE_BACK,
    INPUT_ESCAPE,
    INPUT_PAGE_UP,
    INPUT_PAGE_DOWN,
    INPUT_ROW_UP,
    INPUT_ROW_DOWN,
    INPUT_TOP,
    INPUT_BOTTOM,
    INPUT_SEARCH_BACK,
    INPUT_SEARCH_ON,
    INPUT_UNREAD,
    INPUT_MENTION_UP,
    INPUT_MENTION_DOWN,
    INPUT_TIMES,
    INPUT_JOINS,
    INPUT_HELP,
    INPUT_REDRAW,
    INPUT_SUSPEND,
    INPUT_LEAVE,
    INPUT_FOCUS,  /* these are no keys: the terminal has the focus, */
    INPUT_BLUR,   /* or has it no more; */
    INPUT_GROUND, /* or it answers what colour its background has: text, n */
};

struct input {
    enum input_kind kind;
    enum edit edit;
    const char *text; /* valid UTF-8; lies in the decoder until the next call */
    size_t n;
    bool cut; /* there was more text than the decoder holds */
};

/* The text is as large as a frame's payload: what overflows it could not be sent in one. */
struct input_decoder {
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
bool input_next(struct input_decoder *d, struct span *in, struct input *ret);

/* How many milliseconds to wait for the rest of what has begun; -1 when nothing has. */
int input_patience(const struct input_decoder *d);

/* The rest did not come in time: an Escape was just that, a paste has ended; but for a while after
 * it, more bytes at once than any key sends are its rest. False when nothing is left to tell. */
bool input_expire(struct input_decoder *d, struct input *ret);

#endif
