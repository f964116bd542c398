/* motions: PURE finds the position to which an editing command moves the cursor. */
#ifndef TUI_EDITOR_MOTIONS_H
#define TUI_EDITOR_MOTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Returns the position that a command reaches from `at`, in bytes; `at` itself if there is none in
 * that direction. The text is valid UTF-8; all positions are on cluster boundaries. */
typedef size_t motion(const char *s, size_t n, size_t at);

motion motion_here, motion_left, motion_right, motion_word_left, motion_word_right;

/* The start and the end of the line. If `at` is already there: the start of the text, or the line
 * below. */
motion motion_home, motion_end, motion_home_or_start, motion_past_end;

/* The boundary between the two clusters to transpose: the last two if `at` is at the end. */
motion motion_transpose;

/* Whether the text begins with a letter, mark or digit. */
bool motion_in_word(const char *s, size_t n);

#endif
