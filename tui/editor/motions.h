/* motions: PURE the places in a text that an editing command reaches from the cursor. */
#ifndef TUI_EDITOR_MOTIONS_H
#define TUI_EDITOR_MOTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Each returns a position in bytes, reached from `at`; `at` itself if there is nothing further that
 * way. The text is valid UTF-8; all positions are on cluster boundaries. */
size_t motion_here(const char *s, size_t n, size_t at);
size_t motion_left(const char *s, size_t n, size_t at);
size_t motion_right(const char *s, size_t n, size_t at);
size_t motion_word_left(const char *s, size_t n, size_t at);
size_t motion_word_right(const char *s, size_t n, size_t at);

/* The start and the end of the line; motion_past_* go beyond it if `at` is already there. */
size_t motion_home(const char *s, size_t n, size_t at);
size_t motion_end(const char *s, size_t n, size_t at);
size_t motion_past_home(const char *s, size_t n, size_t at);
size_t motion_past_end(const char *s, size_t n, size_t at);

/* The boundary between the two clusters to transpose: the last two if `at` is at the end. */
size_t motion_transpose(const char *s, size_t n, size_t at);

/* The same column, counted in clusters, of the line above or below. */
size_t motion_up(const char *s, size_t n, size_t at);
size_t motion_down(const char *s, size_t n, size_t at);

/* The start of the next line; the end of the text if there is none. */
size_t motion_next_line(const char *s, size_t n, size_t at);

/* Whether the text begins with a letter, mark or digit. */
bool motion_in_word(const char *s, size_t n);

#endif
