/* escape_sequence: PURE finds where an escape sequence of the terminal ends (ECMA-48): a key, a
 * mouse event, or a reply. */
#ifndef TUI_TERMINAL_ESCAPE_SEQUENCE_H
#define TUI_TERMINAL_ESCAPE_SEQUENCE_H

enum escape_state {
    ESCAPE_NONE, /* outside a sequence */
    ESCAPE_BEGUN,
    ESCAPE_SS3,
    ESCAPE_CSI,
    ESCAPE_CSI_NUMBER,  /* a CSI sequence with digits only, so far */
    ESCAPE_CSI_REST,    /* a CSI sequence with other parameters */
    ESCAPE_CSI_LINUX,   /* after ESC [ [, a function key of the Linux console */
    ESCAPE_CSI_MOUSE_3, /* after ESC [ M, three bytes of a mouse event follow */
    ESCAPE_CSI_MOUSE_2,
    ESCAPE_CSI_MOUSE_1,
    ESCAPE_STRING,     /* OSC, DCS, APC, PM or SOS */
    ESCAPE_STRING_END, /* after ESC in a string */
    ESCAPE_BROKEN,     /* the byte does not continue the sequence */
};

/* Returns the state after one more byte: ESCAPE_NONE if it ends the sequence, or stands alone. */
enum escape_state escape_next(enum escape_state state, char c);

/* Returns the state in which to read the byte that broke a sequence in `state` once more. */
enum escape_state escape_resume(enum escape_state state);

#endif
