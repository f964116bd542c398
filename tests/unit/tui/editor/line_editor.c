#include "tui/editor/line_editor.h"

#include "common/text.h"
#include "tui/editor/input_history.h"
#include "tui/editor/undo.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT = 65535 };

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static void type(struct editor *e, const char *s)
{
    for (size_t n = strlen(s), at = 0, next; at < n; at = next) {
        next = text_next(s, n, at);
        cr_assert(editor_insert(e, s + at, next - at));
    }
}

static void paste(struct editor *e, const char *s)
{
    cr_assert(editor_insert(e, s, strlen(s)));
}

/* An editor that stands at the '|' in s. */
static struct editor *at(const char *s)
{
    struct editor *e = editor_new(LIMIT);
    const char *bar = strchr(s, '|');
    cr_assert(editor_insert(e, s, (size_t)(bar - s)));
    paste(e, bar + 1);
    while (editor_cursor(e) > (size_t)(bar - s)) editor_do(e, EDIT_LEFT);
    return e;
}

static void expect_at(struct editor *e, const char *want, const char *row)
{
    size_t n;
    const char *text = editor_text(e, &n);
    char *got;
    cr_assert_eq(n, strlen(text));
    cr_assert_geq(asprintf(&got, "%.*s|%s", (int)editor_cursor(e), text, text + editor_cursor(e)),
                  0);
    cr_expect_str_eq(got, want, "%s: %s, not %s", row, got, want);
    free(got);
}

static void run(struct editor *e, const char *commands)
{
    static const char letters[] = "lrWFheBDkuwdytUon";
    for (; *commands; commands++) editor_do(e, (enum edit)(strchr(letters, *commands) - letters));
}

