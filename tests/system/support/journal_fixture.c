#include "tests/system/support/journal_fixture.h"

#include "common/record.h"
#include "tests/system/support/child.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char journaled_folder[64], journaled_path[128], journaled_other[160];

void journaled_init(void)
{
    strcpy(journaled_folder, "/tmp/klatchd-XXXXXX");
    cr_assert(mkdtemp(journaled_folder), "mkdtemp");
    snprintf(journaled_path, sizeof journaled_path, "%s/journal", journaled_folder);
    snprintf(journaled_other, sizeof journaled_other, "%s/journal.1", journaled_folder);
}

void journaled_fini(void)
{
    char out[256], err[256];
    const char *argv[] = {"rm", "-rf", journaled_folder, NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof err), 0, "%s", err);
}

void journaled_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "we");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", name);
}

char *journaled_read(const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(name, "re");
    cr_assert(file, "there is no %s", name);
    if (getdelim(&text, &size, '\0', file) < 0) text[0] = '\0';
    fclose(file);
    return text;
}

char *journaled_next(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (*line == '\0') return NULL;
    cr_assert(end, "half a line: %s", line);
    *end = '\0';
    *text = end + 1;
    return line;
}

void journaled_expect(char **text, const char *nick, const char *msg)
{
    struct record r;
    char *line = journaled_next(text);
    cr_assert(line, "there is no line for %s", msg);
    cr_assert_eq(strncmp(line, "{\"time\":\"20", 11), 0, "%s", line);
    cr_assert_null(record_decode(&r, (struct span){line, strlen(line)}), "%s", line);
    cr_expect_str_eq(r.said.nick, nick);
    cr_expect_str_eq(r.said.msg, msg);
    cr_expect_eq(r.said.proto, PROTO_BROADCAST);
}
