#include "tests/system/support/journal_fixture.h"

#include "common/record.h"
#include "server/system/ring_map.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char journal_fixture_folder[FILES_PATH], journal_fixture_path[FILES_PATH],
    journal_fixture_rotated[FILES_PATH];

void journal_fixture_init(void)
{
    files_create_folder(journal_fixture_folder);
    files_path(journal_fixture_path, journal_fixture_folder, "journal");
    files_path(journal_fixture_rotated, journal_fixture_folder, "journal.1");
}

void journal_fixture_fini(void)
{
    files_remove_all(journal_fixture_folder);
}

char *journal_fixture_next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (*line == '\0') return NULL;
    cr_assert(end, "incomplete line: %s", line);
    *end = '\0';
    *text = end + 1;
    return line;
}

void journal_fixture_expect(char **text, const char *nick, const char *msg)
{
    struct record r;
    char *line = journal_fixture_next_line(text);
    cr_assert(line, "no line for %s", msg);
    cr_assert_eq(strncmp(line, "{\"time\":\"20", 11), 0, "%s", line);
    cr_assert_null(record_decode(&r, (struct span){line, strlen(line)}), "%s", line);
    cr_expect_str_eq(r.said.nick, nick);
    cr_expect_str_eq(r.said.msg, msg);
    cr_expect_eq(r.said.proto, PROTO_BROADCAST);
}

void journal_fixture_wait(const char *path, const char *text)
{
    int64_t end = timeout_deadline();
    for (bool found = false; !found;) {
        char *now = access(path, F_OK) == 0 ? files_read(path) : NULL;
        found = now && strstr(now, text);
        free(now);
        cr_assert(found || timeout_retry(end), "%s never contains %s", path, text);
    }
}

void journal_fixture_expect_records(const char *path, const char *const nicks_and_msgs[])
{
    char *text = files_read(path), *at = text;
    for (const char *const *r = nicks_and_msgs; *r; r += 2) journal_fixture_expect(&at, r[0], r[1]);
    cr_expect_str_empty(at, "%s has more lines", path);
    free(text);
}

void journal_fixture_close(struct journal *journal, struct ring *ring, struct worker *worker)
{
    journal_close(journal, ring);
    worker_stop(worker);
    ring_map_free(ring->mem, ring->size);
    journal_fixture_fini();
}
