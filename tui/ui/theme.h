/* theme: PURE which colours are used, on a terminal that has so many, before a background that is
 * dark or light or not known. */
#ifndef TUI_UI_THEME_H
#define TUI_UI_THEME_H

#include <stdbool.h>
#include <stddef.h>

enum theme_background {
    THEME_UNKNOWN, /* colours that can be read before either */
    THEME_DARK,
    THEME_LIGHT,
};

struct theme {
    int muted, urgent,
        highlight; /* what steps back, what presses, what is new or to us; -1: none */
    const int *nicks;
    int count; /* of the nicknames' colours; 0: there are none at all */
};

/* The colours are numbers of the terminal's palette. */
struct theme theme_for(int colours, enum theme_background background);

/* The background that the word dark or light names; false for any other but auto, which is unknown.
 */
bool theme_parse(const char *word, enum theme_background *ret);

/* What COLORFGBG says of the background, as rxvt set it first: 15;0 is dark. It may be NULL. */
enum theme_background theme_from_colorfgbg(const char *colorfgbg);

/* What the terminal answers to OSC 11 of xterm's ctlseqs: rgb:RRRR/GGGG/BBBB with 1 to 4 digits
 * each. */
enum theme_background theme_from_reply(const char *text, size_t n);

#endif
