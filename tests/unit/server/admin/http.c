#include "server/admin/http.h"

#include "tests/count.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static enum http_status judge(const char *request)
{
    return http_check(request, strlen(request));
}

Test(http, a_request_is_whole_when_an_empty_line_ends_it)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";
    for (size_t n = 0; n < sizeof request - 1; n++) cr_expect_not(http_is_complete(request, n));
    cr_expect(http_is_complete(request, sizeof request - 1));
    cr_expect(http_is_complete("GET / HTTP/1.0\n\n", 16), "and without carriage returns");
}

#define expect_judged(status, ...)                                                                 \
    for (const char *const *request = STRINGS(__VA_ARGS__); *request; request++)                   \
    cr_expect_eq(judge(*request), status, "%s", *request)

Test(http, one_page_under_two_names)
{
    expect_judged(HTTP_OK, "GET / HTTP/1.0\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
                  "GET /metrics?name[]=x HTTP/1.1\r\n\r\n");
    expect_judged(HTTP_NOT_FOUND, "GET /metrics/ HTTP/1.1\r\n\r\n",
                  "GET /../etc/passwd HTTP/1.1\r\n\r\n");
    expect_judged(HTTP_NOT_ALLOWED, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
                  "HEAD /metrics HTTP/1.1\r\n\r\n");
}

Test(http, what_is_no_request_is_told_so)
{
    expect_judged(HTTP_BAD_REQUEST, "", "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n",
                  "GET  HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1 x\r\n\r\n",
                  " GET / HTTP/1.1\r\n\r\n", "GET / http/1.1\r\n\r\n", "GET / HTTP/1.1\r\n",
                  "\x16\x03\x01\n\n");
    cr_expect_eq(http_check("GET / HTTP/1.1\0\n\n", 17), HTTP_BAD_REQUEST);
}

/* The body, which is as long as the head says. */
static const char *body_of(const char *answer, size_t n)
{
    const char *length = strstr(answer, "Content-Length: "), *end = strstr(answer, "\r\n\r\n");
    size_t says;
    cr_assert(length && end && sscanf(length, "Content-Length: %zu", &says) == 1);
    cr_expect_eq((size_t)(answer + n - (end + 4)), says);
    return end + 4;
}

Test(http, an_answer_says_how_long_it_is_and_that_it_is_the_last)
{
    char answer[512] = "";
    size_t n = http_format(answer, sizeof answer, HTTP_OK, (struct span){"figures\n", 8});
    cr_expect_str_eq(body_of(answer, n), "figures\n");
    cr_expect(strncmp(answer, "HTTP/1.1 200 OK\r\n", 17) == 0);
    cr_expect(strstr(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    cr_expect(strstr(answer, "\r\nConnection: close\r\n"));
}

Test(http, a_refusal_says_why)
{
    static const struct {
        enum http_status status;
        const char *start;
    } table[] = {{HTTP_BAD_REQUEST, "HTTP/1.1 400 "},
                 {HTTP_NOT_FOUND, "HTTP/1.1 404 "},
                 {HTTP_NOT_ALLOWED, "HTTP/1.1 405 "}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char answer[512] = "";
        size_t n = http_format(answer, sizeof answer, table[i].status, (struct span){"", 0});
        cr_expect(strncmp(answer, table[i].start, strlen(table[i].start)) == 0, "%s", answer);
        const char *body = body_of(answer, n);
        cr_expect(*body && body[strlen(body) - 1] == '\n');
        cr_expect_eq(strstr(answer, "Allow: GET\r\n") != NULL, table[i].status == HTTP_NOT_ALLOWED);
    }
}
