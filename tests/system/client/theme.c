/* Colours for the terminal's background and number of colours. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define MUTED_DARK    "38;5;246m"
#define MUTED_LIGHT   "38;5;242m"
#define MUTED_UNKNOWN "38;5;243m"

static void expect_written(const char *setting, const char *option, const char *code)
{
    struct client c = client_start_with(24, 80, setting, option);
    terminal_wait_written(c.term, code);
    client_quit(&c);
}

Test(client_theme, the_background_is_set_by_option_or_environment)
{
    expect_written(NO_SETTING, "--theme=dark", MUTED_DARK);
    expect_written("COLORFGBG=15;0", "--theme=light", MUTED_LIGHT);
    expect_written("COLORFGBG=0;15", "--theme=auto", MUTED_LIGHT);
    expect_written("COLORFGBG=15;0", "--color", MUTED_DARK);
}

Test(client_theme, otherwise_the_terminal_is_asked_for_its_background)
{
    struct client c = client_start(24, 80);
    terminal_wait_written(c.term, "\033]11;?\033\\");
    cr_assert(terminal_has_written(c.term, MUTED_UNKNOWN));
    terminal_type(c.term, "\033]11;rgb:ffff/ffff/ffff\033\\");
    terminal_wait_written(c.term, MUTED_LIGHT);
    terminal_type(c.term, "\033]11;rgb:1e1e/1e1e/1e1e\a");
    terminal_wait_written(c.term, MUTED_DARK);
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

Test(client_theme, terminals_with_eight_colours_or_none)
{
    expect_written("TERM=xterm", "--theme=light", ";2m");
    struct client c = client_start_with(24, 80, "TERM=vt100", "--theme=dark");
    client_receive(&c, "bob", "ada?");
    terminal_wait_for(c.term, "ada?");
    cr_expect_not(terminal_has_written(c.term, "\033[3"));
    client_quit(&c);
}

/* A terminal type with direct colour, for systems whose terminfo database has none. */
static const char direct_colour[] =
    "xterm-direct|any colour,\n"
    "\tRGB, colors#0x1000000, pairs#0x7FFF,\n"
    "\tsetaf=\\E[38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm,\n"
    "\tinitc@, ccc@, use=xterm-256color,\n";

Test(client_theme, direct_colour_where_the_terminal_has_it)
{
    char folder[FILES_PATH], source[FILES_PATH], setting[FILES_PATH + 64], out[256], err[256];
    files_create_folder(folder);
    files_path(source, folder, "source");
    files_write(source, direct_colour);
    const char *const compile[] = {"tic", "-x", "-o", folder, source, NULL};
    cr_assert_eq(child_run(compile, out, err, sizeof out), 0, "%s", err);
    snprintf(setting, sizeof setting, "-STERMINFO=%s COLORTERM=truecolor", folder);
    struct client c = client_start_with(24, 80, setting, "--theme=dark");
    terminal_wait_written(c.term, "38;2;140;146;155m");
    client_quit(&c);
    files_remove_all(folder);
}
