#include "tests/unit/support/edited.h"

#include "common/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct editor *edited;

void edited_open(void)
{
    edited = editor_new(EDITED_LIMIT);
}

void edited_close(void)
{
    editor_free(edited);
}

void edited_open_limited(size_t limit)
{
    editor_free(edited);
    edited = editor_new(limit);
}

void edited_at(const char *text)
{
    size_t bar = strcspn(text, "|");
    edited_open_limited(EDITED_LIMIT);
    cr_assert(editor_insert(edited, text, bar));
    edited_paste(text + bar + 1);
    while (editor_cursor(edited) > bar) editor_do(edited, EDIT_LEFT);
}

void edited_type(const char *text)
{
    for (size_t n = strlen(text), at = 0, next; at < n; at = next) {
        next = text_next(text, n, at);
        cr_assert(editor_insert(edited, text + at, next - at));
    }
}

void edited_paste(const char *text)
{
    cr_assert(editor_insert(edited, text, strlen(text)));
}

void edited_do(const char *letters)
{
    static const char all[] = "lrWFheBDkuwdytUon";
    for (; *letters; letters++) editor_do(edited, (enum edit)(strchr(all, *letters) - all));
}

void edited_expect(const char *text, const char *why)
{
    size_t n, cursor = editor_cursor(edited);
    const char *line = editor_text(edited, &n);
    char *got;
    cr_assert_eq(n, strlen(line));
    cr_assert_geq(asprintf(&got, "%.*s|%s", (int)cursor, line, line + cursor), 0);
    cr_expect_str_eq(got, text, "%s: %s, not %s", why, got, text);
    free(got);
}

void edited_step(const char *letters, const char *text, const char *why)
{
    edited_do(letters);
    edited_expect(text, why);
}

void edited_expect_list(const char *const rows[])
{
    for (; *rows; rows++) {
        char row[80];
        snprintf(row, sizeof row, "%s", *rows);
        char *letters = strstr(row, " -"), *after = strstr(row, "> ");
        *letters = *after = '\0';
        edited_at(row);
        edited_step(letters + 2, after + 2, *rows);
    }
}
