/* edited: a line editor in unit tests, written as its text with a '|' at the cursor. */
#ifndef TESTS_UNIT_SUPPORT_EDITED_H
#define TESTS_UNIT_SUPPORT_EDITED_H

#include "tui/editor/line_editor.h"

enum { EDITED_LIMIT = 65535 };

extern struct editor *edited;

void edited_open(void);
void edited_close(void);
/* Starts anew, with a limit in bytes or with this text. */
void edited_open_limited(size_t limit);
void edited_at(const char *text);

/* Inserts the text a character at a time, or at once. */
void edited_type(const char *text);
void edited_paste(const char *text);
/* Runs commands, one for each letter of "lrWFheBDkuwdytUon", in the order of enum edit. */
void edited_do(const char *letters);

void edited_expect(const char *text, const char *why);
void edited_step(const char *letters, const char *text, const char *why);
/* Expects of each row "BEFORE -letters> AFTER" that the commands make the one text of the other. */
#define edited_expect_rows(...) edited_expect_list((const char *const[]){__VA_ARGS__, NULL})
void edited_expect_list(const char *const rows[]);

#endif
