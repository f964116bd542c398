/* klatch over TLS: the server's key, the known servers, and the user's own key. */
#include "common/command_line.h"
#include "tests/keys.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/klatch_screen.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/unit/support/tls_server.h"
#include "tui/base/messages.h"
#include "tui/encryption.h"
#include "tui/options.h"
#include "tui/stdio/line_mode.h"
#include "tui/storage/key_file.h"
#include "tui/ui/dialogs/key_dialog.h"
#include "tui/ui/drawing/status_bar.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { SIZE = 1 << 16 };
static char out[SIZE], err[SIZE];

/* klatch's home, with its settings and its key, and the server's folder of keys. */
static char home[FILES_PATH], config[FILES_PATH + 32], data[FILES_PATH + 32];
static char known_servers[FILES_PATH], tls_dir[FILES_PATH];

static void make_folders(void)
{
    unsetenv("KLATCH_TLS"); /* each test says itself how it connects */
    files_create_folder(home);
    files_path(tls_dir, home, "server");
    files_path(known_servers, home, "klatch/known_servers");
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", home);
    snprintf(data, sizeof data, "XDG_DATA_HOME=%s", home);
}

static void remove_folders(void)
{
    files_remove_all(home);
}

TestSuite(client_tls, .init = make_folders, .fini = remove_folders);

#define KLATCH(...) ((const char *const[]){"env", config, data, BUILD "/klatch", __VA_ARGS__, NULL})

static struct klatchd *start_server(void)
{
    return klatchd_start_with("--tls", "--tls-dir", tls_dir);
}

static struct klatchd *restart_server(struct klatchd *d)
{
    static char at[32];
    snprintf(at, sizeof at, "127.0.0.1:%s", d->port);
    klatchd_stop(d);
    return klatchd_start_at("--tls", "--tls-dir", tls_dir, at);
}

static void remove_server_key(void)
{
    char path[FILES_PATH];
    files_path(path, tls_dir, "key.pem");
    unlink(path);
    files_path(path, tls_dir, "cert.pem");
    unlink(path);
}

/* Returns the fingerprint of the server's key. */
static const char *server_key(void)
{
    static char text[FINGERPRINT_TEXT];
    struct tls_identity identity;
    char path[FILES_PATH];
    int file;
    files_path(path, tls_dir, "key.pem");
    FILE *key = fopen(path, "re");
    cr_assert(key);
    cr_assert_null(tls_identity_load(&identity, dup(fileno(key)), -1, &file));
    fclose(key);
    cr_assert(tls_identity_fingerprint(&identity, text));
    tls_identity_free(&identity);
    return text;
}

static const char *where(const struct klatchd *d)
{
    static char text[64];
    snprintf(text, sizeof text, "127.0.0.1 port %s", d->port);
    return text;
}

static struct terminal *visit(const struct klatchd *d)
{
    return terminal_start(24, 80, KLATCH("--tls", "-n", "ada", d->address, d->port));
}

static void trust(struct terminal *t)
{
    terminal_wait_for(t, KEY_DIALOG_TITLE);
    terminal_wait_for(t, server_key());
    terminal_type(t, KEY_DOWN);
    terminal_type(t, "\r");
    klatch_wait_joined(t);
}

/* Adds the server to the known ones. */
static void make_known(const struct klatchd *d)
{
    struct terminal *t = visit(d);
    trust(t);
    terminal_type(t, KEY_CTRL_C);
    cr_assert_eq(terminal_wait_exit(t), 0);
}

static void expect_known(const struct klatchd *d, const char *key)
{
    char expected[256];
    char *text = files_read(known_servers);
    snprintf(expected, sizeof expected, "127.0.0.1 %s %s\n", d->port, key);
    cr_expect_str_eq(text, expected);
    free(text);
}

/* Another spelling of a known server's port. */
static const char *with_zero(const struct klatchd *d)
{
    static char port[16];
    snprintf(port, sizeof port, "0%s", d->port);
    return port;
}

/* Runs klatch --pipe with a line of input; returns its status. */
static int pipe_line(const struct klatchd *d, const char *option, const char *value)
{
    const char *const argv[] = {"env", config,     data,    BUILD "/klatch", "--pipe", "-n",
                                "bot", d->address, d->port, option,          value,    NULL};
    return child_feed(argv, "hello\n", 6, out, err, SIZE);
}

static void expect_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void expect_error(const char *format, ...)
{
    char expected[1024], line[1100];
    va_list args;
    va_start(args, format);
    vsnprintf(expected, sizeof expected, format, args);
    va_end(args);
    snprintf(line, sizeof line, "klatch: %s\n", expected);
    cr_expect_str_eq(err, line);
}

static void expect_changed(const struct klatchd *d, const char *line)
{
    expect_error(MESSAGE_KEY_CHANGED, where(d), server_key(), line, known_servers);
}

