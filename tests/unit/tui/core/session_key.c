#include "tui/core/session_key.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sysexits.h>

#define KEY  "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
#define DOWN "\x1b[B"

TestSuite(session_key, .fini = harness_close);

static struct session *const s = &harness.session;

/* The server shows an unknown key to a client that asks the user. */
static void show_key(void)
{
    s->config.asks_key = true;
    session_unknown_key(s, KEY);
    cr_assert_eq(s->state, SESSION_UNTRUSTED);
}

Test(session_key, a_dialog_asks_and_down_and_enter_trust)
{
    harness_open(NULL);
    show_key();
    cr_expect(harness.screen.key_dialog.open);
    harness_type(DOWN);
    cr_expect_eq(s->state, SESSION_UNTRUSTED);
    harness_type("\r");
    cr_expect_eq(s->state, SESSION_CONNECTING);
    cr_expect_not(harness.screen.key_dialog.open);
    cr_expect(harness.screen.nick_dialog.open);
}

Test(session_key, a_nickname_that_is_typed_too_early_trusts_nothing)
{
    harness_open(NULL);
    show_key();
    harness_type("yes");
    harness_paste("y\nyes\n");
    cr_expect_eq(s->state, SESSION_UNTRUSTED);
    harness_type("\r");
    cr_expect_eq(s->state, SESSION_FINISHED);
}

Test(session_key, escape_leaves)
{
    harness_open("ada");
    show_key();
    harness_type(DOWN "\x1b");
    cr_expect_eq(s->state, SESSION_FINISHED);
    cr_expect_eq(s->exit.status, 0);
}

Test(session_key, a_moved_choice_is_forgotten_with_the_dialog)
{
    harness_open("ada");
    show_key();
    harness_type(DOWN "\r");
    show_key();
    cr_expect_not(harness.screen.key_dialog.trusts);
}

Test(session_key, lines_ask_and_take_whole_words)
{
    harness_open_frontend(&line_mode, "ada");
    show_key();
    harness.frontend.kind->update(&harness.frontend);
    harness_expect_output("- " MESSAGE_KEY_NEW "\n- " KEY "\n- " MESSAGE_ASK_KEY "\n", "somewhere");
    harness_take_line("y");
    harness_expect_output("- " MESSAGE_ASK_KEY "\n");
    harness.frontend.pasted = true;
    harness_take_line(LINE_MODE_YES);
    cr_expect_eq(s->state, SESSION_UNTRUSTED);
    harness_expect_output("- " MESSAGE_ASK_KEY "\n");
    harness.frontend.pasted = false;
    harness_take_line(LINE_MODE_YES);
    cr_expect_eq(s->state, SESSION_CONNECTING);
    harness_expect_no_output();
}

Test(session_key, no_in_lines_leaves)
{
    harness_open_frontend(&line_mode, "ada");
    show_key();
    harness_take_line(LINE_MODE_NO);
    cr_expect_eq(s->state, SESSION_FINISHED);
}

Test(session_key, a_program_is_not_asked)
{
    harness_open_frontend(&json_mode, "bot");
    session_unknown_key(s, KEY);
    cr_expect_eq(s->state, SESSION_FAILED);
    cr_expect_eq(s->exit.status, EX_PROTOCOL);
    harness_expect_exit_message(MESSAGE_KEY_UNKNOWN, "somewhere", KEY);
}

Test(session_key, lines_tell_once_who_can_read)
{
    harness_open_frontend(&line_mode, "ada");
    s->security = SECURITY_KNOWN;
    harness_connect_as("ada");
    harness.frontend.kind->update(&harness.frontend);
    harness.frontend.kind->update(&harness.frontend);
    harness_expect_output("- " MESSAGE_JOINED "\n- " MESSAGE_ENCRYPTED "\n", "ada");
}
