#include "tui/ui/drawing/theme.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

struct rgb {
    int red, green, blue;
};

static struct rgb colour_at(int number)
{
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    int grey = 8 + 10 * (number - 232), cube = number - 16;
    if (number >= 232) return (struct rgb){grey, grey, grey};
    return (struct rgb){steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]};
}

static double linear(int part)
{
    double c = part / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct rgb c)
{
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

/* As WCAG 2 counts it. */
static double contrast(struct rgb a, struct rgb b)
{
    double one = luminance(a), two = luminance(b);
    return one > two ? (one + 0.05) / (two + 0.05) : (two + 0.05) / (one + 0.05);
}

static void expect_contrast(enum theme_background background, struct rgb before, double least)
{
    struct theme t = theme_for(256, background);
    const int roles[] = {t.muted, t.urgent, t.highlight};
    for (int i = 0; i < 3; i++)
        cr_expect_geq(contrast(colour_at(roles[i]), before), least, "role %d", i);
    cr_assert_gt(t.count, 16);
    for (int i = 0; i < t.count; i++)
        cr_expect_geq(contrast(colour_at(t.nicks[i]), before), least, "%d", t.nicks[i]);
}

Test(theme, what_is_shown_can_be_read)
{
    expect_contrast(THEME_DARK, (struct rgb){0, 0, 0}, 4.5);
    expect_contrast(THEME_DARK, (struct rgb){40, 40, 40}, 4.5);
    expect_contrast(THEME_LIGHT, (struct rgb){255, 255, 255}, 4.5);
    expect_contrast(THEME_LIGHT, (struct rgb){240, 240, 240}, 4.5);
    expect_contrast(THEME_UNKNOWN, (struct rgb){0, 0, 0}, 3.3);
    expect_contrast(THEME_UNKNOWN, (struct rgb){255, 255, 255}, 3.3);
}

Test(theme, no_colour_stands_for_two)
{
    for (int background = THEME_UNKNOWN; background <= THEME_LIGHT; background++)
        for (int colours = 8; colours <= 1 << 24; colours *= 2) {
            struct theme t = theme_for(colours, (enum theme_background)background);
            for (int i = 0; i < t.count; i++)
                for (int j = 0; j < i; j++) cr_expect_neq(t.nicks[i], t.nicks[j]);
        }
}

Test(theme, as_many_as_the_terminal_has)
{
    static const int terminals[] = {8, 16, 88, 256};
    cr_expect_eq(theme_for(0, THEME_DARK).count, 0);
    cr_expect_eq(theme_for(2, THEME_LIGHT).count, 0);
    for (size_t i = 0; i < 4; i++)
        for (int background = THEME_UNKNOWN; background <= THEME_LIGHT; background++) {
            struct theme t = theme_for(terminals[i], (enum theme_background)background);
            cr_expect_geq(t.count, 3);
            for (int j = 0; j < t.count; j++) cr_expect_lt(t.nicks[j], terminals[i]);
            cr_expect_lt(t.highlight, terminals[i]);
        }
}

/* Terminals disagree on all of direct colour but its first eight numbers. */
Test(theme, direct_colour_is_not_used)
{
    for (int background = THEME_UNKNOWN; background <= THEME_LIGHT; background++) {
        struct theme t = theme_for(1 << 24, (enum theme_background)background);
        cr_expect_geq(t.count, 3);
        for (int j = 0; j < t.count; j++) cr_expect_lt(t.nicks[j], 8);
        cr_expect(t.muted < 8 && t.urgent < 8 && t.highlight < 8);
    }
}

Test(theme, its_name)
{
    enum theme_background background = THEME_UNKNOWN;
    cr_expect(theme_parse("dark", &background) && background == THEME_DARK);
    cr_expect(theme_parse("light", &background) && background == THEME_LIGHT);
    cr_expect(theme_parse("auto", &background) && background == THEME_UNKNOWN);
    cr_expect_not(theme_parse("Dark", &background));
    cr_expect_not(theme_parse("", &background));
}

Test(theme, what_the_environment_tells)
{
    cr_expect_eq(theme_from_colorfgbg("15;0"), THEME_DARK);
    cr_expect_eq(theme_from_colorfgbg("0;15"), THEME_LIGHT);
    cr_expect_eq(theme_from_colorfgbg("0;default;7"), THEME_LIGHT);
    cr_expect_eq(theme_from_colorfgbg("12;8"), THEME_DARK);
    static const char *const silent[] = {"", "15", "15;", "0;default", "0;16", "0;-1", "0;7x"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        cr_expect_eq(theme_from_colorfgbg(silent[i]), THEME_UNKNOWN, "%s", silent[i]);
    cr_expect_eq(theme_from_colorfgbg(NULL), THEME_UNKNOWN);
}

static enum theme_background answered(const char *text)
{
    return theme_from_reply(text, strlen(text));
}

Test(theme, what_the_terminal_answers)
{
    cr_expect_eq(answered("rgb:ffff/ffff/ffff"), THEME_LIGHT);
    cr_expect_eq(answered("rgb:1e1e/1E1E/2e2e"), THEME_DARK);
    cr_expect_eq(answered("rgb:ff/f0/d0"), THEME_LIGHT);
    cr_expect_eq(answered("rgb:0/0/f"), THEME_DARK);
    static const char *const nonsense[] = {"",           "rgb:",    "rgb:ff/ff",
                                           "rgb:/ff/ff", "#ffffff", "rgb:gg/ff/ff"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        cr_expect_eq(answered(nonsense[i]), THEME_UNKNOWN, "%s", nonsense[i]);
}
