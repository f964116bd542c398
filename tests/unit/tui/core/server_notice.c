#include "tui/core/server_notice.h"

#include "common/packet.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const char *msg, enum notice_kind kind, const char *nick, const char *now)
{
    struct server_notice notice = server_notice_read(msg);
    cr_expect_eq(notice.kind, kind, "%s", msg);
    cr_expect_str_eq(notice.nick, nick);
    cr_expect_str_eq(notice.new_nick, now);
}

Test(server_notice, who_comes_and_goes)
{
    expect("bob joined the chat", NOTICE_JOINED, "bob", "");
    expect("Grace Hopper left the chat", NOTICE_LEFT, "Grace Hopper", "");
    expect("bob is now known as rob", NOTICE_RENAMED, "bob", "rob");
    expect("joined the chat left the chat", NOTICE_LEFT, "joined the chat", "");
}

Test(server_notice, only_several_new_nicknames_have_lines)
{
    cr_expect_eq(server_notice_line("a is now known as b\nc is now known as a"), 19);
    cr_expect_eq(server_notice_line("a is now known as b"), 19);
    cr_expect_eq(server_notice_line("a is now known as b\n"), 0);
    cr_expect_eq(server_notice_line("a is now known as b\nwelcome"), 0);
    cr_expect_eq(server_notice_line("welcome\na is now known as b"), 0);
    cr_expect_eq(server_notice_line(""), 0);
}

Test(server_notice, anything_else)
{
    expect("", NOTICE_OTHER, "", "");
    expect(" joined the chat", NOTICE_OTHER, "", "");
    expect("bob joined the chat.", NOTICE_OTHER, "", "");
    expect("a  b joined the chat", NOTICE_OTHER, "", "");
    expect("SERVER left the chat", NOTICE_OTHER, "", "");
    expect("bob is now known as ", NOTICE_OTHER, "", "");
    expect("12345678901234567890123456789012345678901234567890123456789012345 left the chat",
           NOTICE_OTHER, "", "");
}

/* A server may send as many as fit into a packet. */
Test(server_notice, a_long_text_costs_little_however_many_words_of_notices_it_has, .timeout = 10)
{
    static char text[FRAME_PAYLOAD_MAX + 1];
    for (char *to = text; to + 64 < text + sizeof text;) to = stpcpy(to, "x" PACKET_RENAMED);
    for (int i = 0; i < 1000; i++) cr_assert_eq(server_notice_read(text).kind, NOTICE_OTHER);
}
