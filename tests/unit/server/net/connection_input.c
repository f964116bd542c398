/* What a connection counts, without a socket. */
#include "server/net/connection_input.h"

#include <criterion/criterion.h>

Test(connection, a_long_text_may_be_pasted_and_no_more)
{
    struct conn c = {0};
    conn_count_input(&c, 64 * 1024, 1000);
    conn_count_input(&c, 60 * 1024, 1000);
    cr_expect_not(conn_is_flooding(&c, 1000));
    conn_count_input(&c, 10 * 1024, 1000);
    cr_expect(conn_is_flooding(&c, 1000));
    cr_expect_not(conn_is_flooding(&c, 2000), "after a pause");
}

Test(connection, a_person_types_less_than_a_quarter_of_what_may_be_pasted)
{
    struct conn little = {0}, much = {0};
    conn_count_input(&little, 80, 1000);
    conn_count_input(&much, 40 * 1024, 1000);
    cr_expect(conn_is_typing(&little, 1000));
    cr_expect_not(conn_is_typing(&much, 1000));
}
