/* The list of members: beside the messages, over them, and remembered. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tui/base/messages.h"
#include "tui/ui/drawing/members_view.h"
#include "tui/ui/drawing/status_bar.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_ALT_L "\033l"

TestSuite(client_members, .init = state_folder_init, .fini = state_folder_fini);

/* Asks for the members, and sends these. */
static void list(struct client *c, const char *members, size_t count)
{
    terminal_enter(c->term, "/who");
    peer_expect(c->server, "who", "ada", "");
    peer_send(c->server, "who", "SERVER", members);
    klatch_wait_here(c->term, count);
}

/* Lists ada and the users 10 to 49. */
static void list_many(struct client *c)
{
    char members[1024] = "ada";
    for (int i = 10; i < 50; i++) sprintf(members + strlen(members), "\nuser %d", i);
    list(c, members, 41);
}

/* Rows of the list of members, one below the other. */
struct list {
    const char *heading, *const *nicks;
};

static bool has_list(struct terminal *t, const void *expected)
{
    const struct list *l = expected;
    char text[80];
    snprintf(text, sizeof text, BAR " %s", l->heading);
    int row = terminal_find(t, text);
    for (const char *const *nick = l->nicks; row >= 0 && *nick != NULL; nick++) {
        snprintf(text, sizeof text, BAR " %s", *nick);
        if (++row == terminal_rows(t) || strstr(terminal_row(t, row), text) == NULL) return false;
    }
    return row >= 0;
}

/* Returns the heading of a list of this many members, valid until the next call. */
static const char *heading(size_t count)
{
    static char text[32];
    snprintf(text, sizeof text, STATUS_HERE_BRIEF, count);
    return text;
}

static void wait_list(struct client *c, const char *heading, const char *const nicks[])
{
    const struct list l = {heading, nicks};
    terminal_wait(c->term, has_list, &l, heading);
}

#define NICKS(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(client_members, a_wide_screen_shows_them_beside_the_messages)
{
    struct client c = client_start(24, 120);
    list(&c, "dan\nada\neve, fay\nbob", 4);
    terminal_type(c.term, KEY_ALT_L);
    wait_list(&c, heading(4), NICKS("ada", "bob", "dan", "eve, fay"));
    client_receive(&c, "eve, fay", "hi");
    wait_list(&c, heading(4), NICKS("eve, fay", "ada", "bob", "dan"));
    client_receive(&c, "SERVER", "dan left the chat");
    client_receive(&c, "SERVER", "bob is now known as zoe");
    client_receive(&c, "SERVER", "Bea joined the chat");
    wait_list(&c, heading(4), NICKS("eve, fay", "ada", "Bea", "zoe"));
    terminal_enter(c.term, "/members");
    terminal_wait_gone(c.term, BAR " zoe");
    klatch_wait_here(c.term, 4);
    terminal_enter(c.term, "/mem");
    terminal_wait_for(c.term, BAR " zoe");
    client_quit(&c);
}

Test(client_members, messages_end_before_the_list)
{
    char text[301];
    struct client c = client_start_with(24, 120, NO_SETTING, "--members");
    memset(text, 'x', 300);
    text[300] = '\0';
    client_receive(&c, "bob", text);
    terminal_wait_for(c.term, MEMBERS_VIEW_SEEN);
    int row = terminal_wait_for(c.term, "bob " BAR " xxx");
    const char *end = strrchr(terminal_row(c.term, row), 'x');
    cr_expect_not_null(strstr(end, BAR));
    client_quit(&c);
}

Test(client_members, the_last_row_counts_those_that_do_not_fit)
{
    char more[64];
    struct client c = client_start_with(12, 110, NO_SETTING, "--members");
    list_many(&c);
    terminal_wait_for(c.term, BAR " user 15");
    snprintf(more, sizeof more, MEMBERS_VIEW_MORE, (size_t)34);
    terminal_wait_for(c.term, more);
    client_quit(&c);
}

Test(client_members, a_narrow_screen_shows_them_over_the_messages_until_the_next_key)
{
    struct client c = client_start(24, 80);
    list_many(&c);
    terminal_enter(c.term, "/clear");
    terminal_type(c.term, KEY_ALT_L);
    klatch_wait_notice(c.term, STATUS_HERE_BRIEF " ─", (size_t)41);
    wait_list(&c, "ada", NICKS("user 10", "user 11"));
    terminal_type(c.term, "\033[6~\033[6~\033[6~");
    terminal_wait_for(c.term, BAR " user 49");
    terminal_type(c.term, "\033[5~");
    terminal_wait_gone(c.term, BAR " user 49");
    client_type(&c, "x", "", 0);
    terminal_wait_gone(c.term, BAR " user");
    terminal_type(c.term, KEY_ALT_L);
    terminal_wait_for(c.term, BAR " user 10");
    terminal_type(c.term, "\033");
    terminal_wait_gone(c.term, BAR " user 10");
    terminal_type(c.term, KEY_ALT_L);
    terminal_wait_for(c.term, BAR " user 10");
    client_quit(&c);
}

