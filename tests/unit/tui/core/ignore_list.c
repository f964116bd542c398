#include "tui/core/ignore_list.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct ignore g;

static void forget(void)
{
    ignore_drop(&g);
}

TestSuite(ignore, .fini = forget);

Test(ignore, in_whatever_spelling)
{
    cr_expect_not(ignore_has(&g, "bob"));
    cr_expect(ignore_add(&g, "Bob"));
    cr_expect(ignore_add(&g, "bOB"));
    cr_expect_eq(g.count, 1);
    cr_expect(ignore_has(&g, "bob"));
    cr_expect_not(ignore_has(&g, "bobby"));
    cr_expect_not(ignore_has(&g, "no  nick"));
    cr_expect_not(ignore_has(&g, ""));
    cr_expect(ignore_remove(&g, "BOB"));
    cr_expect_not(ignore_remove(&g, "bob"));
    cr_expect_not(ignore_has(&g, "Bob"));
}

Test(ignore, so_many_and_no_more)
{
    char nick[16];
    for (int i = 0; i < IGNORE_NICKS; i++) {
        snprintf(nick, sizeof nick, "user%d", i);
        cr_expect(ignore_add(&g, nick));
    }
    cr_expect_not(ignore_add(&g, "bob"));
    cr_expect(ignore_add(&g, "user7"));
    cr_expect(ignore_remove(&g, "user0"));
    cr_expect(ignore_has(&g, nick));
    cr_expect(ignore_add(&g, "bob"));
}
