#include "server/room/presence.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *fold(int count)
{
    static char line[PRESENCE_LINE];
    struct presence n = {.storm = true};
    for (int i = 0; i < count; i++) {
        char nick[16];
        snprintf(nick, sizeof nick, "n%d", i);
        cr_expect(presence_add(&n, nick, PRESENCE_JOINED));
    }
    cr_expect_eq(presence_flush(&n, line), (size_t)count);
    cr_expect_eq(n.batched, 0);
    return line;
}

Test(presence, every_name_is_told_while_they_are_few)
{
    cr_expect_str_eq(fold(1), "n0 joined the chat");
    cr_expect_str_eq(fold(2), "n0 and n1 joined the chat");
    cr_expect_str_eq(fold(3), "n0, n1 and n2 joined the chat");
    cr_expect_str_eq(fold(8), "n0, n1, n2, n3, n4, n5, n6 and n7 joined the chat");
}

Test(presence, of_many_the_rest_are_counted)
{
    cr_expect_str_eq(fold(9), "n0, n1, n2, n3, n4, n5, n6 and 2 others joined the chat");
    cr_expect_str_eq(fold(10000), "n0, n1, n2, n3, n4, n5, n6 and 9993 others joined the chat");
}

Test(presence, the_longest_names_fit)
{
    struct presence n = {.storm = true};
    char line[PRESENCE_LINE], nick[NICK_BYTES + 1];
    snprintf(nick, sizeof nick, "%064d", 7);
    for (int i = 0; i < 8; i++) presence_add(&n, nick, PRESENCE_JOINED);
    presence_flush(&n, line);
    cr_expect_eq(strcmp(line + strlen(line) - 6, "e chat"), 0);
}

Test(presence, the_first_of_a_turn_are_told_each)
{
    struct presence n = {0};
    for (int i = 0; i < PRESENCE_INDIVIDUAL; i++)
        cr_expect_not(presence_add(&n, "x", PRESENCE_JOINED));
    cr_expect(presence_add(&n, "x", PRESENCE_JOINED));
    cr_expect_eq(n.batched, 1);
}

Test(presence, a_storm_lasts_until_a_turn_has_few)
{
    struct presence n = {0};
    char line[PRESENCE_LINE];
    for (int i = 0; i <= PRESENCE_INDIVIDUAL; i++) presence_add(&n, "x", PRESENCE_LEFT);
    presence_flush(&n, line);
    presence_tick(&n);
    presence_tick(&n); /* one without news changes nothing */
    cr_expect(presence_add(&n, "x", PRESENCE_LEFT));
    cr_expect_eq(presence_flush(&n, line), 1);
    cr_expect_str_eq(line, "x left the chat");
    presence_tick(&n);
    cr_expect_not(presence_add(&n, "x", PRESENCE_LEFT));
}

Test(presence, new_nicknames_are_told_each_also_in_a_batch)
{
    struct presence n = {0};
    char line[PRESENCE_LINE];
    for (int i = 0; i < PRESENCE_INDIVIDUAL; i++) cr_expect_not(presence_add_rename(&n, "a", "b"));
    cr_expect(presence_add_rename(&n, "a", "b"));
    cr_expect(presence_add_rename(&n, "c", "a"));
    cr_expect_eq(presence_flush(&n, line), 2);
    cr_expect_str_eq(line, "a is now known as b\nc is now known as a");
    cr_expect(presence_add_rename(&n, "b", "d"));
    cr_expect_eq(presence_flush(&n, line), 1);
    cr_expect_str_eq(line, "b is now known as d");
}

Test(presence, a_batch_of_new_nicknames_is_flushed_before_it_is_full)
{
    struct presence n = {.storm = true};
    char line[PRESENCE_LINE], nick[NICK_BYTES + 1];
    size_t added = 0;
    snprintf(nick, sizeof nick, "%064d", 7);
    for (; !presence_is_full(&n); added++) cr_expect(presence_add_rename(&n, nick, nick));
    cr_expect_eq(presence_flush(&n, line), added);
    cr_expect_eq(strlen(line), added * (2 * 64 + strlen(" is now known as ") + 1) - 1);
    cr_expect_not(presence_is_full(&n));
}
