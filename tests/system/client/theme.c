/* Colours for the terminal's background and number of colours. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Skips the escape sequences of attributes, and of xterm's character set. Returns the last colour
 * in them; 0: none. */
static unsigned long skip_attributes(const char **at)
{
    unsigned long colour = 0;
    while (**at == '\033') {
        if (strncmp(*at, "\033[38;5;", 7) == 0) colour = strtoul(*at + 7, NULL, 10);
        *at += strcspn(*at, "mB") + 1;
    }
    return colour;
}

/* Returns the number of the colour in which a nickname was first written. */
static unsigned long first_colour(struct terminal *t, const char *nick)
{
    size_t n;
    char coloured[64];
    snprintf(coloured, sizeof coloured, "m%s", nick);
    const char *out = terminal_output(t, &n), *code = strstr(out, coloured);
    cr_assert(code, "%s has no colour", nick);
    while (code > out && strncmp(code, "38;5;", 5) != 0) code--;
    return strtoul(code + 5, NULL, 10);
}

/* Returns whether a nickname was written between marks, in the colour that it was first written in.
 */
static bool has_marked_in_first_colour(struct terminal *t, const char *nick)
{
    size_t n;
    unsigned long first = first_colour(t, nick);
    const char *at = terminal_output(t, &n);
    while ((at = strstr(at, "«")) != NULL) {
        at += strlen("«");
        unsigned long colour = skip_attributes(&at);
        if (strncmp(at, nick, strlen(nick)) == 0 && colour == first) return true;
    }
    return false;
}

Test(client_theme, members_have_different_colours_while_there_are_enough)
{
    enum { MEMBERS = 18 };
    unsigned long colours[MEMBERS];
    char nick[16];
    struct client c = client_start_with(30, 80, NO_SETTING, "--theme=dark");
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(nick, sizeof nick, "user %c", 'a' + i);
        client_receive(&c, nick, "hello");
        terminal_wait_for(c.term, nick);
        colours[i] = first_colour(c.term, nick);
        for (int j = 0; j < i; j++) cr_expect_neq(colours[i], colours[j], "%d and %d", i, j);
    }
    client_quit(&c);
}

/* -- ranks -- */

Test(client_theme, what_the_operator_says_is_the_clearest_line_and_joins_are_the_faintest)
{
    struct client c = client_start_with(24, 80, NO_SETTING, "--theme=dark");
    client_receive(&c, "SERVER", "Maintenance at noon");
    client_receive(&c, "SERVER", "bob joined the chat");
    client_sync(&c);
    terminal_wait_written(c.term, "\033[0;1m\033[38;5;203mMaintenance at noon");
    terminal_wait_written(c.term, "\033[0;2m\033[38;5;");
    terminal_wait_written(c.term, MUTED_DARK "» joined the chat");
    client_quit(&c);
}

Test(client_theme, without_colours_the_operators_line_is_bold)
{
    struct client c = client_start_with(24, 80, "NO_COLOR=1", "--theme=dark");
    client_receive(&c, "SERVER", "Maintenance at noon");
    terminal_wait_written(c.term, "\033[0;1mMaintenance at noon");
    client_quit(&c);
}

Test(client_theme, a_nickname_has_its_colour_in_messages_notices_and_lists)
{
    struct client c = client_start_with(24, 40, NO_SETTING, "--theme=dark");
    client_receive(&c, "zelda", "hello");
    client_receive(&c, "yves", "hello");
    client_sync(&c);
    client_receive(&c, "SERVER", "zelda is now known as a very long name");
    terminal_wait_for(c.term, "«zelda» is now known as");
    peer_send(c.server, "who", "SERVER", "ada\nyves");
    terminal_wait_for(c.term, "«yves»");
    cr_expect(has_marked_in_first_colour(c.term, "zelda"));
    cr_expect(has_marked_in_first_colour(c.term, "yves"));
    client_quit(&c);
}

/* Returns whether a colour was set. The output may contain NULs, which pad it for old terminals. */
static bool has_coloured(struct terminal *t)
{
    size_t n;
    const char *p = terminal_output(t, &n), *end = p + n;
    while ((p = memmem(p, (size_t)(end - p), "\033[", 2)) != NULL) {
        p += 2;
        size_t length = strspn(p, "0123456789;");
        bool coloured = p[0] == '3' || p[0] == '4' || memmem(p, length, ";3", 2) != NULL;
        if (p[length] == 'm' && coloured) return true;
    }
    return false;
}

Test(client_theme, terminals_with_eight_colours_or_none)
{
    expect_written("TERM=xterm", "--theme=light", ";2m");
    struct client c = client_start_with(24, 80, "TERM=vt100", "--theme=dark");
    client_receive(&c, "bob", "ada?");
    terminal_wait_for(c.term, "ada?");
    cr_expect_not(has_coloured(c.term));
    client_quit(&c);
}

/* COLORTERM says nothing that TERM does not say better. */
Test(client_theme, a_terminal_without_colours_has_none_whatever_colorterm_says)
{
    static const char *const settings[] = {"-STERM=vt100 COLORTERM=truecolor",
                                           "-STERM=vt220 COLORTERM=truecolor",
                                           "-STERM=xterm-mono COLORTERM=24bit"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct client c = client_start_with(24, 80, settings[i], "--theme=dark");
        client_receive(&c, "bob", "ada?");
        terminal_wait_for(c.term, "ada?");
        cr_expect_not(has_coloured(c.term), "%s", settings[i]);
        client_quit(&c);
    }
}

Test(client_theme, colorterm_adds_no_colours)
{
    expect_written("-STERM=xterm-256color COLORTERM=truecolor", "--theme=dark", MUTED_DARK);
}

/* A terminal type with direct colour, under a name with a sibling of 256 colours and one without,
 * for systems whose terminfo database has none. */
static const char direct_colour[] =
    "xterm-direct|klatch-direct|any colour,\n"
    "\tRGB, colors#0x1000000, pairs#0x7FFF,\n"
    "\tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,"
    "\n\tinitc@, ccc@, use=xterm-256color,\n";

/* xterm, VTE and libvterm read such colours in three ways, but agree on the first eight. */
Test(client_theme, direct_colour_is_not_used)
{
    static const struct {
        const char *term, *code;
    } types[] = {{"xterm-direct", MUTED_DARK}, {"klatch-direct", "\033[33m"}};
    char folder[FILES_PATH], source[FILES_PATH], setting[FILES_PATH + 64], out[256], err[256];
    files_create_folder(folder);
    files_path(source, folder, "source");
    files_write(source, direct_colour);
    const char *const compile[] = {"tic", "-x", "-o", folder, source, NULL};
    cr_assert_eq(child_run(compile, out, err, sizeof out), 0, "%s", err);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(setting, sizeof setting, "-STERMINFO=%s TERM=%s", folder, types[i].term);
        struct client c = client_start_with(24, 80, setting, "--theme=dark");
        client_receive(&c, "bob", "ada?");
        terminal_wait_written(c.term, types[i].code);
        cr_expect_not(terminal_has_written(c.term, "38;2;"));
        client_quit(&c);
    }
    files_remove_all(folder);
}
