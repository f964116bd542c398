/* Colours: as many as the terminal has, for the ground that it has. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM_DARK    "38;5;246m"
#define DIM_LIGHT   "38;5;242m"
#define DIM_UNKNOWN "38;5;243m"

static bool has_written(struct terminal *t, const void *code)
{
    size_t n;
    return strstr(terminal_output(t, &n), code) != NULL;
}

/* Starts klatch through env(1) and lets it in. */
static struct client start_with(const char *setting, const char *option)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = terminal_start(24, 80,
                            (const char *[]){"env", setting, BUILD "/klatch", option, "-n", "ada",
                                             "127.0.0.1", c.listener.port, NULL});
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    return c;
}

static void expect_written(const char *setting, const char *option, const char *code)
{
    struct client c = start_with(setting, option);
    terminal_wait(c.term, has_written, code, code);
    client_quit(&c);
}

Test(client_theme, the_ground_may_be_said)
{
    expect_written("A=", "--theme=dark", DIM_DARK);
    expect_written("COLORFGBG=15;0", "--theme=light", DIM_LIGHT);
    expect_written("COLORFGBG=0;15", "--theme=auto", DIM_LIGHT);
    expect_written("COLORFGBG=15;0", "--color", DIM_DARK);
}

Test(client_theme, else_the_terminal_is_asked)
{
    struct client c = client_start(24, 80);
    terminal_wait(c.term, has_written, "\033]11;?\033\\", "the question");
    cr_assert(has_written(c.term, DIM_UNKNOWN));
    terminal_type(c.term, "\033]11;rgb:ffff/ffff/ffff\033\\");
    terminal_wait(c.term, has_written, DIM_LIGHT, "itself light");
    terminal_type(c.term, "\033]11;rgb:1e1e/1e1e/1e1e\a");
    terminal_wait(c.term, has_written, DIM_DARK, "itself dark");
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

Test(client_theme, few_colours_and_none)
{
    expect_written("TERM=xterm", "--theme=light", ";2m");
    struct client c = start_with("TERM=vt100", "--theme=dark");
    client_receive(&c, "bob", "ada?");
    terminal_wait_for(c.term, "ada?");
    cr_expect_not(has_written(c.term, "\033[3"));
    client_quit(&c);
}

/* A kind that takes any colour, for terminfo databases that know none. */
static const char kind[] =
    "xterm-direct|any colour,\n"
    "\tRGB, colors#0x1000000, pairs#0x7FFF,\n"
    "\tsetaf=\\E[38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm,\n"
    "\tinitc@, ccc@, use=xterm-256color,\n";

Test(client_theme, any_colour_where_the_terminal_says_so)
{
    char directory[] = "/tmp/klatch-terminfo-XXXXXX", setting[96], source[64], out[256], err[256];
    cr_assert(mkdtemp(directory));
    snprintf(source, sizeof source, "%s/source", directory);
    FILE *file = fopen(source, "w");
    cr_assert(file && fputs(kind, file) >= 0 && fclose(file) == 0);
    const char *const compile[] = {"tic", "-x", "-o", directory, source, NULL};
    cr_assert_eq(child_run(compile, out, err, sizeof out), 0, "%s", err);
    snprintf(setting, sizeof setting, "-STERMINFO=%s COLORTERM=truecolor", directory);
    struct client c = start_with(setting, "--theme=dark");
    terminal_wait(c.term, has_written, "38;2;140;146;155m", "any colour");
    client_quit(&c);
    const char *const clear[] = {"rm", "-r", directory, NULL};
    cr_assert_eq(child_run(clear, out, err, sizeof out), 0, "%s", err);
}
