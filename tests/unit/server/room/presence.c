#include "server/room/presence.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *fold(int count)
{
    static char line[NEWS_LINE];
    struct news n = {.storm = true};
    for (int i = 0; i < count; i++) {
        char nick[16];
        snprintf(nick, sizeof nick, "n%d", i);
        cr_expect(news_fold(&n, nick, NEWS_JOINED));
    }
    cr_expect_eq(news_unfold(&n, line), (size_t)count);
    cr_expect_eq(n.folded, 0);
    return line;
}

Test(news, every_name_is_told_while_they_are_few)
{
    cr_expect_str_eq(fold(1), "n0 joined the chat");
    cr_expect_str_eq(fold(2), "n0 and n1 joined the chat");
    cr_expect_str_eq(fold(3), "n0, n1 and n2 joined the chat");
    cr_expect_str_eq(fold(8), "n0, n1, n2, n3, n4, n5, n6 and n7 joined the chat");
}

Test(news, of_many_the_rest_are_counted)
{
    cr_expect_str_eq(fold(9), "n0, n1, n2, n3, n4, n5, n6 and 2 others joined the chat");
    cr_expect_str_eq(fold(10000), "n0, n1, n2, n3, n4, n5, n6 and 9993 others joined the chat");
}

Test(news, the_longest_names_fit)
{
    struct news n = {.storm = true};
    char line[NEWS_LINE], nick[NICK_BYTES + 1];
    snprintf(nick, sizeof nick, "%064d", 7);
    for (int i = 0; i < 8; i++) news_fold(&n, nick, NEWS_JOINED);
    news_unfold(&n, line);
    cr_expect_eq(strcmp(line + strlen(line) - 6, "e chat"), 0);
}

Test(news, the_first_of_a_turn_are_told_each)
{
    struct news n = {0};
    for (int i = 0; i < NEWS_EACH; i++) cr_expect_not(news_fold(&n, "x", NEWS_JOINED));
    cr_expect(news_fold(&n, "x", NEWS_JOINED));
    cr_expect_eq(n.folded, 1);
}

Test(news, a_storm_lasts_until_a_turn_has_few)
{
    struct news n = {0};
    char line[NEWS_LINE];
    for (int i = 0; i <= NEWS_EACH; i++) news_fold(&n, "x", NEWS_LEFT);
    news_unfold(&n, line);
    news_end_turn(&n);
    news_end_turn(&n); /* one without news changes nothing */
    cr_expect(news_fold(&n, "x", NEWS_LEFT));
    cr_expect_eq(news_unfold(&n, line), 1);
    cr_expect_str_eq(line, "x left the chat");
    news_end_turn(&n);
    cr_expect_not(news_fold(&n, "x", NEWS_LEFT));
}