Test(line_editor, commands)
{
    static const struct {
        const char *from, *commands, *to;
    } rows[] = {
        {"abc|", "l", "ab|c"},
        {"|abc", "l", "|abc"},
        {"abc|", "r", "abc|"},
        {"a|e\u0301b", "r", "ae\u0301|b"},
        {"x👨‍👩‍👧|", "l", "x|👨‍👩‍👧"},
        {"🇳🇱🇩🇪|", "l", "🇳🇱|🇩🇪"},
        {"one two, three|", "W", "one two, |three"},
        {"one two, three|", "WW", "one |two, three"},
        {"one two, three|", "WWWW", "|one two, three"},
        {"|one two, three", "F", "one| two, three"},
        {"one|, two", "F", "one, two|"},
        {"żółć gęś|", "WW", "|żółć gęś"},
        {"  |", "W", "|  "},
        {"a|bc", "h", "|abc"},
        {"a|bc", "e", "abc|"},
        {"ab|c", "B", "a|c"},
        {"|abc", "B", "|abc"},
        {"xe\u0301|y", "B", "x|y"},
        {"x👨‍👩‍👧|", "B", "x|"},
        {"🇳🇱|🇩🇪", "B", "|🇩🇪"},
        {"ab|c", "D", "ab|"},
        {"abc|", "D", "abc|"},
        {"|e\u0301x", "D", "|x"},
        {"a|bc", "k", "a|"},
        {"a|bc", "u", "|bc"},
        {"one two|", "w", "one |"},
        {"one two |", "w", "one |"},
        {"one| two x", "d", "one| x"},
        {"one two|", "wy", "one two|"},
        {"one two three|", "wwy", "one two three|"},
        {"one two three|", "wwhy", "two three|one "},
        {"one two three|", "wlwy", "one two| "},
        {"|one two three", "ddey", " threeone two|"},
        {"a b|c d", "uky", "a bc d|"},
        {"a b|c d", "kuy", "a bc d|"},
        {"ab|c", "key", "abc|"},
        {"abc|", "hkkey", "abc|"},
        {"ab|c", "klkryy", "abb|"},
        {"abc|", "y", "abc|"},
        {"ab|", "t", "ba|"},
        {"a|bc", "t", "ba|c"},
        {"|ab", "t", "|ab"},
        {"a|", "t", "a|"},
        {"|", "t", "|"},
        {"e\u0301x|", "t", "xe\u0301|"},
        {"👨‍👩‍👧|z", "t", "z👨‍👩‍👧|"},
        {"one two|", "wU", "one two|"},
        {"one two|", "wwUU", "one two|"},
        {"ab|c", "kU", "ab|c"},
        {"ab|c", "uUB", "a|c"},
        {"a|bc", "tU", "a|bc"},
        {"|", "U", "|"},
        {"|abc", "onB", "|abc"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char row[80];
        snprintf(row, sizeof row, "row %zu, %s", i, rows[i].commands);
        struct editor *e = at(rows[i].from);
        run(e, rows[i].commands);
        expect_at(e, rows[i].to, row);
        editor_free(e);
    }
    editor_free(NULL);
}

Test(line_editor, a_cut_of_nothing_keeps_the_last_one)
{
    struct editor *e = at("one |two");
    run(e, "khrrrrrkey");
    expect_at(e, "one two|", "");
    editor_free(e);
}

Test(line_editor, cursor_rests_on_a_cluster_boundary)
{
    static const struct {
        const char *from, *typed, *to;
    } rows[] = {
        {"e|x", "\u0301", "e\u0301|x"}, {"|\u0301x", "e", "e\u0301|x"},
        {"👩|👧", "\u200D", "👩\u200D👧|"}, {"🇳|x", "🇱", "🇳🇱|x"},
        {"|🇱x", "🇳", "🇳🇱|x"},           {"\u1112|\u11ab", "\u1161", "\u1112\u1161\u11ab|"},
        {"\r|x", "\n", "\r\n|x"},       {"|", "\u0301", "\u0301|"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct editor *e = editor_new(LIMIT);
        const char *bar = strchr(rows[i].from, '|');
        paste(e, bar + 1);
        editor_do(e, EDIT_HOME);
        cr_assert(editor_insert(e, rows[i].from, (size_t)(bar - rows[i].from)));
        paste(e, rows[i].typed);
        expect_at(e, rows[i].to, rows[i].to);
        editor_free(e);
    }
}

Test(line_editor, removing_what_stood_between_may_join)
{
    struct editor *e = at("🇳x|🇱");
    editor_do(e, EDIT_BACKSPACE);
    expect_at(e, "🇳🇱|", "flag");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "🇳x|🇱", "undone");
    editor_free(e);
}

Test(line_editor, undo_takes_typing_back_by_words)
{
    struct editor *e = editor_new(LIMIT);
    type(e, "two words, then");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "two words, |", "once");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "two |", "twice");
    type(e, "x");
    editor_do(e, EDIT_LEFT);
    type(e, "y");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "two |x", "moving ends a run");
    run(e, "UU");
    expect_at(e, "|", "all");
    type(e, "a");
    paste(e, "bcd");
    type(e, "e");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "abcd|", "typed after a paste");
    editor_do(e, EDIT_UNDO);
    expect_at(e, "a|", "a paste is one step");
    editor_free(e);
}

Test(line_editor, undo_is_bounded)
{
    struct editor *e = editor_new(LIMIT);
    for (int i = 0; i < 3 * UNDO_MAX; i++) paste(e, "ab");
    for (int i = 0; i < 4 * UNDO_MAX; i++) editor_do(e, EDIT_UNDO);
    cr_expect_eq(strlen(editor_text(e, NULL)), (size_t)UNDO_MAX * 4);
    editor_free(e);
}

static void send_line(struct editor *e, const char *s)
{
    editor_set(e, s);
    editor_commit(e);
    expect_at(e, "|", s);
}

Test(line_editor, history)
{
    struct editor *e = editor_new(LIMIT);
    run(e, "on");
    send_line(e, "one");
    send_line(e, "two");
    send_line(e, "two");
    send_line(e, "");
    type(e, "draft");
    run(e, "o");
    expect_at(e, "two|", "up");
    run(e, "oo");
    expect_at(e, "one|", "top");
    run(e, "n");
    expect_at(e, "two|", "down");
    run(e, "nn");
    expect_at(e, "draft|", "the draft comes back");
    run(e, "oB");
    expect_at(e, "tw|", "a line called up is edited");
    run(e, "n");
    expect_at(e, "draft|", "and left");
    run(e, "UU");
    expect_at(e, "two|", "undo finds it again");
    run(e, "U");
    expect_at(e, "draft|", "and what was before");
    type(e, "s");
    run(e, "on");
    expect_at(e, "drafts|", "which is the draft");
    run(e, "o");
    editor_commit(e);
    run(e, "oo");
    expect_at(e, "one|", "a line sent again is there once");
    editor_free(e);
}

