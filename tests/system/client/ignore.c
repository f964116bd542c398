/* The ignore list, in the file that keeps it between runs. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[FILES_PATH];

static void init(void)
{
    state_folder_init();
    files_path(path, state_folder, "ignored");
}

TestSuite(client_ignore, .init = init, .fini = state_folder_fini);

static struct client start_client(const char *option)
{
    return client_start_with(24, 80, state_folder_setting, option);
}

static void ignore(struct client *c, const char *nick)
{
    char command[64];
    snprintf(command, sizeof command, "/ignore %s", nick);
    terminal_enter(c->term, command);
    klatch_wait_notice(c->term, MESSAGE_IGNORED, nick, nick);
}

static void unignore(struct client *c, const char *nick)
{
    char command[64];
    snprintf(command, sizeof command, "/unignore %s", nick);
    terminal_enter(c->term, command);
    klatch_wait_notice(c->term, MESSAGE_UNIGNORED, nick);
}

/* Expects a new client to list these nicknames. */
static void expect_ignored(const char *option, const char *list)
{
    struct client c = start_client(option);
    terminal_enter(c.term, "/ignore");
    klatch_wait_notice(c.term, MESSAGE_IGNORED_LIST, list);
    client_quit(&c);
}

Test(client_ignore, ignore_and_unignore_last_until_the_next_run)
{
    struct client c = start_client("--history");
    ignore(&c, "bob");
    ignore(&c, "Grace Hopper");
    client_quit(&c);
    files_expect_mode(path, 0600);
    files_expect_mode(state_folder, 0700);
    c = start_client("--history");
    client_receive(&c, "bob", "not to be seen");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "not to be seen"), 0);
    unignore(&c, "BOB");
    client_receive(&c, "bob", "to be seen");
    terminal_wait_for(c.term, "to be seen");
    client_quit(&c);
    expect_ignored("--history", "«Grace Hopper»");
}

Test(client_ignore, a_new_nickname_of_an_ignored_member_is_not_kept)
{
    struct client c = start_client("--history");
    ignore(&c, "bob");
    client_receive(&c, "SERVER", "bob is now known as rob");
    klatch_wait_notice(c.term, MESSAGE_IGNORED_AS, "bob", "rob", "rob");
    client_receive(&c, "SERVER", "rob is now known as robert");
    klatch_wait_notice(c.term, MESSAGE_IGNORED_AS, "rob", "robert", "robert");
    client_quit(&c);
    expect_ignored("--history", "«bob»");
}

Test(client_ignore, two_clients_at_once_keep_each_others_changes)
{
    struct client a = start_client("--history"), b = start_client("--history");
    ignore(&a, "bob");
    ignore(&b, "cy");
    ignore(&a, "dan");
    unignore(&a, "bob");
    ignore(&b, "eve");
    client_quit(&b);
    client_quit(&a);
    expect_ignored("--history", "«dan», «cy», «eve»");
}

Test(client_ignore, invalid_lines_are_skipped)
{
    static const char invalid[] =
        "ignore bob\n\n\x1b[2J\nignore a  b\nforget bob\nignore SERVER\nigno";
    struct client c = start_client("--history");
    client_quit(&c);
    int fd = open(path, O_WRONLY);
    cr_assert_eq(write(fd, invalid, sizeof invalid - 1), sizeof invalid - 1);
    close(fd);
    c = start_client("--history");
    ignore(&c, "cy");
    client_quit(&c);
    expect_ignored("--history", "«bob», «cy»");
}

Test(client_ignore, no_history_keeps_no_list)
{
    struct stat st;
    struct client c = start_client("--no-history");
    terminal_enter(c.term, "/ignore bob");
    klatch_wait_notice(c.term, MESSAGE_NOT_SAVED, MESSAGE_NO_HISTORY);
    client_quit(&c);
    cr_assert_lt(stat(path, &st), 0);
}

Test(client_ignore, line_mode_uses_the_same_list)
{
    char out[4096], err[4096], expected[64];
    struct klatchd *d = klatchd_start();
    struct client c = start_client("--history");
    ignore(&c, "cy");
    client_quit(&c);
    const char *const argv[] = {"env", state_folder_setting, BUILD "/klatch", "--plain", "-n",
                                "bob", d->address,           d->port,         NULL};
    cr_assert_eq(child_feed(argv, "/ignore\n", 8, out, err, sizeof out), 0);
    snprintf(expected, sizeof expected, "- " MESSAGE_IGNORED_LIST "\n", "«cy»");
    cr_expect(strstr(out, expected), "%s", out);
    klatchd_stop(d);
}
