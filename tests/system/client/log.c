/* The client's chat log. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"
#include "tui/base/messages.h"
#include "tui/storage/chat_log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct chat_log f = {.file.fd = -1};
static char path[] = "/tmp/klatch-log-XXXXXX", content[1 << 20], records[1 << 16];

static void make_path(void)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(client_log, .init = make_path, .fini = remove_file);

static void write_file(const char *text, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    cr_assert(write(fd, text, n) == (ssize_t)n);
    close(fd);
}

static const char *read_file(void)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, content, sizeof content - 1);
    close(fd);
    cr_assert_geq(n, 0);
    content[n] = '\0';
    return content;
}

static void append(const char *text)
{
    size_t n = strlen(records), more = strlen(text);
    if (n + more < sizeof records) memcpy(records + n, text, more + 1);
}

static void append_record(void *arg, const struct record *r)
{
    cr_assert_eq(arg, records);
    append(r->said.nick != NULL ? r->said.nick : "-");
    append(": ");
    append(r->said.msg);
    append("|");
}

/* Reads the last records as "nick: text|nick: text|". */
static const char *tail(size_t lines)
{
    records[0] = '\0';
    chat_log_tail(&f, lines, append_record, records);
    return records;
}

static void open_log(void)
{
    const char *error = chat_log_open(&f, path);
    cr_assert_null(error, "%s", error);
}

static void add(const char *nick, const char *msg)
{
    cr_assert(chat_log_append(&f, 0, nick, msg, PROTO_BROADCAST));
}

Test(client_log, records_are_appended_and_read)
{
    open_log();
    cr_expect_str_eq(tail(10), "");
    add("ada", "one");
    add(NULL, "two");
    chat_log_close(&f);
    open_log();
    add("bob", "three\nlines\n");
    cr_expect_str_eq(tail(10), "ada: one|-: two|bob: three\nlines\n|");
    cr_expect_str_eq(tail(2), "-: two|bob: three\nlines\n|");
    cr_expect_str_eq(tail(1), "bob: three\nlines\n|");
    chat_log_close(&f);
}

Test(client_log, what_was_said_is_read_back_exactly_and_safe_to_show)
{
    static const char hidden[] = "\x1b[2J\x7F\xC2\x9B\xE2\x80\xAE\xE2\x80\x8B\xE2\x80\xA8<U+202E>";
    char expected[128];
    open_log();
    add("a>\xE2\x80\x8D", hidden);
    snprintf(expected, sizeof expected, "a>\xE2\x80\x8D: %s|", hidden);
    cr_expect_str_eq(tail(1), expected);
    chat_log_close(&f);
    cr_expect(strstr(read_file(), "\\u001b[2J\\u007f\\u009b\\u202e\\u200b\\u2028<U+202E>"), "%s",
              content);
}

Test(client_log, the_file_is_private)
{
    cr_assert_eq(chmod(path, 0644), 0);
    open_log();
    chat_log_close(&f);
    files_expect_mode(path, 0600);
    unlink(path);
    umask(0);
    open_log();
    chat_log_close(&f);
    files_expect_mode(path, 0600);
}

/* Opens the log, adds a message of ada's, and expects these lines before and after. */
static void expect_appended(const char *before, const char *msg, const char *after)
{
    open_log();
    cr_expect_str_eq(tail(10), before);
    add("ada", msg);
    cr_expect_str_eq(tail(10), after);
    chat_log_close(&f);
}

Test(client_log, an_incomplete_line_is_skipped)
{
    open_log();
    add("ada", "whole");
    chat_log_close(&f);
    size_t n = strlen(read_file());
    memcpy(content + n, content, n / 2);
    write_file(content, n + n / 2);
    expect_appended("ada: whole|", "after", "ada: whole|ada: after|");
}

Test(client_log, other_content_is_skipped)
{
    static const char other[] = "\n\n\0\n{}\n{\"time\":1}\nnot a record\n\xff\xfe\n";
    write_file(other, sizeof other - 1);
    expect_appended("", "one", "ada: one|");
}

Test(client_log, only_the_end_of_a_long_file_is_read)
{
    static char text[3 << 20];
    size_t n = 0;
    for (int i = 0; n < sizeof text - 200; i++) {
        char msg[32];
        snprintf(msg, sizeof msg, "%d", i);
        n += record_encode(text + n, sizeof text - n, 0, "ada", msg, PROTO_BROADCAST);
    }
    n += record_encode(text + n, sizeof text - n, 0, "bob", "last", PROTO_BROADCAST);
    write_file(text, n);
    open_log();
    cr_expect_str_eq(tail(1), "bob: last|");
    cr_expect_gt(strlen(tail(100000)), 1000);
    chat_log_close(&f);
}

