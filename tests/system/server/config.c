/* klatchd's settings file: at the start, with --check, and reloaded at run time. */
#include "server/config.h"

#include "common/option.h"
#include "server/net/admission.h"
#include "server/net/connection.h"
#include "server/server.h"
#include "server/store/journal.h"
#include "server/system/clock.h"
#include "server/system/opener.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that sets nothing, but is not empty. */
#define DEFAULTS "# nothing\n"

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE], config[160];

static void init(void)
{
    journal_fixture_init();
    snprintf(config, sizeof config, "%s/klatchd.conf", journal_fixture_folder);
}

TestSuite(server_config, .init = init, .fini = journal_fixture_fini);

#define klatchd(...)                                                                               \
    child_run((const char *[]){BUILD "/klatchd", __VA_ARGS__, NULL}, out, err, SIZE)

/* -- at the start -- */

Test(server_config, the_file_alone_sets_everything)
{
    files_print(config, "# here\naddress unix:%s/room\n\nquiet\nshutdown-delay 0\n",
                journal_fixture_folder);
    struct klatchd *d = klatchd_start_at("--config", config);
    cr_expect(strncmp(d->address, "unix:", 5) == 0, "%s", d->address);
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 0);
    peer_close(ada);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

Test(server_config, an_option_overrides_the_file)
{
    files_write(config, "address 192.0.2.1\nport 1\nquiet\nhistory 7\n");
    cr_expect_eq(klatchd("-c", config, "--check", "--no-quiet", "127.0.0.1", "0"), 0);
    cr_expect_eq(strncmp(out, "address 127.0.0.1\nport 0\n", 25), 0, "%s", out);
    cr_expect(strstr(out, "\n#no-quiet\n"), "%s", out);
    cr_expect(strstr(out, "\nhistory 7\n"), "%s", out);
}

static void expect_error(const char *settings, const char *error)
{
    char expected[512];
    files_write(config, settings);
    snprintf(expected, sizeof expected,
             "klatchd: %s: %s\n"
             "Correct the line or put # before it; 'klatchd --help' lists the options.\n",
             config, error);
    cr_expect_eq(klatchd("--config", config), 2);
    cr_expect_str_eq(err, expected);
    cr_expect_eq(klatchd("--check", "--config", config), 2);
    cr_expect_str_eq(err, expected);
    cr_expect_str_empty(out);
}

Test(server_config, an_invalid_line_is_named)
{
    expect_error("# mine\n\nrat 20\n", "line 3: rat: " OPTION_UNKNOWN);
    expect_error("rate", "line 1: rate: " OPTION_NEEDS_VALUE);
    expect_error("quiet yes\n", "line 1: quiet: " OPTION_TAKES_NONE);
    expect_error("port 65536\n", "line 1: port: not a port from 0 to 65535");
    expect_error("quiet\nring 3M\n", "line 2: ring: not a power of two from 256K to 1G");
    expect_error("config /tmp/x\n", "line 1: config: " OPTION_UNKNOWN);
    expect_error("check\n", "line 1: check: " OPTION_UNKNOWN);
    expect_error("--quiet\n", "line 1: --quiet: " OPTION_UNKNOWN);
}

static void expect_unreadable(const char *path, const char *why)
{
    cr_expect_eq(klatchd("--config", path), 2);
    cr_expect(strstr(err, path) && strstr(err, why), "%s", err);
}

Test(server_config, a_file_that_cannot_be_read_is_an_error)
{
    static char text[1 << 17];
    expect_unreadable(config, "No such file");
    expect_unreadable(journal_fixture_folder, "Is a directory");
    expect_unreadable("/dev/zero", OPENER_IRREGULAR_TEXT);
    cr_assert_eq(mkfifo(config, 0600), 0);
    expect_unreadable(config, OPENER_IRREGULAR_TEXT);
    cr_assert_eq(unlink(config), 0);
    cr_expect_eq(klatchd("--check", "--config", "/dev/null"), 0);
    memset(text, '\n', sizeof text - 1);
    files_write(config, text);
    expect_unreadable(config, "too long");
    FILE *file = fopen(config, "w");
    cr_assert(file && fwrite("quiet\n\0quiet\n", 1, 13, file) == 13 && fclose(file) == 0);
    expect_unreadable(config, "not a text");
}

