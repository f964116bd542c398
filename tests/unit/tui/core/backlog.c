#include "tui/core/backlog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct backlog s;

static void forget(void)
{
    backlog_clear(&s);
    s.count = 0;
}

TestSuite(backlog, .fini = forget);

/* Small letters are lines of bob's, capitals are notices; J and L are ada's own coming and going.
 */
static void line(char c, const char **nick, char msg[32])
{
    *nick = c < 'a' ? "SERVER" : "bob";
    snprintf(msg, 32, c == 'J' ? "ada joined the chat" : c == 'L' ? "ada left the chat" : "%c", c);
}

static size_t overlap(const char *seen, const char *heard)
{
    char msg[32];
    const char *nick;
    forget();
    for (; *seen != '\0'; seen++) {
        line(*seen, &nick, msg);
        backlog_note(&s, nick, msg);
    }
    for (; *heard != '\0'; heard++) {
        line(*heard, &nick, msg);
        cr_assert(backlog_buffer(&s, nick, msg));
    }
    return backlog_overlap(&s, "ada");
}

Test(backlog, where_the_history_joins_what_was_seen)
{
    static const struct {
        const char *seen, *heard;
        size_t overlap;
    } rows[] = {
        {"abcdef", "defgh", 3},                         /* it reaches back into what was seen */
        {"abcdef", "abcdef", 6},                        /* nothing new */
        {"def", "abcJdefLgh", 7},                       /* back before we came */
        {"abc", "abcLgh", 3},     {"abcdef", "ghi", 0}, /* it does not reach back so far */
        {"abcdef", "", 0},                              /* there is none */
        {"", "abc", 0},           {"", "", 0},
        {"abcdef", "xdefgh", 0},                       /* another room's */
        {"abaab", "aabaabc", 3},                       /* rather twice than not at all */
        {"aaaa", "aaaaaa", 2},    {"abcf", "fxyz", 0}, /* a line may be said twice */
        {"abcd", "dabcd", 5},     {"aBC", "BCd", 0},   /* and people come in the same order */
        {"aBC", "aBCd", 3},       {"aBC", "JaBCd", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t got = overlap(rows[i].seen, rows[i].heard);
        cr_expect_eq(got, rows[i].overlap, "%s %s: %zu", rows[i].seen, rows[i].heard, got);
    }
}

Test(backlog, the_nickname_counts)
{
    backlog_note(&s, "bob", "hi");
    cr_assert(backlog_buffer(&s, "bo", "bhi"));
    cr_expect_eq(backlog_overlap(&s, "ada"), 0);
}

Test(backlog, it_is_bounded)
{
    static char msg[BACKLOG_BYTES / 4];
    for (int i = 0; i < BACKLOG_LINES; i++) cr_assert(backlog_buffer(&s, "bob", "x"));
    cr_expect_not(backlog_buffer(&s, "bob", "x"));
    backlog_clear(&s);
    memset(msg, 'x', sizeof msg - 1);
    for (int i = 0; i < 3; i++) cr_assert(backlog_buffer(&s, "bob", msg));
    cr_assert(backlog_buffer(&s, "bob", "x"));
    cr_expect_not(backlog_buffer(&s, "bob", msg));
    for (int i = 0; i < 3 * BACKLOG_HASHES; i++) backlog_note(&s, "bob", "y");
    cr_expect_eq(backlog_overlap(&s, "ada"), 0);
}
