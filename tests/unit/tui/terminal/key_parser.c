#include "tui/terminal/key_parser.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct key_parser d;
static char said[512];

static void forget(void)
{
    memset(&d, 0, sizeof d);
    said[0] = '\0';
}

TestSuite(key_parser, .init = forget);

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list args;
    size_t n = strlen(said);
    va_start(args, format);
    vsnprintf(said + n, sizeof said - n, format, args);
    va_end(args);
}

/* Events as words: [text] paste[text] edit6 enter escape other */
static void note(const struct action *in)
{
    if (in->kind == ACTION_PASTE) say("paste");
    if (in->kind <= ACTION_PASTE)
        say("[%.*s]", (int)in->n, in->text);
    else if (in->kind == ACTION_EDIT)
        say("edit%d ", (int)in->edit);
    else
        say(in->kind == ACTION_ENTER ? "enter " : in->kind == ACTION_ESCAPE ? "escape " : "other ");
}

static void press(const char *bytes, size_t n)
{
    struct span in = {bytes, n};
    struct action event;
    while (key_parser_next(&d, &in, &event)) note(&event);
}

static void expire(void)
{
    struct action event;
    while (key_parser_expire(&d, &event)) note(&event);
}

/* The same events must come whether the bytes arrive together or one by one, but for text, which
 * may come in parts. */
#define expect_keys(bytes, events)                                                                 \
    do {                                                                                           \
        forget();                                                                                  \
        press(bytes, sizeof(bytes) - 1);                                                           \
        cr_expect_str_eq(said, events);                                                            \
        forget();                                                                                  \
        for (size_t i = 0; i < sizeof(bytes) - 1; i++) press(&(bytes)[i], 1);                      \
        cr_expect_str_eq(said, events);                                                            \
    } while (0)

static void expect_text(const char *bytes, const char *events)
{
    forget();
    press(bytes, strlen(bytes));
    cr_expect_str_eq(said, events);
}

