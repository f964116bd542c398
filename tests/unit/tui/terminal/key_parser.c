#include "tests/count.h"
#include "tests/unit/support/typed.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(key_parser, .init = typed_forget);

Test(key_parser, keys)
{
    static const struct {
        enum action_kind kind;
        enum edit edit;
        const char *bytes;
    } keys[] = {{ACTION_ENTER, 0, "\r"},
                {ACTION_NEWLINE, 0, "\n"},
                {ACTION_NEWLINE, 0, "\x1b\r"},
                {ACTION_QUIT, 0, "\x03"},
                {ACTION_QUIT, 0, "\x1b\x03"},
                {ACTION_SUSPEND, 0, "\x1a"},
                {ACTION_REDRAW, 0, "\x0c"},
                {ACTION_HELP, 0, "\x1bOP"},
                {ACTION_HELP, 0, "\x1b[[A"},
                {ACTION_PAGE_UP, 0, "\x1b[5~"},
                {ACTION_PAGE_DOWN, 0, "\x1b[6~"},
                {ACTION_LINE_UP, 0, "\x1b[1;2A"},
                {ACTION_LINE_DOWN, 0, "\x1b[1;2B"},
                {ACTION_TOP, 0, "\x1b[1;5H"},
                {ACTION_BOTTOM, 0, "\x1b>"},
                {ACTION_EDIT, EDIT_HISTORY_PREV, "\x1b[A"},
                {ACTION_EDIT, EDIT_HISTORY_NEXT, "\x1bOB"},
                {ACTION_EDIT, EDIT_HISTORY_PREV, "\x10"},
                {ACTION_EDIT, EDIT_HISTORY_NEXT, "\x0e"},
                {ACTION_ESCAPE, 0, "\x07"},
                {ACTION_EDIT, EDIT_WORD_LEFT, "\x1b[1;5D"},
                {ACTION_EDIT, EDIT_WORD_RIGHT, "\x1b\x66"},
                {ACTION_EDIT, EDIT_KILL_WORD_LEFT, "\x1b\x7f"},
                {ACTION_EDIT, EDIT_BACKSPACE, "\x7f"},
                {ACTION_EDIT, EDIT_UNDO, "\x1f"}};
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct action event = {0};
        struct span in = {keys[i].bytes, strlen(keys[i].bytes) - 1};
        cr_expect_not(key_parser_next(&typed.parser, &in, &event));
        in.n = 1;
        cr_expect(key_parser_next(&typed.parser, &in, &event), "key %zu", i);
        cr_expect(event.kind == keys[i].kind && event.edit == keys[i].edit, "key %zu", i);
        cr_expect_eq(key_parser_timeout_ms(&typed.parser), -1);
    }
}

Test(key_parser, ctrl_x_begins_a_key_of_two)
{
    static const char *const spellings[] = {"\x18\x05", "\x1b[120;5u\x1b[101;5u", "\x18\x18\x05"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct action event = {0};
        struct span in = {spellings[i], strlen(spellings[i])};
        cr_assert(key_parser_next(&typed.parser, &in, &event), "%zu", i);
        cr_expect_eq(event.kind, ACTION_EDITOR, "%zu", i);
    }
    typed_expect_keys("\x18\x7f\x18\r\x18q\x05", "edit6 enter [q]edit5 ");
}

Test(key_parser, text_comes_before_the_key_that_follows_it)
{
    typed_expect_text("ab\r\x7f", "[ab]enter edit6 ");
    typed_expect_text("h\xC3\xA9!", "[h\xC3\xA9!]");
}

Test(key_parser, a_character_in_parts)
{
    typed_text("\xE4\xB8");
    typed_expect("");
    typed_text("\xAD");
    typed_expect("[\xE4\xB8\xAD]");
}

Test(key_parser, what_is_not_utf8_is_ignored)
{
    typed_expect_text("a\xff\xfe\x80z", "[az]");
    typed_expect_text("\xC3q", "[q]");
    typed_expect_text("\xED\xA0\x80\xC0\xAFw", "[w]");
}