Test(client_tls, the_first_visit_asks_and_the_next_one_does_not)
{
    struct klatchd *d = start_server();
    struct terminal *t = visit(d);
    trust(t);
    terminal_wait_for(t, STATUS_ENCRYPTED);
    expect_known(d, server_key());
    files_expect_mode(known_servers, 0600);
    terminal_enter(t, "hello");
    klatch_wait_message(t, "ada", "hello");
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    t = terminal_start(24, 80, KLATCH("-n", "ada", d->address, with_zero(d)));
    klatch_wait_joined(t);
    terminal_wait_for(t, STATUS_ENCRYPTED);
    cr_expect_not(terminal_has_written(t, KEY_DIALOG_TITLE));
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    klatchd_stop(d);
}

Test(client_tls, leaving_the_question_sends_nothing)
{
    struct klatchd *d = start_server();
    struct terminal *t = visit(d);
    terminal_wait_for(t, KEY_DIALOG_TITLE);
    terminal_type(t, "ada");
    terminal_type(t, "\r");
    cr_expect_eq(terminal_wait_exit(t), 0);
    char *text = files_read(known_servers);
    cr_expect_str_empty(text);
    free(text);
    klatchd_stop(d);
}

Test(client_tls, after_a_restart_of_the_server_there_is_no_question)
{
    struct klatchd *d = start_server();
    struct terminal *t = visit(d);
    trust(t);
    d = restart_server(d);
    klatch_wait_rejoined(t, "ada");
    terminal_wait_for(t, STATUS_ENCRYPTED);
    terminal_enter(t, "hello again");
    klatch_wait_message(t, "ada", "hello again");
    expect_known(d, server_key());
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    klatchd_stop(d);
}

Test(client_tls, a_killed_server_is_a_lost_connection)
{
    struct klatchd *d = start_server();
    struct terminal *t = visit(d);
    trust(t);
    klatchd_signal(d, SIGKILL);
    klatch_wait_notice(t, MESSAGE_LOST, TLS_CUT);
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), EX_UNAVAILABLE);
}

Test(client_tls, a_changed_key_is_refused)
{
    struct klatchd *d = start_server();
    make_known(d);
    remove_server_key();
    d = restart_server(d);
    cr_expect_eq(pipe_line(d, NULL, NULL), EX_PROTOCOL);
    expect_changed(d, "line 1");
    cr_expect_str_empty(out);
    klatchd_stop(d);
}

Test(client_tls, a_key_that_changes_while_disconnected_is_refused)
{
    struct klatchd *d = start_server();
    struct terminal *t = visit(d);
    trust(t);
    remove_server_key();
    d = restart_server(d);
    klatch_wait_notice(t, "the key of %s has changed", where(d));
    cr_expect_eq(terminal_wait_exit(t), EX_PROTOCOL);
    klatchd_stop(d);
}

Test(client_tls, a_known_server_that_stops_encrypting_is_not_spoken_to)
{
    char at[32];
    struct klatchd *d = start_server();
    make_known(d);
    snprintf(at, sizeof at, "127.0.0.1:%s", d->port);
    klatchd_stop(d);
    d = klatchd_start_at("--listen", at);
    cr_expect_eq(pipe_line(d, NULL, NULL), EX_UNAVAILABLE);
    expect_error(MESSAGE_NO_SERVER, where(d), TLS_NOT_SPOKEN);
    klatchd_stop(d);
}

Test(client_tls, a_program_is_told_the_fingerprint)
{
    struct klatchd *d = start_server();
    cr_expect_eq(pipe_line(d, "--tls", NULL), EX_PROTOCOL);
    expect_error(MESSAGE_KEY_UNKNOWN, where(d), server_key());
    cr_expect_eq(pipe_line(d, "--fingerprint", server_key()), 0);
    cr_expect_str_empty(err);
    cr_expect(strstr(out, "\"msg\":\"hello\""));
    klatchd_stop(d);
}

Test(client_tls, another_fingerprint_than_the_servers_is_refused)
{
    static const char other[] = "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    struct klatchd *d = start_server();
    cr_expect_eq(pipe_line(d, "--fingerprint", other), EX_PROTOCOL);
    expect_error(MESSAGE_KEY_OTHER, where(d), server_key());
    cr_expect_eq(pipe_line(d, "--fingerprint", "SHA256:short"), EXIT_USAGE);
    cr_expect(strstr(err, OPTIONS_FINGERPRINT));
    klatchd_stop(d);
}

Test(client_tls, lines_ask_in_a_terminal)
{
    struct klatchd *d = start_server();
    struct terminal *t =
        terminal_start(24, 80, KLATCH("--plain", "--tls", "-n", "ada", d->address, d->port));
    terminal_wait_for(t, server_key());
    terminal_wait_for(t, MESSAGE_ASK_KEY);
    terminal_enter(t, LINE_MODE_YES);
    terminal_wait_for(t, MESSAGE_ENCRYPTED);
    terminal_wait_for(t, MESSAGE_HERE_ALONE);
    expect_known(d, server_key());
    terminal_enter(t, "/quit");
    cr_expect_eq(terminal_wait_exit(t), 0);
    klatchd_stop(d);
}

