/* The journal and the settings where links, folders and files are replaced or vanish. */
#include "server/config.h"
#include "server/store/journal.h"
#include "server/system/sandbox.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char one[FILES_PATH], two[FILES_PATH], link_path[FILES_PATH];

static void init(void)
{
    journal_fixture_init();
    files_path(one, journal_fixture_folder, "one");
    files_path(two, journal_fixture_folder, "two");
    files_path(link_path, journal_fixture_folder, "link");
    cr_assert(mkdir(one, 0755) == 0 && mkdir(two, 0755) == 0);
}

TestSuite(server_journal_moved, .init = init, .fini = journal_fixture_fini);

static struct klatchd *start(const char *journal)
{
    return klatchd_start_with("-q", "-d", "0", "-j", journal);
}

/* -- the file vanishes -- */

Test(server_journal_moved, a_deleted_journal_is_noticed_without_a_message_and_opened_again)
{
    struct klatchd *d = start(journal_fixture_path);
    cr_assert_eq(unlink(journal_fixture_path), 0);
    cr_expect(strstr(klatchd_wait_log(d, JOURNAL_WAS_DELETED), JOURNAL_REOPENED));
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
    cr_expect_eq(access(journal_fixture_path, F_OK), 0);
}

Test(server_journal_moved, nothing_is_written_into_a_file_without_a_name)
{
    struct klatchd *d = start(journal_fixture_path);
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast_to(ada, "first", ada);
    journal_fixture_wait(journal_fixture_path, "first");
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(unlink(journal_fixture_path), 0);
        peer_broadcast_to(ada, "written", ada);
        klatchd_wait_log(d, JOURNAL_WAS_DELETED);
        journal_fixture_wait(journal_fixture_path, "written");
        char *text = files_read(journal_fixture_path), *at = text;
        journal_fixture_expect(&at, "ada", "written");
        cr_expect_str_empty(at, "twice");
        free(text);
    }
    peers_close_and_stop(d);
}

/* Returns how many lines of the log up to the next reload have this text. */
static int count_logged(struct klatchd *d, const char *text)
{
    int n = 0;
    klatchd_signal(d, SIGUSR1);
    for (const char *line = ""; !strstr(line, "metrics: "); line = klatchd_log_line(d))
        n += strstr(line, text) != NULL;
    return n;
}

Test(server_journal_moved, a_renamed_folder_is_logged_once_and_a_new_one_needs_a_restart)
{
    char journal[FILES_PATH], moved[FILES_PATH];
    files_path(journal, one, "journal");
    files_path(moved, two, "old/journal");
    struct klatchd *d = start(journal);
    struct peer *ada = peer_join(d, "ada");
    files_path(moved, two, "old");
    cr_assert_eq(rename(one, moved), 0);
    klatchd_wait_log(d, JOURNAL_WAS_MOVED);
    peer_broadcast_to(ada, "still written", ada);
    files_path(moved, two, "old/journal");
    journal_fixture_wait(moved, "still written");
    journal_fixture_expect_file(moved, "SERVER", "ada joined the chat", "ada", "still written");
    cr_assert_eq(mkdir(one, 0755), 0);
    const char *line = klatchd_wait_log(d, JOURNAL_WAS_MOVED);
    if (SANDBOX_IS_POSSIBLE) {
        cr_expect(strstr(line, OPENER_FORBIDDEN_TEXT), "%s", line);
        klatchd_signal(d, SIGHUP);
        line = klatchd_wait_log(d, JOURNAL_REOPEN_FAILED);
        cr_expect(strstr(line, OPENER_FORBIDDEN_TEXT), "%s", line);
    } else {
        cr_expect(strstr(line, JOURNAL_REOPENED), "%s", line);
    }
    cr_expect_eq(count_logged(d, JOURNAL_WAS_MOVED), 0);
    peers_close_and_stop(d);
}

