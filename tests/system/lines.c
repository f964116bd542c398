#include "tests/system/lines.h"

#include "common/record.h"
#include "tests/system/child.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char lines_folder[64], lines_path[128], lines_other[160];

void lines_init(void)
{
    strcpy(lines_folder, "/tmp/klatchd-XXXXXX");
    cr_assert(mkdtemp(lines_folder), "mkdtemp");
    snprintf(lines_path, sizeof lines_path, "%s/journal", lines_folder);
    snprintf(lines_other, sizeof lines_other, "%s/journal.1", lines_folder);
}

void lines_fini(void)
{
    char out[256], err[256];
    const char *argv[] = {"rm", "-rf", lines_folder, NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof err), 0, "%s", err);
}

void lines_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "we");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", name);
}

char *lines_read(const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(name, "re");
    cr_assert(file, "there is no %s", name);
    if (getdelim(&text, &size, '\0', file) < 0) text[0] = '\0';
    fclose(file);
    return text;
}

char *lines_next(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (*line == '\0') return NULL;
    cr_assert(end, "half a line: %s", line);
    *end = '\0';
    *text = end + 1;
    return line;
}

void lines_expect(char **text, const char *nick, const char *msg)
{
    struct record r;
    char *line = lines_next(text);
    cr_assert(line, "there is no line for %s", msg);
    cr_assert_eq(strncmp(line, "{\"time\":\"20", 11), 0, "%s", line);
    cr_assert_null(record_decode(&r, (struct span){line, strlen(line)}), "%s", line);
    cr_expect_str_eq(r.said.nick, nick);
    cr_expect_str_eq(r.said.msg, msg);
    cr_expect_eq(r.said.proto, PROTO_BROADCAST);
}
