/* Several klatch clients of a real klatchd. */
#include "tests/keys.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/klatch_screen.h"
#include "tests/system/support/protocol_peer.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct terminal *join(const struct klatchd *d, const char *nick)
{
    struct terminal *t = klatch_start(24, 80, "-n", nick, d->address, d->port);
    klatch_wait_joined(t);
    return t;
}

static void quit(struct terminal *t, int status)
{
    terminal_type(t, KEY_CTRL_C);
    cr_assert_eq(terminal_wait_exit(t), status);
    cr_assert(terminal_modes_restored(t));
}

static void quit_disconnected(struct terminal *t)
{
    klatch_wait_disconnected(t);
    quit(t, 69);
}

Test(client_end_to_end, three_clients_until_the_server_shuts_down)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "3");
    struct terminal *ada = join(d, "ada"), *bob = join(d, "bob");
    struct terminal *eve = klatch_start(24, 80, "-n", "ADA", d->address, d->port);
    klatch_wait_nick_dialog(eve);
    klatch_wait_refused(eve);
    terminal_type(eve, "\x15"
                       "eve\r");
    klatch_wait_nick_dialog_closed(eve);
    terminal_wait_for(ada, "«bob», «eve» joined");

    terminal_enter(bob, "is this the \xE4\xB8\xAD\xE6\x96\x87 room?");
    terminal_enter(eve, "it is \xF0\x9F\x90\xBB");
    struct terminal *const all[] = {ada, bob, eve};
    for (int i = 0; i < 3; i++) {
        klatch_wait_message(all[i], "bob", "is this the \xE4\xB8\xAD\xE6\x96\x87 room?");
        klatch_wait_message(all[i], "eve", "it is \xF0\x9F\x90\xBB");
    }
    quit(bob, 0);
    terminal_wait_for(ada, "«bob» left the chat");
    terminal_wait_for(eve, "«bob» left the chat");

    klatchd_signal(d, SIGTERM);
    terminal_wait_for(ada, "0:02");
    terminal_wait_for(eve, "0:02");
    cr_assert_eq(klatchd_wait_exit(d), 0);
    quit_disconnected(ada);
    quit_disconnected(eve);
}

/* The rule, the lines of the history, the rule and the greeting, from top to bottom; then what is
 * said now. */
Test(client_end_to_end, a_newcomer_sees_what_was_said_before_between_two_rules)
{
    static const char *const order[] = {MESSAGE_HISTORY " · ", "what was said", "Back soon.",
                                        MESSAGE_NOW " · "};
    enum { LINES = sizeof order / sizeof *order };
    char greeting[128];
    struct klatchd *d = klatchd_start_with("--history", "9");
    struct peer *ada = peer_join(d, "ada"), *eve = peer_join_seen_by(d, "eve", ada);
    peer_broadcast_to(ada, "what was said", ada, eve);
    peer_broadcast_to(ada, "Back soon.", ada, eve);
    peer_leave(eve);
    struct terminal *bob = join(d, "bob");
    snprintf(greeting, sizeof greeting, MESSAGE_JOINED, "bob");
    int row = terminal_wait_for(bob, greeting) - LINES;
    for (int i = 0; i < LINES; i++)
        cr_expect_eq(terminal_find(bob, order[i]), row + i, "%s", order[i]);
    cr_expect_lt(terminal_find(bob, "eve"), 0, "a leave is in the history");
    peer_broadcast(ada, "hello bob");
    klatch_wait_message(bob, "ada", "hello bob");
    quit(bob, 0);
    peers_close_and_stop(d);
}

/* A program tells old requests from new ones. */
Test(client_end_to_end, a_program_tells_the_history_from_new_messages)
{
    static char out[4096], err[4096];
    char command[256];
    struct klatchd *d = klatchd_start_with("--history", "9");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast_to(ada, "bot: do it", ada);
    snprintf(command, sizeof command, "echo done | " BUILD "/klatch --pipe -n bot %s %s",
             d->address, d->port);
    for (int run = 0; run < 2; run++) {
        cr_expect_eq(child_run((const char *[]){"sh", "-c", command, NULL}, out, err, sizeof err),
                     0);
        const char *old = strstr(out, "\"bot: do it\",\"proto\":\"broadcast\",\"history\":true}");
        const char *new = strstr(out, "\"done\",\"proto\":\"broadcast\"}\n");
        cr_expect(old && new &&old < new, "%s", out);
        peer_expect_joined(ada, "bot");
        peer_expect_broadcast(ada, "bot", "done");
        peer_expect_left(ada, "bot");
    }
    peers_close_and_stop(d);
}

