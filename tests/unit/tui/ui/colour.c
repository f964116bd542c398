#include "tui/ui/colour.h"

#include <criterion/criterion.h>

Test(colour, one_nickname_one_colour_however_it_is_spelled)
{
    cr_expect_eq(theme_nick_color("Ada", 22), theme_nick_color("aDA", 22));
    cr_expect_eq(theme_nick_color("\xEF\xBC\xA1"
                                  "da",
                                  22),
                 theme_nick_color("ada", 22));
    cr_expect_neq(theme_nick_color("ada", 22), theme_nick_color("linus", 22));
}

Test(colour, the_colours_are_spread)
{
    int seen[22] = {0}, used = 0;
    for (int i = 0; i < 200; i++) {
        char nick[] = {'u', (char)('a' + i / 20), (char)('a' + i % 20), '\0'};
        int colour = theme_nick_color(nick, 22);
        cr_assert(colour >= 0 && colour < 22);
        used += seen[colour]++ == 0;
    }
    cr_expect_geq(used, 20);
}

Test(colour, a_name_that_breaks_the_rule_has_one_too)
{
    int colour = theme_nick_color("  not  a nick ", 22);
    cr_expect(colour >= 0 && colour < 22);
    cr_expect_eq(theme_nick_color("", 22), theme_nick_color("", 22));
    cr_expect_eq(theme_nick_color("ada", 0), 0);
}
