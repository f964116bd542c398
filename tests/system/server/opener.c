/* The helpers of klatchd, which open its files and remove its sockets. */
#include "server/system/opener.h"

#include "server/config.h"
#include "server/server.h"
#include "server/system/sandbox.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char config[FILES_PATH], key[FILES_PATH], control[FILES_PATH], room[FILES_PATH];

/* A home directory, with a private key beside the files of the room. */
static void init(void)
{
    journal_fixture_init();
    files_path(config, journal_fixture_folder, "klatchd.conf");
    files_path(key, journal_fixture_folder, "id_ed25519");
    files_path(control, journal_fixture_folder, "room.ctl");
    files_address(room, journal_fixture_folder, "room");
    files_write(config, "history 5\n");
    files_write(key, "secret\n");
    cr_assert(chmod(key, 0600) == 0);
    if (!SANDBOX_IS_POSSIBLE) cr_skip("this build has no sandbox, and so no helpers");
}

TestSuite(server_opener, .init = init, .fini = journal_fixture_fini);

static struct klatchd *start(void)
{
    return klatchd_start_at("-q", "-d", "0", "-c", config, "-j", journal_fixture_path,
                            "--control-socket", control, room);
}

/* -- processes -- */

/* Reads one value of proc(5) status into a string, and returns whether the process is there. */
static bool read_status(pid_t pid, const char *name, char value[static 32])
{
    char path[64], line[256];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    while (f && !found && fgets(line, sizeof line, f))
        found = strncmp(line, name, strlen(name)) == 0 &&
                sscanf(line + strlen(name), ":\t%31s", value) == 1;
    if (f) fclose(f);
    return found;
}

enum { HELPERS = 4 };

/* Lists the children of klatchd with this name, the oldest first. */
static size_t find_helpers(const struct klatchd *d, const char *name, pid_t ret[static HELPERS])
{
    char path[64], is[32];
    size_t n = 0;
    int pid;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)d->pid, (int)d->pid);
    FILE *f = fopen(path, "re");
    cr_assert(f, "%s", path);
    while (n < HELPERS && fscanf(f, "%d", &pid) == 1)
        if (read_status(pid, "Name", is) && strcmp(is, name) == 0) ret[n++] = pid;
    fclose(f);
    return n;
}

/* Waits until klatchd has n helpers of this name. */
static void wait_helpers(const struct klatchd *d, const char *name, size_t n,
                         pid_t ret[static HELPERS])
{
    int64_t end = timeout_deadline();
    while (find_helpers(d, name, ret) != n) cr_assert(timeout_retry(end), "not %zu %s", n, name);
}

static void wait_gone(pid_t pid)
{
    int64_t end = timeout_deadline();
    while (kill(pid, 0) == 0 || errno != ESRCH)
        cr_assert(timeout_retry(end), "process %d is left", (int)pid);
}

static void kill_helpers(const struct klatchd *d, const char *name, size_t n)
{
    pid_t pids[HELPERS];
    wait_helpers(d, name, n, pids);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(kill(pids[i], SIGKILL), 0);
        wait_gone(pids[i]);
    }
}

/* -- what a process can reach -- */

/* Expects no descriptor of a folder, of the key, or of another file in the folder. Only root sees
 * the descriptors: PR_SET_DUMPABLE hides them. */
