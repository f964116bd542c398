/* The input history, in the file that keeps it between runs. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tui/storage/history_file.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char path[FILES_PATH];
static char first[32], last[32]; /* of the entries read by the last history_file_open */
static size_t count;             /* of these entries */

static void init(void)
{
    state_folder_init();
    files_path(path, state_folder, "history");
    putenv(state_folder_setting);
}

TestSuite(client_history, .init = init, .fini = state_folder_fini);

static void note_entry(void *arg, const char *text)
{
    cr_assert_eq(arg, path);
    snprintf(last, sizeof last, "%s", text);
    if (count++ == 0) snprintf(first, sizeof first, "%s", text);
}

static void open_history(struct history_file *h)
{
    count = 0;
    const char *error = history_file_open(h, note_entry, path);
    cr_assert_null(error, "%s", error);
}

static off_t file_size(void)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    return st.st_size;
}

/* Appends numbered entries of 16 bytes with their newline. */
static void append_entries(struct history_file *h, int from, int to)
{
    for (int i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "entry %09d", i);
        history_file_append(h, text);
    }
}

Test(client_history, a_full_file_is_cut_to_its_newer_half)
{
    enum { FULL = HISTORY_FILE_MAX / 16 };
    struct history_file h = {.file.fd = -1};
    open_history(&h);
    append_entries(&h, 0, FULL);
    history_file_close(&h);
    open_history(&h);
    cr_expect_eq(count, FULL);
    cr_expect_eq(file_size(), HISTORY_FILE_MAX);
    append_entries(&h, FULL, FULL + 1);
    history_file_close(&h);
    open_history(&h);
    cr_expect_str_eq(last, "entry 000016384");
    cr_expect_lt(file_size(), HISTORY_FILE_MAX / 2 + 16);
    cr_expect_gt(file_size(), HISTORY_FILE_MAX / 2 - 32);
    history_file_close(&h);
    open_history(&h);
    cr_expect_eq(count, (size_t)file_size() / 16);
    cr_expect_eq(strlen(first), 15);
    cr_expect_str_eq(last, "entry 000016384");
    history_file_close(&h);
}

Test(client_history, a_file_that_is_cut_keeps_what_another_client_appends)
{
    struct history_file old = {.file.fd = -1}, young = {.file.fd = -1};
    open_history(&old);
    append_entries(&old, 0, HISTORY_FILE_MAX / 16 + 1);
    open_history(&young);
    cr_expect_lt(file_size(), HISTORY_FILE_MAX);
    history_file_append(&old, "of the old");
    history_file_append(&young, "of the young");
    history_file_close(&old);
    history_file_close(&young);
    open_history(&old);
    cr_expect_str_eq(last, "of the young");
    cr_expect_eq(count, (size_t)(file_size() - 11 - 13) / 16 + 2);
    history_file_close(&old);
}

static struct client start_client(void)
{
    return client_start_with(24, 80, state_folder_setting, "--history");
}

Test(client_history, the_history_is_kept_between_runs)
{
    struct client c = start_client();
    client_send(&c, "first");
    terminal_enter(c.term, "two" KEY_ALT_ENTER "lines");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    client_quit(&c);
    c = start_client();
    client_type(&c, KEY_UP, "lines", 5);
    client_type(&c, KEY_UP KEY_UP, "first", 5);
    client_quit(&c);
    files_expect_mode(path, 0600);
    files_expect_mode(state_folder, 0700);
}

Test(client_history, a_draft_that_was_not_sent_is_kept_between_runs)
{
    struct client c = start_client();
    client_send(&c, "sent");
    client_type(&c, "cleared", "cleared", 7);
    client_type(&c, KEY_CTRL_C, "", 0);
    client_type(&c, PASTE("/quit"), "//quit", 6);
    client_type(&c, KEY_HOME KEY_DELETE, "/quit", 0);
    terminal_signal(c.term, SIGTERM);
    client_expect_quit(&c, "ada");
    c = start_client();
    client_type(&c, KEY_UP, "//quit", 6);
    client_type(&c, KEY_UP, "cleared", 7);
    client_type(&c, KEY_UP, "sent", 4);
    client_type(&c, "x", "sentx", 5);
    terminal_hang_up(c.term);
    client_expect_goodbye(&c, "ada");
    cr_assert_eq(terminal_wait_exit(c.term), 0);
    fake_server_close(&c.listener);
    c = start_client();
    client_type(&c, KEY_UP, "sentx", 5);
    client_quit(&c);
}

/* The client writes a line into the file after it has sent it, before it reads the next packet. */
static void send_and_sync(struct client *c, const char *msg)
{
    client_send(c, msg);
    client_sync(c);
}

Test(client_history, two_clients_at_once_share_the_file)
{
    struct client a = start_client(), b = start_client();
    send_and_sync(&a, "one");
    send_and_sync(&b, "two");
    send_and_sync(&a, "three");
    client_quit(&a);
    send_and_sync(&b, "four");
    client_quit(&b);
    a = start_client();
    static const char *const sent[] = {"four", "three", "two", "one"};
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        terminal_type(a.term, KEY_UP);
        client_wait_input(&a, sent[i], (int)strlen(sent[i]));
    }
    client_quit(&a);
}
