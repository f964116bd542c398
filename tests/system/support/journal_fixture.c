#include "tests/system/support/journal_fixture.h"

#include "common/record.h"
#include "tests/system/support/child.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char journal_fixture_folder[64], journal_fixture_path[128], journal_fixture_rotated[160];

void journal_fixture_init(void)
{
    strcpy(journal_fixture_folder, "/tmp/klatchd-XXXXXX");
    cr_assert(mkdtemp(journal_fixture_folder), "mkdtemp");
    snprintf(journal_fixture_path, sizeof journal_fixture_path, "%s/journal",
             journal_fixture_folder);
    snprintf(journal_fixture_rotated, sizeof journal_fixture_rotated, "%s/journal.1",
             journal_fixture_folder);
}

void journal_fixture_fini(void)
{
    char out[256], err[256];
    const char *argv[] = {"rm", "-rf", journal_fixture_folder, NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof err), 0, "%s", err);
}

void journal_fixture_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "we");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", name);
}

char *journal_fixture_read(const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(name, "re");
    cr_assert(file, "there is no %s", name);
    if (getdelim(&text, &size, '\0', file) < 0) text[0] = '\0';
    fclose(file);
    return text;
}

char *journal_fixture_next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (*line == '\0') return NULL;
    cr_assert(end, "half a line: %s", line);
    *end = '\0';
    *text = end + 1;
    return line;
}

void journal_fixture_expect(char **text, const char *nick, const char *msg)
{
    struct record r;
    char *line = journal_fixture_next_line(text);
    cr_assert(line, "there is no line for %s", msg);
    cr_assert_eq(strncmp(line, "{\"time\":\"20", 11), 0, "%s", line);
    cr_assert_null(record_decode(&r, (struct span){line, strlen(line)}), "%s", line);
    cr_expect_str_eq(r.said.nick, nick);
    cr_expect_str_eq(r.said.msg, msg);
    cr_expect_eq(r.said.proto, PROTO_BROADCAST);
}
