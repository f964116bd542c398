/* Commands: what each does, under every name that it has, and that nothing else is one. */
#include "common/nick.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BAR          "│"

/* Runs a command, after which the line is empty. */
static void run(struct client *c, const char *command)
{
    terminal_type(c->term, command);
    terminal_type(c->term, "\r#");
    client_wait_input(c, "#", 1);
    terminal_type(c->term, "\b");
    client_wait_input(c, "", 0);
}

Test(client_commands, what_the_server_hears)
{
    static const struct {
        const char *typed, *proto, *nick, *msg;
    } rows[] = {
        {"/who", "who", "ada", ""},
        {"/wh", "who", "ada", ""},
        {"/w", "who", "ada", ""},
        {"/w  ", "who", "ada", ""},
        {"/me waves", "broadcast", "ada", "* ada waves"},
        {"/m  waves twice ", "broadcast", "ada", "* ada waves twice"},
        {"/me /quit", "broadcast", "ada", "* ada /quit"},
        {"//not a command", "broadcast", "ada", "/not a command"},
        {"//quit", "broadcast", "ada", "/quit"},
        {"///", "broadcast", "ada", "//"},
        {" /quit", "broadcast", "ada", " /quit"},
        {"one\033\r/quit", "broadcast", "ada", "one\n/quit"},
        {"\033[200~/quit\033[201~", "broadcast", "ada", "/quit"},
        {"a/quit", "broadcast", "ada", "a/quit"},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run(&c, rows[i].typed);
        peer_expect(c.server, rows[i].proto, rows[i].nick, rows[i].msg);
    }
    peer_send(c.server, "who", "SERVER", "ada\nbob");
    terminal_wait_for(c.term, "ada, bob");
    client_quit(&c);
}

/* The reason stands in the view, and the line in the input line, to be mended. */
Test(client_commands, what_is_none_is_never_sent)
{
    static const struct {
        const char *typed, *says;
    } rows[] = {
        {"/nonsense and more", "There is no command /nonsense"},
        {"/quitt", "There is no command /quitt"},
        {"/QUIT", "There is no command /QUIT"},
        {"/", "There is no command /,"},
        {"/ quit", "There is no command /,"},
        {"/r", "/r may be /reconnect or /resend"},
        {"/re all", "/re may be /reconnect or /resend"},
        {"/nick", "/nick NAME"},
        {"/me", "/me waves"},
        {"/search", "/search TEXT"},
        {"/unignore bob", "not ignored"},
        {"/nick a  b", NICK_SPACING},
        {"/nick SERVER", "SERVER"},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_type(c.term, rows[i].typed);
        terminal_type(c.term, "\r");
        terminal_wait_for(c.term, rows[i].says);
        client_wait_input(&c, rows[i].typed, (int)strlen(rows[i].typed));
        terminal_type(c.term, "\x15");
        client_wait_input(&c, "", 0);
    }
    client_send(&c, "the first that is sent");
    client_quit(&c);
}

Test(client_commands, quit)
{
    static const char *const names[] = {"/quit", "/qui", "/qu", "/q", "/quit oops", "/quit  "};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct client c = client_start(24, 80);
        terminal_type(c.term, names[i]);
        terminal_type(c.term, "\r");
        client_expect_goodbye(&c, "ada");
        client_expect_exit(&c, 0);
    }
}

Test(client_commands, help)
{
    static const char *const names[] = {"/help", "/hel", "/he", "/h"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(c.term, names[i]);
        terminal_type(c.term, "\r");
        terminal_wait_for(c.term, "Alt+Enter");
        terminal_wait_for(c.term, "/unignore");
        terminal_type(c.term, "x");
        client_wait_input(&c, "x", 1);
        terminal_wait_gone(c.term, "Alt+Enter");
        terminal_type(c.term, "\b");
        client_wait_input(&c, "", 0);
    }
    client_quit(&c);
}

