#include "tui/storage/history_file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(history_file, an_entry_is_one_line_of_the_file_and_back)
{
    static const char *const entries[] = {"one",    "two\nlines", "C:\\new", "\\", "\\n",
                                          "\\\n\\", "tab\there",  "漢字",    " ",  "\n"};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        char *line = history_file_escape(entries[i]);
        cr_expect_null(strchr(line, '\n'));
        cr_expect(history_file_unescape(line), "%s", entries[i]);
        cr_expect_str_eq(line, entries[i]);
        free(line);
    }
}

Test(history_file, a_line_that_is_no_entry_is_refused)
{
    static const char *const lines[] = {"", "\xFF", "a\033[2J", "a\rb", "\x7F"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[16];
        strcpy(line, lines[i]);
        cr_expect_not(history_file_unescape(line), "%s", lines[i]);
    }
}
