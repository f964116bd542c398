/* The order of options, environment and settings file. */
#include "common/nick.h"
#include "common/option.h"
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/files.h"
#include "tests/system/support/terminal.h"
#include "tui/options.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE];
static char base[FILES_PATH], file[FILES_PATH], variable[FILES_PATH + 16];

static void make_folder(void)
{
    char folder[FILES_PATH];
    files_create_folder(base);
    files_path(folder, base, "klatch");
    files_path(file, folder, "config");
    snprintf(variable, sizeof variable, "XDG_CONFIG_HOME=%s", base);
    mkdir(folder, 0700);
}

static void remove_folder(void)
{
    files_remove_all(base);
}

TestSuite(client_settings, .init = make_folder, .fini = remove_folder);

#define klatch(...)                                                                                \
    child_run((const char *[]){"env", variable, BUILD "/klatch", __VA_ARGS__, NULL}, out, err, SIZE)

static void expect_error(const char *settings, const char *error)
{
    char expected[512];
    files_write(file, settings);
    cr_expect_eq(klatch("127.0.0.1", "1"), 2);
    snprintf(expected, sizeof expected,
             "klatch: %s: %s\n"
             "Correct the line or put # before it; 'klatch --help' lists the options.\n",
             file, error);
    cr_expect_str_eq(err, expected);
}

Test(client_settings, an_invalid_line_is_named)
{
    expect_error("# mine\n\nthem dark\n", "line 3: them: " OPTION_UNKNOWN);
    expect_error("nick", "line 1: nick: " OPTION_NEEDS_VALUE);
    expect_error("plain yes\n", "line 1: plain: " OPTION_TAKES_NONE);
    expect_error("plain\nnick a  b\n", "line 2: nick: " NICK_SPACING);
    expect_error("\nplain = yes\n", "line 2: plain: " OPTION_TAKES_NONE);
    expect_error("nick = a  b\n", "line 1: nick: " NICK_SPACING);
    expect_error("config /tmp/x\n", "line 1: config: " OPTION_UNKNOWN);
    expect_error("--plain\n", "line 1: --plain: " OPTION_UNKNOWN);
    expect_error("x\x1b[2J\n", "line 1: x\xE2\x90\x9B[2J: " OPTION_UNKNOWN);
}

Test(client_settings, a_missing_file_is_an_error_only_with_config)
{
    cr_expect_eq(klatch("--plain", "127.0.0.1", "1"), 69);
    cr_expect_eq(klatch("--config", file, "127.0.0.1", "1"), 2);
    cr_expect(strstr(err, file) && strstr(err, "no such file"), "%s", err);
    mkdir(file, 0700);
    cr_expect_eq(klatch("--plain", "127.0.0.1", "1"), 74);
    cr_expect(strstr(err, file), "%s", err);
    rmdir(file);
    cr_expect_eq(klatch("--help"), 0);
    files_write(file, "nonsense\n");
    cr_expect_eq(klatch("--help"), 0);
}

Test(client_settings, a_file_that_is_too_long)
{
    static char text[1 << 17];
    memset(text, '\n', sizeof text - 1);
    files_write(file, text);
    cr_expect_eq(klatch("127.0.0.1", "1"), 2);
    cr_expect(strstr(err, "too long"), "%s", err);
}

Test(client_settings, a_fifo_and_a_device_are_refused_at_once)
{
    cr_assert_eq(mkfifo(file, 0600), 0);
    cr_expect_eq(klatch("--plain", "127.0.0.1", "1"), 74);
    cr_expect(strstr(err, file) && strstr(err, OPTIONS_NOT_REGULAR), "%s", err);
    cr_expect_eq(klatch("--config", "/dev/zero", "127.0.0.1", "1"), 74);
    cr_expect(strstr(err, "/dev/zero: " OPTIONS_NOT_REGULAR), "%s", err);
    unlink(file);
}

/* Runs klatch, and expects it to ask for this nickname. */
static void expect_nick(const char *const argv[], const char *nick)
{
    struct fake_server f = fake_server_listen();
    const char *all[16] = {"env", variable, BUILD "/klatch"};
    size_t n = 3;
    for (; *argv; argv++) all[n++] = *argv;
    all[n++] = "127.0.0.1";
    all[n] = f.port;
    pid_t pid = child_start(all, -1, -1, 2);
    struct peer *server = fake_server_accept(&f);
    peer_send(server, "connect", "SERVER", "HELLO");
    peer_expect(server, "verify", NULL, nick);
    peer_close(server);
    cr_expect_eq(child_wait(pid), 69);
    fake_server_close(&f);
}

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(client_settings, an_option_overrides_the_file)
{
    files_write(file, "# what I want\n\n  nick   Grace Hopper \r\npipe\n");
    expect_nick(ARGV(NULL), "Grace Hopper");
    expect_nick(ARGV("--nick", "eve"), "eve");
    files_write(file, "nick = Grace Hopper\npipe\n");
    expect_nick(ARGV(NULL), "Grace Hopper");
    expect_nick(ARGV("--config", "/dev/null", "--pipe", "-n", "bob"), "bob");
}

/* Returns whether klatch colours a nickname. */
static bool has_colour(const char *no_color, const char *option)
{
    struct fake_server f = fake_server_listen();
    const char *const argv[] = {"env", variable, no_color,    BUILD "/klatch", option,
                                "-n",  "ada",    "127.0.0.1", f.port,          NULL};
    struct terminal *t = terminal_start(24, 80, argv);
    struct peer *server = fake_server_admit(&f, "ada");
    peer_send(server, "broadcast", "bob", "hello");
    terminal_wait_for(t, "hello");
    terminal_type(t, "\x03");
    peer_expect(server, "goodbye", "ada", "BYE");
    peer_close(server);
    cr_expect_eq(terminal_wait_exit(t), 0);
    fake_server_close(&f);
    size_t n;
    return strstr(terminal_output(t, &n), "\033[38;5;") != NULL;
}

Test(client_settings, an_option_overrides_the_environment_and_that_the_file)
{
    cr_expect(has_colour("NO_COLOR=", "--no-plain"));
    cr_expect_not(has_colour("NO_COLOR=", "--no-color"));
    cr_expect_not(has_colour("NO_COLOR=1", "--no-plain"));
    cr_expect(has_colour("NO_COLOR=1", "--color"));
    files_write(file, "no-color\nplain\n");
    cr_expect_not(has_colour("NO_COLOR=", "--no-plain"));
    files_write(file, "color\n");
    cr_expect_not(has_colour("NO_COLOR=1", "--no-plain"));
}