static void expect_no_folder(pid_t pid)
{
    char path[128], target[FILES_PATH];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *all = opendir(path);
    if (!all && geteuid() != 0) return;
    cr_assert(all, "%s", path);
    for (const struct dirent *e; (e = readdir(all));) {
        if (e->d_name[0] == '.') continue;
        ssize_t n = readlinkat(dirfd(all), e->d_name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        cr_expect(fstatat(dirfd(all), e->d_name, &st, 0) < 0 || !S_ISDIR(st.st_mode), "%s", target);
        bool is_in_folder =
            strncmp(target, journal_fixture_folder, strlen(journal_fixture_folder)) == 0;
        cr_expect(!is_in_folder || strcmp(target, journal_fixture_path) == 0, "%s", target);
    }
    closedir(all);
}

/* Waits until proc(5) status has this value, because a helper may still be starting. */
static void wait_status(pid_t pid, const char *name, const char *value)
{
    char is[32] = "";
    int64_t end = timeout_deadline();
    while (!read_status(pid, name, is) || strcmp(is, value) != 0)
        cr_assert(timeout_retry(end), "process %d has %s %s", (int)pid, name, is);
}

static void expect_confined(pid_t pid)
{
    wait_status(pid, "Seccomp", "2");
    wait_status(pid, "NoNewPrivs", "1");
}

Test(server_opener, klatchd_has_its_journal_open_and_nothing_else_of_the_home_directory)
{
    pid_t openers[HELPERS], cleaners[HELPERS];
    struct klatchd *d = start();
    klatchd_wait_log(d, SERVER_OPENS_CONFIG(""));
    peer_leave(peer_join(d, "ada"));
    expect_no_folder(d->pid);
    expect_confined(d->pid);
    wait_helpers(d, "klatchd-opener", 2, openers);
    wait_helpers(d, "klatchd-cleaner", 1, cleaners);
    expect_confined(openers[0]);
    expect_confined(openers[1]);
    expect_confined(cleaners[0]);
    expect_no_folder(openers[0]);
    expect_no_folder(openers[1]);
    klatchd_stop(d);
}

Test(server_opener, the_log_says_which_files_remain)
{
    char line[2 * FILES_PATH + 100];
    struct klatchd *d = start();
    snprintf(line, sizeof line, SERVER_OPENS_JOURNAL("%s", "%s"), journal_fixture_path,
             journal_fixture_path);
    klatchd_wait_log(d, line);
    snprintf(line, sizeof line, SERVER_OPENS_CONFIG("%s"), config);
    klatchd_wait_log(d, line);
    klatchd_stop(d);
}

Test(server_opener, without_files_there_is_no_helper)
{
    tls_client_turn_off();
    pid_t pids[HELPERS];
    struct klatchd *d = klatchd_start();
    klatchd_wait_log(d, SERVER_OPENS_NOTHING);
    cr_expect_eq(find_helpers(d, "klatchd-opener", pids), 0);
    cr_expect_eq(find_helpers(d, "klatchd-cleaner", pids), 0);
    klatchd_stop(d);
}

/* -- the files -- */

static void rotate(struct klatchd *d)
{
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPENED);
}

Test(server_opener, the_journal_is_rotated_and_the_settings_are_read_again)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast_to(ada, "before", ada);
    rotate(d);
    peer_broadcast_to(ada, "after", ada);
    journal_fixture_wait(journal_fixture_path, "after");
    journal_fixture_expect_file(journal_fixture_path, "ada", "after");
    files_write(config, "history 6\n");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, CONFIG_CHANGED("history", "6", "5"));
    peers_close_and_stop(d);
}

/* The limit leaves no number for the new file, but poll(2) takes one descriptor. */
Test(server_opener, without_a_free_descriptor_the_old_journal_is_kept)
{
    struct rlimit limit, none = {1, 0};
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    cr_assert_eq(prlimit(d->pid, RLIMIT_NOFILE, NULL, &limit), 0);
    none.rlim_max = limit.rlim_max;
    cr_assert_eq(prlimit(d->pid, RLIMIT_NOFILE, &none, NULL), 0);
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    klatchd_signal(d, SIGHUP);
    const char *line = klatchd_wait_log(d, JOURNAL_REOPEN_FAILED);
    cr_expect(strstr(line, strerror(EMFILE)), "%s", line);
    peer_broadcast_to(ada, "in the old one", ada);
    journal_fixture_wait(journal_fixture_rotated, "in the old one");
    cr_assert_eq(prlimit(d->pid, RLIMIT_NOFILE, &limit, NULL), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, JOURNAL_REOPENED);
    peers_close_and_stop(d);
}

Test(server_opener, a_fifo_in_place_of_a_file_is_refused)
{
    struct klatchd *d = start();
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    cr_assert(mkfifo(journal_fixture_path, 0600) == 0);
    cr_assert(unlink(config) == 0 && mkfifo(config, 0600) == 0);
    klatchd_signal(d, SIGHUP);
    bool journal = false, settings = false;
    while (!journal || !settings) {
        const char *line = klatchd_wait_log(d, OPENER_IRREGULAR_TEXT);
        journal = journal || strstr(line, JOURNAL_REOPEN_FAILED);
        settings = settings || strstr(line, CONFIG_KEPT);
    }
    peer_leave(peer_join(d, "ada"));
    journal_fixture_wait(journal_fixture_rotated, "joined");
    klatchd_stop(d);
}

/* -- a helper that ends -- */