Test(line_editor, history_is_bounded)
{
    struct editor *e = editor_new(LIMIT);
    char line[32];
    for (int i = 0; i < HISTORY_MAX + 20; i++) {
        snprintf(line, sizeof line, "line %d", i);
        send_line(e, line);
    }
    for (int i = 0; i < 2 * HISTORY_MAX; i++) editor_do(e, EDIT_HISTORY_PREV);
    expect_at(e, "line 20|", "the oldest kept");
    editor_free(e);
}

Test(line_editor, limit)
{
    struct editor *e = editor_new(5);
    cr_expect(editor_insert(e, "", 0));
    cr_expect_not(editor_insert(e, "123456", 6));
    paste(e, "1234");
    cr_expect_not(editor_insert(e, "é", 2));
    expect_at(e, "1234|", "does not fit");
    paste(e, "5");
    cr_expect_not(editor_insert(e, "6", 1));
    cr_expect_not(editor_set(e, "123456"));
    expect_at(e, "12345|", "full");
    run(e, "uyy");
    expect_at(e, "12345|", "yanked once");
    cr_expect(editor_set(e, "abcde"));
    run(e, "U");
    expect_at(e, "12345|", "set and undone");
    editor_free(e);
    e = editor_new(0);
    cr_expect_not(editor_insert(e, "a", 1));
    run(e, "lrWFheBDkuwdytUon");
    expect_at(e, "|", "no room at all");
    editor_free(e);
}

static void expect_view(struct editor *e, int columns, const char *text, int cursor)
{
    struct editor_view v;
    editor_show(e, columns, &v);
    char *got = NULL;
    cr_assert_geq(asprintf(&got, "%s%s%s", v.more_left ? "<" : "", v.text, v.more_right ? ">" : ""),
                  0);
    cr_expect_str_eq(got, text, "%d columns: %s, not %s", columns, got, text);
    cr_expect_eq(v.cursor, cursor, "%d columns, %s: cursor at %d, not %d", columns, text, v.cursor,
                 cursor);
    free(got);
    free(v.text);
}

Test(line_editor, shows)
{
    static const struct {
        const char *at;
        int columns, cursor;
        const char *text;
    } rows[] = {
        {"|", 10, 0, ""},
        {"abc|", 10, 3, "abc"},
        {"a|bc", 10, 1, "abc"},
        {"漢字|", 10, 4, "漢字"},
        {"e\u0301|x", 10, 1, "e\u0301x"},
        {"👨‍👩‍👧|x", 10, 6, "👨👩👧x"},
        {"👍🏽|x", 10, 2, "👍x"},
        {"🇳🇱|x", 10, 2, "🇳🇱x"},
        {"1️⃣|x", 10, 1, "1\u20E3x"},
        {"a\n|b", 10, 2, "a↵b"},
        {"a\t|b", 10, 5, "a    b"},
        {"a\u200B|b", 12, 9, "a<U+200B>b"},
        {"123456789|", 10, 9, "123456789"},
        {"123456789X|", 10, 5, "< 789X"},
        {"12345|6789X", 10, 5, "123456789>"},
        {"12345678|9X", 10, 8, "123456789>"},
        {"123456789|X", 10, 5, "< 6789X"},
        {"|abc", 1, 0, ">"},
        {"abc|", 1, 0, "<"},
        {"a|bc", 2, 1, "< >"},
        {"漢|字", 2, 1, "< >"},
        {"abc|", 0, 0, "<"},
        {"漢字漢字漢|字", 8, 3, "< 漢字"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct editor *e = at(rows[i].at);
        expect_view(e, rows[i].columns, rows[i].text, rows[i].cursor);
        editor_free(e);
    }
}

Test(line_editor, scrolls_only_when_it_must)
{
    struct editor *e = editor_new(LIMIT);
    type(e, "0123456789abcdefghij");
    expect_view(e, 10, "< ghij", 5);
    run(e, "l");
    expect_view(e, 10, "< ghij", 4);
    run(e, "ll");
    expect_view(e, 10, "< ghij", 2);
    run(e, "l");
    expect_view(e, 10, "< cdefghij", 5);
    run(e, "l");
    expect_view(e, 10, "< cdefghij", 4);
    run(e, "e");
    expect_view(e, 10, "< cdefghij", 9);
    run(e, "BBBB");
    expect_view(e, 10, "< cdef", 5);
    run(e, "u");
    expect_view(e, 10, "", 0);
    run(e, "U");
    expect_view(e, 10, "< cdef", 5);
    expect_view(e, 40, "0123456789abcdef", 16);
    editor_commit(e);
    type(e, "next");
    expect_view(e, 10, "next", 4);
    editor_free(e);
}

static unsigned seed = 5;

static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 8) % sides;
}

