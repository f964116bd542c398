#include "common/option.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

int option_parse_number(const char *text, int max)
{
    char *end;
    if (*text < '0' || *text > '9') return -1;
    errno = 0;
    long value = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && value <= max ? (int)value : -1;
}

static bool takes_value(const struct option_spec *row)
{
    return row->kind != OPTION_FLAG && row->kind != OPTION_CHOICE;
}

static char *append_letter(char *to, const struct option_spec *row)
{
    if (row->letter != 0) *to++ = (char)row->letter;
    if (row->letter != 0 && takes_value(row)) *to++ = ':';
    return to;
}

void option_getopt_init(struct option_getopt *ret, const struct option_spec *rows, int count)
{
    assert(count <= OPTION_ROWS);
    struct option *to = ret->longs;
    char *letters = ret->letters;
    for (int i = 0; i < count; i++) {
        int takes = takes_value(&rows[i]) ? required_argument : no_argument;
        *to++ = (struct option){rows[i].name, takes, NULL, 0};
        letters = append_letter(letters, &rows[i]);
        if (takes) continue;
        snprintf(ret->no[i], OPTION_NAME, "no-%s", rows[i].name);
        *to++ = (struct option){ret->no[i], no_argument, NULL, 0};
    }
    *to++ = (struct option){"help", no_argument, NULL, 'h'};
    *to++ = (struct option){"version", no_argument, NULL, 'V'};
    *to = (struct option){0};
    memcpy(letters, "hV", 3);
}

const char *option_name(const struct option_spec *rows, int count, int letter)
{
    for (int i = 0; i < count; i++)
        if (rows[i].letter != 0 && rows[i].letter == letter) return rows[i].name;
    return NULL;
}

