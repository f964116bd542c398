/* unsafe_chars: code points that must not reach a screen, title or log, listed from the Unicode
 * standard without the code under test. */
#ifndef TESTS_UNIT_SUPPORT_UNSAFE_CHARS_H
#define TESTS_UNIT_SUPPORT_UNSAFE_CHARS_H

#include <stddef.h>
#include <stdint.h>

/* Returns what is wrong with showing a code point, such as "a control"; NULL: nothing. */
const char *unsafe_char(int32_t cp);

/* Returns the same for UTF-8 text; `lines` allows line feeds. */
const char *unsafe_text(const char *s, size_t n, int lines);

#endif
