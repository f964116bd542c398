#include "tui/core/members.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct members m;

static void forget(void)
{
    members_clear(&m);
    m = (struct members){0};
}

TestSuite(members, .fini = forget);

/* Expects the nicknames in this order, with commas between them. */
static void expect(const char *nicks)
{
    char list[4096] = "";
    for (size_t i = 0; i < m.count; i++) strcat(strcat(list, i > 0 ? "," : ""), m.list[i].nick);
    cr_expect_str_eq(list, nicks);
}

/* Joins this many members with different names. */
static void join_many(int from, int to)
{
    char nick[32];
    for (int i = from; i < to; i++) {
        snprintf(nick, sizeof nick, "user %d", i);
        members_joined(&m, nick);
    }
}

Test(members, speakers_come_first_and_the_others_are_sorted)
{
    members_joined(&m, "dan");
    members_joined(&m, "Cyd");
    members_joined(&m, "bob");
    expect("bob,Cyd,dan");
    members_spoke(&m, "dan");
    members_spoke(&m, "bob");
    members_joined(&m, "ada");
    expect("bob,dan,ada,Cyd");
    members_spoke(&m, "dan");
    expect("dan,bob,ada,Cyd");
}

Test(members, a_join_counts_once_and_a_stranger_does_not_leave)
{
    members_joined(&m, "bob");
    members_joined(&m, "bob");
    members_left(&m, "cyd");
    cr_expect_eq(members_here(&m), 1);
    members_left(&m, "bob");
    cr_expect_eq(members_here(&m), 0);
}

Test(members, a_renamed_member_keeps_its_place_if_it_spoke)
{
    members_joined(&m, "ada");
    members_joined(&m, "bob");
    members_spoke(&m, "cyd");
    members_spoke(&m, "dan");
    members_renamed(&m, "cyd", "zoe");
    members_renamed(&m, "ada", "eve");
    expect("dan,zoe,bob,eve");
    members_renamed(&m, "bob", "eve");
    expect("dan,zoe,eve");
    members_renamed(&m, "stranger", "fay");
    expect("dan,zoe,eve,fay");
}

Test(members, a_list_replaces_all_but_keeps_the_order_of_the_speakers)
{
    members_joined(&m, "gone");
    members_spoke(&m, "ada");
    members_spoke(&m, "gone too");
    members_spoke(&m, "bob");
    cr_expect_not(m.is_complete);
    members_list_begin(&m);
    members_list_add(&m, "eve");
    members_list_add(&m, "ada");
    members_list_add(&m, "bob");
    members_joined(&m, "came meanwhile");
    members_list_end(&m);
    expect("bob,ada,came meanwhile,eve");
    cr_expect(m.is_complete);
    cr_expect_eq(members_here(&m), 4);
}

Test(members, those_that_the_list_has_no_space_for_are_counted)
{
    char nick[32];
    members_list_begin(&m);
    for (int i = 0; i < MEMBERS_MAX + 50; i++) {
        snprintf(nick, sizeof nick, "user %d", i);
        members_list_add(&m, nick);
    }
    members_list_add(&m, "not  a nickname");
    members_list_end(&m);
    cr_expect_eq(m.count, MEMBERS_MAX);
    cr_expect_eq(members_here(&m), MEMBERS_MAX + 51);
    members_left(&m, "user 7");
    members_left(&m, "a member that is only counted");
    members_spoke(&m, "another one");
    cr_expect_eq(members_here(&m), MEMBERS_MAX + 49);
    members_joined(&m, "new");
    cr_expect_eq(members_here(&m), MEMBERS_MAX + 50);
    cr_expect(members_has(&m, "new"));
}

/* -- hues -- */

enum { HUES = 6 };

static size_t count_hues(void)
{
    unsigned seen = 0;
    size_t count = 0;
    for (size_t i = 0; i < m.count; i++) seen |= 1U << members_hue(&m, m.list[i].nick);
    for (; seen > 0; seen >>= 1) count += seen & 1;
    return count;
}

