#include "common/address.h"

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

static void splits(const char *text, const char *host, const char *port)
{
    char got[ADDRESS_HOST] = "";
    const char *after = address_split(text, got);
    cr_assert(after, "%s", text);
    cr_expect_str_eq(got, host);
    cr_expect_str_eq(after, port);
}

Test(address, a_host_and_a_port_are_split)
{
    static const char *const wrong[] = {"",           ":",        "9528",      ":9528",
                                        "localhost:", "::1:9528", "[::1]",     "[::1]9528",
                                        "[]:9528",    "[:9528",   "[::1:9528", "["};
    char host[ADDRESS_HOST], longest[ADDRESS_HOST + 8];
    splits("127.0.0.1:9528", "127.0.0.1", "9528");
    splits("[::1]:9528", "::1", "9528");
    splits("a name:x", "a name", "x");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_null(address_split(wrong[i], host), "%s", wrong[i]);
    memset(longest, 'x', sizeof longest);
    strcpy(longest + ADDRESS_HOST - 1, ":1");
    cr_expect_not_null(address_split(longest, host));
    strcpy(longest + ADDRESS_HOST, ":1");
    longest[ADDRESS_HOST - 1] = 'x';
    cr_expect_null(address_split(longest, host));
}