Test(client_commands, nick)
{
    static const char *const names[] = {"/nick", "/nic", "/ni", "/n"};
    char command[32], nick[16] = "ada", say[32];
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(nick, sizeof nick, "Ada %zu", i);
        snprintf(command, sizeof command, "%s %s", names[i], nick);
        snprintf(say, sizeof say, "You are %s now.", nick);
        run(&c, command);
        peer_expect(c.server, "verify", NULL, nick);
        peer_send(c.server, "ready", "SERVER", "READY");
        terminal_wait_for(c.term, say);
        run(&c, "hi");
        peer_expect(c.server, "broadcast", nick, "hi");
    }
    terminal_type(c.term, "\x03");
    client_expect_goodbye(&c, nick);
    client_expect_exit(&c, 0);
}

Test(client_commands, ignore_and_unignore)
{
    static const char *const on[] = {"/ignore bob", "/ign BOB", "/i  bob "};
    static const char *const off[] = {"/unignore bob", "/un BOB", "/u  bob "};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(on); i++) {
        run(&c, on[i]);
        client_receive(&c, "bob", "not to be seen");
        client_receive(&c, "Bob", "nor this");
        client_sync(&c);
        cr_assert_lt(terminal_find(c.term, "not to be seen"), 0, "%s", on[i]);
        cr_assert_lt(terminal_find(c.term, "nor this"), 0, "%s", on[i]);
        run(&c, "/i");
        terminal_wait_for(c.term, "Ignored: ");
        run(&c, off[i]);
        client_receive(&c, "bob", "seen again");
        terminal_wait_for(c.term, "bob " BAR " seen again");
        run(&c, "/clear");
        terminal_wait_gone(c.term, "seen again");
    }
    client_quit(&c);
}

Test(client_commands, clear)
{
    static const char *const names[] = {"/clear", "/clea", "/c"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        client_receive(&c, "bob", "said before");
        terminal_wait_for(c.term, "said before");
        run(&c, names[i]);
        terminal_wait_gone(c.term, "said before");
    }
    client_quit(&c);
}

Test(client_commands, search)
{
    static const char *const names[] = {"/search line 42.", "/sea LINE 42.", "/s line 42."};
    struct client c = client_start(24, 80);
    client_receive_many(&c, "line", 0, 100);
    terminal_wait_for(c.term, "line 99.");
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(c.term, names[i]);
        terminal_type(c.term, "\r");
        terminal_wait_for(c.term, BAR " line 42.");
        terminal_wait_for(c.term, "search: ");
        terminal_type(c.term, "\r");
        client_wait_input(&c, "", 0);
        terminal_type(c.term, "\033>");
        terminal_wait_gone(c.term, BAR " line 42.");
    }
    client_quit(&c);
}

static void expect_logged(const char *path, const char *text)
{
    char all[4096];
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    all[fread(all, 1, sizeof all - 1, f)] = '\0';
    fclose(f);
    cr_assert(strstr(all, text), "%s", all);
    unlink(path);
}

Test(client_commands, log)
{
    static const char *const names[] = {"/log", "/lo", "/l"};
    char folder[] = "/tmp/klatch-log-XXXXXX", path[3][64], command[96], said[32];
    cr_assert(mkdtemp(folder));
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path[i], sizeof path[i], "%s/%zu", folder, i);
        snprintf(command, sizeof command, "%s %s", names[i], path[i]);
        snprintf(said, sizeof said, "for the log %zu", i);
        run(&c, command);
        terminal_wait_for(c.term, path[i]);
        client_receive(&c, "cy", said);
        terminal_wait_for(c.term, said);
    }
    client_quit(&c);
    expect_logged(path[0], "for the log 0");
    expect_logged(path[1], "for the log 1");
    expect_logged(path[2], "for the log 2");
    rmdir(folder);
}

Test(client_commands, reconnect)
{
    static const char *const names[] = {"/reconnect", "/rec"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(c.term, names[i]);
        terminal_type(c.term, "\r");
        peer_expect_eof(c.server);
        peer_close(c.server);
        c.server = fake_server_admit(&c.listener, "ada");
        terminal_wait_for(c.term, "You are back as ada.");
        client_send(&c, "again");
        run(&c, "/clear");
    }
    client_quit(&c);
}
