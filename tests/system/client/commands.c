/* Every command, under its name and all abbreviations. */
#include "common/nick.h"
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a command and waits until the input line is empty again. */
static void run(struct client *c, const char *command)
{
    terminal_type(c->term, command);
    client_type(c, "\r#", "#", 1);
    client_type(c, "\b", "", 0);
}

Test(client_commands, the_server_receives_what_each_line_means)
{
    static const struct {
        const char *typed, *proto, *nick, *msg;
    } rows[] = {{"/who", "who", "ada", ""},
                {"/wh", "who", "ada", ""},
                {"/wh  ", "who", "ada", ""},
                {"/names", "who", "ada", ""},
                {"/list", "who", "ada", ""},
                {"/me waves", "broadcast", "ada", "* ada waves"},
                {"/me  waves twice ", "broadcast", "ada", "* ada waves twice"},
                {"/me /quit", "broadcast", "ada", "* ada /quit"},
                {"//not a command", "broadcast", "ada", "/not a command"},
                {"//quit", "broadcast", "ada", "/quit"},
                {"///", "broadcast", "ada", "//"},
                {" /usr/bin", "broadcast", "ada", " /usr/bin"},
                {"one" KEY_ALT_ENTER "/quit", "broadcast", "ada", "one\n/quit"},
                {PASTE("/quit"), "broadcast", "ada", "/quit"},
                {"a/quit", "broadcast", "ada", "a/quit"}};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run(&c, rows[i].typed);
        peer_expect(c.server, rows[i].proto, rows[i].nick, rows[i].msg);
    }
    peer_send(c.server, "who", "SERVER", "ada\nbob");
    terminal_wait_for(c.term, "«ada», «bob»");
    client_quit(&c);
}

/* Types a line, which the screen refuses with this sentence and leaves in the input line. */
#define REFUSED(c, line, ...)                                                                      \
    do {                                                                                           \
        terminal_enter((c)->term, line);                                                           \
        klatch_wait_notice((c)->term, __VA_ARGS__);                                                \
        client_wait_input(c, line, (int)strlen(line));                                             \
        client_type(c, "\x15", "", 0);                                                             \
    } while (0)

Test(client_commands, an_invalid_command_is_not_sent)
{
    static const char ambiguous[] = "/reconnect or /resend";
    struct client c = client_start(24, 80);
    REFUSED(&c, "/nonsense and more", MESSAGE_UNKNOWN_COMMAND, 8, "nonsense", 8, "nonsense");
    REFUSED(&c, "/quitt", MESSAGE_UNKNOWN_COMMAND, 5, "quitt", 5, "quitt");
    REFUSED(&c, "/QUIT", MESSAGE_UNKNOWN_COMMAND, 4, "QUIT", 4, "QUIT");
    REFUSED(&c, "/", MESSAGE_UNKNOWN_COMMAND, 0, "", 0, "");
    REFUSED(&c, "/ quit", MESSAGE_UNKNOWN_COMMAND, 0, "", 0, "");
    REFUSED(&c, "/r", MESSAGE_AMBIGUOUS_COMMAND, 1, "r", ambiguous);
    REFUSED(&c, "/re all", MESSAGE_AMBIGUOUS_COMMAND, 2, "re", ambiguous);
    REFUSED(&c, "/who bob my secret", MESSAGE_NO_ARGUMENT, 3, "who");
    REFUSED(&c, "/wh bob my secret", MESSAGE_NO_ARGUMENT, 2, "wh");
    REFUSED(&c, "/quit oops", MESSAGE_NO_ARGUMENT, 4, "quit");
    REFUSED(&c, "/bye all", MESSAGE_NO_ARGUMENT, 3, "bye");
    REFUSED(&c, "/clear x", MESSAGE_NO_ARGUMENT, 5, "clear");
    REFUSED(&c, "/help nick", MESSAGE_NO_ARGUMENT, 4, "help");
    REFUSED(&c, "/reconnect now", MESSAGE_NO_ARGUMENT, 9, "reconnect");
    REFUSED(&c, "/nick", MESSAGE_NICK_USAGE);
    REFUSED(&c, "/me", MESSAGE_ME_USAGE);
    REFUSED(&c, "/search", MESSAGE_SEARCH_USAGE);
    REFUSED(&c, "/unignore bob", MESSAGE_NOT_IGNORED);
    REFUSED(&c, "/nick a  b", NICK_SPACING);
    REFUSED(&c, "/nick SERVER", NICK_RESERVED);
    client_send(&c, "the first that is sent");
    client_quit(&c);
}

Test(client_commands, the_room_sees_no_private_message)
{
    static const char *const private[] = {"/m bob secret",
                                          "/msg bob secret",
                                          "/w bob secret",
                                          "/q bob secret",
                                          "/query bob secret",
                                          "/whisper bob hi",
                                          "/m",
                                          "/q"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(private); i++) REFUSED(&c, private[i], MESSAGE_NO_PRIVATE);
    REFUSED(&c, " /m bob secret", MESSAGE_SPACE_BEFORE, 1, "m");
    REFUSED(&c, "  /quit", MESSAGE_SPACE_BEFORE, 4, "quit");
    client_send(&c, "the first that is sent");
    client_quit(&c);
}

Test(client_commands, a_command_that_the_room_sees_needs_its_whole_name)
{
    struct client c = client_start(24, 80);
    REFUSED(&c, "/qui", MESSAGE_AMBIGUOUS_COMMAND, 3, "qui", "/quit");
    REFUSED(&c, "/ni bob", MESSAGE_AMBIGUOUS_COMMAND, 2, "ni", "/nick");
    client_send(&c, "the first that is sent");
    client_quit(&c);
}

