/* Addresses in messages: as hyperlinks of the terminal, in the browser, in the clipboard; and the
 * page's text alone. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"
#include "tests/system/support/state_folder.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"
#include "tui/system/url_opener.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(client_links, .init = state_folder_init, .fini = state_folder_fini);

#define HYPERLINK "\033]8;id=klatch;" LINK "\033\\"
#define LINK      "https://example.org/some/where?in=the&net=of%20things#here"

/* -- hyperlinks -- */

static int count_written(struct terminal *t, const char *text)
{
    size_t n;
    int count = 0;
    for (const char *at = terminal_output(t, &n); (at = strstr(at, text)) != NULL; at++) count++;
    return count;
}

Test(client_links, an_address_over_two_rows_is_one_hyperlink)
{
    struct client c = client_start(24, 60);
    client_receive(&c, "bob", "see " LINK ", please");
    terminal_wait_written(c.term, "\033]8;id=klatch;" LINK "\033\\");
    client_sync(&c);
    int once = count_written(c.term, HYPERLINK);
    cr_expect(once >= 2 && once % 2 == 0, "%d", once);
    cr_expect_eq(count_written(c.term, "\033]8;;\033\\"), once);
    client_type(&c, "typing", "typing", 6);
    cr_expect_eq(count_written(c.term, HYPERLINK), once, "only changed rows are written");
    terminal_type(c.term, "\x0c#");
    client_wait_input(&c, "typing#", 7);
    cr_expect_eq(count_written(c.term, HYPERLINK), once + 2);
    client_quit(&c);
}

/* The screen is the same as after a redraw, although other text was a hyperlink before. */
Test(client_links, hyperlinks_leave_nothing_behind)
{
    enum { ROWS = 12 };
    char before[ROWS][512];
    struct client c = client_start(ROWS, 60);
    for (int i = 0; i < 12; i++) {
        char text[128];
        snprintf(text, sizeof text, "%s %d", i % 3 ? "a line" : LINK, i);
        client_receive(&c, i % 2 ? "bob" : "eve", text);
        client_sync(&c);
    }
    for (int row = 0; row < ROWS; row++)
        snprintf(before[row], sizeof before[row], "%s", terminal_row(c.term, row));
    terminal_type(c.term, "\x0c#");
    client_wait_input(&c, "#", 1);
    for (int row = 0; row < ROWS - 1; row++)
        cr_expect_str_eq(terminal_row(c.term, row), before[row], "row %d", row);
    client_quit(&c);
}

Test(client_links, no_address_ends_the_control_string)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob",
                   "http://a.example/\033]0;title\a\033\\\302\234z and http://b.example/ö");
    terminal_wait_written(c.term,
                          "\033]8;id=klatch;http://b.example/%C3%B6\033\\http://b.example/");
    cr_expect_eq(count_written(c.term, "\033]0;"), 0);
    client_quit(&c);
}

Test(client_links, a_terminal_without_control_strings_gets_none)
{
    struct client c = client_start_with(24, 80, "TERM=linux", "--no-bell");
    client_receive(&c, "bob", LINK);
    terminal_wait_for(c.term, LINK);
    terminal_enter(c.term, "/copy");
    klatch_wait_notice(c.term, MESSAGE_COPIED, strlen(LINK));
    client_sync(&c);
    cr_expect_eq(count_written(c.term, "\033]"), 0);
    client_quit(&c);
}

/* -- the browser -- */

/* A browser that writes its arguments into a file, one on a line. */
static struct browser {
    char program[FILES_PATH], output[FILES_PATH], setting[3 * FILES_PATH];
} browser;

static void make_browser(const char *before)
{
    char script[2 * FILES_PATH];
    files_path(browser.program, state_folder_setting + strlen("XDG_STATE_HOME="), "browser");
    files_path(browser.output, state_folder_setting + strlen("XDG_STATE_HOME="), "opened");
    snprintf(script, sizeof script, "#!/bin/sh\nprintf '%%s\\n' \"$@\" end >>%s\n", browser.output);
    files_write(browser.program, script);
    cr_assert_eq(chmod(browser.program, 0700), 0);
    snprintf(browser.setting, sizeof browser.setting, "BROWSER=%s%s", before, browser.program);
}

