/* Where klatch's options come from, and which counts. */
#include "common/nick.h"
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/terminal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE];
static char base[32], folder[48], file[64], variable[64];

static void make_folder(void)
{
    strcpy(base, "/tmp/klatch-conf-XXXXXX");
    cr_assert(mkdtemp(base));
    snprintf(folder, sizeof folder, "%s/klatch", base);
    snprintf(file, sizeof file, "%s/config", folder);
    snprintf(variable, sizeof variable, "XDG_CONFIG_HOME=%s", base);
    mkdir(folder, 0700);
}

static void remove_folder(void)
{
    unlink(file);
    rmdir(folder);
    rmdir(base);
}

TestSuite(client_settings, .init = make_folder, .fini = remove_folder);

static void write_settings(const char *text)
{
    FILE *f = fopen(file, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

#define klatch(...)                                                                                \
    child_run((const char *[]){"env", variable, BUILD "/klatch", __VA_ARGS__, NULL}, out, err, SIZE)

static void expect_wrong(const char *settings, const char *says)
{
    char expected[512];
    write_settings(settings);
    cr_expect_eq(klatch("127.0.0.1", "1"), 2);
    snprintf(expected, sizeof expected,
             "klatch: %s: %s\n"
             "Correct the line or put # before it; 'klatch --help' lists the options.\n",
             file, says);
    cr_expect_str_eq(err, expected);
}

Test(client_settings, a_wrong_line_is_named)
{
    expect_wrong("# mine\n\nthem dark\n", "line 3: them: there is no such option");
    expect_wrong("nick", "line 1: nick: needs a value");
    expect_wrong("plain yes\n", "line 1: plain: takes no value");
    expect_wrong("plain\nnick a  b\n", "line 2: nick: " NICK_SPACING);
    expect_wrong("config /tmp/x\n", "line 1: config: there is no such option");
    expect_wrong("--plain\n", "line 1: --plain: there is no such option");
    expect_wrong("x\x1b[2J\n", "line 1: x\xE2\x90\x9B[2J: there is no such option");
}

Test(client_settings, no_file_is_fine_but_where_one_is_named)
{
    cr_expect_eq(klatch("--plain", "127.0.0.1", "1"), 69);
    cr_expect_eq(klatch("--config", file, "127.0.0.1", "1"), 2);
    cr_expect(strstr(err, file) && strstr(err, "no such file"), "%s", err);
    mkdir(file, 0700);
    cr_expect_eq(klatch("--plain", "127.0.0.1", "1"), 74);
    cr_expect(strstr(err, file), "%s", err);
    rmdir(file);
    cr_expect_eq(klatch("--help"), 0);
    write_settings("nonsense\n");
    cr_expect_eq(klatch("--help"), 0);
}

Test(client_settings, a_file_that_is_too_long)
{
    static char text[1 << 17];
    memset(text, '\n', sizeof text - 1);
    write_settings(text);
    cr_expect_eq(klatch("127.0.0.1", "1"), 2);
    cr_expect(strstr(err, "too long"), "%s", err);
}

/* Runs klatch against a server that listens to which nickname it asks for. */
static void expect_asks(const char *const argv[], const char *nick)
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

Test(client_settings, an_option_counts_before_the_file)
{
    write_settings("# what I want\n\n  nick   Grace Hopper \r\npipe\n");
    expect_asks(ARGV(NULL), "Grace Hopper");
    expect_asks(ARGV("--nick", "eve"), "eve");
    expect_asks(ARGV("--config", "/dev/null", "--pipe", "-n", "bob"), "bob");
}

/* Whether klatch, in a terminal, colours a nickname. */
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

Test(client_settings, flag_environment_file)
{
    cr_expect(has_colour("NO_COLOR=", "--no-plain"));
    cr_expect_not(has_colour("NO_COLOR=", "--no-color"));
    cr_expect_not(has_colour("NO_COLOR=1", "--no-plain"));
    cr_expect(has_colour("NO_COLOR=1", "--color"));
    write_settings("no-color\nplain\n");
    cr_expect_not(has_colour("NO_COLOR=", "--no-plain"));
    write_settings("color\n");
    cr_expect_not(has_colour("NO_COLOR=1", "--no-plain"));
}
