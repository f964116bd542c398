#include "server/fairness.h"

#include <criterion/criterion.h>

enum { ANNA = 1, BEN, CLARA };

static struct fairness f;
static struct token_bucket little, much;

static void init(void)
{
    f = (struct fairness){0};
    little = much = (struct token_bucket){0};
    fairness_count(&little, 80, 1000);
    fairness_count(&much, 40 * 1024, 1000);
}

TestSuite(fairness, .init = init);

Test(fairness, who_talks_is_heard_by_the_others_for_a_while)
{
    fairness_note(&f, ANNA, &little, 1000);
    cr_expect(fairness_others_talk(&f, BEN, 1499));
    cr_expect_not(fairness_others_talk(&f, BEN, 1500));
    cr_expect_not(fairness_others_talk(&f, ANNA, 1000), "it is not another to itself");
}

Test(fairness, of_two_who_talk_each_has_another)
{
    fairness_note(&f, ANNA, &little, 1000);
    fairness_note(&f, BEN, &little, 1100);
    cr_expect(fairness_others_talk(&f, ANNA, 1100));
    cr_expect(fairness_others_talk(&f, BEN, 1100));
}

Test(fairness, a_third_takes_the_place_of_the_one_longest_silent)
{
    fairness_note(&f, ANNA, &little, 1000);
    fairness_note(&f, BEN, &little, 1100);
    fairness_note(&f, ANNA, &little, 1200);
    fairness_note(&f, CLARA, &little, 1300);
    cr_expect(fairness_others_talk(&f, CLARA, 1650), "Anna still talks");
    cr_expect_not(fairness_others_talk(&f, CLARA, 1700));
}

Test(fairness, who_sends_more_than_people_say_never_talked)
{
    fairness_note(&f, ANNA, &little, 1000);
    fairness_note(&f, ANNA, &much, 1000);
    fairness_note(&f, BEN, &much, 1000);
    cr_expect_not(fairness_others_talk(&f, CLARA, 1000));
}

Test(fairness, a_long_text_may_be_pasted_and_no_more)
{
    struct token_bucket pasted = {0};
    fairness_count(&pasted, 64 * 1024, 1000);
    fairness_count(&pasted, 60 * 1024, 1000);
    cr_expect_not(fairness_floods(&pasted, 1000));
    fairness_count(&pasted, 10 * 1024, 1000);
    cr_expect(fairness_floods(&pasted, 1000));
    cr_expect_not(fairness_floods(&pasted, 2000), "after a rest");
}