Test(members, nobody_shares_a_hue_while_there_are_enough)
{
    for (int round = 0; round < 200; round++) {
        members_set_hues(&m, HUES);
        join_many(round, round + HUES);
        cr_expect_eq(count_hues(), HUES, "round %d", round);
        join_many(round + HUES, round + 2 * HUES);
        cr_expect_eq(count_hues(), HUES, "round %d", round);
        forget();
    }
}

Test(members, the_first_has_the_hue_of_its_hash_and_the_next_the_nearest_free_one)
{
    char nick[32] = "";
    members_set_hues(&m, 22);
    int wanted = members_hue(&m, "ada");
    members_joined(&m, "ada");
    for (int i = 0; nick[0] == '\0' || members_hue(&m, nick) != wanted; i++)
        snprintf(nick, sizeof nick, "user %d", i);
    members_joined(&m, nick);
    cr_expect_eq(members_hue(&m, "ada"), wanted);
    cr_expect_eq(members_hue(&m, nick), (wanted + 1) % 22);
}

Test(members, a_hue_stays_while_others_come_and_go)
{
    members_set_hues(&m, HUES);
    members_joined(&m, "ada");
    members_joined(&m, "bob");
    int ada = members_hue(&m, "ada"), bob = members_hue(&m, "bob");
    cr_expect_neq(ada, bob);
    for (int i = 0; i < 100; i++) {
        join_many(i, i + 1);
        if (i % 3 == 0) members_spoke(&m, "bob");
        char nick[32];
        snprintf(nick, sizeof nick, "user %d", i);
        if (i % 2 == 0) members_left(&m, nick);
        cr_expect_eq(members_hue(&m, "ada"), ada);
        cr_expect_eq(members_hue(&m, "bob"), bob);
    }
}

Test(members, a_hue_goes_along_with_a_new_nickname_and_stays_on_lines_of_the_old_one)
{
    members_set_hues(&m, HUES);
    join_many(0, HUES - 1);
    int hue = members_hue(&m, "user 3");
    members_renamed(&m, "user 3", "zoe");
    cr_expect_eq(members_hue(&m, "zoe"), hue);
    cr_expect_eq(members_hue(&m, "user 3"), hue);
    members_left(&m, "zoe");
    cr_expect_eq(members_hue(&m, "zoe"), hue);
    members_joined(&m, "zoe");
    cr_expect_eq(members_hue(&m, "zoe"), hue);
    cr_expect_eq(count_hues(), HUES - 1);
}

Test(members, another_number_of_hues_assigns_them_anew)
{
    join_many(0, 4);
    cr_expect_eq(members_hue(&m, "user 0"), 0);
    members_set_hues(&m, 22);
    cr_expect_eq(count_hues(), 4);
    members_set_hues(&m, 4);
    cr_expect_eq(count_hues(), 4);
    for (size_t i = 0; i < m.count; i++) cr_expect_lt(members_hue(&m, m.list[i].nick), 4);
}

Test(members, the_hue_of_a_nickname_is_the_same_in_all_its_spellings)
{
    members_set_hues(&m, 22);
    cr_expect_eq(members_hue(&m, "Ada"), members_hue(&m, "aDA"));
    cr_expect_eq(members_hue(&m, "\xEF\xBC\xA1"
                                 "da"),
                 members_hue(&m, "ada"));
    cr_expect_neq(members_hue(&m, "ada"), members_hue(&m, "linus"));
    int odd = members_hue(&m, "  not  a nick ");
    cr_expect(odd >= 0 && odd < 22);
    cr_expect_lt(members_hue(&m, ""), 22);
}

Test(members, the_hues_of_strangers_are_spread)
{
    int used[22] = {0};
    char nick[32];
    members_set_hues(&m, 22);
    for (int i = 0; i < 2200; i++) {
        snprintf(nick, sizeof nick, "user%d", i);
        used[members_hue(&m, nick)]++;
    }
    for (int i = 0; i < 22; i++) cr_expect_gt(used[i], 50);
}