Test(server_journal_moved, without_a_sandbox_a_new_folder_is_used)
{
    char journal[FILES_PATH], moved[FILES_PATH];
    files_path(journal, one, "journal");
    files_path(moved, two, "old");
    struct klatchd *d = klatchd_start_with("-q", "-d", "0", "--no-sandbox", "-j", journal);
    struct peer *ada = peer_join(d, "ada");
    cr_assert(rename(one, moved) == 0 && mkdir(one, 0755) == 0);
    cr_expect(strstr(klatchd_wait_log(d, JOURNAL_WAS_MOVED), JOURNAL_REOPENED));
    peer_broadcast_to(ada, "in the new one", ada);
    journal_fixture_wait(journal, "in the new one");
    journal_fixture_expect_file(journal, "ada", "in the new one");
    peers_close_and_stop(d);
}

/* -- links -- */

static void replace_link(const char *target)
{
    char next[FILES_PATH];
    files_path(next, journal_fixture_folder, "next");
    cr_assert(symlink(target, next) == 0 && rename(next, link_path) == 0);
}

/* Starts with a journal that is a link to this target, writes to it, and returns. */
static struct klatchd *start_linked(const char *target)
{
    replace_link(target);
    struct klatchd *d = start(link_path);
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    peer_leave(ada);
    return d;
}

static void expect_not_empty(const char *folder)
{
    char path[FILES_PATH];
    files_path(path, folder, "journal");
    char *text = files_read(path);
    cr_expect_str_not_empty(text);
    free(text);
}

Test(server_journal_moved, a_link_is_followed_even_to_a_file_that_does_not_exist_yet)
{
    char target[FILES_PATH];
    files_path(target, one, "journal");
    klatchd_stop(start_linked(target));
    klatchd_stop(start_linked("two/journal"));
    klatchd_stop(start_linked("two/journal"));
    expect_not_empty(one);
    expect_not_empty(two);
}

Test(server_journal_moved, a_link_may_lead_to_another_file_in_its_folder)
{
    struct klatchd *d = start_linked("one/first");
    replace_link("one/journal");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPENED);
    peer_leave(peer_join(d, "ada"));
    expect_not_empty(one);
    peers_close_and_stop(d);
}

Test(server_journal_moved, a_link_into_another_folder_needs_a_restart)
{
    if (!SANDBOX_IS_POSSIBLE) cr_skip("this build has no sandbox");
    struct klatchd *d = start_linked("one/journal");
    replace_link("/var/tmp/klatchd-test-journal");
    klatchd_signal(d, SIGHUP);
    const char *line = klatchd_wait_log(d, JOURNAL_REOPEN_FAILED);
    cr_expect(strstr(line, OPENER_FORBIDDEN_TEXT), "%s", line);
    peers_close_and_stop(d);
}

/* -- settings -- */

static void write_in(const char *folder, const char *name, const char *text)
{
    char path[FILES_PATH];
    files_path(path, folder, name);
    files_write(path, text);
}

static void expect_reload(struct klatchd *d, const char *expected)
{
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, expected);
}

/* As Kubernetes does it: the file is a link through ..data, which is replaced. */
Test(server_journal_moved, settings_behind_a_replaced_link_in_their_folder_are_read_again)
{
    char config[FILES_PATH];
    files_path(config, journal_fixture_folder, "klatchd.conf");
    write_in(one, "klatchd.conf", "history 5\n");
    write_in(two, "klatchd.conf", "history 6\n");
    replace_link("one");
    cr_assert_eq(symlink("link/klatchd.conf", config), 0);
    struct klatchd *d = klatchd_start_with("-d", "0", "-c", config);
    replace_link("two");
    expect_reload(d, CONFIG_CHANGED("history", "6", "5"));
    klatchd_stop(d);
}

/* As a deployment does it: the folder is a link, which is replaced. */
Test(server_journal_moved, settings_in_a_replaced_folder_need_a_restart)
{
    char config[FILES_PATH];
    if (!SANDBOX_IS_POSSIBLE) cr_skip("this build has no sandbox");
    files_path(config, link_path, "klatchd.conf");
    write_in(one, "klatchd.conf", "history 5\n");
    write_in(two, "klatchd.conf", "history 6\n");
    replace_link("one");
    struct klatchd *d = klatchd_start_with("-d", "0", "-c", config);
    replace_link("two");
    expect_reload(d, OPENER_FORBIDDEN_TEXT);
    klatchd_stop(d);
}
