#include "tui/core/members.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct complete c;
static char line[256];

static void forget(void)
{
    complete_drop(&c);
}

TestSuite(complete, .fini = forget);

/* Presses Tab, or Shift+Tab where step is -1, behind what stands in `line`. */
static bool press(int step)
{
    struct completion done;
    size_t cursor = c.cycling ? c.to : strlen(line);
    if (!complete_next(&c, line, cursor, step, "ada", &done)) return false;
    char rest[256];
    strcpy(rest, line + done.to);
    snprintf(line + done.from, sizeof line - done.from, "%s%s", done.text, rest);
    return true;
}

static void expect(const char *typed, const char *completed)
{
    complete_settle(&c);
    strcpy(line, typed);
    press(1);
    cr_expect_str_eq(line, completed);
}

static void expect_next(int step, const char *completed)
{
    press(step);
    cr_expect_str_eq(line, completed);
}

static void people(void)
{
    complete_came(&c, "bert");
    complete_spoke(&c, "bob");
    complete_spoke(&c, "ada");
    complete_spoke(&c, "Grace Hopper");
    complete_spoke(&c, "Anna");
    complete_spoke(&c, "bob");
}

Test(complete, a_colon_at_the_start_and_a_space_elsewhere)
{
    people();
    expect("gr", "Grace Hopper: ");
    expect("hello gr", "hello Grace Hopper ");
    expect("@an", "@Anna ");
    expect("one\nan", "one\nAnna ");
    expect("hello grace h", "hello Grace Hopper ");
}

Test(complete, the_last_speaker_first_then_round)
{
    people();
    expect("b", "bob: ");
    expect_next(1, "bert: ");
    expect_next(1, "bob: ");
    expect_next(-1, "bert: ");
    expect("", "bob: ");
    expect_next(1, "Anna: ");
    expect_next(1, "Grace Hopper: ");
    expect_next(1, "bert: ");
    expect_next(1, "bob: ");
    complete_spoke(&c, "bert");
    expect("b", "bert: ");
}

Test(complete, backwards_begins_at_the_end)
{
    people();
    strcpy(line, "b");
    expect_next(-1, "bert: ");
    expect_next(-1, "bob: ");
}

Test(complete, ourselves_last)
{
    people();
    complete_spoke(&c, "ada");
    expect("a", "Anna: ");
    expect_next(1, "ada: ");
    expect_next(1, "Anna: ");
    expect("ad", "ada: ");
}

Test(complete, nobody_fits)
{
    expect("", "");
    expect("x", "x");
    complete_spoke(&c, "ada");
    expect("", "");
    expect("x", "x");
    expect("ada ", "ada ");
}

Test(complete, who_left_is_forgotten_and_who_is_renamed_is_not)
{
    people();
    complete_left(&c, "bob");
    complete_left(&c, "nobody");
    expect("b", "bert: ");
    complete_renamed(&c, "bert", "bill");
    expect("b", "bill: ");
    complete_renamed(&c, "stranger", "beth");
    expect("be", "beth: ");
}

Test(complete, what_is_no_nickname_is_passed_over)
{
    char name[200];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    complete_spoke(&c, name);
    complete_spoke(&c, "a  b");
    complete_spoke(&c, "");
    cr_expect_eq(c.count, 0);
}

Test(complete, the_least_likely_goes)
{
    for (int i = 0; i < COMPLETE_NICKS + 5; i++) {
        char nick[16];
        snprintf(nick, sizeof nick, "user%d", i);
        complete_spoke(&c, nick);
    }
    cr_expect_eq(c.count, COMPLETE_NICKS);
    expect("user0", "user0");
    complete_came(&c, "zoe");
    expect("zo", "zoe: ");
    expect("user1004", "user1004: ");
}

Test(complete, the_list_goes_round)
{
    char list[64], brief[12];
    people();
    expect("b", "bob: ");
    complete_list(&c, "ada", list, sizeof list);
    cr_expect_str_eq(list, "bob, bert");
    expect("g", "Grace Hopper: ");
    complete_list(&c, "ada", list, sizeof list);
    cr_expect_str_eq(list, "");
    expect("", "bob: ");
    complete_list(&c, "ada", brief, sizeof brief);
    cr_expect_str_eq(brief, "bob, Anna");
}
