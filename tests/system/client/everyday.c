/* Everyday tasks of a person that no other suite performs. tests/README.md lists all of them. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tui/base/clock.h"
#include "tui/storage/chat_log.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CODE "int main(void)\n{\n    return 0;\n}"

Test(client_everyday, pasted_code_is_one_message_with_its_indentation)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, PASTE("int main(void)\r{\r    return 0;\r}\r"));
    klatch_wait_paste_dialog(c.term, 4);
    terminal_type(c.term, "o");
    peer_expect(c.server, "broadcast", "ada", CODE);
    client_receive(&c, "bob", CODE);
    int row = klatch_wait_message(c.term, "bob", "int main(void)");
    const char *start = strstr(terminal_row(c.term, row), "int");
    size_t column = (size_t)(start - terminal_row(c.term, row)) - strlen(BAR) + 1;
    cr_expect_str_eq(terminal_text(c.term, row + 1, (int)column), "{");
    cr_expect_str_eq(terminal_text(c.term, row + 2, (int)column), "    return 0;");
    cr_expect_str_eq(terminal_text(c.term, row + 3, (int)column), "}");
    client_quit(&c);
}

Test(client_everyday, a_restarted_server_is_joined_again_with_the_draft)
{
    char port[8];
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "1");
    snprintf(port, sizeof port, "%s", d->port);
    struct terminal *ada = klatch_start(24, 80, "-n", "ada", d->address, port);
    klatch_wait_joined(ada);
    terminal_type(ada, "a draft");
    terminal_wait_for(ada, "> a draft");
    klatchd_signal(d, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(d), 0);
    klatch_wait_disconnected(ada);
    struct klatchd *again = klatchd_start_at("127.0.0.1", port);
    struct peer *bob = peer_join(again, "bob");
    klatch_wait_rejoined(ada, "ada");
    peer_expect_joined(bob, "ada");
    terminal_type(ada, "\r");
    peer_expect_broadcast(bob, "ada", "a draft");
    terminal_type(ada, KEY_CTRL_C);
    cr_assert_eq(terminal_wait_exit(ada), 0);
    peers_close_and_stop(again);
}

Test(client_everyday, yesterdays_lines_have_their_date)
{
    static struct chat_log log = {.file.fd = -1};
    char folder[FILES_PATH], path[FILES_PATH], date[64];
    struct tm day;
    int64_t yesterday = clock_unix() - 86400000;
    files_create_folder(folder);
    files_path(path, folder, "log");
    cr_assert_null(chat_log_open(&log, path));
    cr_assert(chat_log_append(&log, yesterday, "bob", "see you tomorrow", PROTO_BROADCAST));
    chat_log_close(&log);
    struct client c = client_start_with(24, 80, NO_SETTING, "--log", path);
    int row = klatch_wait_message(c.term, "bob", "see you tomorrow");
    cr_assert(gmtime_r(&(time_t){clock_to_local(yesterday / 1000)}, &day));
    strftime(date, sizeof date, "%A, %d %B %Y", &day);
    cr_expect_eq(terminal_find(c.term, date), row - 1);
    client_quit(&c);
    files_remove_all(folder);
}

static void chat_and_quit(struct client *c)
{
    client_send(c, "hello");
    client_receive(c, "bob", "good morning");
    klatch_wait_message(c->term, "bob", "good morning");
    terminal_resize(c->term, 30, 100);
    client_receive_many(c, "line", 0, 50);
    terminal_wait_for(c->term, "line 49.");
    terminal_type(c->term, KEY_PAGE_UP);
    klatch_wait_scrolled_up(c->term);
    terminal_type(c->term, KEY_CTRL_END);
    terminal_wait_for(c->term, "line 49.");
    client_quit(c);
}

Test(client_everyday, the_consoles_and_old_terminals)
{
    static const char *const types[] = {"TERM=linux", "TERM=vt100", "TERM=xterm-mono",
                                        "TERM=screen-256color"};
    for (size_t i = 0; i < COUNT(types); i++) {
        struct client c = client_start_with(24, 80, types[i], "--theme=auto");
        chat_and_quit(&c);
    }
}

/* Runs klatch in tmux or GNU screen, with settings that let it end with its terminal. */
static void chat_within(const char *program, const char *settings, const char *command)
{
    char folder[FILES_PATH], path[FILES_PATH], setting[FILES_PATH + 32], script[128];
    char out[256], err[256];
    snprintf(script, sizeof script, "command -v %s", program);
    if (child_run((const char *const[]){"sh", "-c", script, NULL}, out, err, sizeof out) != 0)
        cr_skip("it is not installed");
    files_create_folder(folder);
    files_path(path, folder, "settings");
    files_write(path, settings);
    snprintf(setting, sizeof setting, "SCREENDIR=%s", folder);
    snprintf(script, sizeof script, "exec %s " BUILD "/klatch -n ada 127.0.0.1 $0", command);
    const char *argv[] = {"env", setting, "sh", "-c", script, NULL, NULL};
    struct client c = client_start_argv(24, 80, argv);
    chat_and_quit(&c);
    files_remove_all(folder);
}

Test(client_everyday, in_tmux)
{
    chat_within("tmux", "set -g destroy-unattached on\n",
                "tmux -S $SCREENDIR/socket -f $SCREENDIR/settings new-session");
}

Test(client_everyday, in_gnu_screen)
{
    chat_within("screen", "autodetach off\nstartup_message off\naltscreen on\n",
                "screen -c $SCREENDIR/settings");
}