static const char *const parts[] = {
    "a",  "B ",     " ",  "word", "\u0301", "\u200D", "👩",      "🏽",   "🇳",      "🇱", "\u1112",
    "각", "\u1161", "漢", "\n",   "\r",     "\t",     "❤️", "\u202E", "\u3164", "é", "1️⃣",
};

/* The whole line as it would be shown, and where in it the cursor is. */
static char *shown(struct editor *e, size_t *cursor)
{
    size_t n, len = 0;
    const char *text = editor_text(e, &n);
    char *all = calloc(n + 1, 8);
    for (size_t from = 0, next; from <= n; from = next) {
        if (from == editor_cursor(e)) *cursor = len;
        if (from == n) break;
        next = text_next(text, n, from);
        char *s = text[from] == '\n' ? strdup("↵")
                                     : text_clean(text + from, next - from, TEXT_ONE_LINE, NULL);
        memcpy(all + len, s, strlen(s) + 1);
        len += strlen(s);
        free(s);
    }
    return all;
}

static void expect_sound_view(struct editor *e, int columns)
{
    struct editor_view v;
    editor_show(e, columns, &v);
    size_t place = 0, blank = v.more_left && columns > 1, n = strlen(v.text);
    char *all = shown(e, &place);
    cr_assert(v.cursor >= 0 && v.cursor < columns);
    cr_assert_leq(text_width(v.text, n), (size_t)columns - 1);
    bool found = false;
    for (size_t from = 0; from <= place && !found; from++)
        found = text_width(all + from, place - from) + blank == (size_t)v.cursor &&
                strncmp(all + from, v.text + blank, n - blank) == 0 && (v.more_left || from == 0) &&
                (v.more_right || all[from + n - blank] == '\0');
    cr_assert(found, "%d columns: [%s] at %d of [%s]", columns, v.text, v.cursor, all);
    free(all);
    free(v.text);
}

static void expect_sound(struct editor *e)
{
    size_t n, from = 0;
    const char *text = editor_text(e, &n);
    cr_assert_eq(strlen(text), n);
    cr_assert_leq(n, 60);
    cr_assert(text_valid(text, n));
    while (from < editor_cursor(e)) from = text_next(text, n, from);
    cr_assert_eq(from, editor_cursor(e));
}

static void any_command(struct editor *e)
{
    unsigned what = dice(24);
    const char *part = parts[dice(ROWS(parts))];
    if (what <= EDIT_HISTORY_NEXT)
        editor_do(e, (enum edit)what);
    else if (what == 23 && dice(10) == 0)
        editor_commit(e);
    else
        editor_insert(e, part, strlen(part));
}

Test(line_editor, stays_sound_whatever_is_done)
{
    for (int round = 0; round < 200; round++) {
        struct editor *e = editor_new(60);
        for (int step = 0; step < 200; step++) {
            any_command(e);
            expect_sound(e);
            expect_sound_view(e, 1 + (int)dice(24));
        }
        editor_free(e);
    }
}

