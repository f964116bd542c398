#include "common/option.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

int option_number(const char *text, int max)
{
    char *end;
    if (*text < '0' || *text > '9') return -1;
    errno = 0;
    long value = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && value <= max ? (int)value : -1;
}

static bool takes_value(const struct option_spec *row)
{
    return row->kind != OPTION_FLAG && row->kind != OPTION_PICK;
}

static char *add_letter(char *to, const struct option_spec *row)
{
    if (row->letter != 0) *to++ = (char)row->letter;
    if (row->letter != 0 && takes_value(row)) *to++ = ':';
    return to;
}

void option_describe(const struct option_spec *rows, int count, struct option_getopt *ret)
{
    assert(count <= OPTION_ROWS);
    struct option *to = ret->longs;
    char *letters = ret->letters;
    for (int i = 0; i < count; i++) {
        int takes = takes_value(&rows[i]) ? required_argument : no_argument;
        *to++ = (struct option){rows[i].name, takes, NULL, 0};
        letters = add_letter(letters, &rows[i]);
        if (takes) continue;
        snprintf(ret->no[i], OPTION_NAME, "no-%s", rows[i].name);
        *to++ = (struct option){ret->no[i], no_argument, NULL, 0};
    }
    *to++ = (struct option){"help", no_argument, NULL, 'h'};
    *to++ = (struct option){"version", no_argument, NULL, 'V'};
    *to = (struct option){0};
    memcpy(letters, "hV", 3);
}

const char *option_letter(const struct option_spec *rows, int count, int letter)
{
    for (int i = 0; i < count; i++)
        if (rows[i].letter != 0 && rows[i].letter == letter) return rows[i].name;
    return NULL;
}

static const struct option_spec *find(const struct option_spec *rows, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

static const char *set_value(const struct option_spec *row, void *place, const char *value)
{
    if (value == NULL || value[0] == '\0') return "needs a value";
    if (row->kind == OPTION_TEXT) *(const char **)place = value;
    if (row->kind == OPTION_TEXT) return NULL;
    if (row->kind == OPTION_OTHER) return row->form->read(value, place) ? NULL : row->wrong;
    int n = option_number(value, row->number);
    if (n < 0) return row->wrong;
    *(int *)place = n;
    return NULL;
}

static const char *set_flag(const struct option_spec *row, void *place, bool yes, const char *value)
{
    if (value != NULL) return "takes no value";
    if (row->kind == OPTION_FLAG)
        *(bool *)place = yes;
    else
        *(int *)place = yes ? row->number : 0;
    return NULL;
}

const char *option_set(const struct option_spec *rows, int count, void *options, const char *name,
                       const char *value)
{
    const struct option_spec *row = find(rows, count, name);
    bool no = row == NULL && strncmp(name, "no-", 3) == 0;
    if (no) row = find(rows, count, name + 3);
    if (row == NULL || (no && takes_value(row))) return "there is no such option";
    void *place = (char *)options + row->at;
    return takes_value(row) ? set_value(row, place, value) : set_flag(row, place, !no, value);
}

const char *option_line(const struct option_spec *rows, int count, void *options, char *line)
{
    char *name = line + strspn(line, BLANKS);
    if (*name == '#' || *name == '\0') return NULL;
    char *value = name + strcspn(name, BLANKS);
    if (*value != '\0') *value++ = '\0';
    value += strspn(value, BLANKS);
    for (size_t n = strlen(value); n > 0 && strchr(BLANKS, value[n - 1]) != NULL;)
        value[--n] = '\0';
    return option_set(rows, count, options, name, *value != '\0' ? value : NULL);
}

static bool is_on(const struct option_spec *row, const void *place)
{
    if (row->kind == OPTION_FLAG) return *(const bool *)place;
    return *(const int *)place == row->number;
}

void option_value(const struct option_spec *row, const void *options, char *to, size_t size)
{
    const void *place = (const char *)options + row->at;
    const char *text = NULL;
    if (!takes_value(row)) text = is_on(row, place) ? "on" : "off";
    if (row->kind == OPTION_TEXT) text = *(const char *const *)place;
    if (row->kind == OPTION_NUMBER)
        snprintf(to, size, "%d", *(const int *)place);
    else if (row->kind == OPTION_OTHER)
        row->form->write(place, to, size);
    else
        snprintf(to, size, "%s", text != NULL ? text : "");
}

void option_write(const struct option_spec *row, const void *options, char *to, size_t size)
{
    const void *place = (const char *)options + row->at;
    const char *no = takes_value(row) || is_on(row, place) ? "" : "no-";
    int n = snprintf(to, size, "%s%s%s", no, row->name, takes_value(row) ? " " : "");
    if (!takes_value(row) || (size_t)n >= size) return;
    option_value(row, options, to + n, size - (size_t)n);
    if (to[n] == '\0') to[n - 1] = '\0';
}
