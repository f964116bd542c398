#include "server/fairness.h"

#include <criterion/criterion.h>

enum { ANNA = 1, BEN, CLARA };

static struct speakers f;
static struct token_bucket little, much;

static void init(void)
{
    f = (struct speakers){0};
    little = much = (struct token_bucket){0};
    flood_count(&little, 80, 1000);
    flood_count(&much, 40 * 1024, 1000);
}

TestSuite(speakers, .init = init);

Test(speakers, who_talks_is_heard_by_the_others_for_a_while)
{
    speakers_note(&f, ANNA, &little, 1000);
    cr_expect(speakers_others_active(&f, BEN, 1499));
    cr_expect_not(speakers_others_active(&f, BEN, 1500));
    cr_expect_not(speakers_others_active(&f, ANNA, 1000), "it is not another to itself");
}

Test(speakers, of_two_who_talk_each_has_another)
{
    speakers_note(&f, ANNA, &little, 1000);
    speakers_note(&f, BEN, &little, 1100);
    cr_expect(speakers_others_active(&f, ANNA, 1100));
    cr_expect(speakers_others_active(&f, BEN, 1100));
}

Test(speakers, a_third_takes_the_place_of_the_one_longest_silent)
{
    speakers_note(&f, ANNA, &little, 1000);
    speakers_note(&f, BEN, &little, 1100);
    speakers_note(&f, ANNA, &little, 1200);
    speakers_note(&f, CLARA, &little, 1300);
    cr_expect(speakers_others_active(&f, CLARA, 1650), "Anna still talks");
    cr_expect_not(speakers_others_active(&f, CLARA, 1700));
}

Test(speakers, who_sends_more_than_people_say_never_talked)
{
    speakers_note(&f, ANNA, &little, 1000);
    speakers_note(&f, ANNA, &much, 1000);
    speakers_note(&f, BEN, &much, 1000);
    cr_expect_not(speakers_others_active(&f, CLARA, 1000));
}

Test(speakers, a_long_text_may_be_pasted_and_no_more)
{
    struct token_bucket pasted = {0};
    flood_count(&pasted, 64 * 1024, 1000);
    flood_count(&pasted, 60 * 1024, 1000);
    cr_expect_not(flood_exceeded(&pasted, 1000));
    flood_count(&pasted, 10 * 1024, 1000);
    cr_expect(flood_exceeded(&pasted, 1000));
    cr_expect_not(flood_exceeded(&pasted, 2000), "after a rest");
}
