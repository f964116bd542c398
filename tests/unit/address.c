#include "common/address.h"

#include <criterion/criterion.h>

Test(address, a_path_is_told_from_a_host)
{
    cr_expect_str_eq(address_path("unix:/tmp/room"), "/tmp/room");
    cr_expect_str_eq(address_path("unix:"), "");
    cr_expect_null(address_path("unix"));
    cr_expect_null(address_path("localhost"));
    cr_expect_null(address_path("UNIX:/tmp/room"));
    cr_expect_null(address_path(""));
}
