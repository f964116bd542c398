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

/* Events as words: [text] paste[text] edit6 enter newline escape quit other */
static void note(const struct action *in)
{
    if (in->kind == ACTION_PASTE) say("paste");
    if (in->kind <= ACTION_PASTE)
        say("[%.*s]", (int)in->n, in->text);
    else if (in->kind == ACTION_EDIT)
        say("edit%d ", (int)in->edit);
    else
        say(in->kind == ACTION_ENTER     ? "enter "
            : in->kind == ACTION_NEWLINE ? "newline "
            : in->kind == ACTION_ESCAPE  ? "escape "
            : in->kind == ACTION_QUIT    ? "quit "
                                         : "other ");
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
    if (key_parser_expire(&d, &event)) note(&event);
}

/* Nothing arrives for so long that nothing is waited for any more. */
static void settle(void)
{
    while (key_parser_timeout_ms(&d) >= 0) expire();
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
        {"\n", ACTION_NEWLINE, 0},
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
    expect_text("ab\r\x7f", "[ab]enter edit6 ");
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
    settle();
    cr_expect_str_eq(said, "escape ");
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
    expect_keys("\x1b[200~x\x04\x1b[A\x1b[200~\x7fy\tz\x1b[20\x1b[201~", "paste[x[A[200~y\tz[20]");
    press("\r", 1);
    cr_expect_str_eq(said, "paste[x[A[200~y\tz[20]enter ");
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
    expire();
    press("x", 1);
    press("/quit\rand so on\r\x1b[201~\r", 23);
    settle();
    cr_expect_str_eq(said, "paste[abc\n][x]paste[/quit\nand so on\n\n]");
    forget();
    press("\x1b[200~abc\r", 10);
    expire();
    press("/quit\r", 6);
    press("\x1b[201~", 6);
    settle();
    cr_expect_str_eq(said, "paste[abc\n]paste[/quit\n]");
}

Test(key_parser, nobody_waits_for_it_for_ever)
{
    press("\x1b[200~abc", 9);
    settle();
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

/* -- pastes without markers -- */

#define press_text(bytes) press(bytes, sizeof(bytes) - 1)

Test(key_parser, text_on_both_sides_of_a_line_end_is_a_paste)
{
    static const struct {
        const char *read, *events;
    } reads[] = {
        {"hi\r", "[hi]enter "},
        {"\r", "enter "},
        {"\rhi", "enter [hi]"},
        {"hi\r\r", "[hi]enter enter "},
        {"\r\n", "enter "},
        {"hi\r\n", "[hi]enter "},
        {"hi\n", "[hi]newline "},
        {"hi\x7f\r", "[hi]edit6 enter "},
        {"\x1b[A\r", "edit15 enter "},
        {"hi\r\x1b[A", "[hi]enter edit15 "},
        {"hi\r\x1b[I\x1b[<0;10;10M\x1b]10;rgb:ff/ff/ff\a", "[hi]enter other "},
        {"hi\r\x03", "[hi]enter quit "},
        {"one\x1b\rtwo", "[one]newline [two]"},
        {"hi\rthere", "paste[hi\nthere]"},
        {"hi\nthere", "paste[hi\nthere]"},
        {"one\r\n/quit\r\n", "paste[one\n/quit\n]"},
        {"one\r\r/quit\r", "paste[one\n\n/quit\n]"},
        {"\rone\r/quit\r", "paste[\none\n/quit\n]"},
        {"one\r\x1b[A\x04two\r", "paste[one\ntwo\n]"},
        {"one\r\x1b[Itwo\r", "other paste[one\ntwo\n]"},
        {"\xC3\xA9\r\xC3\xA8", "paste[\xC3\xA9\n\xC3\xA8]"},
    };
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        forget();
        press(reads[i].read, strlen(reads[i].read));
        settle();
        cr_expect_str_eq(said, reads[i].events, "%zu: %s", i, said);
    }
}

/* A paste is longer than a read: wherever it is cut, no piece of it is a key. */
Test(key_parser, a_paste_without_markers_in_several_reads)
{
    static const char text[] = "one\rtwo\r/quit\r/nick e\xCC\x81vil\r", *rest = text + 5;
    for (size_t cut = 0; cut <= strlen(rest); cut++) {
        forget();
        press(text, 5);
        press(rest, cut);
        press(rest + cut, strlen(rest) - cut);
        settle();
        cr_expect_str_eq(said, "paste[one\ntwo\n/quit\n/nick e\xCC\x81vil\n]");
    }
}

Test(key_parser, a_key_ends_a_paste_without_markers)
{
    static const struct {
        const char *read, *events;
    } keys[] = {
        {"\x03", "paste[one\ntwo]quit "},
        {"\x1b[A", "paste[one\ntwo]edit15 "},
        {"\x7f", "paste[one\ntwo]edit6 "},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        forget();
        press_text("one\rtwo");
        press(keys[i].read, strlen(keys[i].read));
        cr_expect_str_eq(said, keys[i].events);
    }
    forget();
    press_text("one\rtwo");
    settle();
    press_text("hi\r");
    cr_expect_str_eq(said, "paste[one\ntwo][hi]enter ");
}