Test(client_commands, quit)
{
    static const char *const names[] = {"/quit", "/quit  ", "/bye", "/exit", "/leave"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct client c = client_start(24, 80);
        terminal_enter(c.term, names[i]);
        client_expect_quit(&c, "ada");
    }
}

Test(client_commands, help)
{
    static const char *const names[] = {"/help", "/hel", "/he", "/h"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_enter(c.term, names[i]);
        klatch_wait_help(c.term);
        terminal_wait_for(c.term, "/unignore");
        klatch_wait_help_whole(c.term);
        terminal_type(c.term, "x");
        klatch_wait_help_closed(c.term);
        client_wait_input(&c, "", 0);
    }
    client_quit(&c);
}

Test(client_commands, nick)
{
    static const char *const names[] = {"/nick", "/nick ", "/nick  "};
    char command[32], nick[16] = "ada";
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(nick, sizeof nick, "Ada %zu", i);
        snprintf(command, sizeof command, "%s %s", names[i], nick);
        run(&c, command);
        peer_expect(c.server, "verify", NULL, nick);
        peer_send(c.server, "ready", "SERVER", "READY");
        klatch_wait_renamed(c.term, nick);
        run(&c, "hi");
        peer_expect(c.server, "broadcast", nick, "hi");
    }
    client_quit_as(&c, nick);
}

Test(client_commands, ignore_and_unignore)
{
    static const char *const on[] = {"/ignore bob", "/ign BOB", "/i  bob "};
    static const char *const off[] = {"/unignore bob", "/uni BOB", "/unig  bob "};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(on); i++) {
        run(&c, on[i]);
        client_receive(&c, "bob", "not to be seen");
        client_receive(&c, "Bob", "nor this");
        client_sync(&c);
        cr_assert_lt(terminal_find(c.term, "not to be seen"), 0, "%s", on[i]);
        cr_assert_lt(terminal_find(c.term, "nor this"), 0, "%s", on[i]);
        run(&c, "/i");
        klatch_wait_notice(c.term, MESSAGE_IGNORED_LIST, "");
        run(&c, off[i]);
        client_receive(&c, "bob", "seen again");
        klatch_wait_message(c.term, "bob", "seen again");
        run(&c, "/clear");
        terminal_wait_gone(c.term, "seen again");
    }
    client_quit(&c);
}

Test(client_commands, clear)
{
    static const char *const names[] = {"/clear", "/clea", "/cl"};
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
        terminal_enter(c.term, names[i]);
        terminal_wait_for(c.term, BAR " line 42.");
        klatch_wait_search(c.term, "");
        client_type(&c, "\r", "", 0);
        terminal_type(c.term, "\033>");
        terminal_wait_gone(c.term, BAR " line 42.");
    }
    client_quit(&c);
}

Test(client_commands, times_and_joins)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "SERVER", "ada joined the chat");
    client_receive(&c, "bob", "first");
    int row = terminal_wait_for(c.term, "first");
    cr_assert_eq(terminal_row(c.term, row)[2], ':');
    run(&c, "/times");
    terminal_wait_gone(c.term, ":");
    run(&c, "/ti");
    terminal_wait_for(c.term, ":");
    terminal_enter(c.term, "/joins");
    klatch_wait_notice(c.term, MESSAGE_JOINS_TOGGLED, "hidden");
    client_receive(&c, "SERVER", "fay joined the chat");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "fay"), 0);
    terminal_enter(c.term, "/joins");
    klatch_wait_notice(c.term, MESSAGE_JOINS_TOGGLED, "shown");
    client_quit(&c);
}

Test(client_commands, unread_and_mentions)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "ADA, come here");
    client_receive_many(&c, "nothing", 0, 50);
    client_receive(&c, "bob", "is ada there?");
    client_receive_many(&c, "news", 0, 50);
    terminal_wait_for(c.term, "news 49.");
    run(&c, "/mentions");
    terminal_wait_for(c.term, "is ada there?");
    run(&c, "/mentions");
    terminal_wait_for(c.term, "ADA, come here");
    terminal_enter(c.term, "/mentions");
    klatch_wait_notice(c.term, MESSAGE_NO_MENTION, "earlier");
    client_receive_many(&c, "unread", 0, 40);
    klatch_wait_new_below(c.term, 40);
    run(&c, "/unread");
    terminal_wait_for(c.term, "unread 0.");
    client_quit(&c);
}

static void expect_logged(const char *path, const char *text)
{
    char *log = files_read(path);
    cr_assert(strstr(log, text), "%s", log);
    free(log);
}

Test(client_commands, log)
{
    static const char *const names[] = {"/log", "/lo", "/l"};
    char folder[FILES_PATH], path[3][FILES_PATH], command[FILES_PATH + 8], text[32];
    files_create_folder(folder);
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        files_path(path[i], folder, names[i] + 1);
        snprintf(command, sizeof command, "%s %s", names[i], path[i]);
        snprintf(text, sizeof text, "for the log %zu", i);
        run(&c, command);
        terminal_wait_for(c.term, path[i]);
        client_receive(&c, "cy", text);
        terminal_wait_for(c.term, text);
    }
    client_quit(&c);
    expect_logged(path[0], "for the log 0");
    expect_logged(path[1], "for the log 1");
    expect_logged(path[2], "for the log 2");
    files_remove_all(folder);
}

Test(client_commands, reconnect)
{
    static const char *const names[] = {"/reconnect", "/rec"};
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(names); i++) {
        terminal_enter(c.term, names[i]);
        peer_expect_eof(c.server);
        peer_close(c.server);
        client_readmit(&c);
        client_send(&c, "again");
        run(&c, "/clear");
    }
    client_quit(&c);
}