Test(client_end_to_end, through_a_unix_socket)
{
    char folder[FILES_PATH], address[FILES_PATH + 16];
    files_create_folder(folder);
    snprintf(address, sizeof address, "unix:%s/room", folder);
    struct klatchd *d = klatchd_start_at(address);
    struct terminal *ada = klatch_start(24, 80, "-n", "ada", address);
    klatch_wait_joined(ada);
    struct peer *bob = peer_join(d, "bob");
    terminal_wait_for(ada, "«bob» joined the chat");
    terminal_enter(ada, "through a file");
    peer_expect_broadcast(bob, "ada", "through a file");
    quit(ada, 0);
    peer_expect_left(bob, "ada");
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

/* Starts klatchd with klatch as ada and a peer as bob. */
static struct klatchd *start_both(struct terminal **ada, struct peer **bob)
{
    struct klatchd *d = klatchd_start();
    *bob = peer_join(d, "bob");
    *ada = join(d, "ada");
    peer_expect_joined(*bob, "ada");
    return d;
}

Test(client_end_to_end, a_killed_client_leaves_the_chat)
{
    struct peer *bob;
    struct terminal *ada;
    struct klatchd *d = start_both(&ada, &bob);
    terminal_signal(ada, SIGKILL);
    cr_assert_eq(terminal_wait_exit(ada), -SIGKILL);
    peer_expect_left(bob, "ada");
    peers_close_and_stop(d);
}

Test(client_end_to_end, rename_and_who)
{
    struct peer *bob;
    struct terminal *ada;
    struct klatchd *d = start_both(&ada, &bob);
    terminal_enter(ada, "/nick bob");
    klatch_wait_refused(ada);
    terminal_enter(ada, "/nick countess");
    peer_expect_renamed(bob, "ada", "countess");
    terminal_enter(ada, "/who");
    terminal_wait_for(ada, "«bob», «countess»");
    terminal_enter(ada, "hello");
    peer_expect_broadcast(bob, "countess", "hello");
    quit(ada, 0);
    peers_close_and_stop(d);
}

Test(client_end_to_end, a_killed_server_disconnects_the_client)
{
    struct klatchd *d = klatchd_start();
    struct terminal *ada = join(d, "ada");
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    quit_disconnected(ada);
}

Test(client_end_to_end, the_number_of_members_follows_joins_and_leaves)
{
    struct klatchd *d = klatchd_start();
    struct terminal *ada = join(d, "ada"), *bob, *cyd;
    klatch_wait_here(ada, 1);
    klatch_wait_notice(ada, MESSAGE_HERE_ALONE);
    bob = join(d, "bob");
    cyd = join(d, "cyd, dan");
    klatch_wait_here(ada, 3);
    klatch_wait_here(cyd, 3);
    klatch_wait_notice(cyd, MESSAGE_HERE, (size_t)3, "«ada», «bob», «cyd, dan»");
    quit(bob, 0);
    klatch_wait_here(ada, 2);
    klatch_wait_here(cyd, 2);
    quit(ada, 0);
    quit(cyd, 0);
    klatchd_stop(d);
}

/* Lets guests join at the same time, and leave again. */
static void visit_at_once(struct klatchd *d, struct terminal *ada, size_t guests)
{
    struct peer *crowd[30];
    char nick[32];
    for (size_t i = 0; i < guests; i++) crowd[i] = peer_connect_greeted(d);
    klatchd_signal(d, SIGSTOP);
    for (size_t i = 0; i < guests; i++) {
        snprintf(nick, sizeof nick, "guest %zu", i);
        peer_send(crowd[i], "verify", NULL, nick);
    }
    klatchd_signal(d, SIGCONT);
    klatch_wait_here(ada, 1 + guests);
    klatchd_signal(d, SIGSTOP);
    for (size_t i = 0; i < guests; i++) peer_close(crowd[i]);
    klatchd_signal(d, SIGCONT);
    klatch_wait_here(ada, 1);
}

/* The last notice of ten and of eleven names two or three members, and that of thirty counts. */
Test(client_end_to_end, the_number_of_members_is_right_when_many_join_and_leave_at_once)
{
    struct klatchd *d = klatchd_start();
    struct terminal *ada = join(d, "ada");
    klatch_wait_here(ada, 1);
    for (size_t i = 0; i < 3; i++) visit_at_once(d, ada, (size_t[]){10, 11, 30}[i]);
    quit(ada, 0);
    klatchd_stop(d);
}
