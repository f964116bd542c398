#include "tests/system/support/metrics_reader.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 128, FAMILIES = 64 };

struct family {
    char name[NAME], type[16];
    int samples;
    double bound, below, count; /* of a histogram: the last bucket's, and its count */
};

static struct family families[FAMILIES];
static int known;

static size_t name_length(const char *s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:";
    return strchr(letters, *s) && *s ? 1 + strspn(s + 1, "abcdefghijklmnopqrstuvwxyz"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ_:0123456789")
                                     : 0;
}

/* Copies a name and returns what follows it. */
static const char *take_name(const char *s, char name[static NAME])
{
    size_t n = name_length(s);
    cr_assert(n > 0 && n < NAME, "no name: %s", s);
    memcpy(name, s, n);
    name[n] = '\0';
    return s + n;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n > m && strcmp(s + n - m, end) == 0;
}

/* -- what describes a family -- */

static void begin_family(const char *line)
{
    struct family *f = &families[known++];
    cr_assert(known < FAMILIES);
    *f = (struct family){.bound = -INFINITY};
    const char *help = take_name(line, f->name);
    cr_assert(*help == ' ' && help[1], "no help: %s", line);
    for (int i = 0; i + 1 < known; i++) cr_assert_str_neq(families[i].name, f->name, "twice");
}

static void take_type(const char *line)
{
    char name[NAME];
    cr_assert(known > 0, "a type before the help: %s", line);
    struct family *f = &families[known - 1];
    const char *type = take_name(line, name);
    cr_assert_str_eq(name, f->name, "the help and the type are apart");
    cr_assert(f->samples == 0 && !*f->type, "%s", line);
    bool right =
        !strcmp(type, " counter") || !strcmp(type, " gauge") || !strcmp(type, " histogram");
    cr_assert(right, "%s", line);
    strcpy(f->type, type + 1);
    cr_expect_eq(strcmp(f->type, "counter") == 0, ends_with(name, "_total"), "%s", line);
}

/* -- samples -- */

/* Skips {name="value",...}, and reads the bound of a bucket. */
static const char *take_labels(const char *s, double *ret_bound)
{
    char name[NAME];
    if (*s != '{') return s;
    do {
        const char *value = take_name(s + 1, name);
        cr_assert(value[0] == '=' && value[1] == '"', "%s", s);
        if (strcmp(name, "le") == 0) *ret_bound = strtod(value + 2, NULL);
        for (s = value + 2; *s != '"'; s++) cr_assert(*s && *s != '\\', "a label: %s", value);
        s++;
    } while (*s == ',');
    cr_assert_eq(*s, '}', "labels have no end: %s", s);
    return s + 1;
}

static void take_bucket(struct family *f, double bound, double value)
{
    cr_assert(bound > f->bound && value >= f->below, "%s: buckets go down", f->name);
    f->bound = bound;
    f->below = value;
}

static void judge(struct family *f, const char *name, double bound, double value)
{
    const char *part = name + strlen(f->name);
    cr_assert(strncmp(name, f->name, strlen(f->name)) == 0, "%s is not of %s", name, f->name);
    if (strcmp(f->type, "histogram") != 0) {
        cr_assert_str_empty(part, "%s", name);
        return;
    }
    if (strcmp(part, "_bucket") == 0)
        take_bucket(f, bound, value);
    else if (strcmp(part, "_count") == 0)
        f->count = value;
    else
        cr_assert_str_eq(part, "_sum", "%s", name);
}

static void take_sample(const char *line)
{
    char name[NAME], *end;
    double bound = -INFINITY;
    cr_assert(known > 0 && *families[known - 1].type, "a sample of nothing: %s", line);
    const char *value = take_labels(take_name(line, name), &bound);
    cr_assert(value[0] == ' ' && value[1] >= '0' && value[1] <= '9', "%s", line);
    double number = strtod(value + 1, &end);
    cr_assert(*end == '\0' && number >= 0, "%s", line);
    families[known - 1].samples++;
    judge(&families[known - 1], name, bound, number);
}

static void take_line(const char *line)
{
    if (strncmp(line, "# HELP ", 7) == 0)
        begin_family(line + 7);
    else if (strncmp(line, "# TYPE ", 7) == 0)
        take_type(line + 7);
    else
        take_sample(line);
}

void metrics_reader_check(const char *text)
{
    char line[512];
    known = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        cr_assert(n > 0 && n < sizeof line && text[n] == '\n', "a line: %.80s", text);
        memcpy(line, text, n);
        line[n] = '\0';
        take_line(line);
        text += n + 1;
    }
    cr_assert_gt(known, 0);
    for (int i = 0; i < known; i++) {
        const struct family *f = &families[i];
        cr_expect_gt(f->samples, 0, "%s has no samples", f->name);
        if (strcmp(f->type, "histogram") != 0) continue;
        cr_expect(isinf(f->bound) && f->below >= f->count && f->below <= f->count, "%s", f->name);
    }
}

double metrics_reader_value(const char *text, const char *sample)
{
    size_t n = strlen(sample);
    for (const char *at = text; (at = strstr(at, sample)); at += n)
        if ((at == text || at[-1] == '\n') && at[n] == ' ') return strtod(at + n + 1, NULL);
    cr_assert_fail("there is no %s", sample);
    return 0;
}