Test(server_config, address_and_port_are_settings_but_not_options)
{
    cr_expect_eq(klatchd("--address", "::1"), 2);
    cr_expect_eq(klatchd("--port", "1"), 2);
}

/* -- --check -- */

Test(server_config, the_settings_of_check_can_be_read_again)
{
    static char first[SIZE];
    cr_assert_eq(klatchd("--check", "-d", "7", "--rate", "10", "-q", "--no-sandbox", "-j", "/tmp/j",
                         "--journal-sync", "never", "--ring", "1048576", "unix:/tmp/room"),
                 0);
    cr_expect_str_empty(err);
    cr_expect(strstr(out, "address unix:/tmp/room\n") && strstr(out, "rate 10/30\n"), "%s", out);
    cr_expect(strstr(out, "ring 1M\n") && strstr(out, "\n#history 0\n"), "%s", out);
    strcpy(first, out);
    files_write(config, first);
    cr_assert_eq(klatchd("-c", config, "--check"), 0);
    cr_expect_str_eq(out, first);
}

Test(server_config, check_fails_when_it_cannot_write)
{
    const char *const argv[] = {"sh", "-c", BUILD "/klatchd --check >/dev/full", NULL};
    cr_expect_eq(child_run(argv, out, err, SIZE), 74);
}

/* It contains each setting once, commented out, with its default. */
Test(server_config, the_example_file_lists_the_defaults)
{
    char *example = files_read("server/klatchd.conf"), *line, *rest = example, *shown = out;
    cr_assert_eq(klatchd("--check", "--config", "server/klatchd.conf"), 0, "%s", err);
    while ((line = strsep(&rest, "\n"))) {
        if (line[0] != '#' || line[1] == ' ' || line[1] == '\0') continue;
        const char *setting = strsep(&shown, "\n");
        cr_assert(shown, "more than there are: %s", line);
        size_t n = strlen(setting);
        bool has_value =
            strchr(setting, ' ') || strstr(setting, "sandbox") || strstr(setting, "no-");
        cr_expect(strncmp(line, setting, n) == 0 && (line[n] == '\0' || !has_value),
                  "\"%s\" and not \"%s\"", line, setting);
    }
    cr_expect_str_empty(shown);
    free(example);
}

/* -- reloading -- */

static struct klatchd *start(const char *settings)
{
    files_write(config, settings);
    return klatchd_start_at("-q", "-d", "0", "-c", config, "127.0.0.1", "0");
}

static void reload(struct klatchd *d, const char *settings, const char *told)
{
    files_write(config, settings);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, told);
}

Test(server_config, every_change_is_logged_with_the_old_value)
{
    struct klatchd *d = start("history 3\n");
    reload(d, "history 3\nrate 10/30\n",
           CONFIG_CHANGED("rate", "10/30", "20/60 for other machines"));
    reload(d, DEFAULTS, CONFIG_CHANGED("rate", "20/60 for other machines", "10/30"));
    klatchd_wait_log(d, CONFIG_CHANGED("history", "0", "3"));
    reload(d, "# nothing\n", "was read again: " CONFIG_UNCHANGED);
    klatchd_stop(d);
}

Test(server_config, an_option_overrides_the_file_after_a_reload)
{
    struct klatchd *d = start("");
    reload(d, "shutdown-delay 60\nno-quiet\n", CONFIG_UNCHANGED);
    klatchd_stop(d);
}

Test(server_config, settings_that_need_a_restart_are_named_and_the_others_change)
{
    struct klatchd *d = start("");
    reload(d, "ring 1M\nhistory 5\njournal /tmp/x\n", CONFIG_CHANGED("history", "5", "0"));
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, CONFIG_RESTART("journal"));
    klatchd_wait_log(d, CONFIG_RESTART("ring"));
    klatchd_stop(d);
}

Test(server_config, an_invalid_file_changes_nothing)
{
    char expected[256];
    struct klatchd *d = start("history 5\n");
    reload(d, "history 9\nrat 5\n", "line 2: rat: " OPTION_UNKNOWN "; " CONFIG_KEPT);
    cr_assert_eq(unlink(config), 0);
    klatchd_signal(d, SIGHUP);
    snprintf(expected, sizeof expected, "%s: No such file or directory; " CONFIG_KEPT, config);
    klatchd_wait_log(d, expected);
    reload(d, "history 6\n", CONFIG_CHANGED("history", "6", "5"));
    klatchd_stop(d);
}

