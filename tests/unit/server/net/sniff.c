#include "server/net/sniff.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

Test(sniff, what_scanners_and_browsers_say_first)
{
    static const struct {
        const char *bytes, *name;
    } rows[] = {
        {"GET / HTTP/1.1\r\n", "HTTP"},      {"POST /login HTTP/1.0\r\n", "HTTP"},
        {"OPTIONS * HTTP/1.1\r\n", "HTTP"},  {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"},
        {"\x16\x03\x01\x02\x05\x01", "TLS"}, {"\x16\x03\x03\x02\x05\x01", "TLS"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span first = {rows[i].bytes, strlen(rows[i].bytes)};
        const char *words = sniff_protocol(first);
        cr_expect(words && strstr(words, rows[i].name), "%s: %s", rows[i].bytes, words);
        cr_expect_null(sniff_protocol((struct span){first.p, 2}));
        cr_expect_null(sniff_protocol((struct span){first.p, 0}));
    }
}

/* However long it is, and whatever blank it begins with. */
Test(sniff, no_packet_of_ours_looks_like_another)
{
    static const char starts[] = "{ \t\r\n";
    for (int length = 1; length <= FRAME_PAYLOAD_MAX; length++)
        for (const char *start = starts; *start; start++) {
            char bytes[16] = {0};
            frame_header(bytes, (size_t)length);
            memset(bytes + FRAME_HEADER, *start, sizeof bytes - FRAME_HEADER);
            cr_assert_null(sniff_protocol((struct span){bytes, sizeof bytes}));
        }
}