Test(key_parser, keys)
{
    static const struct {
        const char *bytes;
        enum action_kind kind;
        enum edit edit;
    } keys[] = {
        {"\r", ACTION_ENTER, 0},
        {"\n", ACTION_ENTER, 0},
        {"\x1b\r", ACTION_NEWLINE, 0},
        {"\x03", ACTION_QUIT, 0},
        {"\x1b\x03", ACTION_QUIT, 0},
        {"\x1a", ACTION_SUSPEND, 0},
        {"\x0c", ACTION_REDRAW, 0},
        {"\x1bOP", ACTION_HELP, 0},
        {"\x1b[[A", ACTION_HELP, 0},
        {"\x1b[5~", ACTION_PAGE_UP, 0},
        {"\x1b[6~", ACTION_PAGE_DOWN, 0},
        {"\x1b[1;2A", ACTION_LINE_UP, 0},
        {"\x1b[1;2B", ACTION_LINE_DOWN, 0},
        {"\x1b[1;5H", ACTION_TOP, 0},
        {"\x1b>", ACTION_BOTTOM, 0},
        {"\x1b[A", ACTION_EDIT, EDIT_HISTORY_PREV},
        {"\x1bOB", ACTION_EDIT, EDIT_HISTORY_NEXT},
        {"\x1b[1;5D", ACTION_EDIT, EDIT_WORD_LEFT},
        {"\x1b\x66", ACTION_EDIT, EDIT_WORD_RIGHT},
        {"\x1b\x7f", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
        {"\x7f", ACTION_EDIT, EDIT_BACKSPACE},
        {"\x1f", ACTION_EDIT, EDIT_UNDO},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct action event = {0};
        struct span in = {keys[i].bytes, strlen(keys[i].bytes) - 1};
        cr_expect_not(key_parser_next(&d, &in, &event));
        in.n = 1;
        cr_expect(key_parser_next(&d, &in, &event), "key %zu", i);
        cr_expect(event.kind == keys[i].kind && event.edit == keys[i].edit, "key %zu", i);
        cr_expect_eq(key_parser_timeout_ms(&d), -1);
    }
}

Test(key_parser, text_comes_before_the_key_that_follows_it)
{
    expect_text("ab\rc\x7f", "[ab]enter [c]edit6 ");
    expect_text("h\xC3\xA9!", "[h\xC3\xA9!]");
}

Test(key_parser, a_character_in_parts)
{
    press("\xE4\xB8", 2);
    cr_expect_str_eq(said, "");
    press("\xAD", 1);
    cr_expect_str_eq(said, "[\xE4\xB8\xAD]");
}

Test(key_parser, what_is_not_utf8_is_ignored)
{
    expect_text("a\xff\xfe\x80z", "[az]");
    expect_text("\xC3q", "[q]");
    expect_text("\xED\xA0\x80\xC0\xAFw", "[w]");
}

Test(key_parser, unknown_keys_are_ignored_whole)
{
    expect_keys("\x1b[1;7Q\x1b[99~\x1bOz\x1bq\x0e\x1c\x1b[?1;2c", "");
    expect_keys("\x1b[12345678901234567890~\r", "enter ");
    expect_keys("\x1b[1;\r", "enter ");
}

/* The answer to OSC 11, with either end; other answers, and the start of one, leave no trace. */
Test(key_parser, the_terminal_answers)
{
    static const char *const answers[] = {"\x1b]11;rgb:ff/80/00\a", "\x1b]11;rgb:ff/80/00\x1b\\"};
    for (size_t i = 0; i < 2; i++) {
        struct action event = {0};
        struct span in = {answers[i], strlen(answers[i]) - 1};
        cr_expect_not(key_parser_next(&d, &in, &event));
        in.n = 1;
        cr_assert(key_parser_next(&d, &in, &event));
        cr_expect_eq(event.kind, ACTION_BACKGROUND_REPLY);
        cr_expect_eq(event.n, 12);
        cr_expect_eq(memcmp(event.text, "rgb:ff/80/00", 12), 0);
    }
    expect_keys("\x1b]10;rgb:ff/80/00\a\x1b]\a\x1b]\x1b\\q", "[q]");
    expect_keys("\x1b]52;c;aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkLCBoZWxsbyB3b3JsZA==\aq", "[q]");
    press("\x1b]11;rg", 8);
    expire();
    press("q", 1);
    cr_expect_str_eq(said, "[q][q]");
}

Test(key_parser, a_lone_escape_is_told_when_nothing_follows)
{
    press("\x1b", 1);
    cr_expect_str_eq(said, "");
    cr_expect_gt(key_parser_timeout_ms(&d), 0);
    expire();
    cr_expect_str_eq(said, "escape ");
    cr_expect_eq(key_parser_timeout_ms(&d), -1);
    expect_keys("\x1b\x1b[A", "escape edit15 ");
}

Test(key_parser, a_sequence_that_stays_unfinished_is_dropped)
{
    press("\x1b[1;", 4);
    expire();
    press("x", 1);
    cr_expect_str_eq(said, "[x]");
}

Test(key_parser, a_paste_is_one_event_with_its_line_ends_alike)
{
    expect_keys("\x1b[200~a\rb\r\nc\nd\x1b[201~", "paste[a\nb\nc\nd]");
    expect_keys("\x1b[200~\r\n\n\r\x1b[201~", "paste[\n\n\n]");
}

Test(key_parser, nothing_in_a_paste_is_a_key)
{
    expect_keys("\x1b[200~x\x04\x1b[A\x1b[200~\x7fy\tz\x1b[20\x1b[201~\r",
                "paste[x[A[200~y\tz[20]enter ");
}

Test(key_parser, a_paste_without_an_end_ends_by_itself)
{
    press("\x1b[200~abc\x1b[2", 11);
    cr_expect_str_eq(said, "");
    cr_expect_gt(key_parser_timeout_ms(&d), 500);
    expire();
    cr_expect_str_eq(said, "paste[abc]");
    press("\r", 1);
    cr_expect_str_eq(said, "paste[abc]enter ");
}

/* A line that stalls in the midst of a paste makes no keys of its rest. */
Test(key_parser, the_rest_of_a_paste_comes_late)
{
    press("\x1b[200~abc\r", 10);
    cr_expect(key_parser_expire(&d, &(struct action){0}));
    press("x", 1);
    press("/quit\rand so on\r\x1b[201~\r", 23);
    cr_expect_str_eq(said, "[x]paste[/quit\nand so on\n]enter ");
    cr_expect_eq(key_parser_timeout_ms(&d), -1);
}

Test(key_parser, nobody_waits_for_it_for_ever)
{
    press("\x1b[200~abc", 9);
    expire();
    cr_expect_not(d.late);
    press("not the rest of it, but typed\r", 30);
    cr_expect_str_eq(said, "paste[abc][not the rest of it, but typed]enter ");
}

Test(key_parser, an_empty_paste_is_nothing)
{
    expect_keys("\x1b[200~\x1b[201~", "");
    press("\x1b[200~", 6);
    expire();
    cr_expect_str_eq(said, "");
}

Test(key_parser, a_paste_larger_than_any_message_stays_bounded)
{
    struct action event;
    press("\x1b[200~", 6);
    for (int i = 0; i < 100000; i++) press("\xC3\xA9", 2);
    cr_assert(key_parser_expire(&d, &event));
    cr_expect_eq(event.n, sizeof d.text - 1);
    cr_expect(event.cut);
    cr_expect_not(key_parser_expire(&d, &event));
    cr_expect_not(d.cut);
}

Test(key_parser, ctrl_c_in_a_read_of_its_own_ends_a_paste_that_lost_its_end)
{
    static const char *const reads[] = {"\x1b[200~lo", "\r", "\x03"};
    enum action_kind seen[4];
    int n = 0;
    struct action in;
    for (size_t i = 0; i < 3; i++) {
        struct span typed = {reads[i], strlen(reads[i])};
        while (n < 4 && key_parser_next(&d, &typed, &in)) seen[n++] = in.kind;
    }
    cr_assert_eq(n, 2);
    cr_expect_eq(seen[0], ACTION_PASTE);
    cr_expect_eq(seen[1], ACTION_QUIT);
}
