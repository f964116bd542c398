#include "server/system/log.h"

#include "tests/unit/support/unsafe_chars.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

enum { CODE_POINTS = 0x110000, IN_A_LINE = 4096, LINE_MAX_BYTES = 1 << 17 };

/* Standard error becomes a file, which the caller closes. */
static FILE *divert(void)
{
    FILE *file = tmpfile();
    cr_assert_not_null(file);
    cr_assert_geq(dup2(fileno(file), STDERR_FILENO), 0);
    return file;
}

static void write_line(int32_t cp)
{
    char text[4 * IN_A_LINE + 1], *to = text;
    for (int32_t end = cp + IN_A_LINE; cp < end; cp++)
        if (cp > 0) to += utf8proc_encode_char(cp, (utf8proc_uint8_t *)to);
    *to = '\0';
    log_chat("ada", text);
    cr_assert(log_flush());
}

Test(log, no_code_point_makes_a_line_or_stands_in_one_but_a_safe_one)
{
    static char line[LINE_MAX_BYTES];
    FILE *file = divert();
    int32_t lines = 0;
    for (int32_t cp = 0; cp < CODE_POINTS; cp += IN_A_LINE) write_line(cp);
    rewind(file);
    for (; fgets(line, sizeof line, file); lines++) {
        size_t n = strlen(line);
        cr_assert_eq(line[n - 1], '\n');
        cr_assert_null(unsafe_text(line, n - 1, 0), "%s in line %d", unsafe_text(line, n - 1, 0),
                       (int)lines);
    }
    cr_expect_eq(lines, CODE_POINTS / IN_A_LINE);
    fclose(file);
}

/* The longest is cut, and its end is missing. */
Test(log, a_line_of_the_server_ends)
{
    static char text[2 * LOG_EVENT_MAX], line[2 * LOG_EVENT_MAX];
    FILE *file = divert();
    memset(text, 'x', sizeof text - 1);
    log_event("%s", text);
    log_event("the next");
    cr_assert(log_flush());
    rewind(file);
    cr_assert_not_null(fgets(line, sizeof line, file));
    cr_expect_eq(strspn(strstr(line, " - ") + 3, "x"), LOG_EVENT_MAX);
    cr_assert_not_null(fgets(line, sizeof line, file));
    cr_expect(strstr(line, " - the next\n"), "%s", line);
    fclose(file);
}

/* Short lines fill what the long ones leave, so that not even the number of lost lines fits. */
Test(log, lost_lines_are_reported_when_there_is_room_again)
{
    enum { LINES = 600, SIZE = 1000 };
    static char text[SIZE + 1], line[LINE_MAX_BYTES];
    FILE *file = divert();
    memset(text, 'x', SIZE);
    for (int i = 0; i < LINES; i++) log_event("%s", text);
    for (int i = 0; i < LINES; i++) log_event("x");
    for (int i = 0; i < 2; i++) cr_assert(log_flush());
    rewind(file);
    while (fgets(line, sizeof line, file)) continue;
    cr_expect(strstr(line, " - lost "), "%s", line);
    fclose(file);
}
