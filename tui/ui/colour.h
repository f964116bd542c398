/* colour: PURE a nickname's own colour, the same everywhere and every time. */
#ifndef TUI_UI_COLOUR_H
#define TUI_UI_COLOUR_H

/* Which of `count` colours a nickname has; all spellings of one nickname have the same. */
int theme_nick_color(const char *nick, int count);

#endif
