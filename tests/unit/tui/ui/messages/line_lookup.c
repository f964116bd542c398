#include "tui/ui/messages/line_lookup.h"

#include "tests/unit/support/message_pane.h"

#include <criterion/criterion.h>
#include <string.h>

static void open_pane(void)
{
    pane_open();
    scrollback_add(pane, 0, LINE_MESSAGE, "bob", "of bob");
    scrollback_add(pane, 0, LINE_MESSAGE, "eve", "http://one.example and http://two.example");
    scrollback_add(pane, 0, LINE_SERVER, "", "a notice: http://three.example");
    scrollback_add(pane, 0, LINE_OWN, "ada", "of ada");
    scrollback_add(pane, 0, LINE_PENDING, "ada", "waits");
}

TestSuite(line_lookup, .init = open_pane, .fini = pane_close);

static void expect_message(const char *name, const char *text)
{
    const struct line *line = line_lookup_message(pane, name);
    cr_assert_eq(line != NULL, text != NULL, "%s", name);
    if (text != NULL) cr_expect_str_eq(line->text, text);
}

Test(line_lookup, messages)
{
    expect_message("", "of ada");
    expect_message("1", "of ada");
    expect_message("3", "of bob");
    expect_message("bob", "of bob");
    expect_message("0", NULL);
    expect_message("4", NULL);
    expect_message("99999999999999999999", NULL);
    expect_message("nobody", NULL);
}

static void expect_url(size_t number, const char *expected)
{
    struct span url = {"", 0};
    cr_assert_eq(line_lookup_url(pane, number, &url), expected != NULL, "%zu", number);
    if (expected != NULL) cr_expect_eq(strncmp(url.p, expected, url.n), 0, "%zu", number);
}

Test(line_lookup, addresses_from_the_newest_on)
{
    expect_url(0, NULL);
    expect_url(1, "http://three.example");
    expect_url(2, "http://two.example");
    expect_url(3, "http://one.example");
    expect_url(4, NULL);
}
