/* The keys and commands that reach beyond the input line. */
#include "tests/system/visit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define TAB       "\t"
#define SHIFT_TAB "\033[Z"

Test(client_keys, tab_completes_nicknames)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "SERVER", "bert joined the chat");
    visit_hear(&v, "bob", "hello");
    visit_hear(&v, "Grace Hopper", "hello");
    visit_settle(&v);
    terminal_type(v.t, "b" TAB);
    visit_wait_line(&v, "bob:", 5);
    terminal_wait_for(v.t, "bob, bert");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "bert:", 6);
    terminal_type(v.t, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(v.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "Grace Hopper:", 14);
    terminal_type(v.t, "\x1F");
    visit_wait_line(&v, "", 0);
    visit_end(&v);
}

static void hear_numbered(struct visit *v, const char *what, int count)
{
    for (int i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s %d.", what, i);
        visit_hear(v, "bob", text);
    }
    visit_settle(v);
}

Test(client_keys, search_both_ways)
{
    struct visit v = visit_start(24, 80);
    hear_numbered(&v, "Line", 100);
    terminal_type(v.t, "draft\x12line 7");
    terminal_wait_for(v.t, "search: line 7");
    terminal_wait_for(v.t, "Line 79.");
    terminal_wait_for(v.t, "more below");
    terminal_type(v.t, "\x12");
    terminal_wait_for(v.t, "Line 78.");
    terminal_type(v.t, "\x7F"
                       "5.\x12");
    terminal_wait_for(v.t, "Line 5.");
    terminal_wait_for(v.t, "not found: line 5.");
    terminal_type(v.t, "\x7F\x13");
    terminal_wait_for(v.t, "search on: line 5");
    terminal_wait_for(v.t, "Line 50.");
    terminal_type(v.t, "\033");
    visit_wait_line(&v, "draft", 5);
    cr_assert_geq(terminal_find(v.t, "Line 50."), 0, "the reading place stays");
    terminal_type(v.t, "\033");
    terminal_wait_gone(v.t, "more below");
    visit_end(&v);
}

Test(client_keys, between_mentions_and_to_what_is_unread)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "ADA, come here");
    hear_numbered(&v, "canada", 50);
    visit_hear(&v, "bob", "is ada there?");
    hear_numbered(&v, "nomad", 50);
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "is ada there?");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "ADA, come here");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "Nobody mentions you further up.");
    terminal_type(v.t, "\033n");
    terminal_wait_for(v.t, "is ada there?");
    hear_numbered(&v, "unread", 40);
    terminal_type(v.t, "\033u");
    cr_assert_eq(terminal_wait_for(v.t, "unread 0."), 1);
    terminal_type(v.t, "\033>\033u");
    terminal_wait_for(v.t, "Nothing is unread.");
    visit_end(&v);
}
