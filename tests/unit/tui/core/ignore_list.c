#include "tui/core/ignore_list.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct ignore_list g;

static void forget(void)
{
    ignore_list_clear(&g);
}

TestSuite(ignore_list, .fini = forget);

Test(ignore_list, in_whatever_spelling)
{
    cr_expect_not(ignore_list_has(&g, "bob"));
    cr_expect(ignore_list_add(&g, "Bob"));
    cr_expect(ignore_list_add(&g, "bOB"));
    cr_expect_eq(g.count, 1);
    cr_expect(ignore_list_has(&g, "bob"));
    cr_expect_not(ignore_list_has(&g, "bobby"));
    cr_expect_not(ignore_list_has(&g, "no  nick"));
    cr_expect_not(ignore_list_has(&g, ""));
    cr_expect(ignore_list_remove(&g, "BOB"));
    cr_expect_not(ignore_list_remove(&g, "bob"));
    cr_expect_not(ignore_list_has(&g, "Bob"));
}

Test(ignore_list, so_many_and_no_more)
{
    char nick[16];
    for (int i = 0; i < IGNORE_MAX; i++) {
        snprintf(nick, sizeof nick, "user%d", i);
        cr_expect(ignore_list_add(&g, nick));
    }
    cr_expect_not(ignore_list_add(&g, "bob"));
    cr_expect(ignore_list_add(&g, "user7"));
    cr_expect(ignore_list_remove(&g, "user0"));
    cr_expect(ignore_list_has(&g, nick));
    cr_expect(ignore_list_add(&g, "bob"));
}