/* As a program leaves it that truncates it and then writes it. */
Test(server_config, an_emptied_file_changes_nothing)
{
    static const char *const empty[] = {"", "\n", " \t\r\n\n"};
    struct klatchd *d = start("history 5\nrate 1/1\n");
    for (size_t i = 0; i < COUNT(empty); i++) reload(d, empty[i], CONFIG_EMPTY "; " CONFIG_KEPT);
    reload(d, DEFAULTS, CONFIG_CHANGED("history", "0", "5"));
    klatchd_stop(d);
}

Test(server_config, a_file_that_was_replaced_is_read)
{
    char next[200];
    struct klatchd *d = start("");
    snprintf(next, sizeof next, "%s.new", config);
    files_write(next, "history 6\n");
    cr_assert_eq(rename(next, config), 0);
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, CONFIG_CHANGED("history", "6", "0"));
    klatchd_stop(d);
}

Test(server_config, a_symbolic_link_is_followed_again)
{
    char elsewhere[FILES_PATH], target[FILES_PATH];
    files_create_folder(elsewhere);
    files_path(target, elsewhere, "target");
    files_write(target, "");
    cr_assert_eq(symlink(target, config), 0);
    struct klatchd *d = klatchd_start_at("-d", "0", "-c", config, "127.0.0.1", "0");
    reload(d, "history 6\n", CONFIG_CHANGED("history", "6", "0"));
    cr_assert(unlink(config) == 0 && unlink(target) == 0);
    files_remove_empty(elsewhere);
    reload(d, "history 7\n", CONFIG_CHANGED("history", "7", "6"));
    klatchd_stop(d);
}

Test(server_config, a_reload_also_reopens_the_journal)
{
    files_write(config, "");
    struct klatchd *d = klatchd_start_at("-q", "-d", "0", "-j", journal_fixture_path, "-c", config,
                                         "127.0.0.1", "0");
    cr_assert_eq(rename(journal_fixture_path, journal_fixture_rotated), 0);
    files_write(config, "history 2\n");
    klatchd_signal(d, SIGHUP);
    bool reopened = false, changed = false;
    while (!reopened || !changed) {
        const char *line = klatchd_log_line(d);
        reopened = reopened || strstr(line, JOURNAL_REOPENED);
        changed = changed || strstr(line, CONFIG_CHANGED("history", "2", "0"));
    }
    klatchd_stop(d);
}

Test(server_config, without_a_file_nothing_is_reloaded)
{
    tls_client_turn_off();
    struct klatchd *d = klatchd_start();
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, SERVER_NOTHING_TO_RELOAD);
    klatchd_stop(d);
}

/* -- the effect of each setting -- */

Test(server_config, history)
{
    struct klatchd *d = start("");
    struct peer *ada = peer_join(d, "ada");
    reload(d, "history 1\n", "history is 1");
    peer_broadcast_to(ada, "one", ada);
    struct peer *bob = peer_join(d, "bob");
    peer_expect_broadcast(bob, "ada", "one");
    reload(d, "history 0\n", "history is 0");
    struct peer *eve = peer_join(d, "eve");
    peer_expect_no_more(eve);
    peers_close_and_stop(d);
}

Test(server_config, nick_timeout)
{
    struct klatchd *d = start("nick-timeout 0\n");
    struct peer *slow = peer_connect_greeted(d), *slower = peer_connect_greeted(d);
    reload(d, "nick-timeout 1\n", CONFIG_CHANGED("nick-timeout", "1", "0"));
    peer_expect_refusal(slow, CONN_NO_NICK);
    peer_expect_refusal(slower, CONN_NO_NICK);
    reload(d, "nick-timeout 600\n", "nick-timeout is 600");
    struct peer *third = peer_connect_greeted(d);
    reload(d, "nick-timeout 1\n", CONFIG_CHANGED("nick-timeout", "1", "600"));
    peer_expect_refusal(third, CONN_NO_NICK);
    peers_close_and_stop(d);
}

Test(server_config, max_connections)
{
    struct klatchd *d = start("");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    reload(d, "max-connections 1\n", "max-connections is 1");
    peer_expect_refusal(peer_connect(d), ADMISSION_FULL);
    reload(d, DEFAULTS, "max-connections is 0");
    peer_join_seen_by(d, "eve", bob);
    peers_close_and_stop(d);
}

