#include "server/fairness.h"

#include <criterion/criterion.h>

enum { ANNA = 1, BEN, CLARA };

static struct speakers f;
enum { MUCH = false, LITTLE = true };

static void init(void)
{
    f = (struct speakers){0};
}

TestSuite(speakers, .init = init);

Test(speakers, who_talks_is_heard_by_the_others_for_a_while)
{
    speakers_note(&f, ANNA, LITTLE, 1000);
    cr_expect(speakers_others_active(&f, BEN, 1499));
    cr_expect_not(speakers_others_active(&f, BEN, 1500));
    cr_expect_not(speakers_others_active(&f, ANNA, 1000), "it is not another to itself");
}

Test(speakers, of_two_who_talk_each_has_another)
{
    speakers_note(&f, ANNA, LITTLE, 1000);
    speakers_note(&f, BEN, LITTLE, 1100);
    cr_expect(speakers_others_active(&f, ANNA, 1100));
    cr_expect(speakers_others_active(&f, BEN, 1100));
}

Test(speakers, a_third_takes_the_place_of_the_one_longest_silent)
{
    speakers_note(&f, ANNA, LITTLE, 1000);
    speakers_note(&f, BEN, LITTLE, 1100);
    speakers_note(&f, ANNA, LITTLE, 1200);
    speakers_note(&f, CLARA, LITTLE, 1300);
    cr_expect(speakers_others_active(&f, CLARA, 1650), "Anna still talks");
    cr_expect_not(speakers_others_active(&f, CLARA, 1700));
}

Test(speakers, who_sends_more_than_people_say_never_talked)
{
    speakers_note(&f, ANNA, LITTLE, 1000);
    speakers_note(&f, ANNA, MUCH, 1000);
    speakers_note(&f, BEN, MUCH, 1000);
    cr_expect_not(speakers_others_active(&f, CLARA, 1000));
}
