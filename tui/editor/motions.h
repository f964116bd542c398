/* motions: PURE the places in a text that a command reaches from the cursor. */
#ifndef TUI_EDITOR_MOTIONS_H
#define TUI_EDITOR_MOTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Each returns the place, in bytes, seen from `at`; all of it is valid UTF-8, and places rest on
 * cluster boundaries. Where there is nothing further that way, that is `at`. */
size_t motion_here(const char *s, size_t n, size_t at);
size_t motion_left(const char *s, size_t n, size_t at);
size_t motion_right(const char *s, size_t n, size_t at);
size_t motion_word_left(const char *s, size_t n, size_t at);
size_t motion_word_right(const char *s, size_t n, size_t at);

/* The ends of the line, and past them where it is at them already. */
size_t motion_home(const char *s, size_t n, size_t at);
size_t motion_end(const char *s, size_t n, size_t at);
size_t motion_past_home(const char *s, size_t n, size_t at);
size_t motion_past_end(const char *s, size_t n, size_t at);

/* Between the two clusters to swap: the last two where it is at the end. */
size_t motion_pair(const char *s, size_t n, size_t at);

/* As many clusters into the line above or below as it is into its own. */
size_t motion_up(const char *s, size_t n, size_t at);
size_t motion_down(const char *s, size_t n, size_t at);

/* The start of the next line; the text's end where there is none. */
size_t motion_next_line(const char *s, size_t n, size_t at);

/* Whether the text begins with a letter, mark or digit. */
bool motion_in_word(const char *s, size_t n);

#endif
