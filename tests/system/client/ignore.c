/* Whom the person does not want to hear, from one run to the next. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char state[] = "/tmp/klatch-state-XXXXXX", setting[64], path[64];

static void make_state(void)
{
    cr_assert(mkdtemp(state));
    snprintf(setting, sizeof setting, "XDG_STATE_HOME=%s", state);
    snprintf(path, sizeof path, "%s/klatch/ignored", state);
}

static void remove_state(void)
{
    char dir[64];
    unlink(path);
    snprintf(dir, sizeof dir, "%s/klatch/history", state);
    unlink(dir);
    *strrchr(dir, '/') = '\0';
    rmdir(dir);
    rmdir(state);
}

TestSuite(client_ignore, .init = make_state, .fini = remove_state);

static struct client start_with(const char *option)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = terminal_start(24, 80,
                            (const char *[]){"env", setting, BUILD "/klatch", option, "-n", "ada",
                                             "127.0.0.1", c.listener.port, NULL});
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    return c;
}

static void order(struct client *c, const char *command, const char *answer)
{
    terminal_type(c->term, command);
    terminal_type(c->term, "\r");
    terminal_wait_for(c->term, answer);
}

/* In a new run. */
static void expect_ignored(const char *option, const char *list)
{
    struct client c = start_with(option);
    order(&c, "/ignore", list);
    client_quit(&c);
}

static void expect_mode(const char *of, mode_t mode)
{
    struct stat st;
    cr_assert_eq(stat(of, &st), 0, "%s", of);
    cr_assert_eq(st.st_mode & 07777, mode, "%s: %o", of, (unsigned)st.st_mode);
}

Test(client_ignore, it_holds_in_the_next_run_and_so_does_unignore)
{
    char dir[64];
    struct client c = start_with("--history");
    order(&c, "/ignore bob", "What bob says is not shown");
    order(&c, "/ignore Grace Hopper", "What Grace Hopper says is not shown");
    client_quit(&c);
    snprintf(dir, sizeof dir, "%s/klatch", state);
    expect_mode(path, 0600);
    expect_mode(dir, 0700);
    c = start_with("--history");
    client_receive(&c, "bob", "not to be seen");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "not to be seen"), 0);
    order(&c, "/unignore BOB", "What BOB says is shown again");
    client_receive(&c, "bob", "to be seen");
    terminal_wait_for(c.term, "to be seen");
    client_quit(&c);
    expect_ignored("--history", "Ignored: Grace Hopper");
}

Test(client_ignore, two_clients_at_once_keep_each_others)
{
    struct client c = start_with("--history"), w = start_with("--history");
    order(&c, "/ignore bob", "What bob says is not shown");
    order(&w, "/ignore cy", "What cy says is not shown");
    order(&c, "/ignore dan", "What dan says is not shown");
    order(&c, "/unignore bob", "What bob says is shown again");
    order(&w, "/ignore eve", "What eve says is not shown");
    client_quit(&w);
    client_quit(&c);
    expect_ignored("--history", "Ignored: dan, cy, eve");
}

Test(client_ignore, half_a_line_and_other_lines_harm_nothing)
{
    static const char odd[] = "ignore bob\n\n\x1b[2J\nignore a  b\nforget bob\nignore SERVER\nigno";
    struct client c = start_with("--history");
    client_quit(&c);
    int fd = open(path, O_WRONLY);
    cr_assert_eq(write(fd, odd, sizeof odd - 1), sizeof odd - 1);
    close(fd);
    c = start_with("--history");
    order(&c, "/ignore cy", "What cy says is not shown");
    client_quit(&c);
    expect_ignored("--history", "Ignored: bob, cy");
}

Test(client_ignore, without_a_history_nothing_is_kept)
{
    struct stat st;
    struct client c = start_with("--no-history");
    order(&c, "/ignore bob", "not kept for the next time: --no-history was given");
    client_quit(&c);
    cr_assert_lt(stat(path, &st), 0);
}

Test(client_ignore, plain_lines_follow_it_too)
{
    char out[4096], err[4096];
    struct klatchd *d = klatchd_start();
    struct client c = start_with("--history");
    order(&c, "/ignore cy", "What cy says is not shown");
    client_quit(&c);
    const char *const argv[] = {"env", setting,    BUILD "/klatch", "--plain", "-n",
                                "bob", d->address, d->port,         NULL};
    cr_assert_eq(child_feed(argv, "/ignore\n", 8, out, err, sizeof out), 0);
    cr_expect(strstr(out, "- Ignored: cy\n"), "%s", out);
    klatchd_stop(d);
}
