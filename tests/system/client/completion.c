/* Tab, where a line is a command. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>

Test(client_complete, tab_completes_commands_and_whom_they_are_about)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "hello");
    visit_settle(&v);
    terminal_type(v.t, "/re\t");
    terminal_wait_for(v.t, "reconnect, resend");
    visit_wait_line(&v, "/reconnect", 11);
    terminal_type(v.t, "\x15/ign\tb\t");
    visit_wait_line(&v, "/ignore bob", 12);
    terminal_type(v.t, "\r");
    terminal_wait_for(v.t, "What bob says is not shown any more");
    terminal_type(v.t, "/un\t\t");
    visit_wait_line(&v, "/unignore", 10);
    terminal_type(v.t, "b\t\r");
    terminal_wait_for(v.t, "What bob says is shown again.");
    terminal_type(v.t, "/qu\t\r");
    visit_expect_goodbye(&v, "ada");
    visit_expect_exit(&v, 0);
}
