/* A slash at the start of the line begins a command only where the user typed it there. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define KEY_TAB     "\t"
#define KEY_YANK    "\x19"
#define KEY_UNDO    "\x1f"
#define KEY_SWAP    "\x14"
#define KEY_KILL_W  "\x17"  /* the word to the left */
#define KEY_KILL_W2 "\033d" /* the word to the right */
#define KEY_KILL_U  "\x15"

/* Nicknames that would be commands, and those that need no slash. */
static const char *const nicks[] = {"/quit now", "/nick evil", "/log x", "/q", "//quit", "quit"};

enum { NICKS = sizeof nicks / sizeof *nicks };

/* Keys with a pause after each of them; then Enter sends this text. */
struct typed {
    const char *nick, *keys[6], *sent;
};

static void speak(struct client *c, const char *nick)
{
    client_receive(c, nick, "hello");
    client_sync(c);
}

static void expect_text(struct client *c, const struct typed *row)
{
    if (row->nick != NULL) speak(c, row->nick);
    for (size_t i = 0; row->keys[i] != NULL; i++) {
        terminal_type(c->term, row->keys[i]);
        client_sync(c);
    }
    terminal_type(c->term, "\r");
    peer_expect(c->server, "broadcast", "ada", row->sent);
    client_receive(c, "ada", row->sent);
}

Test(client_slashes, a_completed_nickname_is_text)
{
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < NICKS; i++) {
        char sent[64];
        snprintf(sent, sizeof sent, "%s: hello", nicks[i]);
        expect_text(&c, &(struct typed){nicks[i], {KEY_TAB, "hello"}, sent});
        expect_text(
            &c, &(struct typed){nicks[i], {KEY_TAB KEY_TAB KEY_TAB "\033[Z\033[Z", "hello"}, sent});
    }
    client_quit(&c);
}

Test(client_slashes, what_is_typed_completes_to_text)
{
    static const struct typed rows[] = {
        {"/quit now", {"//qu", KEY_TAB, "hi"}, "/quit now: hi"},
        {"/quit now", {"hi /qu", KEY_TAB, "bye"}, "hi /quit now bye"},
        {"/quit now", {"/quit no", KEY_TAB, "hi"}, "/quit now: hi"},
        {"/me", {"/me /m", KEY_TAB}, "* ada /me"},
        {"/quit now", {"@/qu", KEY_TAB, KEY_HOME KEY_DELETE}, "/quit now "},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_text(&c, &rows[i]);
    client_quit(&c);
}

Test(client_slashes, what_comes_to_the_start_otherwise_is_text)
{
    static const struct typed rows[] = {
        {"/quit now", {KEY_TAB, KEY_HOME KEY_DELETE}, "/quit now: "},
        {"/quit now", {KEY_TAB, KEY_HOME "\033[C" KEY_BACKSPACE}, "/quit now: "},
        {"/quit now", {"a ", KEY_TAB, KEY_HOME KEY_DELETE KEY_DELETE}, "/quit now "},
        {"/quit now", {"a ", KEY_TAB, KEY_HOME KEY_KILL_W2 KEY_DELETE}, "/quit now "},
        {"/quit now", {"a ", KEY_TAB, KEY_KILL_W KEY_KILL_W, KEY_KILL_U, KEY_YANK}, "a /quit now "},
        {"/q",
         {"a ", KEY_TAB, KEY_HOME "\033[C\033[C\x0b", KEY_BACKSPACE KEY_BACKSPACE, KEY_YANK},
         "/q "},
        {"/q",
         {"a", KEY_HOME "\033[C", " " KEY_TAB, KEY_HOME KEY_DELETE KEY_DELETE, "x" KEY_UNDO},
         "/q "},
        {NULL, {"a/quit", KEY_HOME "\033[C", KEY_SWAP}, "/aquit"},
        {NULL, {"/quit", KEY_KILL_U, KEY_YANK}, "/quit"},
        {NULL, {"a /quit", KEY_HOME KEY_DELETE KEY_DELETE}, "/quit"},
        {NULL, {PASTE("/quit")}, "/quit"},
        {NULL, {PASTE("//quit")}, "//quit"},
        {NULL, {PASTE("/quit"), KEY_HOME KEY_DELETE}, "/quit"},
        {NULL, {PASTE("a/quit"), KEY_HOME KEY_DELETE}, "/quit"},
        {NULL, {"x", KEY_HOME, PASTE("/"), KEY_END, KEY_BACKSPACE "quit"}, "/quit"},
        {NULL, {PASTE("/quit"), KEY_KILL_U, KEY_UNDO, KEY_HOME KEY_DELETE}, "/quit"},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_text(&c, &rows[i]);
    client_quit(&c);
}

/* The mark before the input line says so. */
Test(client_slashes, a_slash_that_was_not_typed_there_is_marked)
{
    struct client c = client_start(24, 80);
    client_type(&c, "a/who" KEY_HOME KEY_DELETE, "/who", 0);
    klatch_wait_notice(c.term, MESSAGE_SLASH_IS_TEXT);
    cr_expect_str_eq(terminal_row(c.term, 23), "\" /who");
    client_type(&c, KEY_DELETE "/", "/who", 1);
    cr_expect_str_eq(terminal_row(c.term, 23), "> /who");
    terminal_type(c.term, "\r");
    peer_expect(c.server, "who", "ada", "");
    client_quit(&c);
}

static struct client start_with_history(void)
{
    return client_start_with(24, 80, state_folder_setting, "--history");
}

static void send_lines(struct client *c)
{
    static const struct typed rows[] = {
        {NULL, {"/me waves"}, "* ada waves"},
        {NULL, {PASTE("/quit")}, "/quit"},
        {"/quit now", {KEY_TAB, "hi"}, "/quit now: hi"},
        {NULL, {"a/quit", KEY_HOME KEY_DELETE}, "/quit"},
        {NULL, {"//typed"}, "/typed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_text(c, &rows[i]);
}

/* Each line that is recalled and sent becomes the newest one. */
static void expect_recalled(struct client *c)
{
    static const struct typed rows[] = {
        {NULL, {KEY_UP}, "/typed"},
        {NULL, {KEY_UP KEY_UP}, "/quit"},
        {NULL, {KEY_UP KEY_UP, KEY_UP KEY_UP}, "/quit now: hi"},
        {NULL, {KEY_UP KEY_UP, KEY_UP KEY_UP, KEY_UP KEY_UP}, "/quit"},
        {NULL, {KEY_UP KEY_UP, KEY_UP KEY_UP, KEY_UP KEY_UP, KEY_UP KEY_UP}, "* ada waves"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_text(c, &rows[i]);
}

Test(client_slashes, a_recalled_line_means_what_it_meant)
{
    state_folder_init();
    struct client c = start_with_history();
    send_lines(&c);
    expect_recalled(&c);
    client_quit(&c);
    state_folder_fini();
}

Test(client_slashes, and_in_the_next_run_too)
{
    state_folder_init();
    struct client c = start_with_history();
    send_lines(&c);
    client_quit(&c);
    c = start_with_history();
    expect_recalled(&c);
    client_quit(&c);
    state_folder_fini();
}