Test(server_opener, the_room_goes_on_without_openers_and_says_that_a_restart_is_needed)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    kill_helpers(d, "klatchd-opener", 2);
    cr_expect(strstr(klatchd_wait_log(d, JOURNAL_NOT_WATCHED), OPENER_ENDED_TEXT));
    peer_broadcast_to(ada, "still here", ada);
    journal_fixture_wait(journal_fixture_path, "still here");
    klatchd_signal(d, SIGHUP);
    const char *line = klatchd_wait_log(d, CONFIG_KEPT);
    cr_expect(strstr(line, OPENER_ENDED_TEXT), "%s", line);
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    klatchd_signal(d, SIGHUP);
    line = klatchd_wait_log(d, JOURNAL_REOPEN_FAILED);
    cr_expect(strstr(line, OPENER_ENDED_TEXT), "%s", line);
    peer_broadcast_to(ada, "in the old one", ada);
    journal_fixture_wait(journal_fixture_rotated, "in the old one");
    peers_close_and_stop(d);
}

/* The next server replaces the sockets that are left. */
Test(server_opener, the_room_goes_on_without_a_cleaner)
{
    struct klatchd *d = start();
    kill_helpers(d, "klatchd-cleaner", 1);
    peer_leave(peer_join(d, "ada"));
    klatchd_stop(d);
    cr_expect_eq(access(control, F_OK), 0);
    d = start();
    klatchd_stop(d);
    cr_expect_neq(access(control, F_OK), 0);
}

/* -- klatchd ends -- */

Test(server_opener, no_helper_and_no_socket_is_left_when_klatchd_is_killed)
{
    pid_t openers[HELPERS], cleaners[HELPERS];
    struct klatchd *d = start();
    wait_helpers(d, "klatchd-opener", 2, openers);
    wait_helpers(d, "klatchd-cleaner", 1, cleaners);
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    for (int i = 0; i < 2; i++) wait_gone(openers[i]);
    wait_gone(cleaners[0]);
    cr_expect_neq(access(control, F_OK), 0);
    cr_expect_neq(access(room + strlen("unix:"), F_OK), 0);
    cr_expect_eq(access(key, F_OK), 0);
}

/* As a service manager does it, or Ctrl+C: all processes receive the signal. */
Test(server_opener, a_signal_to_all_processes_ends_klatchd_as_usual)
{
    static const int signals[] = {SIGHUP, SIGUSR1, SIGINT, SIGTERM};
    pid_t openers[HELPERS], cleaners[HELPERS];
    struct klatchd *d = start();
    wait_helpers(d, "klatchd-opener", 2, openers);
    wait_helpers(d, "klatchd-cleaner", 1, cleaners);
    for (size_t i = 0; i < COUNT(signals); i++)
        cr_assert(kill(openers[0], signals[i]) == 0 && kill(openers[1], signals[i]) == 0 &&
                  kill(cleaners[0], signals[i]) == 0);
    rotate(d);
    klatchd_stop(d);
    cr_expect_neq(access(control, F_OK), 0);
}

/* -- another user -- */

/* The openers cannot open what the user of --user cannot; the cleaner removes the sockets in a
 * folder of root. */
Test(server_opener, the_openers_become_the_user_and_the_cleaner_does_not)
{
    tls_client_turn_off();
    char uid[32], mine[FILES_PATH], moved[FILES_PATH];
    pid_t openers[HELPERS], cleaners[HELPERS];
    if (geteuid() != 0) cr_skip("only root becomes another user");
    const struct passwd *nobody = getpwnam("nobody");
    snprintf(uid, sizeof uid, "%u", nobody->pw_uid);
    cr_assert_eq(chmod(journal_fixture_folder, 0755), 0);
    files_path(mine, journal_fixture_folder, "nobody");
    cr_assert(mkdir(mine, 0700) == 0 && chown(mine, nobody->pw_uid, nobody->pw_gid) == 0);
    files_path(mine, journal_fixture_folder, "nobody/journal");
    files_path(moved, journal_fixture_folder, "nobody/journal.1");
    struct klatchd *d = klatchd_start_at("-q", "-d", "0", "-u", "nobody", "-c", config, "-j", mine,
                                         "--control-socket", control, room);
    wait_helpers(d, "klatchd-opener", 2, openers);
    wait_helpers(d, "klatchd-cleaner", 1, cleaners);
    for (int i = 0; i < 2; i++) wait_status(openers[i], "Uid", uid);
    wait_status(cleaners[0], "Uid", "0");
    cr_assert_eq(chmod(config, 0600), 0);
    cr_assert_eq(rename(mine, moved), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, CONFIG_KEPT);
    peer_leave(peer_join(d, "ada"));
    journal_fixture_wait(mine, "joined");
    klatchd_stop(d);
    cr_expect_neq(access(control, F_OK), 0);
}
