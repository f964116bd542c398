/* Bans that outlast the server: --bans. */
#include "server/admin/ban_file.h"

#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/klatchd_process.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { SIZE = 1 << 16 };

static char folder[FILES_PATH], path[FILES_PATH], control[FILES_PATH], out[SIZE], err[SIZE];

static void init(void)
{
    files_create_folder(folder);
    files_path(path, folder, "bans");
    files_path(control, folder, "control");
}

static void fini(void)
{
    files_remove_all(folder);
}

TestSuite(server_ban_file, .init = init, .fini = fini);

static struct klatchd *start(void)
{
    return klatchd_start_with("--control-socket", control, "--bans", path);
}

/* Runs a command, and returns its answer. */
static const char *command(const char *verb, const char *address)
{
    const char *const argv[] = {BUILD "/klatchd", "--control", control, verb, address, NULL};
    int status = child_run(argv, out, err, SIZE);
    cr_assert_eq(status, 0, "%s: %s%s", verb, out, err);
    return out;
}

static void expect_bans(const char *list)
{
    cr_expect_str_eq(command("bans", NULL), list);
}

/* Starts a server again, which reads the file, and expects these bans. */
static void expect_after_start(const char *list)
{
    struct klatchd *d = start();
    expect_bans(list);
    klatchd_stop(d);
}

Test(server_ban_file, a_ban_outlasts_the_server_and_a_lifted_one_does_not)
{
    struct klatchd *d = start();
    command("ban", "192.0.2.0/24");
    command("ban", "2001:db8::7");
    command("ban", "uid:1000");
    command("unban", "2001:db8::7");
    klatchd_stop(d);
    files_expect_mode(path, 0600);
    d = start();
    expect_bans("192.0.2.0/24\nuid:1000\n");
    command("unban", "192.0.2.0/24");
    klatchd_stop(d);
    expect_after_start("uid:1000\n");
}

/* The worker writes the line at once, and not only at the end. */
Test(server_ban_file, a_ban_outlasts_a_crash)
{
    struct klatchd *d = start();
    command("ban", "192.0.2.7");
    int64_t end = timeout_deadline();
    char *text = files_read(path);
    while (strcmp(text, "ban 192.0.2.7\n") != 0) {
        free(text);
        cr_assert(timeout_retry(end), "the line is not written");
        text = files_read(path);
    }
    free(text);
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    unlink(control);
    expect_after_start("192.0.2.7\n");
}

Test(server_ban_file, a_banned_user_is_rejected_after_the_restart)
{
    char address[FILES_PATH], ban[32];
    files_address(address, folder, "room");
    snprintf(ban, sizeof ban, "ban uid:%u\n", (unsigned)getuid());
    files_write(path, ban);
    struct klatchd *d = klatchd_start_at("--bans", path, address);
    struct peer *p = peer_connect(d);
    peer_expect(p, "shutdown", "SERVER", BANS_MESSAGE);
    peer_close(p);
    klatchd_stop(d);
}

Test(server_ban_file, a_person_may_edit_it_and_a_crash_may_tear_it)
{
    static const char text[] =
        "# spammers\n\nban 192.0.2.7\r\nban 198.51.100.0/24\nbann 1.2.3.4\n"
        "unban 198.51.100.0/24\n\0\0\0ban uid:7\nban 127.0.0.1\nban 192.0.2.1";
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    struct klatchd *d = start();
    klatchd_wait_log(d, BAN_FILE_LOADED("2"));
    expect_bans("192.0.2.7\nuid:7\n");
    command("ban", "192.0.2.100");
    klatchd_stop(d);
    expect_after_start("192.0.2.7\nuid:7\n192.0.2.100\n");
}

Test(server_ban_file, lines_that_are_ignored_are_logged)
{
    files_write(path, "ban 192.0.2.7\nban ada\nban 192.0.2.1");
    struct klatchd *d = start();
    klatchd_wait_log(d, "bans: line 2: " BAN_FILE_NO_BAN);
    klatchd_wait_log(d, "bans: " BAN_FILE_INCOMPLETE);
    klatchd_stop(d);
}

Test(server_ban_file, a_file_with_many_obsolete_lines_is_written_anew)
{
    FILE *file = fopen(path, "we");
    for (int i = 0; i < BAN_FILE_OBSOLETE_MAX; i++)
        fprintf(file, "ban 192.0.2.7\nunban 192.0.2.7\n");
    fprintf(file, "ban 192.0.2.8\nban uid:5\n");
    fclose(file);
    struct klatchd *d = start();
    char *text = files_read(path);
    cr_expect_str_eq(text, "ban 192.0.2.8\nban uid:5\n");
    free(text);
    command("ban", "192.0.2.9");
    klatchd_stop(d);
    expect_after_start("192.0.2.8\nuid:5\n192.0.2.9\n");
}

static void expect_refused(const char *file, const char *why)
{
    const char *const argv[] = {BUILD "/klatchd", "--bans", file, "127.0.0.1", "0", NULL};
    cr_expect_eq(child_run(argv, out, err, SIZE), EX_IOERR);
    cr_expect(strstr(err, file) && strstr(err, why), "%s", err);
}

Test(server_ban_file, what_is_no_file_of_one_server_is_refused)
{
    char missing[FILES_PATH];
    files_path(missing, folder, "no/bans");
    expect_refused(folder, "Is a directory");
    expect_refused(missing, "No such file");
    expect_refused("/dev/null", BAN_FILE_NOT_REGULAR);
    struct klatchd *d = start();
    expect_refused(path, BAN_FILE_LOCKED);
    klatchd_stop(d);
    cr_assert_eq(truncate(path, BAN_FILE_MAX + 1), 0);
    expect_refused(path, BAN_FILE_TOO_LONG);
}
