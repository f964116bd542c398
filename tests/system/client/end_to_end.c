/* People in terminals, and the real server between them. */
#include "tests/system/support/klatchd_process.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/terminal.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR "\xE2\x94\x82"

static struct terminal *come(const struct klatchd *d, const char *nick)
{
    struct terminal *t = klatch_start(24, 80, "-n", nick, d->address, d->port);
    terminal_wait_for(t, "here");
    return t;
}

static void say(struct terminal *t, const char *text)
{
    terminal_type(t, text);
    terminal_type(t, "\r");
}

static void leave(struct terminal *t)
{
    terminal_type(t, "\x03");
    cr_assert_eq(terminal_wait_exit(t), 0);
    cr_assert(terminal_modes_restored(t));
}

static void give_up(struct terminal *t)
{
    terminal_wait_for(t, "onnection");
    terminal_type(t, "\x03");
    cr_assert_eq(terminal_wait_exit(t), 69);
    cr_assert(terminal_modes_restored(t));
}

Test(client_end_to_end, three_people_and_the_end_of_the_evening)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "3");
    struct terminal *ada = come(d, "ada"), *bob = come(d, "bob");
    struct terminal *eve = klatch_start(24, 80, "-n", "ADA", d->address, d->port);
    terminal_wait_for(eve, "Choose a nickname");
    terminal_wait_for(eve, "refused");
    terminal_type(eve, "\x15"
                       "eve\r");
    terminal_wait_gone(eve, "Choose a nickname");
    terminal_wait_for(ada, "bob, eve joined");

    say(bob, "is this the \xE4\xB8\xAD\xE6\x96\x87 room?");
    say(eve, "it is \xF0\x9F\x90\xBB");
    struct terminal *const all[] = {ada, bob, eve};
    for (int i = 0; i < 3; i++) {
        terminal_wait_for(all[i], "bob " BAR " is this the \xE4\xB8\xAD\xE6\x96\x87 room?");
        terminal_wait_for(all[i], "eve " BAR " it is \xF0\x9F\x90\xBB");
    }
    leave(bob);
    terminal_wait_for(ada, "bob left the chat");
    terminal_wait_for(eve, "bob left the chat");

    klatchd_signal(d, SIGTERM);
    terminal_wait_for(ada, "0:02");
    terminal_wait_for(eve, "0:02");
    cr_assert_eq(klatchd_wait_exit(d), 0);
    give_up(ada);
    give_up(eve);
}

Test(client_end_to_end, through_a_unix_socket)
{
    char folder[] = "/tmp/klatchd-XXXXXX", place[64];
    cr_assert(mkdtemp(folder), "mkdtemp");
    snprintf(place, sizeof place, "unix:%s/room", folder);
    struct klatchd *d = klatchd_start_at(place);
    struct terminal *ada = klatch_start(24, 80, "-n", "ada", place);
    terminal_wait_for(ada, "here");
    struct peer *bob = peer_join(d, "bob");
    terminal_wait_for(ada, "bob joined the chat");
    say(ada, "through a file");
    peer_expect_broadcast(bob, "ada", "through a file");
    leave(ada);
    peer_expect_broadcast(bob, "SERVER", "ada left the chat");
    peers_close_and_stop(d);
    rmdir(folder);
}

Test(client_end_to_end, a_killed_client_has_left)
{
    struct klatchd *d = klatchd_start();
    struct peer *bob = peer_join(d, "bob");
    struct terminal *ada = come(d, "ada");
    peer_expect_broadcast(bob, "SERVER", "ada joined the chat");
    terminal_signal(ada, SIGKILL);
    cr_assert_eq(terminal_wait_exit(ada), -SIGKILL);
    peer_expect_broadcast(bob, "SERVER", "ada left the chat");
    peers_close_and_stop(d);
}

Test(client_end_to_end, rename_and_who)
{
    struct klatchd *d = klatchd_start();
    struct peer *bob = peer_join(d, "bob");
    struct terminal *ada = come(d, "ada");
    peer_expect_broadcast(bob, "SERVER", "ada joined the chat");
    say(ada, "/nick bob");
    terminal_wait_for(ada, "refused");
    say(ada, "/nick countess");
    peer_expect_broadcast(bob, "SERVER", "ada is now known as countess");
    say(ada, "/who");
    terminal_wait_for(ada, "bob, countess");
    say(ada, "hello");
    peer_expect_broadcast(bob, "countess", "hello");
    leave(ada);
    peers_close_and_stop(d);
}

Test(client_end_to_end, a_server_that_is_killed)
{
    struct klatchd *d = klatchd_start();
    struct terminal *ada = come(d, "ada");
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    give_up(ada);
}
