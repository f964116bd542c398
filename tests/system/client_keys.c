/* The keys and commands that reach beyond the input line. */
#include "tests/system/visit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define TAB       "\t"
#define SHIFT_TAB "\033[Z"

Test(client_keys, tab_completes_nicknames)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "SERVER", "bert joined the chat");
    visit_hear(&v, "bob", "hello");
    visit_hear(&v, "Grace Hopper", "hello");
    visit_settle(&v);
    terminal_type(v.t, "b" TAB);
    visit_wait_line(&v, "bob:", 5);
    terminal_wait_for(v.t, "bob, bert");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "bert:", 6);
    terminal_type(v.t, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(v.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "Grace Hopper:", 14);
    terminal_type(v.t, "\x1F");
    visit_wait_line(&v, "", 0);
    visit_end(&v);
}