Test(key_parser, unknown_keys_are_ignored_whole)
{
    typed_expect_keys("\x1b[1;7Q\x1b[99~\x1bOz\x1bq\x16\x1c\x1b[?1;2c", "");
    typed_expect_keys("\x1b[12345678901234567890~\r", "enter ");
    typed_expect_keys("\x1b[1;\r", "enter ");
}

/* The answer to OSC 11, with either end; other answers, and the start of one, leave no trace. */
Test(key_parser, the_terminal_answers)
{
    static const char *const answers[] = {"\x1b]11;rgb:ff/80/00\a", "\x1b]11;rgb:ff/80/00\x1b\\"};
    for (size_t i = 0; i < 2; i++) {
        struct action event = {0};
        struct span in = {answers[i], strlen(answers[i]) - 1};
        cr_expect_not(key_parser_next(&typed.parser, &in, &event));
        in.n = 1;
        cr_assert(key_parser_next(&typed.parser, &in, &event));
        cr_expect_eq(event.kind, ACTION_BACKGROUND_REPLY);
        cr_expect_eq(event.n, 12);
        cr_expect_eq(memcmp(event.text, "rgb:ff/80/00", 12), 0);
    }
    typed_expect_keys("\x1b]10;rgb:ff/80/00\a\x1b]\a\x1b]\x1b\\q", "[q]");
    typed_expect_keys("\x1b]52;c;aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkLCBoZWxsbyB3b3JsZA==\aq", "[q]");
    typed_text("\x1b]11;rg");
    typed_expire();
    typed_text("q");
    typed_expect("[q][q]");
}

Test(key_parser, a_lone_escape_is_told_when_nothing_follows)
{
    typed_text("\x1b");
    typed_expect("");
    cr_expect_gt(key_parser_timeout_ms(&typed.parser), 0);
    typed_expire();
    typed_expect("escape ");
    typed_settle();
    typed_expect("escape ");
    typed_expect_keys("\x1b\x1b[A", "escape edit15 ");
}

Test(key_parser, a_sequence_that_stays_unfinished_is_dropped)
{
    typed_text("\x1b[1;");
    typed_expire();
    typed_text("x");
    typed_expect("[x]");
}

Test(key_parser, how_long_the_rest_is_waited_for)
{
    static const struct {
        const char *bytes;
        int local_ms, slow_ms;
    } starts[] = {
        {"\x1b", 50, 300},          {"\x1b[", 500, 500},     {"\x1b[1;", 500, 500},
        {"\x1bO", 500, 500},        {"\x1b[[", 500, 500},    {"\x1b[M ", 500, 500},
        {"\x1b]11;rg", 3000, 3000}, {"\x1bP1$", 3000, 3000}, {"\x1b_Gi=", 3000, 3000},
        {"\x1b^", 3000, 3000},      {"\x1bX", 3000, 3000},   {"\x1b]0;\x1b", 3000, 3000},
        {"\x1b[200~", 1000, 1000},  {"a", -1, -1},           {"\x1b[C", -1, -1},
    };
    for (size_t i = 0; i < COUNT(starts); i++)
        for (int slow = 0; slow < 2; slow++) {
            typed_forget();
            typed.parser.slow_link = slow;
            typed_bytes(starts[i].bytes, strlen(starts[i].bytes));
            cr_expect_eq(key_parser_timeout_ms(&typed.parser),
                         slow ? starts[i].slow_ms : starts[i].local_ms, "%zu: %d", i,
                         key_parser_timeout_ms(&typed.parser));
        }
}

