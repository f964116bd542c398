#include "common/config_text.h"

#include <criterion/criterion.h>
#include <string.h>

static struct {
    bool loud;
    const char *name;
} o;

static const struct option_spec rows[] = {
    {"loud", 0, OPTION_FLAG, NULL, NULL, offsetof(__typeof__(o), loud), 0, NULL, NULL},
    {"name", 0, OPTION_TEXT, NULL, NULL, offsetof(__typeof__(o), name), 0, NULL, NULL},
};

static char text[256];
static struct config_text s;

static void begin(const char *lines)
{
    strcpy(text, lines);
    s = (struct config_text){.rows = rows, .count = 2, .rest = text};
}

Test(config_text, every_line_is_read_and_the_last_needs_no_end)
{
    begin("# mine\n\nloud\r\n  name ada");
    for (int line = 1; line <= 4; line++) {
        cr_assert(config_text_next(&s, &o));
        cr_expect_eq(s.line, line);
        cr_expect_null(s.error);
    }
    cr_expect_not(config_text_next(&s, &o));
    cr_expect(o.loud);
    cr_expect_str_eq(o.name, "ada");
}

Test(config_text, a_wrong_line_is_named_and_the_next_can_be_read)
{
    begin("loud\n\t lod now\nname eve\n");
    cr_assert(config_text_next(&s, &o) && config_text_next(&s, &o));
    cr_expect_eq(s.line, 2);
    cr_expect_str_eq(s.name, "lod");
    cr_expect_str_eq(s.error, OPTION_UNKNOWN);
    cr_assert(config_text_next(&s, &o));
    cr_expect_null(s.error);
    cr_expect_str_eq(o.name, "eve");
}

Test(config_text, nothing_has_no_line)
{
    s = (struct config_text){.rows = rows, .count = 2};
    cr_expect_not(config_text_next(&s, &o));
}
