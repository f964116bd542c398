#include "tui/core/notice_names.h"

#include "common/text.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/line_mode.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* A notice, who is in the room, and what is shown. */
static const struct {
    const char *notice, *members[4], *marked;
} rows[] = {
    {"ada joined the chat", {NULL}, "«ada» joined the chat"},
    {"ada left the chat", {NULL}, "«ada» left the chat"},
    {"ada left the chat · eve joined the chat",
     {NULL},
     "«ada left the chat · eve» joined the chat"},
    {"ada left the chat · eve joined left the chat",
     {"ada left the chat · eve joined"},
     "«ada left the chat · eve joined» left the chat"},
    {"ada is now known as eve", {"ada"}, "«ada» is now known as «eve»"},
    {"ada is now known as eve joined the chat",
     {NULL},
     "«ada is now known as eve» joined the chat"},
    {"ada is now known as eve joined the chat",
     {"ada"},
     "«ada is now known as eve joined the chat»"},
    {"a is now known as b is now known as c",
     {"a is now known as b"},
     "«a is now known as b» is now known as «c»"},
    {"a is now known as b is now known as c",
     {"a", "a is now known as b"},
     "«a is now known as b is now known as c»"},
    {"ada, bob, cy, dan, eve, fay, gus and 12 others joined the chat",
     {NULL},
     "«ada, bob, cy, dan, eve, fay, gus and 12 others» joined the chat"},
    {"bob was kicked: spam", {"bob"}, "«bob» was kicked: spam"},
    {"Goodbye bob, said ada.", {"ada", "bob"}, "Goodbye «bob», said «ada»."},
    {"x left the chat · eve joined is banned",
     {"x left the chat · eve joined", "x", "eve"},
     "«x left the chat · eve joined» is banned"},
    {"adam and bob-ada", {"ada", "bob"}, "adam and «bob»-«ada»"},
    {"Server Shutting down in 5 seconds", {"ada"}, "Server Shutting down in 5 seconds"},
    {"", {"ada"}, ""},
    {"a» left the chat · «b joined the chat",
     {NULL},
     "«a<U+00BB> left the chat · <U+00AB>b» joined the chat"},
    {"a≫ ‹b› <<c>> <3 left the chat",
     {NULL},
     "«a<U+226B> <U+2039>b<U+203A> <U+003C><U+003C>c<U+003E><U+003E> <3» left the chat"},
};

Test(notice_names, nicknames_stand_between_marks)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct members m = {0};
        for (size_t n = 0; rows[i].members[n] != NULL; n++) members_joined(&m, rows[i].members[n]);
        char *marked = notice_names_mark(rows[i].notice, &m);
        cr_expect_str_eq(marked, rows[i].marked);
        free(marked);
        members_clear(&m);
    }
}

Test(notice_names, the_longest_nickname_fits)
{
    char nick[NICK_BYTES + 1] = "", marked[NICK_MARKED_SIZE];
    memset(nick, '<', NICK_BYTES);
    nick_mark(marked, nick);
    cr_expect_eq(strlen(marked), 8 * NICK_BYTES + strlen(NICK_MARK_OPEN NICK_MARK_CLOSE));
}

Test(notice_names, marked_nicknames_are_found_again)
{
    static const char text[] = "«ada», «b» left, » «c";
    struct nick_span span;
    cr_assert(nick_mark_next(text, 0, &span));
    cr_expect_arr_eq(text + span.from, "ada»", 5);
    cr_assert(nick_mark_next(text, span.from + 1, &span));
    cr_expect_eq(span.to - span.from, 3);
    cr_assert(nick_mark_next(text, span.to, &span));
    cr_expect_eq(text[span.from], 'b');
    cr_expect_eq(span.to - span.from, 1);
    cr_expect_not(nick_mark_next(text, span.to, &span));
}

Test(notice_names, the_reason_for_a_disconnect_has_marks)
{
    harness_join();
    harness_receive(PROTO_BROADCAST, "bob", "hello");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "bob asked for it");
    harness_disconnect(NULL);
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "«bob» asked for it");
    harness_close();
}

/* The client draws what it draws of the nickname; JSON and the log have it as it came. */
Test(notice_names, the_screen_line_mode_and_who_have_marks_and_the_log_has_none)
{
    static const char joined[] = "a left the chat · b joined the chat";
    harness_join();
    harness_start_log();
    harness_receive(PROTO_BROADCAST, "SERVER", joined);
    harness_expect_line(0, LINE_SERVER, "", "«a left the chat · b» joined the chat");
    harness_receive(PROTO_BROADCAST, "SERVER", "b joined the chat");
    harness_expect_line(0, LINE_SERVER, "", "«a left the chat · b», «b» joined");
    harness_receive(PROTO_BROADCAST, "SERVER", "b is now known as c\nd is now known as b");
    harness_expect_line(1, LINE_SERVER, "", "«b» is now known as «c»");
    harness_expect_line(0, LINE_SERVER, "", "«d» is now known as «b»");
    harness_receive(PROTO_WHO, "SERVER", "ada\na, b\nc» and «d");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)3,
                        "«a, b», «ada», «c<U+00BB> and <U+00AB>d»");
    cr_expect(strstr(harness.logged, joined));
    harness_close();
    harness_join_frontend(&line_mode);
    harness_receive(PROTO_BROADCAST, "SERVER", joined);
    harness_expect_output("* 01:46 «a left the chat · b» joined the chat.\n");
    harness_close();
}
