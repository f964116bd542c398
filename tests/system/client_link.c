/* The client's connection by itself, without a screen, where the order of things can be chosen. */
#include "tests/system/fake.h"
#include "tests/system/patience.h"
#include "tui/link.h"

#include <criterion/criterion.h>

static struct link l;

/* Even where the end comes with the beginning, the app hears of both, one after the other. */
Test(client_link, up_comes_before_down)
{
    struct fake f = fake_listen();
    cr_assert_null(link_find(&l, "127.0.0.1", f.port));
    link_start(&l, 0);
    peer_close(fake_accept(&f));
    cr_assert(patience_poll(l.fd, POLLIN, patience_end()));
    cr_expect_eq(link_turn(&l, POLLIN | POLLOUT, 0).n, 0);
    cr_expect_eq(l.state, LINK_UP);
    link_turn(&l, POLLIN, 0);
    cr_expect_eq(l.state, LINK_DOWN);
    cr_expect_eq(l.error, 0);
    link_free(&l);
    fake_close(&f);
}