Test(key_parser, an_end_marker_in_a_paste_lets_nothing_run)
{
    static const char *const pastes[] = {
        "\x1b[200~a\x1b[201~\r/quit\r\x1b[201~",
        "\x1b[200~a\x1b[201~\r\x1b[201~\x1b[201~/quit\r",
        "\x1b[200~a\x1b[201~\x1b[A\x03\x1b[B\r/quit\r",
        "\x1b[200~a\x1b[201~\x1b[200~\r/quit\r\x1b[201~",
    };
    for (size_t i = 0; i < sizeof pastes / sizeof *pastes; i++) {
        forget();
        press(pastes[i], strlen(pastes[i]));
        settle();
        cr_expect_str_eq(said, "paste[a\n/quit\n]", "%zu: %s", i, said);
    }
}

/* The read ends behind the marker: what comes at once is not typed. */
Test(key_parser, an_end_marker_at_the_end_of_a_read)
{
    press_text("\x1b[200~a\x1b[201~");
    cr_expect_str_eq(said, "paste[a]");
    press_text("\r/quit\r\x1b[201~");
    settle();
    cr_expect_str_eq(said, "paste[a]paste[\n/quit\n]");
    forget();
    press_text("\x1b[200~a\x1b[201~");
    press_text("/quit");
    press_text("\r");
    settle();
    cr_expect_str_eq(said, "paste[a]paste[/quit\n]");
    forget();
    press_text("\x1b[200~a\x1b[201~");
    settle();
    press_text("hi\r");
    cr_expect_str_eq(said, "paste[a][hi]enter ");
}

/* -- slow links -- */

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
        {"\x1b[200~", 1000, 1000},  {"a", -1, -1},           {"\x1b[A", -1, -1},
    };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        for (int slow = 0; slow < 2; slow++) {
            forget();
            d.slow_link = slow;
            press(starts[i].bytes, strlen(starts[i].bytes));
            cr_expect_eq(key_parser_timeout_ms(&d), slow ? starts[i].slow_ms : starts[i].local_ms,
                         "%zu: %d", i, key_parser_timeout_ms(&d));
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
    "\x1b[<64;10;10M",               /* SGR mouse */
    "\x1b[M ab",                     /* X10 mouse */
    "\x1b[32;10;10M",                /* rxvt mouse */
};

/* Cut anywhere, with the Escape timeout between the parts. */
Test(key_parser, replies_that_nobody_asked_for_leave_no_trace)
{
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        size_t n = strlen(replies[i]);
        for (size_t cut = 0; cut < n; cut++) {
            forget();
            press(replies[i], cut);
            if (cut == 1) expire();
            press(replies[i] + cut, n - cut);
            cr_expect_str_eq(said, cut == 1 ? "escape " : "", "%zu, cut at %zu: %s", i, cut, said);
            press_text("q");
            cr_expect_str_eq(said, cut == 1 ? "escape [q]" : "[q]", "%zu, cut at %zu", i, cut);
        }
    }
}

Test(key_parser, nothing_is_dead_after_a_sequence_that_stays_unfinished)
{
    static const char *const starts[] = {"\x1b",   "\x1b[",   "\x1b[1;",  "\x1bO",
                                         "\x1b[[", "\x1b[M ", "\x1b]0;a", "\x1bPa",
                                         "\x1b_",  "\x1b^",   "\x1bX"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        forget();
        press(starts[i], strlen(starts[i]));
        press_text("\x03");
        cr_expect(strstr(said, "quit "), "Ctrl+C after %zu", i);
        forget();
        press(starts[i], strlen(starts[i]));
        press_text("\x1b[A");
        cr_expect(strstr(said, "edit15 "), "Up after %zu", i);
    }
}

/* These begin a string, but also Alt with a capital letter or a sign. */
Test(key_parser, alt_with_a_sign_that_begins_a_string_swallows_nothing)
{
    static const char signs[] = "]PX^_";
    for (const char *sign = signs; *sign; sign++) {
        forget();
        press((char[]){'\x1b', *sign}, 2);
        press("h", 1);
        press("i", 1);
        press("\r", 1);
        cr_expect_str_eq(said, "[h][i]enter ");
    }
}

Test(key_parser, alt_enter_in_two_parts_sends_nothing)
{
    press_text("half\x1b");
    expire();
    press_text("\r");
    press_text("rest");
    settle();
    cr_expect_str_eq(said, "[half]escape newline [rest]");
    forget();
    press_text("\x1b");
    settle();
    press_text("\r");
    cr_expect_str_eq(said, "escape enter ");
}

Test(key_parser, what_is_typed_after_escape_is_text)
{
    static const char *const keys[] = {"[", "O", "]", "P", "p", "OK", "[]"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        forget();
        press_text("\x1b");
        expire();
        for (const char *key = keys[i]; *key; key++) press(key, 1);
        settle();
        cr_expect_eq(strchr(said, '\x1b'), NULL);
        cr_expect_eq(strncmp(said, "escape [", 8), 0, "%s", said);
        cr_expect_eq(strlen(said), 7 + 3 * strlen(keys[i]), "%s", said);
    }
}
