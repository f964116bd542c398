/* What a connection counts, without a socket. */
#include "server/net/connection_input.h"

#include "server/options.h"

#include <criterion/criterion.h>

static const struct limits no_limits;

Test(connection, a_long_text_may_be_pasted_and_no_more)
{
    struct conn c = {.grant.limits = &no_limits};
    conn_count_input(&c, 64 * 1024, 1000);
    conn_count_input(&c, 60 * 1024, 1000);
    cr_expect_not(conn_is_flooding(&c, 1000));
    conn_count_input(&c, 10 * 1024, 1000);
    cr_expect(conn_is_flooding(&c, 1000));
    cr_expect_not(conn_is_flooding(&c, 2000), "after a pause");
}

Test(connection, a_person_types_less_than_a_quarter_of_what_may_be_pasted)
{
    struct conn little = {.grant.limits = &no_limits}, much = little;
    conn_count_input(&little, 80, 1000);
    conn_count_input(&much, 40 * 1024, 1000);
    cr_expect(conn_is_typing(&little, 1000));
    cr_expect_not(conn_is_typing(&much, 1000));
}

/* By default, 100 KB in two packets are handled at once, and as much again is not. */
Test(connection, a_client_may_paste_100_kb_at_once_and_continues_in_seconds)
{
    const struct limits limits = options_limits(&options_default, LIMITS_REMOTE);
    struct conn c = {.grant.limits = &limits};
    conn_count_input(&c, 51200, 1000);
    conn_count_input(&c, 51200, 1000);
    cr_expect(conn_resume(&c, 1000));
    conn_count_input(&c, 51200, 1000);
    conn_pause(&c);
    cr_expect_not(conn_resume(&c, 1000));
    cr_expect(c.in.paused);
    cr_expect(conn_resume(&c, 5000));
    cr_expect_not(c.in.paused);
}