/* A command that changed the text is taken back by one undo. */
Test(line_editor, undo_takes_any_command_back)
{
    struct editor *e = editor_new(60);
    for (int step = 0; step < 20000; step++) {
        char *text = strdup(editor_text(e, NULL));
        size_t cursor = editor_cursor(e);
        enum edit what = (enum edit)dice(EDIT_UNDO);
        editor_do(e, what);
        if (strcmp(text, editor_text(e, NULL)) != 0) {
            editor_do(e, EDIT_UNDO);
            cr_assert_str_eq(editor_text(e, NULL), text, "command %d", (int)what);
            cr_assert_eq(editor_cursor(e), cursor, "command %d", (int)what);
        }
        free(text);
        any_command(e);
    }
    editor_free(e);
}

/* 64 KiB of the worst: no key may be felt. */
Test(line_editor, a_long_line_is_quick)
{
    static const char *const lines[] = {"word ",  "a",      "漢", "🇳",
                                        "\u200D", "\u0301", "\n", "\u3164"};
    for (size_t i = 0; i < ROWS(lines); i++) {
        struct editor *e = editor_new(LIMIT);
        char *line = calloc(1, LIMIT + 1);
        for (size_t n = 0, size = strlen(lines[i]); n + size <= LIMIT; n += size)
            memcpy(line + n, lines[i], size);
        paste(e, line);
        free(line);
        for (enum edit what = EDIT_LEFT; what <= EDIT_HISTORY_NEXT; what++) {
            struct editor_view v;
            clock_t start = clock();
            editor_do(e, what);
            editor_show(e, 200, &v);
            double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
            cr_expect(ms < 200, "line %zu, command %d took %.1f ms", i, (int)what, ms);
            free(v.text);
        }
        editor_free(e);
    }
}

/* -- several lines -- */

static void expect_line(struct editor *e, size_t line, const char *text, int cursor)
{
    struct editor_view view;
    editor_show_line(e, line, 10, &view);
    cr_expect_str_eq(view.text, text);
    if (cursor >= 0) cr_expect_eq(view.cursor, cursor);
    free(view.text);
}

Test(line_editor, lines_are_moved_through_before_the_history)
{
    static const char *const rows[][3] = {
        {"one\ntwo|", "o", "one|\ntwo"},
        {"one\nt|wo", "o", "o|ne\ntwo"},
        {"a\nlonger|", "o", "a|\nlonger"},
        {"o|ne\ntwo", "n", "one\nt|wo"},
        {"one|\na\nb", "nn", "one\na\nb|"},
        {"one\nt|wo\nthree", "h", "one\n|two\nthree"},
        {"one\nt|wo\nthree", "e", "one\ntwo|\nthree"},
        {"one\nt|wo", "k", "one\nt|"},
        {"one|\ntwo", "k", "one|two"},
        {"one\ntwo|", "u", "one\n|"},
        {"one\n|two", "u", "one|two"},
        {"漢字\n漢|", "o", "漢|字\n漢"},
        {"|", "o", "|"},
        {"one\r\nt|wo", "o", "o|ne\r\ntwo"},
        {"|one\r\ntwo", "en", "one\r\ntwo|"},
    };
    static const char letters[] = "lrWFheBDkuwdytUon";
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct editor *e = at(rows[i][0]);
        for (const char *c = rows[i][1]; *c; c++)
            editor_do(e, (enum edit)(strchr(letters, *c) - letters));
        expect_at(e, rows[i][2], rows[i][0]);
        editor_free(e);
    }
}

Test(line_editor, each_line_is_shown_alone)
{
    size_t current;
    struct editor *e = at("one\n\na line of some length|");
    cr_expect_eq(editor_lines(e, &current), 3);
    cr_expect_eq(current, 2);
    expect_line(e, 0, "one", -1);
    expect_line(e, 1, "", -1);
    expect_line(e, 2, " ngth", 5);
    editor_do(e, EDIT_HISTORY_PREV);
    editor_lines(e, &current);
    cr_expect_eq(current, 1);
    expect_line(e, 1, "", 0);
    expect_line(e, 2, "a line of", -1);
    editor_do(e, EDIT_HISTORY_PREV);
    expect_line(e, 0, "one", 0);
    editor_free(e);
    e = at("|");
    cr_expect_eq(editor_lines(e, &current), 1);
    expect_line(e, 0, "", 0);
    editor_free(e);
}
