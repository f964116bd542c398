#include "common/address.h"

#include "tests/count.h"

#include <criterion/criterion.h>
#include <string.h>

Test(address, a_path_is_told_from_a_host)
{
    cr_expect_str_eq(address_path("unix:/tmp/room"), "/tmp/room");
    cr_expect_str_eq(address_path("unix:"), "");
    cr_expect_null(address_path("unix"));
    cr_expect_null(address_path("localhost"));
    cr_expect_null(address_path("UNIX:/tmp/room"));
    cr_expect_null(address_path(""));
}

static void expect_parsed(const char *text, const char *host, const char *port)
{
    struct address got = {0};
    const char *why = address_parse(&got, text, NULL);
    cr_assert_null(why, "%s: %s", text, why);
    cr_expect_null(got.path, "%s", text);
    cr_expect_str_eq(got.host, host);
    cr_expect_str_eq(got.port, port);
}

Test(address, a_host_and_a_port_are_parsed)
{
    expect_parsed("127.0.0.1:9528", "127.0.0.1", "9528");
    expect_parsed("[::1]:0", "::1", "0");
    expect_parsed("[fe80::1%eth0]:65535", "fe80::1%eth0", "65535");
    expect_parsed("*:5528", ADDRESS_ALL, "5528");
    expect_parsed("a name:1", "a name", "1");
}

Test(address, without_a_port_it_has_the_default_one)
{
    static const char *const rows[][3] = {
        {"localhost", "localhost", "7"},
        {"localhost:1", "localhost", "1"},
        {"192.0.2.1", "192.0.2.1", "7"},
        {"192.0.2.1:1", "192.0.2.1", "1"},
        {"*", ADDRESS_ALL, "7"},
        {"*:0", ADDRESS_ALL, "0"},
        {"::1", "::1", "7"},
        {"[::1]", "::1", "7"},
        {"[::1]:1", "::1", "1"},
        {"fe80::1%eth0", "fe80::1%eth0", "7"},
        {"2001:db8::9", "2001:db8::9", "7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct address got = {0};
        const char *why = address_parse(&got, rows[i][0], "7");
        cr_assert_null(why, "%s: %s", rows[i][0], why);
        cr_expect_str_eq(got.host, rows[i][1]);
        cr_expect_str_eq(got.port, rows[i][2]);
    }
}

Test(address, a_mistake_is_reported_with_a_default_port_too)
{
    static const char *const rows[][2] = {
        {"", ADDRESS_NO_HOST},           {":1", ADDRESS_NO_HOST},
        {"localhost:", ADDRESS_NO_PORT}, {"[::1]:", ADDRESS_NO_PORT},
        {"[::1]1", ADDRESS_BRACKETS},    {"[localhost]", ADDRESS_BRACKETS},
        {"host:http", ADDRESS_BAD_PORT}, {"unix:", ADDRESS_NO_PATH},
    };
    struct address a;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = address_parse(&a, rows[i][0], "7");
        cr_assert(why, "%s", rows[i][0]);
        cr_expect_str_eq(why, rows[i][1], "%s: %s", rows[i][0], why);
    }
}

Test(address, a_path_is_parsed)
{
    struct address got;
    cr_expect_null(address_parse(&got, "unix:/tmp/a room:1", NULL));
    cr_expect_str_eq(got.path, "/tmp/a room:1");
}

Test(address, each_mistake_is_explained)
{
    static const char *const rows[][2] = {
        {"", ADDRESS_NO_PORT},
        {"9528", ADDRESS_NO_PORT},
        {"localhost", ADDRESS_NO_PORT},
        {"*", ADDRESS_NO_PORT},
        {"localhost:", ADDRESS_NO_PORT},
        {"[::1]", ADDRESS_NO_PORT},
        {"[::1]:", ADDRESS_NO_PORT},
        {"localhost:http", ADDRESS_BAD_PORT},
        {"*:65536", ADDRESS_BAD_PORT},
        {"*:-1", ADDRESS_BAD_PORT},
        {"[::1]: 1", ADDRESS_BAD_PORT},
        {":", ADDRESS_NO_PORT},
        {":9528", ADDRESS_NO_HOST},
        {"::1", ADDRESS_NO_BRACKETS},
        {"::1:9528", ADDRESS_NO_BRACKETS},
        {"tcp:127.0.0.1:9528", ADDRESS_NO_BRACKETS},
        {"[::1]9528", ADDRESS_BRACKETS},
        {"[::1:9528", ADDRESS_BRACKETS},
        {"[]:9528", ADDRESS_BRACKETS},
        {"[", ADDRESS_BRACKETS},
        {"[localhost]:9528", ADDRESS_BRACKETS},
        {"[*]:9528", ADDRESS_BRACKETS},
        {"unix:", ADDRESS_NO_PATH},
    };
    struct address a;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = address_parse(&a, rows[i][0], NULL);
        cr_expect(why && strcmp(why, rows[i][1]) == 0, "%s: %s", rows[i][0], why);
    }
}

Test(address, a_host_has_up_to_255_bytes_and_a_path_up_to_107)
{
    struct address a;
    char text[ADDRESS_HOST + 8];
    memset(text, 'x', sizeof text);
    strcpy(text + ADDRESS_HOST - 1, ":1");
    cr_expect_null(address_parse(&a, text, NULL));
    strcpy(text + ADDRESS_HOST, ":1");
    text[ADDRESS_HOST - 1] = 'x';
    cr_expect_str_eq(address_parse(&a, text, NULL), ADDRESS_LONG_HOST);
    memcpy(text, "unix:", 5);
    text[5 + ADDRESS_PATH_MAX] = '\0';
    cr_expect_null(address_parse(&a, text, NULL));
    strcpy(text + 5 + ADDRESS_PATH_MAX, "x");
    cr_expect_str_eq(address_parse(&a, text, NULL), ADDRESS_LONG_PATH);
}
