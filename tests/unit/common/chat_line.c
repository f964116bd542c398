#include "common/chat_line.h"

#include "common/packet.h"
#include "common/text.h"
#include "tests/count.h"
#include "tests/unit/support/dice.h"
#include "tests/unit/support/unsafe_chars.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum { LINE = 4096 };

static char line[LINE];

static const char *message(const char *nick, const char *text)
{
    line[chat_line_message(line, sizeof line - 1, nick, text)] = '\0';
    return line;
}

Test(chat_line, each_kind_has_its_frame)
{
    cr_expect_str_eq(message("ada", "hello"), "<ada> hello");
    line[chat_line_notice(line, sizeof line - 1, "ada joined the chat")] = '\0';
    cr_expect_str_eq(line, "* ada joined the chat");
    line[chat_line_own(line, sizeof line - 1, "listening")] = '\0';
    cr_expect_str_eq(line, "- listening");
    line[chat_line_nick(line, sizeof line - 1, "ada")] = '\0';
    cr_expect_str_eq(line, "<ada> ");
}

Test(chat_line, escapes_keep_what_was_said)
{
    static const struct {
        const char *nick, *text, *line;
    } rows[] = {
        {"ada>", "<bob> hi", "<ada\\u003e> <bob> hi"},
        {"a\\u003e", "a\\nb", "<a\\\\u003e> a\\\\nb"},
        {"a", "\n\t\r\b\f\x1b\x7F", "<a> \\n\\t\\r\\b\\f\\u001b\\u007f"},
        {"a", "\xC2\x85\xE2\x80\xAE\xE2\x80\x8B\xE2\x80\xA8", "<a> \\u0085\\u202e\\u200b\\u2028"},
        {"a", "\xF3\xA0\x81\xA1", "<a> \\udb40\\udc61"},
        {"a", "x\xC2\xA0y\xE3\x80\x80z", "<a> x\\u00a0y\\u3000z"},
        {"a", "\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80 \"",
         "<a> \xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80 \""},
        {"a", "\xCC\x81 x\xCC\x81 \xCC\x81", "<a> \\u0301 x\xCC\x81 \\u0301"},
        {"a", "\xFF", "<a> \xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_str_eq(message(rows[i].nick, rows[i].text), rows[i].line);
}

Test(chat_line, a_text_for_people_has_no_styles_and_plain_spaces)
{
    line[chat_line_text(line, sizeof line - 1,
                        "<x>\\ \xE2\x9D\xA4\xEF\xB8\x8F\xE2\x80\x8D\xC2\xA0"
                        "\xE3\x80\x80\xCC\x81\xE2\x80\xAE")] = '\0';
    cr_expect_str_eq(line, "<x>\\\\ \xE2\x9D\xA4  \\u0301\\u202e");
}

Test(chat_line, a_character_carries_four_marks)
{
    cr_expect_str_eq(message("a", "x\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x82\xCC\x83y\xCC\x81"),
                     "<a> x\xCC\x81\xCC\x81\xCC\x81\xCC\x81\\u0302\\u0303y\xCC\x81");
}

Test(chat_line, what_does_not_fit_is_not_written)
{
    const size_t n = strlen("<ada> h\\n");
    for (size_t room = 0; room < n; room++)
        cr_expect_eq(chat_line_message(line, room, "ada", "h\n"), 0, "%zu", room);
    cr_expect_eq(chat_line_message(line, n, "ada", "h\n"), n);
}

Test(chat_line, no_code_point_is_unsafe_or_longer_than_promised)
{
    for (int32_t cp = 1; cp < 0x110000; cp++) {
        char text[5] = "";
        size_t size = (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)text);
        if (size == 0) continue;
        size_t n = chat_line_message(line, sizeof line, "a", text);
        cr_assert(n > 4 && n - 4 <= CHAT_LINE_GROWTH * size, "U+%04X", (unsigned)cp);
        cr_assert_null(unsafe_text(line, n, 0), "U+%04X", (unsigned)cp);
        n = chat_line_text(line, sizeof line, text);
        cr_assert_null(unsafe_text(line, n, 0), "U+%04X", (unsigned)cp);
    }
}

/* Reads a line as an independent reader would: up to the first >, then as JSON strings. */
static void expect_read_back(const char *nick, const char *text)
{
    static char json[2 * LINE];
    struct packet p;
    const char *end = strchr(message(nick, text), '>');
    cr_assert(line[0] == '<' && end && end[1] == ' ', "%s", line);
    size_t n = (size_t)sprintf(json, "{\"nick\":\"");
    for (const char *at = line + 1; *at; at++) {
        if (*at == '"') json[n++] = '\\';
        if (at != end) json[n++] = *at;
        if (at == end) n += (size_t)sprintf(json + n, "\",\"msg\":\""), at++;
    }
    n += (size_t)sprintf(json + n, "\",\"proto\":\"broadcast\"}");
    cr_assert_null(packet_decode(&p, (struct span){json, n}), "%s", json);
    cr_assert_str_eq(p.nick, nick);
    cr_assert_str_eq(p.msg, text);
}

Test(chat_line, a_reader_gets_back_exactly_what_was_said)
{
    static const char *const pieces[] = {
        "<",    ">",       "> ",  "\\",           "\\u003e",      "u003e",
        "\"",   " ",       "* ",  "- ",           "\n",           "\r",
        "ada",  "bob",     "\\n", "\xE2\x80\xAE", "\xE2\x80\x8D", "\xCC\x81",
        "\x7F", "\xC2\x85"};
    for (int i = 0; i < 20000; i++) {
        char words[2][256] = {"", ""};
        for (int w = 0; w < 2; w++)
            for (unsigned n = dice(12); n > 0; n--) strcat(words[w], pieces[dice(COUNT(pieces))]);
        expect_read_back(words[0], words[1]);
    }
}
