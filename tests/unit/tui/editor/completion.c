#include "tui/editor/completion.h"

#include "tui/core/members.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct members m;
static struct completion c;
static char line[256];

static void forget(void)
{
    members_clear(&m);
    completion_end(&c);
}

TestSuite(completion, .fini = forget);

/* Presses Tab, or Shift+Tab where step is -1, behind what stands in `line`. */
static bool press(int step)
{
    static const struct members_own_last nicks = {&m, "ada"};
    const struct completion_source source = {.word = members_word, .arg = &nicks, .own = "ada"};
    struct completion_edit done;
    size_t cursor = c.cycling ? c.to : strlen(line);
    if (!completion_next(&c, &source, line, cursor, step, &done)) return false;
    char rest[256];
    strcpy(rest, line + done.to);
    snprintf(line + done.from, sizeof line - done.from, "%s%s", done.text, rest);
    return true;
}

static void expect(const char *typed, const char *completed)
{
    completion_end(&c);
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
    members_joined(&m, "bert");
    members_spoke(&m, "bob");
    members_spoke(&m, "ada");
    members_spoke(&m, "Grace Hopper");
    members_spoke(&m, "Anna");
    members_spoke(&m, "bob");
}

Test(completion, a_colon_at_the_start_and_a_space_elsewhere)
{
    people();
    expect("gr", "Grace Hopper: ");
    expect("hello gr", "hello Grace Hopper ");
    expect("@an", "@Anna ");
    expect("one\nan", "one\nAnna ");
    expect("hello grace h", "hello Grace Hopper ");
}

Test(completion, the_last_speaker_first_then_round)
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
    members_spoke(&m, "bert");
    expect("b", "bert: ");
}

Test(completion, backwards_begins_at_the_end)
{
    people();
    strcpy(line, "b");
    expect_next(-1, "bert: ");
    expect_next(-1, "bob: ");
}

Test(completion, ourselves_last)
{
    people();
    members_spoke(&m, "ada");
    expect("a", "Anna: ");
    expect_next(1, "ada: ");
    expect_next(1, "Anna: ");
    expect("ad", "ada: ");
}

Test(completion, nobody_fits)
{
    expect("", "");
    expect("x", "x");
    members_spoke(&m, "ada");
    expect("", "");
    expect("x", "x");
    expect("ada ", "ada ");
}

Test(completion, who_left_is_forgotten_and_who_is_renamed_is_not)
{
    people();
    members_left(&m, "bob");
    members_left(&m, "nobody");
    expect("b", "bert: ");
    members_renamed(&m, "bert", "bill");
    expect("b", "bill: ");
    members_renamed(&m, "stranger", "beth");
    expect("be", "beth: ");
}

Test(completion, what_is_no_nickname_is_passed_over)
{
    char name[200];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    members_spoke(&m, name);
    members_spoke(&m, "a  b");
    members_spoke(&m, "");
    cr_expect_eq(m.count, 0);
}

Test(completion, the_least_likely_goes)
{
    for (int i = 0; i < MEMBERS_MAX + 5; i++) {
        char nick[16];
        snprintf(nick, sizeof nick, "user%d", i);
        members_spoke(&m, nick);
    }
    cr_expect_eq(m.count, MEMBERS_MAX);
    expect("user0", "user0");
    members_joined(&m, "zoe");
    expect("zo", "zoe: ");
    expect("user1004", "user1004: ");
}

Test(completion, the_list_goes_round)
{
    char list[64], brief[12];
    people();
    expect("b", "bob: ");
    completion_list(&c, list, sizeof list);
    cr_expect_str_eq(list, "bob, bert");
    expect("g", "Grace Hopper: ");
    completion_list(&c, list, sizeof list);
    cr_expect_str_eq(list, "");
    expect("", "bob: ");
    completion_list(&c, brief, sizeof brief);
    cr_expect_str_eq(brief, "bob, Anna");
}
