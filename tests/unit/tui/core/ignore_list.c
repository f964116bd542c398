#include "tui/core/ignore_list.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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

Test(ignore_list, a_member_that_often_renames_itself_has_two_places)
{
    char nick[16] = "bob", next[16];
    cr_expect(ignore_list_add(&g, "Bob"));
    for (int i = 0; i < 2 * IGNORE_MAX; i++) {
        snprintf(next, sizeof next, "bob%d", i);
        cr_expect_eq(ignore_list_follow(&g, nick, next), IGNORE_FOLLOW_ADDED);
        memcpy(nick, next, sizeof nick);
    }
    cr_expect_eq(g.count, 2);
    cr_expect(ignore_list_has(&g, "bob") && ignore_list_has(&g, nick));
    cr_expect_eq(ignore_list_follow(&g, nick, "BOB"), IGNORE_FOLLOW_NONE, "it has its place");
    cr_expect_eq(ignore_list_follow(&g, "cy", "dan"), IGNORE_FOLLOW_NONE);
    cr_expect_eq(ignore_list_follow(&g, "bob", "a  b"), IGNORE_FOLLOW_NONE);
}

Test(ignore_list, a_followed_nickname_is_removed_when_its_member_leaves)
{
    cr_expect(ignore_list_add(&g, "bob"));
    cr_expect_eq(ignore_list_follow(&g, "bob", "rob"), IGNORE_FOLLOW_ADDED);
    ignore_list_member_left(&g, "bob");
    cr_expect(ignore_list_has(&g, "bob"));
    ignore_list_member_left(&g, "Rob");
    cr_expect_not(ignore_list_has(&g, "rob"));
    cr_expect_eq(ignore_list_follow(&g, "bob", "rob"), IGNORE_FOLLOW_ADDED);
    cr_expect(ignore_list_add(&g, "rob"));
    ignore_list_member_left(&g, "rob");
    cr_expect(ignore_list_has(&g, "rob"), "the person asked for it");
}

Test(ignore_list, a_full_list_follows_nobody)
{
    char nick[16];
    for (int i = 0; i < IGNORE_MAX; i++) {
        snprintf(nick, sizeof nick, "user%d", i);
        cr_expect(ignore_list_add(&g, nick));
    }
    cr_expect_eq(ignore_list_follow(&g, nick, "bob"), IGNORE_FOLLOW_FULL);
    cr_expect_not(ignore_list_has(&g, "bob"));
}