Test(client_tls, an_invalid_line_of_the_server_is_named)
{
    char line[64], folder[FILES_PATH];
    struct klatchd *d = start_server();
    files_path(folder, home, "klatch");
    cr_expect_eq(child_run(KLATCH("--key"), out, err, SIZE), 0); /* makes the folder */
    snprintf(line, sizeof line, "\n127.0.0.1 %s SHA256:short\n", d->port);
    files_write(known_servers, line);
    cr_expect_eq(pipe_line(d, NULL, NULL), EXIT_USAGE);
    expect_error("%s: line 2: " ENCRYPTION_BAD_KEY, known_servers);
    klatchd_stop(d);
}

Test(client_tls, the_users_key_is_printed_and_stays)
{
    static char again[SIZE];
    cr_expect_eq(child_run(KLATCH("--key"), out, err, SIZE), 0);
    cr_expect_str_empty(err);
    cr_expect_eq(child_run(KLATCH("--key"), again, err, SIZE), 0);
    cr_expect_str_eq(again, out);
    out[strcspn(out, "\n")] = '\0';
    cr_expect(fingerprint_is_valid(out), "%s", out);
}

Test(client_tls, without_a_home_no_key_is_possible)
{
    const char *const argv[] = {"env", "-u", "HOME", BUILD "/klatch", "--key", NULL};
    cr_expect_eq(child_run(argv, out, err, SIZE), EX_IOERR);
    cr_expect(strstr(err, KEY_FILE_NO_HOME) && strstr(err, "--no-key"), "%s", err);
}

Test(client_tls, a_server_with_a_list_of_members_lets_in_the_key_that_klatch_prints)
{
    char members[FILES_PATH], key[FINGERPRINT_TEXT];
    files_path(members, home, "members");
    files_write(members, "# nobody\n");
    cr_assert_eq(child_run(KLATCH("--key"), out, err, SIZE), 0);
    snprintf(key, sizeof key, "%.*s", FINGERPRINT_TEXT - 1, out);
    struct klatchd *d = klatchd_start_with("--tls", "--tls-dir", tls_dir, "--members", members);
    cr_expect_eq(pipe_line(d, "--fingerprint", server_key()), EX_UNAVAILABLE);
    cr_expect(strstr(err, key), "%s", err);
    klatchd_stop(d);
    files_print(members, "%s bot\n", key);
    d = klatchd_start_with("--tls", "--tls-dir", tls_dir, "--members", members);
    cr_expect_eq(pipe_line(d, "--fingerprint", server_key()), 0);
    cr_expect_str_empty(err);
    klatchd_stop(d);
}

Test(client_tls, a_unix_socket_is_never_encrypted)
{
    char address[FILES_PATH];
    files_address(address, home, "room");
    struct klatchd *d = klatchd_start_at("--tls", "--tls-dir", tls_dir, "--listen", address);
    const char *const argv[] = {"env",   config, data,  BUILD "/klatch", "--pipe",
                                "--tls", "-n",   "bot", address,         NULL};
    cr_expect_eq(child_feed(argv, "hello\n", 6, out, err, SIZE), 0);
    klatchd_stop(d);
}

/* Puts a certificate for 127.0.0.1 into the server's folder, and returns the setting that makes
 * klatch trust it. */
static const char *certify_server(void)
{
    static char setting[FILES_PATH + 32];
    char key[FILES_PATH], certificate[FILES_PATH];
    const char *const make[] = {"mkdir", tls_dir, NULL};
    cr_assert_eq(child_run(make, out, err, SIZE), 0);
    files_path(key, tls_dir, "key.pem");
    files_path(certificate, tls_dir, "cert.pem");
    tls_server_write(certificate, key);
    snprintf(setting, sizeof setting, "SSL_CERT_FILE=%s", certificate);
    return setting;
}

static int pipe_with(const char *setting, const struct klatchd *d, const char *option)
{
    const char *const argv[] = {"env", config, data,       setting, BUILD "/klatch", "--pipe",
                                "-n",  "bot",  d->address, d->port, option,          NULL};
    return child_feed(argv, "hello\n", 6, out, err, SIZE);
}

Test(client_tls, a_certified_server_needs_no_question_and_has_to_stay_so)
{
    const char *setting = certify_server();
    struct klatchd *d = start_server();
    struct terminal *t =
        terminal_start(24, 80,
                       (const char *const[]){"env", config, data, setting, BUILD "/klatch", "--tls",
                                             "-n", "ada", d->address, d->port, NULL});
    klatch_wait_joined(t);
    terminal_wait_for(t, STATUS_CERTIFIED);
    expect_known(d, KNOWN_SERVERS_CERTIFIED);
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    cr_expect_eq(pipe_with(setting, d, NULL), 0);
    cr_expect_eq(pipe_with("SSL_CERT_FILE=/nonexistent", d, NULL), EX_PROTOCOL);
    expect_error(MESSAGE_KEY_UNCERTIFIED, where(d), server_key(), "line 1", known_servers);
    klatchd_stop(d);
}
