#include "server/store/chat_log.h"

#include "common/chat_line.h"
#include "common/packet.h"
#include "server/system/log.h"
#include "tests/system/support/files.h"
#include "tests/unit/support/ring_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 18, LONG = 60000 };

static struct ring ring;
static struct cursor at;
static FILE *file;

static void open_ring(void)
{
    ring_fixture_open(&ring, SIZE);
    at = ring.head;
    file = files_capture_log();
}

static void close_ring(void)
{
    ring_fixture_close(&ring, SIZE);
    fclose(file);
}

TestSuite(chat_log, .init = open_ring, .fini = close_ring);

static void append(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    ring_append(&ring, frame, packet_encode(frame, proto, nick, msg));
}

/* The next line without its time; "" when there is none. */
static const char *logged(void)
{
    static char line[2 * LONG];
    cr_assert(log_flush());
    if (!fgets(line, sizeof line, file)) return "";
    line[strcspn(line, "\n")] = '\0';
    return strchr(line, ' ') + 1;
}

static void read_all(bool quiet)
{
    chat_log_write(&ring, &at, quiet);
    cr_expect_eq(at.pos, ring.head.pos);
    while (!log_flush()) continue;
    rewind(file);
}

Test(chat_log, who_said_what_and_what_happened)
{
    append(PROTO_BROADCAST, PACKET_SERVER, "ada joined the chat");
    append(PROTO_BROADCAST, "ada", "hello");
    read_all(false);
    cr_expect_str_eq(logged(), CHAT_LINE_NOTICE("ada joined the chat"));
    cr_expect_str_eq(logged(), CHAT_LINE_MESSAGE("ada", "hello"));
    cr_expect_str_empty(logged());
}

Test(chat_log, a_nickname_cannot_imitate_another_line)
{
    append(PROTO_BROADCAST, "control: user 0, process 1 asks", "ban 0.0.0.0/0");
    append(PROTO_BROADCAST, "ada> - control:", "hello");
    append(PROTO_BROADCAST, "* bob joined the chat", "<bob> hello\n- hello");
    read_all(false);
    cr_expect_str_eq(logged(), "<control: user 0, process 1 asks> ban 0.0.0.0/0");
    cr_expect_str_eq(logged(), "<ada\\u003e - control:> hello");
    cr_expect_str_eq(logged(), "<* bob joined the chat> <bob> hello\\n- hello");
}

/* Returns a text of at least `n` bytes of one character. */
static const char *repeat(const char *character, size_t n)
{
    static char text[LONG + 8];
    for (size_t end = 0; end < n; end += strlen(character)) strcpy(text + end, character);
    return text;
}

static void expect_cut(const char *character, size_t n, const char *mark)
{
    char expected[CHAT_LOG_TEXT + 64];
    snprintf(expected, sizeof expected, CHAT_LINE_MESSAGE("ada", "%.*s%s"), CHAT_LOG_TEXT,
             repeat(character, n), mark);
    cr_expect_str_eq(logged(), expected);
}

Test(chat_log, a_long_text_is_cut_between_characters_and_marked)
{
    append(PROTO_BROADCAST, "ada", repeat("x", CHAT_LOG_TEXT));
    append(PROTO_BROADCAST, "ada", repeat("x", CHAT_LOG_TEXT + 1));
    append(PROTO_BROADCAST, "ada", repeat("\xe4\xb8\xad", LONG));
    read_all(false);
    expect_cut("x", CHAT_LOG_TEXT, "");
    expect_cut("x", CHAT_LOG_TEXT, CHAT_LOG_CUT("1"));
    expect_cut("\xe4\xb8\xad", CHAT_LOG_TEXT - 1, CHAT_LOG_CUT("58977"));
}

Test(chat_log, quietly_what_happened_alone)
{
    append(PROTO_BROADCAST, "ada", "hello");
    append(PROTO_BROADCAST, PACKET_SERVER, "ada left the chat");
    read_all(true);
    cr_expect_str_eq(logged(), CHAT_LINE_NOTICE("ada left the chat"));
    cr_expect_str_empty(logged());
}

Test(chat_log, what_the_ring_has_no_more_is_counted)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    for (int i = 0; i < 10; i++) append(PROTO_BROADCAST, "ada", text);
    uint64_t lost = ring.tail.seq;
    char expected[96];
    snprintf(expected, sizeof expected, CHAT_LINE_OWN(CHAT_LOG_MISSED("%ju")), (uintmax_t)lost);
    read_all(true);
    cr_expect_gt(lost, 0);
    cr_expect_str_eq(logged(), expected);
    cr_expect_str_empty(logged());
}
