#include "tests/count.h"
#include "tests/unit/support/typed.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(key_parser_paste, .init = typed_forget);

Test(key_parser_paste, a_paste_is_one_event_with_its_line_ends_alike)
{
    typed_expect_keys("\x1b[200~a\rb\r\nc\nd\x1b[201~", "paste[a\nb\nc\nd]");
    typed_expect_keys("\x1b[200~\r\n\n\r\x1b[201~", "paste[\n\n\n]");
}

Test(key_parser_paste, nothing_in_a_paste_is_a_key)
{
    typed_expect_keys("\x1b[200~x\x04\x1b[A\x1b[200~\x7fy\tz\x1b[20\x1b[201~",
                      "paste[x[A[200~y\tz[20]");
    typed_text("\r");
    typed_expect("paste[x[A[200~y\tz[20]enter ");
}

Test(key_parser_paste, a_paste_without_an_end_ends_by_itself)
{
    typed_text("\x1b[200~abc\x1b[");
    typed_expect("");
    cr_expect_gt(key_parser_timeout_ms(&typed.parser), 500);
    typed_expire();
    typed_expect("paste[abc]");
    typed_text("\r");
    typed_expect("paste[abc]enter ");
}

/* A line that stalls in the midst of a paste makes no keys of its rest. */
Test(key_parser_paste, the_rest_of_a_paste_comes_late)
{
    typed_text("\x1b[200~abc\r");
    typed_expire();
    typed_text("x");
    typed_text("/quit\rand so on\r\x1b[201~\r");
    typed_settle();
    typed_expect("paste[abc\n][x]paste[/quit\nand so on\n\n]");
    typed_forget();
    typed_text("\x1b[200~abc\r");
    typed_expire();
    typed_text("/quit\r");
    typed_text("\x1b[201~");
    typed_settle();
    typed_expect("paste[abc\n]paste[/quit\n]");
}

Test(key_parser_paste, nobody_waits_for_it_for_ever)
{
    typed_text("\x1b[200~abc");
    typed_settle();
    typed_text("not the rest of it, but typed\r");
    typed_expect("paste[abc][not the rest of it, but typed]enter ");
}

Test(key_parser_paste, an_empty_paste_is_nothing)
{
    typed_expect_keys("\x1b[200~\x1b[201~", "");
    typed_text("\x1b[200~");
    typed_expire();
    typed_expect("");
}

Test(key_parser_paste, a_paste_larger_than_any_message_stays_bounded)
{
    struct action event;
    typed_text("\x1b[200~");
    for (int i = 0; i < 100000; i++) typed_text("\xC3\xA9");
    cr_assert(key_parser_expire(&typed.parser, &event));
    cr_expect_eq(event.n, sizeof typed.parser.text - 1);
    cr_expect(event.cut);
    cr_expect_not(key_parser_expire(&typed.parser, &event));
    cr_expect_not(typed.parser.cut);
}

Test(key_parser_paste, ctrl_c_in_a_read_of_its_own_ends_a_paste_that_lost_its_end)
{
    static const char *const reads[] = {"\x1b[200~lo", "\r", "\x03"};
    enum action_kind seen[4];
    int n = 0;
    struct action in;
    for (size_t i = 0; i < 3; i++) {
        struct span read = {reads[i], strlen(reads[i])};
        while (n < 4 && key_parser_next(&typed.parser, &read, &in)) seen[n++] = in.kind;
    }
    cr_assert_eq(n, 2);
    cr_expect_eq(seen[0], ACTION_PASTE);
    cr_expect_eq(seen[1], ACTION_QUIT);
}

