#include "tui/base/url.h"

#include "tests/count.h"

#include <criterion/criterion.h>
#include <string.h>

/* Expects the addresses of a text, each with a space behind it. */
static void expect_found(const char *text, const char *addresses)
{
    char found[512] = "";
    struct span url;
    for (size_t at = 0, n = strlen(text); url_next(text, n, at, n, &url);) {
        strncat(found, url.p, url.n);
        strcat(found, " ");
        at = (size_t)(url.p - text) + url.n;
    }
    cr_expect_str_eq(found, addresses, "%s: %s", text, found);
}

Test(url, addresses_in_sentences)
{
    static const struct {
        const char *text, *addresses;
    } rows[] = {
        {"see https://a.example/b?c=d&e#f, please", "https://a.example/b?c=d&e#f "},
        {"http://a.example http://b.example", "http://a.example http://b.example "},
        {"(https://a.example/x_(y)) and <http://b.example>.",
         "https://a.example/x_(y) http://b.example "},
        {"(see http://a.example/b.)", "http://a.example/b "},
        {"HTTPS://A.example/", "HTTPS://A.example/ "},
        {"mailto:ada@a.example.", "mailto:ada@a.example "},
        {"http://[::1]:80/", "http://[::1]:80/ "},
        {"https://de.example/Köln!", "https://de.example/Köln "},
        {"over\nhttp://a.example/\nrows", "http://a.example/ "},
        {"https://a.example/x<U+200B>y", "https://a.example/x "},
        {"no http:// no https:/x nohttp://a.example ftp://x file:///etc javascript:alert(1)", ""},
        {"http://...", ""},
        {"http://a.example/(((b)))))].)", "http://a.example/(((b))) "},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) expect_found(rows[i].text, rows[i].addresses);
}

Test(url, one_that_begins_in_a_part_of_the_text)
{
    static const char text[] = "http://a.example/x http://b.example/y";
    const size_t n = sizeof text - 1, second = 19;
    struct span url;
    cr_assert(url_next(text, n, 1, second + 1, &url));
    cr_expect_eq(url.p, text + second);
    cr_expect_eq(url.n, n - second);
    cr_expect_not(url_next(text, n, 1, second, &url));
    cr_expect_eq(url_first_byte(text, n - 1), second);
    cr_expect_eq(url_first_byte(text, second - 2), (size_t)0);
}

/* All that see the message look for its addresses in each row of each frame. */
Test(url, a_long_one_costs_little_and_is_refused, .timeout = 10)
{
    static char text[65000];
    char encoded[URL_SIZE];
    struct span url;
    memset(text, ')', sizeof text);
    memcpy(text, "http://a", 8);
    for (int i = 0; i < 10000; i++) {
        cr_assert(url_next(text, sizeof text, 0, 1, &url));
        cr_assert_eq(url.n, (size_t)URL_SIZE);
    }
    cr_expect_not(url_encode(url, encoded));
    cr_expect_eq(url_first_byte(text, 60000), (size_t)60000 - URL_SIZE);
}

static void expect_encoded(const char *url, const char *expected)
{
    char encoded[URL_SIZE];
    cr_expect(url_encode((struct span){url, strlen(url)}, encoded));
    cr_expect_str_eq(encoded, expected);
    cr_expect(url_is_safe(encoded), "%s", encoded);
}

Test(url, unusual_bytes_are_encoded)
{
    expect_encoded("https://a.example/b?c=d&e;f#g", "https://a.example/b?c=d&e;f#g");
    expect_encoded("HTTP://a.example/Köln", "http://a.example/K%C3%B6ln");
    expect_encoded("http://a.example/x_(y)$z'!*%20", "http://a.example/x_%28y%29%24z%27%21%2A%20");
    expect_encoded("http://a\x1b]0;x\a", "http://a%1B]0;x%07");
    expect_encoded("mailto:ada@a.example", "mailto:ada@a.example");
}

Test(url, one_that_is_too_long_is_refused)
{
    char url[URL_SIZE + 8] = "http://", encoded[URL_SIZE];
    memset(url + 7, 'x', URL_SIZE);
    cr_expect_not(url_encode((struct span){url, URL_SIZE}, encoded));
    cr_expect_not(url_is_safe(url));
}

Test(url, what_another_program_may_not_get)
{
    static const char *const urls[] = {"",
                                       "http://",
                                       "a.example",
                                       "/etc/passwd",
                                       "-version",
                                       "file:///etc/passwd",
                                       "javascript:alert(1)",
                                       "data:text/html,x",
                                       "ssh://-oProxyCommand=x/",
                                       "HTTP://a.example",
                                       " http://a.example",
                                       "http://a.example b",
                                       "http://a.example\n",
                                       "http://a.example/$(id)",
                                       "http://a.example/`id`",
                                       "http://a.example/'x'",
                                       "http://a.example/\"x\"",
                                       "http://a.example/|id",
                                       "http://a.example/\x1b[2J",
                                       "http://a.example/\xC3\xB6",
                                       "mailto:ada@a.example?attach=/etc/passwd",
                                       "mailto:ada@a.example&attach=/etc/passwd"};
    for (size_t i = 0; i < COUNT(urls); i++) cr_expect_not(url_is_safe(urls[i]), "%s", urls[i]);
}
