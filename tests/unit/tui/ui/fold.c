#include "tui/ui/fold.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct fold f;

static void take(enum notice_kind kind, const char *nick)
{
    struct notice notice = {.kind = kind};
    strcpy(notice.nick, nick);
    fold_take(&f, &notice);
}

static void expect(const char *text)
{
    char line[FOLD_ROOM];
    fold_text(&f, line);
    cr_expect_str_eq(line, text);
}

Test(fold, who_joined_and_who_left)
{
    expect("");
    take(NOTICE_JOINED, "bob");
    expect("bob joined");
    take(NOTICE_JOINED, "cy");
    take(NOTICE_LEFT, "dan");
    expect("bob, cy joined; dan left");
    fold_end(&f);
    take(NOTICE_LEFT, "bob");
    expect("bob left");
}

Test(fold, everybody_once)
{
    for (int i = 0; i < 3; i++) {
        take(NOTICE_JOINED, "bob");
        take(NOTICE_LEFT, "bob");
        take(NOTICE_LEFT, "dan");
        take(NOTICE_JOINED, "dan");
    }
    expect("bob came and went; dan left and came back");
    take(NOTICE_JOINED, "bob");
    expect("bob joined; dan left and came back");
}

Test(fold, a_crowd_is_counted)
{
    char nick[NICK_BYTES + 1];
    for (int i = 0; i < 100; i++) {
        snprintf(nick, sizeof nick, "u%d", i);
        take(NOTICE_JOINED, nick);
    }
    expect("u0, u1, u2, u3, u4 and 95 more joined");
    take(NOTICE_LEFT, "gus");
    expect("u0, u1, u2, u3, u4 and 95 more joined; 1 more left");
}

Test(fold, the_longest_names_fit)
{
    char nick[NICK_BYTES + 1], line[FOLD_ROOM];
    memset(nick, 'x', NICK_BYTES);
    nick[NICK_BYTES] = '\0';
    for (int i = 0; i < 24; i++) {
        nick[0] = (char)('a' + i);
        if (i % 4 < 2) take(NOTICE_JOINED, nick);
        if (i % 4 > 0) take(NOTICE_LEFT, nick);
        if (i % 4 > 2) take(NOTICE_JOINED, nick);
    }
    fold_text(&f, line);
    cr_expect_str_eq(line + strlen(line) - 29, "and 1 more left and came back");
}
