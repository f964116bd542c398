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

/* Small letters are lines of bob's, capitals are notices; J and L are of a join and a leave. */
static struct room_line line(char c, char msg[32])
{
    bool presence = c == 'J' || c == 'L';
    snprintf(msg, 32, c == 'J' ? "ada joined the chat" : c == 'L' ? "ada left the chat" : "%c", c);
    return (struct room_line){c < 'a' ? "SERVER" : "bob", msg, .presence = presence};
}

static void note(const char *nick, const char *msg)
{
    backlog_note(&s, &(struct room_line){nick, msg, .at = 1});
}

static bool buffer(const char *nick, const char *msg)
{
    return backlog_buffer(&s, &(struct room_line){nick, msg, .at = 2, .unix_ms = 2000});
}

static size_t overlap(const char *seen, const char *heard)
{
    char msg[32];
    forget();
    for (; *seen != '\0'; seen++) {
        const struct room_line l = line(*seen, msg);
        backlog_note(&s, &l);
    }
    for (; *heard != '\0'; heard++) {
        const struct room_line l = line(*heard, msg);
        cr_assert(backlog_buffer(&s, &l));
    }
    return backlog_overlap(&s);
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
        {"aJbLcJ", "abcde", 3}, /* without joins and leaves */
        {"abCd", "abde", 3},    /* a notice was for us alone */
        {"abC", "abd", 2},        {"abC", "abCd", 3},
        {"abCD", "abCDe", 4},     {"aBCc", "aBcd", 3},
        {"aBb", "aCb", 0},        {"abc", "JaLbJJcLd", 7},
        {"aJ", "aJ", 0}, /* or with others */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t got = overlap(rows[i].seen, rows[i].heard);
        cr_expect_eq(got, rows[i].overlap, "%s %s: %zu", rows[i].seen, rows[i].heard, got);
    }
}

Test(backlog, the_nickname_counts)
{
    note("bob", "hi");
    cr_assert(buffer("bo", "bhi"));
    cr_expect_eq(backlog_overlap(&s), 0);
}

Test(backlog, the_times_do_not_count)
{
    for (int i = 0; i < 2; i++) note("bob", i > 0 ? "a" : "b");
    for (int i = 0; i < 2; i++) cr_assert(buffer("bob", i > 0 ? "a" : "b"));
    cr_expect_eq(backlog_overlap(&s), 2);
    cr_expect_eq(s.pending[0].line.unix_ms, 2000);
}

Test(backlog, it_is_bounded)
{
    static char msg[BACKLOG_BYTES / 4];
    for (int i = 0; i < BACKLOG_LINES; i++) cr_assert(buffer("bob", "x"));
    cr_expect_not(buffer("bob", "x"));
    backlog_clear(&s);
    memset(msg, 'x', sizeof msg - 1);
    for (int i = 0; i < 3; i++) cr_assert(buffer("bob", msg));
    cr_assert(buffer("bob", "x"));
    cr_expect_not(buffer("bob", msg));
    for (int i = 0; i < 3 * BACKLOG_HASHES; i++) note("bob", "y");
    cr_expect_eq(backlog_overlap(&s), 0);
}