Test(key_parser_paste, text_on_both_sides_of_a_line_end_is_a_paste)
{
    typed_expect_settled("hi\r", "[hi]enter ");
    typed_expect_settled("\r", "enter ");
    typed_expect_settled("\rhi", "enter [hi]");
    typed_expect_settled("hi\r\r", "[hi]enter enter ");
    typed_expect_settled("\r\n", "enter ");
    typed_expect_settled("hi\r\n", "[hi]enter ");
    typed_expect_settled("hi\n", "[hi]newline ");
    typed_expect_settled("hi\x7f\r", "[hi]edit6 enter ");
    typed_expect_settled("\x1b[A\r", "edit15 enter ");
    typed_expect_settled("hi\r\x1b[A", "[hi]enter edit15 ");
    typed_expect_settled("hi\r\x1b[I\x1b[<0;10;10M\x1b]10;rgb:ff/ff/ff\a", "[hi]enter other ");
    typed_expect_settled("hi\r\x03", "[hi]enter quit ");
    typed_expect_settled("one\x1b\rtwo", "[one]newline [two]");
    typed_expect_settled("hi\rthere", "paste[hi\nthere]");
    typed_expect_settled("hi\nthere", "paste[hi\nthere]");
    typed_expect_settled("one\r\n/quit\r\n", "paste[one\n/quit\n]");
    typed_expect_settled("one\r\r/quit\r", "paste[one\n\n/quit\n]");
    typed_expect_settled("\rone\r/quit\r", "paste[\none\n/quit\n]");
    typed_expect_settled("one\r\x1b[A\x04two\r", "paste[one\ntwo\n]");
    typed_expect_settled("one\r\x1b[Itwo\r", "other paste[one\ntwo\n]");
    typed_expect_settled("\xC3\xA9\r\xC3\xA8", "paste[\xC3\xA9\n\xC3\xA8]");
}

/* A paste is longer than a read: wherever it is cut, no piece of it is a key. */
Test(key_parser_paste, a_paste_without_markers_in_several_reads)
{
    static const char text[] = "one\rtwo\r/quit\r/nick e\xCC\x81vil\r", *rest = text + 5;
    for (size_t cut = 0; cut <= strlen(rest); cut++) {
        typed_forget();
        typed_bytes(text, 5);
        typed_bytes(rest, cut);
        typed_bytes(rest + cut, strlen(rest) - cut);
        typed_settle();
        typed_expect("paste[one\ntwo\n/quit\n/nick e\xCC\x81vil\n]");
    }
}

Test(key_parser_paste, a_key_ends_a_paste_without_markers)
{
    static const struct {
        const char *read, *events;
    } keys[] = {
        {"\x03", "paste[one\ntwo]quit "},
        {"\x1b[A", "paste[one\ntwo]edit15 "},
        {"\x7f", "paste[one\ntwo]edit6 "},
    };
    for (size_t i = 0; i < COUNT(keys); i++) {
        typed_forget();
        typed_text("one\rtwo");
        typed_bytes(keys[i].read, strlen(keys[i].read));
        if (key_parser_timeout_ms(&typed.parser) < 10) typed_expire();
        typed_expect(keys[i].events);
    }
    typed_forget();
    typed_text("one\rtwo");
    typed_settle();
    typed_text("hi\r");
    typed_expect("paste[one\ntwo][hi]enter ");
}

Test(key_parser_paste, an_end_marker_in_a_paste_lets_nothing_run)
{
    typed_expect_settled("\x1b[200~a\x1b[201~\r/quit\r\x1b[201~", "paste[a\n/quit\n]");
    typed_expect_settled("\x1b[200~a\x1b[201~\r\x1b[201~\x1b[201~/quit\r", "paste[a\n/quit\n]");
    typed_expect_settled("\x1b[200~a\x1b[201~\x1b[A\x03\x1b[B\r/quit\r", "paste[a\n/quit\n]");
    typed_expect_settled("\x1b[200~a\x1b[201~\x1b[200~\r/quit\r\x1b[201~", "paste[a\n/quit\n]");
}

/* The read ends behind the marker: what comes at once is not typed. */
Test(key_parser_paste, an_end_marker_at_the_end_of_a_read)
{
    typed_text("\x1b[200~a\x1b[201~");
    typed_expect("paste[a]");
    typed_text("\r/quit\r\x1b[201~");
    typed_settle();
    typed_expect("paste[a]paste[\n/quit\n]");
    typed_forget();
    typed_text("\x1b[200~a\x1b[201~");
    typed_text("/quit");
    typed_text("\r");
    typed_settle();
    typed_expect("paste[a]paste[/quit\n]");
    typed_forget();
    typed_text("\x1b[200~a\x1b[201~");
    typed_settle();
    typed_text("hi\r");
    typed_expect("paste[a][hi]enter ");
}
