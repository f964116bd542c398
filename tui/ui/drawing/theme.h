/* theme: PURE the colours to use, by the terminal's number of colours and its background: dark,
 * light or unknown. */
#ifndef TUI_UI_DRAWING_THEME_H
#define TUI_UI_DRAWING_THEME_H

#include <stdbool.h>
#include <stddef.h>

enum theme_background {
    THEME_UNKNOWN, /* colours that are readable on both */
    THEME_DARK,
    THEME_LIGHT,
};

/* Colours are numbers of the terminal's palette. */
struct theme {
    int muted, urgent, highlight; /* -1: the default colour */
    const int *nicks;             /* round the colour wheel */
    int count;                    /* of the colours for nicknames; 0: the terminal has no colours */
};

struct theme theme_for(int colours, enum theme_background background);

/* Parses dark, light or auto, which is THEME_UNKNOWN. Returns false for another word. */
bool theme_parse(const char *word, enum theme_background *ret);

/* Reads the background from the value of COLORFGBG, as rxvt sets it: 15;0 is dark. NULL is
 * unknown. */
enum theme_background theme_from_colorfgbg(const char *colorfgbg);

/* Reads the background from a terminal's reply to OSC 11 (xterm's ctlseqs): rgb:RRRR/GGGG/BBBB with
 * 1 to 4 digits each. */
enum theme_background theme_from_reply(const char *text, size_t n);

#endif
