#include "tui/editor/input_history.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(input_history, a_line_is_one_row_of_a_file_and_back)
{
    static const char *const lines[] = {"one",    "two\nlines", "C:\\new", "\\", "\\n",
                                        "\\\n\\", "tab\there",  "漢字",    " ",  "\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *row = history_escape(lines[i]);
        cr_expect_null(strchr(row, '\n'));
        cr_expect(history_unescape(row), "%s", lines[i]);
        cr_expect_str_eq(row, lines[i]);
        free(row);
    }
}

Test(input_history, what_is_no_line_is_none)
{
    static const char *const rows[] = {"", "\xFF", "a\033[2J", "a\rb", "\x7F"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char row[16];
        strcpy(row, rows[i]);
        cr_expect_not(history_unescape(row), "%s", rows[i]);
    }
}
