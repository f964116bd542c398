#include "tui/core/join_summary.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define JOINED        JOIN_SUMMARY_JOINED
#define LEFT          JOIN_SUMMARY_LEFT
#define CAME_AND_WENT JOIN_SUMMARY_CAME_AND_WENT
#define CAME_BACK     JOIN_SUMMARY_CAME_BACK
#define MORE          JOIN_SUMMARY_MORE

static struct join_summary j;
static char text[JOIN_SUMMARY_SIZE];

static bool take_at(int64_t at, enum notice_kind kind, const char *nick)
{
    struct server_notice notice = {.kind = kind};
    strcpy(notice.nick, nick);
    return join_summary_add(&j, &notice, at, text);
}

static void take(enum notice_kind kind, const char *nick)
{
    take_at(1000, kind, nick);
}

static void expect(const char *expected)
{
    cr_expect_str_eq(text, expected);
}

Test(join_summary, who_joined_and_who_left)
{
    take(NOTICE_JOINED, "bob");
    expect("«bob»" JOINED);
    take(NOTICE_JOINED, "cy");
    take(NOTICE_LEFT, "dan");
    expect("«bob», «cy»" JOINED "; «dan»" LEFT);
    join_summary_end(&j);
    take(NOTICE_LEFT, "bob");
    expect("«bob»" LEFT);
}

Test(join_summary, everybody_once)
{
    for (int i = 0; i < 3; i++) {
        take(NOTICE_JOINED, "bob");
        take(NOTICE_LEFT, "bob");
        take(NOTICE_LEFT, "dan");
        take(NOTICE_JOINED, "dan");
    }
    expect("«bob»" CAME_AND_WENT "; «dan»" CAME_BACK);
    take(NOTICE_JOINED, "bob");
    expect("«bob»" JOINED "; «dan»" CAME_BACK);
}

Test(join_summary, a_crowd_is_counted)
{
    char nick[NICK_BYTES + 1];
    for (int i = 0; i < 100; i++) {
        snprintf(nick, sizeof nick, "u%d", i);
        take(NOTICE_JOINED, nick);
    }
    expect("«u0», «u1», «u2», «u3», «u4» and 95" MORE JOINED);
    take(NOTICE_LEFT, "gus");
    expect("«u0», «u1», «u2», «u3», «u4» and 95" MORE JOINED "; 1" MORE LEFT);
}

Test(join_summary, the_longest_names_fit)
{
    char nick[NICK_BYTES + 1];
    memset(nick, 'x', NICK_BYTES);
    nick[NICK_BYTES] = '\0';
    for (int i = 0; i < 24; i++) {
        nick[0] = (char)('a' + i);
        if (i % 4 < 2) take(NOTICE_JOINED, nick);
        if (i % 4 > 0) take(NOTICE_LEFT, nick);
        if (i % 4 > 2) take(NOTICE_JOINED, nick);
    }
    static const char end[] = "and 1" MORE CAME_BACK;
    cr_expect_str_eq(text + strlen(text) - (sizeof end - 1), end);
}

Test(join_summary, a_run_ends_with_another_line_and_after_ten_minutes)
{
    cr_expect_not(take_at(1000, NOTICE_JOINED, "bob"));
    cr_expect(take_at(1600, NOTICE_JOINED, "cy"));
    cr_expect_not(take_at(2201, NOTICE_JOINED, "dan"));
    expect("«dan»" JOINED);
    join_summary_end(&j);
    cr_expect_not(take_at(2202, NOTICE_JOINED, "eve"));
    expect("«eve»" JOINED);
}