static const char *const replies[] = {
    "\x1b[?62;1;4c",                 /* DA1 */
    "\x1b[>41;370;0c",               /* DA2 */
    "\x1bP!|00000000\x1b\\",         /* DA3 */
    "\x1b[24;80R",                   /* CPR */
    "\x1b[0n",                       /* DSR */
    "\x1b[?1036;1$y",                /* DECRPM */
    "\x1b[4;1$y",                    /* the same of ANSI modes */
    "\x1b[8;24;80t",                 /* XTWINOPS */
    "\x1b]lklatch\x1b\\",            /* the window's title */
    "\x1b]10;rgb:ff/ff/ff\x1b\\",    /* OSC 10 */
    "\x1b]52;c;aGVsbG8=\a",          /* OSC 52 */
    "\x1bP1$r0m\x1b\\",              /* DECRPSS */
    "\x1bP1+r544e=787465726d\x1b\\", /* XTGETTCAP */
    "\x1bP>|XTerm(370)\x1b\\",       /* XTVERSION */
    "\x1b_Gi=31;OK\x1b\\",           /* kitty graphics */
    "\x1b^private\x1b\\",            /* PM */
    "\x1bXstring\x1b\\",             /* SOS */
    "\x1b[?0u",                      /* kitty keyboard */
    "\x1b[>4;0m",                    /* XTQMODKEYS */
    "\x1b[<0;10;10M",                /* SGR mouse, a button */
    "\x1b[M ab",                     /* X10 mouse */
    "\x1b[32;10;10M",                /* rxvt mouse */
};

/* Cut anywhere, with the Escape timeout between the parts. */
Test(key_parser, replies_that_nobody_asked_for_leave_no_trace)
{
    for (size_t i = 0; i < COUNT(replies); i++) {
        size_t n = strlen(replies[i]);
        for (size_t cut = 0; cut < n; cut++) {
            typed_forget();
            typed_bytes(replies[i], cut);
            if (cut == 1) typed_expire();
            typed_bytes(replies[i] + cut, n - cut);
            cr_expect_str_eq(typed.actions, cut == 1 ? "escape " : "", "%zu, cut at %zu: %s", i,
                             cut, typed.actions);
            typed_text("q");
            cr_expect_str_eq(typed.actions, cut == 1 ? "escape [q]" : "[q]", "%zu, cut at %zu", i,
                             cut);
        }
    }
}

Test(key_parser, nothing_is_dead_after_a_sequence_that_stays_unfinished)
{
    static const char *const starts[] = {"\x1b",   "\x1b[",   "\x1b[1;",  "\x1bO",
                                         "\x1b[[", "\x1b[M ", "\x1b]0;a", "\x1bPa",
                                         "\x1b_",  "\x1b^",   "\x1bX"};
    for (size_t i = 0; i < COUNT(starts); i++) {
        typed_forget();
        typed_bytes(starts[i], strlen(starts[i]));
        typed_text("\x03");
        cr_expect(strstr(typed.actions, "quit "), "Ctrl+C after %zu", i);
        typed_forget();
        typed_bytes(starts[i], strlen(starts[i]));
        typed_text("\x1b[A");
        cr_expect(strstr(typed.actions, "edit15 "), "Up after %zu", i);
    }
}

/* These begin a string, but also Alt with a capital letter or a sign. */
Test(key_parser, alt_with_a_sign_that_begins_a_string_swallows_nothing)
{
    static const char signs[] = "]PX^_";
    for (const char *sign = signs; *sign; sign++) {
        typed_forget();
        typed_bytes((char[]){'\x1b', *sign}, 2);
        typed_text("h");
        typed_text("i");
        typed_text("\r");
        typed_expect("[h][i]enter ");
    }
}

Test(key_parser, alt_enter_in_two_parts_sends_nothing)
{
    typed_text("half\x1b");
    typed_expire();
    typed_text("\r");
    typed_text("rest");
    typed_settle();
    typed_expect("[half]escape newline [rest]");
    typed_forget();
    typed_text("\x1b");
    typed_settle();
    typed_text("\r");
    typed_expect("escape enter ");
}

Test(key_parser, what_is_typed_after_escape_is_text)
{
    static const char *const keys[] = {"[", "O", "]", "P", "p", "OK", "[]"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        typed_forget();
        typed_text("\x1b");
        typed_expire();
        for (const char *key = keys[i]; *key; key++) typed_bytes(key, 1);
        typed_settle();
        cr_expect_eq(strchr(typed.actions, '\x1b'), NULL);
        cr_expect_eq(strncmp(typed.actions, "escape [", 8), 0, "%s", typed.actions);
        cr_expect_eq(strlen(typed.actions), 7 + 3 * strlen(keys[i]), "%s", typed.actions);
    }
}