static const struct option_spec *find_row(const struct option_spec *rows, int count,
                                          const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

static const char *append_value(struct option_list *list, const char *value)
{
    if (list->count == OPTION_LIST_MAX) return OPTION_TOO_MANY;
    list->values[list->count++] = value;
    return NULL;
}

static const char *set_value(const struct option_spec *row, void *member, const char *value)
{
    if (value == NULL || value[0] == '\0') return OPTION_NEEDS_VALUE;
    assert(row->kind != OPTION_CUSTOM || row->type != NULL);
    const char *why =
        row->type != NULL && row->type->check != NULL ? row->type->check(value) : NULL;
    if (why != NULL) return why;
    if (row->kind == OPTION_LIST) return append_value(member, value);
    if (row->kind == OPTION_TEXT) *(const char **)member = value;
    if (row->kind == OPTION_TEXT) return NULL;
    if (row->kind == OPTION_CUSTOM) return row->type->parse(value, member) ? NULL : row->error;
    int n = option_parse_number(value, row->number);
    if (n < 0) return row->error;
    *(int *)member = n;
    return NULL;
}

static const char *set_flag(const struct option_spec *row, void *member, bool yes,
                            const char *value)
{
    if (value != NULL) return OPTION_TAKES_NONE;
    if (row->kind == OPTION_FLAG)
        *(bool *)member = yes;
    else
        *(int *)member = yes ? row->number : 0;
    return NULL;
}

const char *option_set(const struct option_spec *rows, int count, void *options, const char *name,
                       const char *value)
{
    const struct option_spec *row = find_row(rows, count, name);
    bool no = row == NULL && strncmp(name, "no-", 3) == 0;
    if (no) row = find_row(rows, count, name + 3);
    if (row == NULL || (no && takes_value(row))) return OPTION_UNKNOWN;
    void *member = (char *)options + row->offset;
    return takes_value(row) ? set_value(row, member, value) : set_flag(row, member, !no, value);
}

const char *option_set_line(const struct option_spec *rows, int count, void *options, char *line)
{
    char *name = line + strspn(line, BLANKS);
    if (*name == '#' || *name == '\0') return NULL;
    char *end = name + strcspn(name, BLANKS), *value = end + strspn(end, BLANKS);
    bool equals = *value == '=';
    if (equals) value += 1 + strspn(value + 1, BLANKS);
    for (size_t n = strlen(value); n > 0 && strchr(BLANKS, value[n - 1]) != NULL;)
        value[--n] = '\0';
    bool given = equals || *value != '\0';
    *end = '\0';
    return option_set(rows, count, options, name, given ? value : NULL);
}

static bool is_on(const struct option_spec *row, const void *member)
{
    if (row->kind == OPTION_FLAG) return *(const bool *)member;
    return *(const int *)member == row->number;
}

/* Appends as much of a text as there is room for. Returns the new length. */
static size_t append_cut(char *to, size_t n, size_t size, const char *text)
{
    size_t len = strnlen(text, size - 1 - n);
    memcpy(to + n, text, len);
    to[n + len] = '\0';
    return n + len;
}

static void format_list(const struct option_list *list, const char *between, char *to, size_t size)
{
    size_t n = append_cut(to, 0, size, "");
    for (int i = 0; i < list->count; i++) {
        n = append_cut(to, n, size, i > 0 ? between : "");
        n = append_cut(to, n, size, list->values[i]);
    }
}

void option_format_value(const struct option_spec *row, const void *options, char *to, size_t size)
{
    const void *member = (const char *)options + row->offset;
    const char *text = NULL;
    if (!takes_value(row)) text = is_on(row, member) ? "on" : "off";
    if (row->kind == OPTION_TEXT) text = *(const char *const *)member;
    if (row->kind == OPTION_NUMBER)
        snprintf(to, size, "%d", *(const int *)member);
    else if (row->kind == OPTION_LIST)
        format_list(member, " ", to, size);
    else if (row->kind == OPTION_CUSTOM)
        row->type->format(member, to, size);
    else
        snprintf(to, size, "%s", text != NULL ? text : "");
}

static bool begins_with_equals(const struct option_spec *row, const void *member)
{
    const char *text = row->kind == OPTION_TEXT ? *(const char *const *)member : NULL;
    return text != NULL && text[0] == '=';
}

void option_format_line(const struct option_spec *row, const void *options, char *to, size_t size)
{
    const void *member = (const char *)options + row->offset;
    const char *no = takes_value(row) || is_on(row, member) ? "" : "no-";
    const char *between = takes_value(row) ? begins_with_equals(row, member) ? " = " : " " : "";
    int n = snprintf(to, size, "%s%s%s", no, row->name, between);
    if (!takes_value(row) || (size_t)n >= size) return;
    char next[OPTION_NAME + 2];
    snprintf(next, sizeof next, "\n%s ", row->name);
    if (row->kind == OPTION_LIST)
        format_list(member, next, to + n, size - (size_t)n);
    else
        option_format_value(row, options, to + n, size - (size_t)n);
    if (to[n] == '\0') to[n - 1] = '\0';
}

/* -- --help -- */

static const struct option_spec always[] = {
    {"help", 'h', OPTION_FLAG, NULL, "print this help and exit", 0, 0, NULL, NULL},
    {"version", 'V', OPTION_FLAG, NULL, "print the version and exit", 0, 0, NULL, NULL},
};

enum { OPTION_NAMES = 2 * OPTION_NAME };

static int format_names(const struct option_spec *row, bool on, char to[static OPTION_NAMES])
{
    char letter[] = "    ";
    if (row->letter != 0 && !on) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    return snprintf(to, OPTION_NAMES, "  %s--%s%s%s%s", letter, on ? "no-" : "", row->name,
                    row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
}

static bool is_on_flag(const struct option_spec *row, const void *defaults)
{
    return row->kind == OPTION_FLAG && is_on(row, (const char *)defaults + row->offset);
}

static int help_column(const struct option_spec *rows, int count, const void *defaults)
{
    char names[OPTION_NAMES];
    int widest = 0;
    for (int i = 0; i < count; i++) {
        if (rows[i].help == NULL) continue;
        int width = format_names(&rows[i], is_on_flag(&rows[i], defaults), names);
        if (width > widest) widest = width;
    }
    return widest + 2;
}

/* Appends text, padded to a width, at `at`. Returns where the next one goes. */
static size_t append_padded(char *to, size_t at, const char *text, size_t width)
{
    size_t n = strlen(text), padded = n < width ? width : n;
    assert(at + padded < OPTION_HELP);
    memset(to + at, ' ', padded);
    memcpy(to + at, text, n);
    to[at + padded] = '\0';
    return at + padded;
}

/* Appends an option's line of help, if it has one. Returns where the next line goes. */
static size_t append_help(const struct option_spec *row, bool on, int column, char *to, size_t at)
{
    char names[OPTION_NAMES];
    if (row->help == NULL) return at;
    format_names(row, on, names);
    at = append_padded(to, at, names, (size_t)column);
    at = append_padded(to, at, row->help, 0);
    return append_padded(to, at, "\n", 0);
}

void option_help(const struct option_spec *rows, int count, const void *defaults,
                 char to[static OPTION_HELP])
{
    size_t at = 0;
    int column = help_column(rows, count, defaults);
    for (int i = 0; i < count; i++)
        at = append_help(&rows[i], is_on_flag(&rows[i], defaults), column, to, at);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        at = append_help(&always[i], false, column, to, at);
}