Test(client_members, the_list_survives_every_size)
{
    static const int sizes[][2] = {{24, 80}, {10, 40}, {6, 20}, {24, 109}, {40, 110}, {60, 200}};
    struct client c = client_start_with(24, 120, NO_SETTING, "--members");
    list(&c, "ada\nbob", 2);
    terminal_wait_for(c.term, BAR " bob");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        terminal_resize(c.term, sizes[i][0], sizes[i][1]);
        client_type(&c, "x", "x", 1);
        client_type(&c, "\b", "", 0);
        cr_expect_eq(terminal_find(c.term, BAR " bob") >= 0, sizes[i][1] >= 110);
        if (sizes[i][1] >= 110) continue;
        terminal_type(c.term, KEY_ALT_L);
        terminal_wait_for(c.term, BAR " bob");
        terminal_type(c.term, KEY_ALT_L);
        terminal_wait_gone(c.term, BAR " bob");
    }
    client_quit(&c);
}

/* Starts klatch with an option, and returns whether it shows the list. */
static bool shows_list(const char *option, const char *keys)
{
    struct client c = client_start_with(24, 120, state_folder_setting, option);
    client_receive(&c, "bob", "hello");
    terminal_wait_for(c.term, "hello");
    bool shows = terminal_find(c.term, MEMBERS_VIEW_SEEN) >= 0;
    terminal_type(c.term, keys);
    client_quit(&c);
    return shows;
}

Test(client_members, the_choice_is_remembered_and_the_option_overrides_it)
{
    cr_expect_not(shows_list("--color", KEY_ALT_L));
    cr_expect(shows_list("--color", ""));
    cr_expect_not(shows_list("--no-members", ""));
    cr_expect(shows_list("--color", KEY_ALT_L));
    cr_expect_not(shows_list("--color", ""));
    cr_expect(shows_list("--members", ""));
    cr_expect_not(shows_list("--no-history", KEY_ALT_L));
    cr_expect_not(shows_list("--color", ""));
}

/* Writes a file of klatch's state folder that ends in these bytes. */
static void write_choices(const char *path, size_t offs, const char *end)
{
    char *text = malloc(4 * offs + strlen(end) + 1), *to = text;
    cr_assert(text);
    for (size_t i = 0; i < offs; i++) to = stpcpy(to, "off\n");
    strcpy(to, end);
    files_write(path, text);
    free(text);
}

Test(client_members, the_last_whole_line_of_the_file_counts_and_a_long_file_is_shortened)
{
    char path[FILES_PATH];
    cr_expect_not(shows_list("--color", ""));
    files_path(path, state_folder, "members");
    write_choices(path, 1, "on\no");
    cr_expect(shows_list("--color", ""));
    write_choices(path, 5000, "on\n");
    cr_expect(shows_list("--color", KEY_ALT_L));
    char *text = files_read(path);
    cr_expect_str_eq(text, "on\noff\n");
    free(text);
}

Test(client_members, a_server_that_does_not_know_who_is_not_asked)
{
    struct client c = client_start_with(24, 120, NO_SETTING, "--members");
    client_receive(&c, "bob", "hello");
    client_receive(&c, "SERVER", "cyd joined the chat");
    client_receive(&c, "SERVER", "a, b, c, d, e, f, g and 12 others joined the chat");
    wait_list(&c, MEMBERS_VIEW_SEEN, NICKS("bob", "ada", "cyd"));
    client_send(&c, "the first packet that it sends");
    client_quit(&c);
}

Test(client_members, members_without_a_valid_nickname_are_only_counted)
{
    char members[1024] = "ada\nbob", more[64];
    struct client c = client_start_with(12, 110, NO_SETTING, "--members");
    for (int i = 0; i < 30; i++) strcat(members, "\n  two spaces");
    list(&c, members, 32);
    wait_list(&c, heading(32), NICKS("ada", "bob"));
    snprintf(more, sizeof more, MEMBERS_VIEW_MORE, (size_t)30);
    terminal_wait_for(c.term, more);
    client_quit(&c);
}

Test(client_members, a_list_that_is_scrolled_follows_when_members_leave)
{
    struct client c = client_start(24, 80);
    list_many(&c);
    terminal_type(c.term, KEY_ALT_L "\033[6~\033[6~\033[6~");
    terminal_wait_for(c.term, BAR " user 49");
    peer_send(c.server, "who", "SERVER", "ada\nbob");
    for (int i = 10; i < 50; i++) {
        char left[64];
        snprintf(left, sizeof left, "user %d left the chat", i);
        peer_send(c.server, "broadcast", "SERVER", left);
    }
    klatch_wait_notice(c.term, STATUS_HERE_BRIEF " ─", (size_t)2);
    terminal_wait_for(c.term, BAR " bob");
    client_quit(&c);
}
