#include "server/admin/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char line[4096];

static struct order order(const char *text)
{
    struct order o;
    snprintf(line, sizeof line, "%s", text);
    const char *why = order_read(&o, line);
    cr_assert_null(why, "%s: %s", text, why);
    return o;
}

Test(order, a_line_is_words_with_tabs_between)
{
    struct order o = order("kick\tada lovelace\tyou\twere loud");
    cr_expect_eq(o.kind, ORDER_KICK);
    cr_expect_str_eq(o.name, "ada lovelace");
    cr_expect_str_eq(o.text, "you were loud");
    o = order("kick\tbob");
    cr_expect_str_eq(o.name, "bob");
    cr_expect_str_empty(o.text);
    o = order("say\tgood morning\tall");
    cr_expect_eq(o.kind, ORDER_SAY);
    cr_expect_str_eq(o.text, "good morning all");
}

Test(order, or_with_spaces_as_people_type_it)
{
    struct order o = order("kick bob be nice");
    cr_expect_str_eq(o.name, "bob");
    cr_expect_str_eq(o.text, "be nice");
    cr_expect_str_eq(order("say hello  there").text, "hello  there");
    cr_expect_eq(order("who").kind, ORDER_WHO);
    cr_expect_eq(order("bans").kind, ORDER_BANS);
    cr_expect_str_eq(order("ban 192.0.2.1/24").name, "192.0.2.1/24");
    cr_expect_eq(order("unban ::1").kind, ORDER_UNBAN);
}

Test(order, a_shutdown_may_have_seconds)
{
    cr_expect_eq(order("shutdown").seconds, -1);
    cr_expect_eq(order("shutdown 0").seconds, 0);
    cr_expect_eq(order("shutdown\t86400").seconds, 86400);
}

Test(order, what_is_none_is_told_why)
{
    static const char *const wrong[][2] = {{"", "no such"},
                                           {"kik bob", "no such"},
                                           {" who", "no such"},
                                           {"kick", "nickname"},
                                           {"kick\t\treason", "nickname"},
                                           {"ban", "address"},
                                           {"ban 1.2.3.4 why", "address"},
                                           {"say", "text"},
                                           {"who all", "nothing"},
                                           {"bans x", "nothing"},
                                           {"shutdown now", "seconds"},
                                           {"shutdown 5 6", "seconds"},
                                           {"shutdown -1", "seconds"},
                                           {"shutdown 86401", "seconds"},
                                           {"say \xff", "UTF-8"},
                                           {"kick \xed\xa0\x80", "UTF-8"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct order o;
        snprintf(line, sizeof line, "%s", wrong[i][0]);
        const char *why = order_read(&o, line);
        cr_expect(why && strstr(why, wrong[i][1]), "%s: %s", wrong[i][0], why);
    }
}

/* A line of words, parted by bars. */
static size_t written(const char *text, size_t room)
{
    static char copy[64];
    char *words[8] = {NULL}, *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (int i = 0; *text && (words[i] = strsep(&rest, "|")); i++) continue;
    return order_write(line, room, words);
}

Test(order, words_become_a_line)
{
    cr_expect_eq(written("kick|ada lovelace|be|nice", sizeof line), 26);
    cr_expect_str_eq(line, "kick\tada lovelace\tbe\tnice\n");
    cr_expect_eq(written("who", sizeof line), 4);
    cr_expect_str_eq(line, "who\n");
}

Test(order, no_words_no_two_lines_and_nothing_too_long)
{
    cr_expect_eq(written("", sizeof line), 0);
    cr_expect_eq(written("say|a\nwho", sizeof line), 0);
    cr_expect_eq(written("say|a\tb", sizeof line), 0);
    cr_expect_eq(written("say|abc", 9), 8);
    cr_expect_eq(written("say|abc", 8), 0);
}

Test(order, the_help_names_every_order)
{
    static const char *const names[ORDERS] = {"kick ", "ban ", "unban ",   "bans ",
                                              "say ",  "who ", "shutdown "};
    for (int i = 0; i < ORDERS; i++) cr_expect(strstr(order_help, names[i]), "%s", names[i]);
}
