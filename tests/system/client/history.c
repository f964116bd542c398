/* What was sent, in the file that keeps it between runs. */
#include "tests/system/support/client_fixture.h"
#include "tui/storage/history_file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char state[] = "/tmp/klatch-state-XXXXXX", path[64];
static char first[32], last[32]; /* of the entries that were told, */
static size_t count;             /* so many */

static void make_state(void)
{
    cr_assert(mkdtemp(state));
    snprintf(path, sizeof path, "%s/klatch/history", state);
    setenv("XDG_STATE_HOME", state, 1);
}

static void remove_state(void)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    rmdir(state);
}

TestSuite(client_history, .init = make_state, .fini = remove_state);

static void note(void *arg, const char *text)
{
    cr_assert_eq(arg, path);
    snprintf(last, sizeof last, "%s", text);
    if (count++ == 0) snprintf(first, sizeof first, "%s", text);
}

static void open_diary(struct history_file *d)
{
    count = 0;
    const char *why = history_file_open(d, note, path);
    cr_assert_null(why, "%s", why);
}

static off_t size(void)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    return st.st_size;
}

/* Entries of 16 bytes with their line feed, numbered. */
static void fill(struct history_file *d, int from, int to)
{
    for (int i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "entry %09d", i);
        history_file_append(d, text);
    }
}

Test(client_history, a_long_one_is_cut_to_its_newer_half)
{
    enum { FULL = HISTORY_FILE_MAX / 16 };
    struct history_file d;
    open_diary(&d);
    fill(&d, 0, FULL);
    history_file_close(&d);
    open_diary(&d);
    cr_expect_eq(count, FULL);
    cr_expect_eq(size(), HISTORY_FILE_MAX);
    fill(&d, FULL, FULL + 1);
    history_file_close(&d);
    open_diary(&d);
    cr_expect_str_eq(last, "entry 000016384");
    cr_expect_lt(size(), HISTORY_FILE_MAX / 2 + 16);
    cr_expect_gt(size(), HISTORY_FILE_MAX / 2 - 32);
    history_file_close(&d);
    open_diary(&d);
    cr_expect_eq(count, (size_t)size() / 16);
    cr_expect_eq(strlen(first), 15);
    cr_expect_str_eq(last, "entry 000016384");
    history_file_close(&d);
}

Test(client_history, one_that_is_cut_keeps_what_another_client_adds)
{
    struct history_file old, young;
    open_diary(&old);
    fill(&old, 0, HISTORY_FILE_MAX / 16 + 1);
    open_diary(&young);
    cr_expect_lt(size(), HISTORY_FILE_MAX);
    history_file_append(&old, "of the old");
    history_file_append(&young, "of the young");
    history_file_close(&old);
    history_file_close(&young);
    open_diary(&old);
    cr_expect_str_eq(last, "of the young");
    cr_expect_eq(count, (size_t)(size() - 11 - 13) / 16 + 2);
    history_file_close(&old);
}

static struct client start_with_ignore_list(void)
{
    char setting[64];
    struct client c = {.listener = fake_server_listen()};
    snprintf(setting, sizeof setting, "XDG_STATE_HOME=%s", state);
    c.term = terminal_start(24, 80,
                            (const char *[]){"env", setting, BUILD "/klatch", "-n", "ada",
                                             "127.0.0.1", c.listener.port, NULL});
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    return c;
}

Test(client_history, two_clients_at_once_share_it)
{
    struct client c = start_with_ignore_list(), w = start_with_ignore_list();
    client_send(&c, "one");
    client_send(&w, "two");
    client_send(&c, "three");
    client_quit(&c);
    client_send(&w, "four");
    client_quit(&w);
    c = start_with_ignore_list();
    static const char *const said[] = {"four", "three", "two", "one"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        terminal_type(c.term, "\033[A");
        client_wait_input(&c, said[i], (int)strlen(said[i]));
    }
    client_quit(&c);
}