static void expect_opened(const char *arguments)
{
    char text[1024] = "";
    for (int64_t end = timeout_deadline(); strcmp(text, arguments) != 0;) {
        int fd = open(browser.output, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        if (fd >= 0) close(fd);
        text[n > 0 ? n : 0] = '\0';
        cr_assert(timeout_retry(end), "opened: %s", text);
    }
    cr_assert_eq(unlink(browser.output), 0);
}

Test(client_links, open_starts_the_browser_with_the_address)
{
    make_browser("/does/not/exist:");
    struct client c = client_start_with(24, 80, browser.setting, "--no-bell");
    client_receive(&c, "bob", "first http://a.example/x_(y) then " LINK);
    terminal_wait_for(c.term, "first");
    terminal_enter(c.term, "/open");
    expect_opened(LINK "\nend\n");
    terminal_enter(c.term, "/open");
    klatch_wait_notice(c.term, MESSAGE_NOT_OPENED, URL_OPENER_TOO_SOON);
    for (int64_t end = timeout_deadline(); access(browser.output, F_OK) < 0;) {
        terminal_type(c.term, KEY_KILL_LINE "/open 2\r");
        cr_assert(timeout_retry(end), "the browser is not started again");
    }
    expect_opened("http://a.example/x_%28y%29\nend\n");
    terminal_enter(c.term, "/open 3");
    klatch_wait_notice(c.term, MESSAGE_NO_LINK);
    client_quit(&c);
}

Test(client_links, a_browser_may_have_arguments)
{
    make_browser("");
    strcat(browser.setting, " --new %s last");
    struct client c = client_start_with(24, 80, browser.setting, "--no-sandbox");
    client_receive(&c, "bob", LINK);
    terminal_wait_for(c.term, LINK);
    terminal_enter(c.term, "/open");
    expect_opened("--new\n" LINK "\nlast\nend\n");
    client_quit(&c);
}

Test(client_links, without_a_browser_klatch_says_so)
{
    struct client c =
        client_start_argv(24, 80,
                          (const char *[]){"env", "BROWSER=", "PATH=/nowhere", BUILD "/klatch",
                                           "-n", "ada", "127.0.0.1", NULL, NULL});
    terminal_enter(c.term, "/open");
    klatch_wait_notice(c.term, MESSAGE_NO_LINK);
    terminal_type(c.term, KEY_KILL_LINE);
    client_receive(&c, "bob", LINK);
    terminal_wait_for(c.term, LINK);
    terminal_enter(c.term, "/open");
    klatch_wait_notice(c.term, MESSAGE_NOT_OPENED, URL_OPENER_NO_BROWSER);
    client_quit(&c);
}

/* -- copying -- */

Test(client_links, copy_passes_a_message_to_the_terminal)
{
    static const struct {
        const char *command, *base64;
    } rows[] = {
        {"/copy", "YWJjZA=="},
        {"/copy 2", "YWJjZGU="},
        {"/copy bob", "YQpi"},
        {"/copy Grace Hopper", "YWJjZGU="},
    };
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "a\nb");
    client_receive(&c, "Grace Hopper", "abcde");
    client_receive(&c, "eve", "abcd");
    terminal_wait_for(c.term, "eve " BAR " abcd");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char code[64];
        snprintf(code, sizeof code, "\033]52;c;%s\033\\", rows[i].base64);
        terminal_enter(c.term, rows[i].command);
        terminal_wait_written(c.term, code);
    }
    terminal_enter(c.term, "/copy nobody");
    klatch_wait_notice(c.term, MESSAGE_NOT_COPIED);
    client_quit(&c);
}

static bool is_row(struct terminal *t, const void *text)
{
    for (int row = 0; row < terminal_rows(t); row++)
        if (strcmp(terminal_row(t, row), text) == 0) return true;
    return false;
}

Test(client_links, the_bare_page_has_the_text_alone)
{
    static const char *const ways[] = {KEY_ALT_C, "/bare\r"};
    struct client c = client_start(24, 60);
    for (size_t i = 0; i < COUNT(ways); i++) {
        client_receive(&c, "bob", "see " LINK);
        client_receive(&c, "bob", "    indented");
        terminal_wait_for(c.term, BAR "     indented");
        terminal_type(c.term, ways[i]);
        klatch_wait_notice(c.term, MESSAGE_BARE);
        terminal_wait(c.term, is_row, LINK, "the address in a row of its own");
        terminal_wait(c.term, is_row, "    indented", "the text flush left");
        cr_expect_lt(terminal_find(c.term, BAR), 0);
        terminal_type(c.term, i == 0 ? "x" : "\r");
        terminal_wait_for(c.term, BAR "     indented");
        client_wait_input(&c, i == 0 ? "x" : "", i == 0);
        terminal_type(c.term, KEY_KILL_LINE);
    }
    client_quit(&c);
}

/* It shows the rest of a long control string as text. */
Test(client_links, gnu_screen_gets_no_long_control_strings)
{
    struct client c = client_start_with(24, 80, "STY=1.pts-0.host", "--no-bell");
    client_receive(&c, "bob", LINK);
    terminal_wait_for(c.term, "https://example.org/");
    terminal_enter(c.term, "/copy");
    client_type(&c, "#", "#", 1);
    cr_expect_eq(count_written(c.term, "\033]8;"), 0);
    cr_expect_eq(count_written(c.term, "\033]52;"), 0);
    client_quit(&c);
}
