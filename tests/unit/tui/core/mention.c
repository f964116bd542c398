#include "tui/core/mention.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct mention {
    const char *text, *nick;
};

Test(mention, a_whole_word_in_any_case_anywhere)
{
    static const struct mention rows[] = {
        {"ada", "ada"},
        {"ada: hello", "ada"},
        {"hello ADA!", "ada"},
        {"(ada)", "Ada"},
        {"what does @ada say", "ada"},
        {"canada, ada", "ada"},
        {"one\nada", "ada"},
        {"did ÉLOÏSE come", "éloïse"},
        {"so says grace hopper, too", "Grace Hopper"},
        {"the ~x~ is here", "~x~"},
        {"thex~ is here, y~x~", "~x~"},
        {"花子さん、こんにちは", "花子"},
        {"\U0001F43Bada\U0001F43B", "ada"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect(mention_of(rows[i].text, rows[i].nick), "%s in %s", rows[i].nick, rows[i].text);
}

Test(mention, no_part_of_a_word)
{
    static const struct mention rows[] = {
        {"canada", "ada"},     {"adam", "ada"}, {"ada2", "ada"}, {"ada_", "ada"},
        {"ada\u0301", "ada"},  {"éada", "ada"}, {"Гада", "ада"}, {"", "ada"},
        {"nobody speaks", ""}, {"", ""},        {"ad a", "ada"}, {"grace hoppers", "grace hopper"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_not(mention_of(rows[i].text, rows[i].nick), "%s in %s", rows[i].nick,
                      rows[i].text);
}
