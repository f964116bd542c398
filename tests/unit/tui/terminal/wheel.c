#include "tests/count.h"
#include "tests/unit/support/typed.h"

#include <criterion/criterion.h>

TestSuite(wheel, .init = typed_forget);

#define UP       "\x1b[A"
#define DOWN     "\x1b[B"
#define UP_APP   "\x1bOA" /* in the application mode of the cursor keys */
#define DOWN_APP "\x1bOB"
#define PREV     "edit15 "
#define NEXT     "edit16 "

/* Notches of VTE and Konsole (3), kitty and xterm (5), and two of them. */
Test(wheel, several_arrows_in_one_read_scroll)
{
    typed_expect_settled(UP UP, "up up ");
    typed_expect_settled(UP UP UP, "up up up ");
    typed_expect_settled(DOWN_APP DOWN_APP DOWN_APP DOWN_APP DOWN_APP, "down down down down down ");
    typed_expect_settled(UP UP UP DOWN DOWN DOWN, "up up up down down down ");
    typed_expect_settled(UP_APP UP_APP UP UP, "up up up up ");
}

Test(wheel, arrows_in_reads_of_their_own_scroll_if_they_come_at_once)
{
    for (int i = 0; i < 3; i++) typed_text(UP);
    typed_settle();
    typed_expect("up up up ");
}

Test(wheel, one_arrow_is_a_key)
{
    typed_expect_settled(UP, PREV);
    typed_expect_settled(DOWN_APP, NEXT);
    typed_expect_settled(UP DOWN, PREV NEXT);
    typed_expect_settled(UP DOWN UP, PREV NEXT PREV);
}

Test(wheel, arrows_with_pauses_are_keys)
{
    for (int i = 0; i < 4; i++) {
        typed_text(UP);
        cr_expect_gt(key_parser_timeout_ms(&typed.parser), 2);
        cr_expect_lt(key_parser_timeout_ms(&typed.parser), 8);
        typed_expire();
    }
    typed_expect(PREV PREV PREV PREV);
}

Test(wheel, an_arrow_comes_before_what_follows_it)
{
    typed_expect_settled(UP "\r", PREV "enter ");
    typed_expect_settled("a" UP "b", "[a]" PREV "[b]");
    typed_expect_settled(UP "\x1b", PREV "escape ");
    typed_expect_settled("a" UP UP "b", "[a]up up [b]");
    typed_expect_settled(UP "\x1b[200~a\x1b[201~", PREV "paste[a]");
}

Test(wheel, a_key_that_follows_does_not_wait_for_the_wheel)
{
    typed_text(UP);
    typed_expect("");
    typed_text("x");
    typed_expect(PREV "[x]");
}

/* A touchpad that slows down. */
Test(wheel, single_arrows_soon_after_it_scroll_too)
{
    typed_text(UP UP UP);
    typed_text(UP);
    typed_expect("up up up up ");
    typed_expire();
    typed_text(UP);
    typed_settle();
    typed_expect("up up up up " PREV);
}

/* A stalled network delivers the repetitions of a key that is held down all at once. */
Test(wheel, over_a_network_a_key_that_is_held_down_stays_a_key)
{
    typed.parser.slow_link = true;
    typed_text(UP);
    typed_expire();
    typed_text(UP UP UP);
    typed_text(UP);
    typed_expect(PREV PREV PREV PREV PREV);
    typed_text(DOWN DOWN);
    typed_expect(PREV PREV PREV PREV PREV "down down ");
}

Test(wheel, over_a_network_it_scrolls_once_the_key_is_released)
{
    typed.parser.slow_link = true;
    typed_text(UP);
    typed_expire();
    typed_expire();
    cr_expect_eq(key_parser_timeout_ms(&typed.parser), -1);
    typed_text(UP UP UP);
    typed_settle();
    typed_expect(PREV "up up up ");
}

Test(wheel, over_a_network_another_key_ends_the_repetitions)
{
    typed.parser.slow_link = true;
    typed_text(UP);
    typed_expire();
    typed_text("x");
    typed_text(UP UP);
    typed_settle();
    typed_expect(PREV "[x]up up ");
}

Test(wheel, arrows_in_a_paste_are_no_arrows)
{
    typed_expect_settled("\x1b[200~a" UP UP "b\x1b[201~", "paste[a[A[Ab]");
}

/* Of buttons, of the wheel with a modifier, and of a wheel that turns sideways. */
Test(wheel, reports_of_the_mouse)
{
    typed_expect_keys("\x1b[<64;10;10M", "up ");
    typed_expect_keys("\x1b[<65;200;100M", "down ");
    typed_expect_keys("\x1b[<64;1;1M\x1b[<64;1;1M\x1b[<65;1;1M", "up up down ");
    typed_expect_keys("\x1b[<0;10;10M\x1b[<0;10;10m\x1b[<68;1;1M\x1b[<66;1;1M\x1b[<6;4M", "");
}
