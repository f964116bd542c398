/* Tab in a command: completes its name and its argument. */
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>

Test(client_completion, tab_completes_commands_and_their_nicknames)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "hello");
    client_sync(&c);
    terminal_type(c.term, "/re\t");
    terminal_wait_for(c.term, "reconnect, resend");
    client_wait_input(&c, "/reconnect", 11);
    client_type(&c, "\x15/ign\tb\t", "/ignore bob", 12);
    terminal_type(c.term, "\r");
    klatch_wait_notice(c.term, MESSAGE_IGNORED, "bob", "bob");
    client_type(&c, "/uni\t\t", "/unignore", 10);
    terminal_enter(c.term, "b\t");
    klatch_wait_notice(c.term, MESSAGE_UNIGNORED, "bob");
    terminal_enter(c.term, "/qu\t");
    client_expect_quit(&c, "ada");
}
