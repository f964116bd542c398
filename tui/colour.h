/* colour: PURE a nickname's own colour, the same everywhere and every time. */
#ifndef TUI_COLOUR_H
#define TUI_COLOUR_H

/* The colours to choose from on a terminal that has so many: numbers of that terminal's palette
 * that stand out on a dark and on a light background alike. Returns how many. */
int colour_palette(int colours, const short **ret_palette);

/* Which of `count` colours a nickname has; all spellings of one nickname have the same. */
int colour_of(const char *nick, int count);

#endif