Test(server_config, per_address_and_connect_rate)
{
    struct klatchd *d = start("");
    reload(d, "per-address 1\n", "per-address is 1");
    peer_join(d, "ada");
    peer_expect_refusal(peer_connect(d), ADMISSION_TOO_MANY);
    reload(d, "connect-rate 1\n", CONFIG_CHANGED("connect-rate", "1", "20 for other machines"));
    for (int i = 0; i < 5; i++) peer_connect_greeted(d);
    peer_expect_refusal(peer_connect(d), ADMISSION_TOO_FAST);
    peers_close_and_stop(d);
}

/* After a burst of two the third message waits for a second. */
Test(server_config, rate)
{
    struct klatchd *d = start("rate 1/1000\n");
    struct peer *ada = peer_join(d, "ada");
    for (int i = 0; i < 10; i++) peer_broadcast(ada, "fast");
    for (int i = 0; i < 10; i++) peer_expect_broadcast(ada, "ada", "fast");
    reload(d, "rate 1/2\n", CONFIG_CHANGED("rate", "1/2", "1/1000"));
    int64_t began = clock_us();
    for (int i = 0; i < 3; i++) peer_broadcast(ada, "slow");
    for (int i = 0; i < 3; i++) peer_expect_broadcast(ada, "ada", "slow");
    cr_expect_geq(clock_us() - began, 900000);
    for (int i = 0; i < 600; i++) peer_broadcast(ada, "slow");
    reload(d, "rate 0\n", CONFIG_CHANGED("rate", "0/0", "1/2"));
    for (int i = 0; i < 600; i++) peer_expect_broadcast(ada, "ada", "slow");
    peers_close_and_stop(d);
}

Test(server_config, quiet)
{
    files_write(config, "");
    struct klatchd *d = klatchd_start_at("-d", "0", "-c", config, "127.0.0.1", "0");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast(ada, "logged");
    klatchd_wait_log(d, "logged");
    reload(d, "quiet\n", CONFIG_CHANGED("quiet", "on", "off"));
    peer_broadcast(ada, "not logged");
    peer_expect_broadcast(ada, "ada", "logged");
    peer_expect_broadcast(ada, "ada", "not logged");
    reload(d, DEFAULTS, CONFIG_CHANGED("quiet", "off", "on"));
    peer_broadcast(ada, "again");
    const char *line = klatchd_log_line(d);
    cr_expect(strstr(line, "again"), "%s", line);
    peers_close_and_stop(d);
}

Test(server_config, shutdown_delay)
{
    files_write(config, "shutdown-delay 600\n");
    struct klatchd *d = klatchd_start_at("-q", "-c", config, "127.0.0.1", "0");
    struct peer *ada = peer_join(d, "ada");
    reload(d, "shutdown-delay 1\n", CONFIG_CHANGED("shutdown-delay", "1", "600"));
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 1);
    peer_expect_eof(ada);
    peer_close(ada);
    cr_expect_eq(klatchd_wait_exit(d), 0);
}

Test(server_config, stall_timeout)
{
    struct klatchd *d = start("stall-timeout 0\nrate 0\n");
    struct peer *ada = peer_join(d, "ada"), *slow = peer_join_seen_by(d, "slow", ada);
    peer_flood(ada, 100, 60000);
    reload(d, "stall-timeout 1\nrate 0\n", CONFIG_CHANGED("stall-timeout", "1", "0"));
    peer_expect_left(ada, "slow");
    klatchd_wait_log(d, CONN_STALLED);
    peer_reset(slow);
    peers_close_and_stop(d);
}

/* -- another user -- */

Test(server_config, a_reload_without_permission_is_logged)
{
    tls_client_turn_off();
    if (geteuid() != 0) cr_skip("only root becomes another user");
    const struct passwd *nobody = getpwnam("nobody");
    files_write(config, "user nobody\n");
    cr_assert(chmod(config, 0600) == 0 && chmod(journal_fixture_folder, 0755) == 0);
    struct klatchd *d = klatchd_start_at("-c", config, "127.0.0.1", "0");
    klatchd_wait_log(d, "cannot read");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, "Permission denied; " CONFIG_KEPT);
    cr_assert_eq(chown(config, nobody->pw_uid, nobody->pw_gid), 0);
    reload(d, "user nobody\nhistory 3\n", CONFIG_CHANGED("history", "3", "0"));
    klatchd_stop(d);
}
