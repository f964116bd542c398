/* Commands: what each does, under every name that it has, and that nothing else is one. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BAR          "│"

/* Runs a command, after which the line is empty. */
static void run(struct visit *v, const char *command)
{
    terminal_type(v->t, command);
    terminal_type(v->t, "\r#");
    visit_wait_line(v, "#", 1);
    terminal_type(v->t, "\b");
    visit_wait_line(v, "", 0);
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
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run(&v, rows[i].typed);
        peer_expect(v.server, rows[i].proto, rows[i].nick, rows[i].msg);
    }
    peer_send(v.server, "who", "SERVER", "ada\nbob");
    terminal_wait_for(v.t, "ada, bob");
    visit_end(&v);
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
        {"/nick a  b", "Spaces go between words"},
        {"/nick SERVER", "SERVER"},
    };
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_type(v.t, rows[i].typed);
        terminal_type(v.t, "\r");
        terminal_wait_for(v.t, rows[i].says);
        visit_wait_line(&v, rows[i].typed, (int)strlen(rows[i].typed));
        terminal_type(v.t, "\x15");
        visit_wait_line(&v, "", 0);
    }
    visit_say(&v, "the first that is sent");
    visit_end(&v);
}

Test(client_commands, quit)
{
    static const char *const names[] = {"/quit", "/qui", "/qu", "/q", "/quit oops", "/quit  "};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct visit v = visit_start(24, 80);
        terminal_type(v.t, names[i]);
        terminal_type(v.t, "\r");
        visit_expect_goodbye(&v, "ada");
        visit_expect_exit(&v, 0);
    }
}

Test(client_commands, help)
{
    static const char *const names[] = {"/help", "/hel", "/he", "/h"};
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(v.t, names[i]);
        terminal_type(v.t, "\r");
        terminal_wait_for(v.t, "Alt+Enter");
        terminal_wait_for(v.t, "/unignore");
        terminal_type(v.t, "x");
        visit_wait_line(&v, "x", 1);
        terminal_wait_gone(v.t, "Alt+Enter");
        terminal_type(v.t, "\b");
        visit_wait_line(&v, "", 0);
    }
    visit_end(&v);
}

Test(client_commands, nick)
{
    static const char *const names[] = {"/nick", "/nic", "/ni", "/n"};
    char command[32], nick[16] = "ada", say[32];
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(nick, sizeof nick, "Ada %zu", i);
        snprintf(command, sizeof command, "%s %s", names[i], nick);
        snprintf(say, sizeof say, "You are %s now.", nick);
        run(&v, command);
        peer_expect(v.server, "verify", NULL, nick);
        peer_send(v.server, "ready", "SERVER", "READY");
        terminal_wait_for(v.t, say);
        run(&v, "hi");
        peer_expect(v.server, "broadcast", nick, "hi");
    }
    terminal_type(v.t, "\x03");
    visit_expect_goodbye(&v, nick);
    visit_expect_exit(&v, 0);
}

Test(client_commands, ignore_and_unignore)
{
    static const char *const on[] = {"/ignore bob", "/ign BOB", "/i  bob "};
    static const char *const off[] = {"/unignore bob", "/un BOB", "/u  bob "};
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(on); i++) {
        run(&v, on[i]);
        visit_hear(&v, "bob", "not to be seen");
        visit_hear(&v, "Bob", "nor this");
        visit_settle(&v);
        cr_assert_lt(terminal_find(v.t, "not to be seen"), 0, "%s", on[i]);
        cr_assert_lt(terminal_find(v.t, "nor this"), 0, "%s", on[i]);
        run(&v, "/i");
        terminal_wait_for(v.t, "Ignored: ");
        run(&v, off[i]);
        visit_hear(&v, "bob", "seen again");
        terminal_wait_for(v.t, "bob " BAR " seen again");
        run(&v, "/clear");
        terminal_wait_gone(v.t, "seen again");
    }
    visit_end(&v);
}

Test(client_commands, clear)
{
    static const char *const names[] = {"/clear", "/clea", "/c"};
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        visit_hear(&v, "bob", "said before");
        terminal_wait_for(v.t, "said before");
        run(&v, names[i]);
        terminal_wait_gone(v.t, "said before");
    }
    visit_end(&v);
}

Test(client_commands, search)
{
    static const char *const names[] = {"/search line 42.", "/sea LINE 42.", "/s line 42."};
    struct visit v = visit_start(24, 80);
    visit_hear_many(&v, "line", 0, 100);
    terminal_wait_for(v.t, "line 99.");
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(v.t, names[i]);
        terminal_type(v.t, "\r");
        terminal_wait_for(v.t, BAR " line 42.");
        terminal_wait_for(v.t, "search: ");
        terminal_type(v.t, "\r");
        visit_wait_line(&v, "", 0);
        terminal_type(v.t, "\033>");
        terminal_wait_gone(v.t, BAR " line 42.");
    }
    visit_end(&v);
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
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path[i], sizeof path[i], "%s/%zu", folder, i);
        snprintf(command, sizeof command, "%s %s", names[i], path[i]);
        snprintf(said, sizeof said, "for the log %zu", i);
        run(&v, command);
        terminal_wait_for(v.t, path[i]);
        visit_hear(&v, "cy", said);
        terminal_wait_for(v.t, said);
    }
    visit_end(&v);
    expect_logged(path[0], "for the log 0");
    expect_logged(path[1], "for the log 1");
    expect_logged(path[2], "for the log 2");
    rmdir(folder);
}

Test(client_commands, reconnect)
{
    static const char *const names[] = {"/reconnect", "/rec"};
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_type(v.t, names[i]);
        terminal_type(v.t, "\r");
        peer_expect_eof(v.server);
        peer_close(v.server);
        v.server = fake_admit(&v.fake, "ada");
        terminal_wait_for(v.t, "You are back as ada.");
        visit_say(&v, "again");
        run(&v, "/clear");
    }
    visit_end(&v);
}
