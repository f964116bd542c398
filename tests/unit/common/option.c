#include "common/option.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SQUARE = 3, ROUND = 7 };

static struct {
    bool loud;
    int shape, size;
    const char *name;
    char first;
    struct option_list tags;
} o;

static bool read_first(const char *value, void *place)
{
    *(char *)place = *value;
    return *value != '?';
}

static void write_first(const void *place, char *to, size_t size)
{
    snprintf(to, size, "%c", *(const char *)place);
}

static const char *check_tag(const char *value)
{
    return *value == '#' ? NULL : "a tag begins with #";
}

static const struct option_type first_type = {read_first, write_first, NULL},
                                tag_type = {NULL, NULL, check_tag};

#define AT(member) offsetof(__typeof__(o), member)

static const struct option_spec rows[] = {
    {"loud", 'l', OPTION_FLAG, NULL, "use capitals", AT(loud), 0, NULL, NULL},
    {"square", 0, OPTION_CHOICE, NULL, NULL, AT(shape), SQUARE, NULL, NULL},
    {"round", 'r', OPTION_CHOICE, NULL, NULL, AT(shape), ROUND, NULL, NULL},
    {"size", 's', OPTION_NUMBER, "CM", "set the size", AT(size), 50, "not a size up to 50", NULL},
    {"name", 'n', OPTION_TEXT, NULL, NULL, AT(name), 0, NULL, NULL},
    {"first", 0, OPTION_CUSTOM, NULL, NULL, AT(first), 0, "not a first letter", &first_type},
    {"tag", 0, OPTION_LIST, NULL, NULL, AT(tags), 0, NULL, &tag_type},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const char *set(const char *name, const char *value)
{
    return option_set(rows, ROWS, &o, name, value);
}

static const char *line(const char *text)
{
    static char copy[128];
    strcpy(copy, text);
    return option_set_line(rows, ROWS, &o, copy);
}

Test(option, each_kind_fills_its_place)
{
    cr_expect_null(set("loud", NULL));
    cr_expect(o.loud);
    cr_expect_null(set("no-loud", NULL));
    cr_expect_not(o.loud);
    cr_expect_null(set("size", "50"));
    cr_expect_eq(o.size, 50);
    cr_expect_null(set("name", "Ada L"));
    cr_expect_str_eq(o.name, "Ada L");
}

Test(option, the_last_pick_counts)
{
    cr_expect_null(set("square", NULL));
    cr_expect_null(set("round", NULL));
    cr_expect_eq(o.shape, ROUND);
    cr_expect_null(set("no-round", NULL));
    cr_expect_eq(o.shape, 0);
}

Test(option, what_is_wrong_is_said_and_changes_nothing)
{
    static const char *const wrong[][3] = {
        {"lou", NULL, OPTION_UNKNOWN},
        {"no-size", NULL, OPTION_UNKNOWN},
        {"no-name", "x", OPTION_UNKNOWN},
        {"no-", NULL, OPTION_UNKNOWN},
        {"", NULL, OPTION_UNKNOWN},
        {"loud", "yes", OPTION_TAKES_NONE},
        {"size", NULL, OPTION_NEEDS_VALUE},
        {"size", "51", "not a size up to 50"},
        {"size", "-1", "not a size up to 50"},
        {"size", "1x", "not a size up to 50"},
        {"size", " 1", "not a size up to 50"},
        {"name", "", OPTION_NEEDS_VALUE},
        {"first", "?", "not a first letter"},
        {"tag", "x", "a tag begins with #"},
        {"tag", "", OPTION_NEEDS_VALUE},
        {"no-tag", NULL, OPTION_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *says = set(wrong[i][0], wrong[i][1]);
        cr_assert(says, "row %zu", i);
        cr_expect_str_eq(says, wrong[i][2]);
    }
    cr_expect(!o.loud && o.size == 0 && !o.name);
}

Test(option, lines_of_a_file)
{
    static const char *const nothing[] = {"", " \t", "\r", "# loud", "  #loud"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) cr_expect_null(line(nothing[i]));
    cr_expect_not(o.loud);
    cr_expect_null(line(" loud\r"));
    cr_expect(o.loud);
    cr_expect_null(line("name \t #1 of us  \r"));
    cr_expect_str_eq(o.name, "#1 of us");
    cr_expect_null(line("size 7"));
    cr_expect_eq(o.size, 7);
    cr_expect_str_eq(line("size"), OPTION_NEEDS_VALUE);
    cr_expect_str_eq(line("loud # why"), OPTION_TAKES_NONE);
    cr_expect_str_eq(line("name= ada"), OPTION_UNKNOWN);
}

Test(option, as_getopt_wants_it)
{
    char words[] = "x --no-loud -ls5 --round --name=ada -h more", *argv[8] = {NULL};
    char *word = strtok(words, " ");
    for (int n = 0; word; word = strtok(NULL, " ")) argv[n++] = word;
    static const char *const expected[] = {"no-loud", "loud", "size", "round", "name", NULL};
    struct option_getopt g;
    int c, i = 0;
    option_getopt_init(&g, rows, ROWS);
    for (size_t at = 0; (c = getopt_long(7, argv, g.letters, g.longs, &i)) != -1; at++) {
        const char *name = c == 0 ? g.longs[i].name : option_name(rows, ROWS, c);
        if (expected[at])
            cr_expect_str_eq(name, expected[at]);
        else
            cr_expect_eq(c, 'h');
    }
    cr_expect_str_eq(argv[optind], "more");
}

/* A sign between name and value, where many other programs want one. */
Test(option, an_equals_sign_may_stand_between_name_and_value)
{
    static const struct {
        const char *line, *name;
    } rows_read[] = {
        {"name = ada", "ada"},

        {"name\t=\tada \r", "ada"},  {"  name =ada", "ada"},          {"name = Ada = L", "Ada = L"},
        {"name Ada = L", "Ada = L"}, {"name = =ada", "=ada"},         {"name ==ada", "=ada"},
        {"name = # ada", "# ada"},   {"name = \xC3\xA9", "\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof rows_read / sizeof *rows_read; i++) {
        cr_expect_null(line(rows_read[i].line), "%s", rows_read[i].line);
        cr_expect_str_eq(o.name, rows_read[i].name, "%s", rows_read[i].line);
    }
    cr_expect_null(line("size = 7"));
    cr_expect_eq(o.size, 7);
    cr_expect_str_eq(line("size = "), OPTION_NEEDS_VALUE);
    cr_expect_str_eq(line("name ="), OPTION_NEEDS_VALUE);
    cr_expect_str_eq(line("loud = yes"), OPTION_TAKES_NONE);
    cr_expect_str_eq(line("loud ="), OPTION_TAKES_NONE);
    cr_expect_str_eq(line("= ada"), OPTION_UNKNOWN);
    cr_expect_str_eq(line("name=ada"), OPTION_UNKNOWN);
}

Test(option, a_value_that_begins_with_an_equals_sign_is_written_as_it_is_read)
{
    char text[64];
    set("name", "=ada");
    option_format_line(&rows[4], &o, text, sizeof text);
    cr_expect_null(line(text));
    cr_expect_str_eq(o.name, "=ada", "%s", text);
}

static void expect_written(const char *all)
{
    char text[256] = "", one[64];
    for (int i = 0; i < ROWS; i++) {
        option_format_line(&rows[i], &o, one, sizeof one);
        strcat(strcat(text, one), "\n");
    }
    cr_expect_str_eq(text, all);
}

Test(option, each_kind_is_written_as_it_is_read)
{
    set("first", "A");
    expect_written("no-loud\nno-square\nno-round\nsize 0\nname\nfirst A\ntag\n");
    set("loud", NULL);
    set("round", NULL);
    set("size", "7");
    set("name", "Ada L");
    expect_written("loud\nno-square\nround\nsize 7\nname Ada L\nfirst A\ntag\n");
}

Test(option, a_value_by_itself)
{
    static const char *const values[] = {"on", "off", "on", "7", "Ada L", "A", ""};
    char text[64];
    cr_assert(!set("loud", NULL) && !set("round", NULL) && !set("size", "7"));
    cr_assert(!set("name", "Ada L") && !set("first", "A"));
    for (int i = 0; i < ROWS; i++) {
        option_format_value(&rows[i], &o, text, sizeof text);
        cr_expect_str_eq(text, values[i]);
    }
}

Test(option, a_list_grows_to_sixteen)
{
    char text[256];
    const struct option_spec *row = &rows[ROWS - 1];
    set("tag", "#a");
    set("tag", "#b c");
    option_format_value(row, &o, text, sizeof text);
    cr_expect_str_eq(text, "#a #b c");
    option_format_line(row, &o, text, sizeof text);
    cr_expect_str_eq(text, "tag #a\ntag #b c");
    option_format_line(row, &o, text, 13);
    cr_expect_str_eq(text, "tag #a\ntag #");
    for (int i = 2; i < OPTION_LIST_MAX; i++) cr_expect_null(set("tag", "#"));
    cr_expect_str_eq(set("tag", "#"), OPTION_TOO_MANY);
    cr_expect_eq(o.tags.count, OPTION_LIST_MAX);
}

Test(option, what_does_not_fit_is_cut)
{
    char text[8];
    set("name", "somebody");
    option_format_line(&rows[4], &o, text, sizeof text);
    cr_expect_str_eq(text, "name so");
    option_format_line(&rows[4], &o, text, 3);
    cr_expect_str_eq(text, "na");
}

Test(option, the_help_has_a_line_for_each_row_that_has_one)
{
    char text[OPTION_HELP];
    option_help(rows, ROWS, &o, text);
    cr_expect_str_eq(text, "  -l, --loud     use capitals\n"
                           "  -s, --size CM  set the size\n"
                           "  -h, --help     print this help and exit\n"
                           "  -V, --version  print the version and exit\n");
}

Test(option, the_help_lists_a_flag_that_is_on_by_its_negation)
{
    char text[OPTION_HELP];
    o.loud = true;
    option_help(rows, ROWS, &o, text);
    cr_expect(strstr(text, "      --no-loud  use capitals\n"), "%s", text);
}