Test(client_log, only_regular_files_are_opened)
{
    cr_expect_not_null(chat_log_open(&f, "/dev/null"));
    cr_expect_not_null(chat_log_open(&f, "/tmp"));
    cr_expect_not_null(chat_log_open(&f, "/no/such/folder/log"));
    unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_not_null(chat_log_open(&f, path));
}

Test(client_log, a_full_disk_leaves_no_partial_record)
{
    struct rlimit limit = {.rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    open_log();
    add("ada", "one");
    limit.rlim_cur = strlen(read_file()) + 10;
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_not(chat_log_append(&f, 0, "ada", "two", PROTO_BROADCAST));
    cr_expect_neq(errno, 0);
    cr_expect_not(chat_log_append(&f, 0, "ada", "three", PROTO_BROADCAST));
    cr_expect_eq(errno, EFBIG);
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);
    add("ada", "four");
    cr_expect_str_eq(tail(10), "ada: one|ada: four|");
    chat_log_close(&f);
}

Test(client_log, the_longest_message_with_the_most_escapes)
{
    static char msg[FRAME_PAYLOAD_MAX];
    memset(msg, '\t', sizeof msg - 1);
    open_log();
    add("ada", msg);
    for (size_t i = 0; i + 1 < sizeof msg; i += 2) memcpy(msg + i, "\xC2\x80", 2);
    add("ada", msg);
    chat_log_close(&f);
}

static struct client start_logged(void)
{
    return client_start_with(24, 80, NO_SETTING, "--log", path);
}

Test(client_log, the_log_is_complete_at_any_exit_and_fills_the_next_screen)
{
    static const int ways[] = {SIGHUP, SIGKILL};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char text[32];
        struct client c = start_logged();
        snprintf(text, sizeof text, "before %d", ways[i]);
        client_receive(&c, "bob", text);
        client_receive(&c, "SERVER", "bob left the chat\x1b[31m");
        client_sync(&c);
        terminal_signal(c.term, ways[i]);
        terminal_wait_exit(c.term);
        peer_close(c.server);
        fake_server_close(&c.listener);
        cr_expect(strstr(read_file(), text), "%s", content);
        cr_expect_eq(content[strlen(content) - 1], '\n');
        cr_expect_not(strchr(content, '\x1b'));
    }
    struct client c = start_logged();
    int first = klatch_wait_message(c.term, "bob", "before 1"),
        mark = terminal_wait_for(c.term, path);
    cr_expect_lt(first, terminal_find(c.term, "bob " BAR " before 9"));
    cr_expect_lt(first, mark);
    cr_expect_lt(mark, terminal_find(c.term, "You joined as"));
    cr_expect(strstr(terminal_row(c.term, mark), "earlier"));
    client_quit(&c);
}

Test(client_log, the_log_command_reports_switches_and_stops_the_log)
{
    char command[64];
    struct client c = client_start_with(24, 100, NO_SETTING, "--log=~/of ada");
    terminal_enter(c.term, "/log");
    terminal_wait_for(c.term, "Logging to /tmp/klatch-home-");
    terminal_wait_for(c.term, strstr(MESSAGE_LOGGING, ". /log"));
    snprintf(command, sizeof command, "/log %s\r", path);
    terminal_type(c.term, command);
    klatch_wait_notice(c.term, MESSAGE_LOGGING, path);
    client_receive(&c, "bob", "for the log");
    client_sync(&c);
    terminal_enter(c.term, "/log off");
    klatch_wait_notice(c.term, MESSAGE_NOT_LOGGING);
    client_receive(&c, "bob", "not logged");
    client_sync(&c);
    terminal_enter(c.term, "/log ~");
    klatch_wait_notice(c.term, MESSAGE_LOG_NOT_OPENED, "Is a directory");
    terminal_enter(c.term, "\x15/clear");
    terminal_wait_gone(c.term, "Logging to /tmp/klatch-home-");
    terminal_enter(c.term, "/log ~/of ada");
    terminal_wait_for(c.term, "Logging to /tmp/klatch-home-");
    client_quit(&c);
    cr_expect(strstr(read_file(), "for the log"), "%s", content);
    cr_expect_null(strstr(content, "not logged"), "%s", content);
}

Test(client_log, a_log_that_cannot_be_opened_is_an_error)
{
    struct terminal *t = klatch_start(10, 80, "--log", "/no/such/folder/log");
    cr_expect_eq(terminal_wait_exit(t), 74);
    terminal_wait_for(t, "/no/such/folder/log");
}
