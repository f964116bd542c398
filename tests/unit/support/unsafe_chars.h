/* shown: what no screen, title or log may be given, listed by hand from the Unicode standard and
 * without the code that the programs go by. */
#ifndef TESTS_UNIT_SUPPORT_UNSAFE_CHARS_H
#define TESTS_UNIT_SUPPORT_UNSAFE_CHARS_H

#include <stddef.h>
#include <stdint.h>

/* What is wrong with showing a code point, such as "a control"; NULL: nothing. */
const char *shown_flaw(int32_t cp);

/* The same of text in UTF-8, in which a line feed is right where `lines` is not 0. */
const char *shown_text_flaw(const char *s, size_t n, int lines);

#endif
