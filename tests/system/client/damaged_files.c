/* The files that klatch keeps, moved, removed, damaged or on a full disk: nothing is lost silently.
 */
#include "tests/keys.h"
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tui/base/messages.h"
#include "tui/options.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 24, COLUMNS = 200 };

static char log_path[FILES_PATH], history_path[FILES_PATH], ignored_path[FILES_PATH];

static void init(void)
{
    state_folder_init();
    files_path(log_path, state_folder, "log");
    files_path(history_path, state_folder, "history");
    files_path(ignored_path, state_folder, "ignored");
    cr_assert_eq(mkdir(state_folder, 0700), 0);
}

TestSuite(client_damaged_files, .init = init, .fini = state_folder_fini);

static struct client start(void)
{
    return client_start_with(ROWS, COLUMNS, state_folder_setting, "--log", log_path);
}

/* -- files that are open -- */

static void log_word(struct client *c, const char *word)
{
    client_receive(c, "bob", word);
}

static void send_word(struct client *c, const char *word)
{
    client_send(c, word);
    client_receive(c, "ada", word);
}

static void ignore_word(struct client *c, const char *word)
{
    char command[64];
    snprintf(command, sizeof command, "/ignore %s", word);
    terminal_enter(c->term, command);
}

static const struct kept_file {
    char *path;
    void (*add)(struct client *c, const char *word);
    const char *before, *after; /* what is around the word in its line */
} kept_files[] = {
    {log_path, log_word, "\"nick\":\"bob\",\"msg\":\"", "\",\"proto\":\"broadcast\"}\n"},
    {history_path, send_word, "", "\n"},
    {ignored_path, ignore_word, "ignore ", "\n"},
};

static void move_away(const char *path)
{
    char moved[FILES_PATH + 8];
    snprintf(moved, sizeof moved, "%s.1", path);
    cr_assert_eq(rename(path, moved), 0);
}

static void delete_file(const char *path)
{
    cr_assert_eq(unlink(path), 0);
}

static void empty(const char *path)
{
    cr_assert_eq(truncate(path, 0), 0);
}

static void cut_line(const char *path)
{
    struct stat st;
    cr_assert(stat(path, &st) == 0 && truncate(path, st.st_size - 3) == 0);
}

static void fill_with_nuls(const char *path)
{
    struct stat st;
    cr_assert(stat(path, &st) == 0 && truncate(path, 0) == 0 && truncate(path, st.st_size) == 0);
}

static void append_nuls(const char *path)
{
    struct stat st;
    cr_assert(stat(path, &st) == 0 && truncate(path, st.st_size + 5000) == 0);
}

static const struct {
    void (*happens)(const char *path);
    const char *message; /* NULL: nothing is lost, and nothing is said */
    bool is_other_file;  /* the file at the path begins anew */
} events[] = {{move_away, MESSAGE_FILE_REPLACED, true},
              {delete_file, MESSAGE_FILE_REPLACED, true},
              {empty, MESSAGE_FILE_CUT, false},
              {cut_line, MESSAGE_FILE_CUT, false},
              {fill_with_nuls, NULL, false},
              {append_nuls, NULL, false}};

enum { EVENTS = sizeof events / sizeof *events };

/* Returns how many rows show the start of a format, before its first %s. */
static int count_rows(struct terminal *t, const char *format)
{
    char start[256];
    int count = 0;
    snprintf(start, sizeof start, "%s", format);
    start[strcspn(start, "%")] = '\0';
    for (int row = 0; row < ROWS; row++) count += strstr(terminal_row(t, row), start) != NULL;
    return count;
}

static void expect_line(const struct kept_file *f, const char *word)
{
    char line[128], *found = NULL;
    snprintf(line, sizeof line, "%s%s%s", f->before, word, f->after);
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    static char text[1 << 16];
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    cr_assert_geq(n, 0);
    found = memmem(text, (size_t)n, line, strlen(line));
    cr_expect(found, "%s has no line of %s", f->path, word);
    bool whole = f->path == log_path || found == text || (found && found[-1] == '\n');
    cr_expect(whole, "%s of %s is joined to another line", word, f->path);
}

/* Runs one klatch for each file and event. */
static void expect_going_on(const struct kept_file *f, size_t event)
{
    const char *message = events[event].message;
    struct client c = start();
    f->add(&c, "before");
    client_sync(&c);
    events[event].happens(f->path);
    f->add(&c, "behind");
    client_sync(&c);
    cr_expect_eq(message ? count_rows(c.term, message) : 0, message ? 1 : 0, "%s, event %zu",
                 f->path, event);
    f->add(&c, "later");
    client_sync(&c);
    if (message) cr_expect_eq(count_rows(c.term, message), 1, "%s, event %zu", f->path, event);
    client_quit(&c);
    expect_line(f, "behind");
    expect_line(f, "later");
    if (f->path == ignored_path && events[event].is_other_file) expect_line(f, "before");
    cr_assert_eq(unlink(f->path), 0);
}

Test(client_damaged_files, an_open_log_is_followed)
{
    for (size_t event = 0; event < EVENTS; event++) expect_going_on(&kept_files[0], event);
}

Test(client_damaged_files, an_open_history_is_followed)
{
    for (size_t event = 0; event < EVENTS; event++) expect_going_on(&kept_files[1], event);
}

Test(client_damaged_files, an_open_ignore_list_is_followed)
{
    for (size_t event = 0; event < EVENTS; event++) expect_going_on(&kept_files[2], event);
}

/* As after `rm -r ~/.local/state`, but for the log, whose folder is the user's. */
Test(client_damaged_files, the_state_folder_is_created_again)
{
    struct client c = client_start_with(ROWS, COLUMNS, state_folder_setting, "--history");
    send_word(&c, "before");
    files_remove_all(state_folder);
    send_word(&c, "behind");
    ignore_word(&c, "cy");
    client_sync(&c);
    cr_expect_eq(count_rows(c.term, MESSAGE_FILE_REPLACED), 2);
    client_quit(&c);
    expect_line(&kept_files[1], "behind");
    expect_line(&kept_files[2], "cy");
}

/* The log's folder is the user's: klatch does not create it again. */
Test(client_damaged_files, a_log_whose_folder_is_moved_goes_on_in_the_moved_file)
{
    char folder[FILES_PATH], moved[FILES_PATH];
    files_path(folder, state_folder, "logs");
    files_path(moved, state_folder, "moved");
    files_path(log_path, folder, "log");
    cr_assert_eq(mkdir(folder, 0700), 0);
    struct client c = start();
    log_word(&c, "before");
    client_sync(&c);
    cr_assert_eq(rename(folder, moved), 0);
    log_word(&c, "behind");
    log_word(&c, "later");
    client_sync(&c);
    cr_expect_eq(count_rows(c.term, MESSAGE_FILE_STRANDED), 1);
    client_quit(&c);
    files_path(log_path, moved, "log");
    expect_line(&kept_files[0], "before");
    expect_line(&kept_files[0], "behind");
    expect_line(&kept_files[0], "later");
}

/* -- no space -- */

/* A build that counts coverage writes its counts elsewhere, because it could not write all. */
#define WITHOUT_SPACE "export GCOV_PREFIX=\"$0.coverage\"; ulimit -f 1; exec "

static struct client start_without_space(void)
{
    static const char script[] = WITHOUT_SPACE BUILD "/klatch --log \"$0\" -n ada 127.0.0.1 $1";
    return client_start_argv(
        ROWS, COLUMNS,
        (const char *[]){"env", state_folder_setting, "sh", "-c", script, log_path, NULL, NULL});
}

/* 512 bytes that hold no line of klatch, but for the first. */
static void fill(const char *path)
{
    char text[512] = "\n";
    memset(text + 1, '-', 505);
    text[506] = '\n';
    files_write(path, text);
}

/* Returns how many rows above the status bar show the start of a format. */
static int count_rows_with(struct terminal *t, const char *format)
{
    int count = 0;
    for (int row = 0; row < ROWS - 2; row++) {
        const char *text = terminal_row(t, row);
        count += memmem(text, strlen(text), format, strcspn(format, "%")) != NULL;
    }
    return count;
}

static void expect_kept_until_there_is_space(const struct kept_file *f, const char *message)
{
    fill(f->path);
    struct client c = start_without_space();
    f->add(&c, "first");
    f->add(&c, "second");
    client_sync(&c);
    cr_expect_eq(count_rows_with(c.term, message), 1);
    char *text = files_read(f->path);
    cr_expect_leq(strlen(text), 512);
    free(text);
    empty(f->path);
    f->add(&c, "third");
    client_sync(&c);
    cr_expect_eq(count_rows_with(c.term, message), 1);
    client_quit(&c);
    expect_line(f, "third");
}

Test(client_damaged_files, a_log_without_space_says_so_once_and_counts)
{
    expect_kept_until_there_is_space(&kept_files[0], MESSAGE_LOG_FAILS);
}

Test(client_damaged_files, a_history_without_space_says_so_once_and_keeps_the_lines)
{
    expect_kept_until_there_is_space(&kept_files[1], MESSAGE_HISTORY_NOT_SAVED);
    expect_line(&kept_files[1], "first");
    expect_line(&kept_files[1], "second");
}

/* Half a nickname would be another one. */
Test(client_damaged_files, an_ignore_list_without_space_has_no_half_of_a_nickname)
{
    fill(ignored_path);
    struct client c = start_without_space();
    ignore_word(&c, "somebody");
    klatch_wait_notice(c.term, MESSAGE_NOT_SAVED, "File too large");
    client_quit(&c);
    char *text = files_read(ignored_path);
    cr_expect_null(strstr(text, "ignore"), "%s", text);
    free(text);
}

/* Shortening must not need more space than there is. */
Test(client_damaged_files, a_long_history_survives_a_disk_without_space)
{
    static char text[300 << 10];
    for (size_t at = 0; at + 10 < sizeof text; at += 10) memcpy(text + at, "123456789\n", 10);
    strcpy(text + sizeof text - 20, "\nnewest\n");
    files_write(history_path, text);
    struct client c = start_without_space();
    client_type(&c, KEY_UP, "newest", 6);
    client_quit(&c);
    char *kept = files_read(history_path);
    cr_expect_str_eq(kept, text);
    free(kept);
}

/* -- files that a crash has damaged -- */

#define NULS_8 "\0\0\0\0\0\0\0\0"

#define BYTES(text) (text), sizeof(text) - 1

static void write_bytes(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    cr_assert(write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

/* `recalled` are the lines that the Up key brings back from these bytes, the newest first. */
static const struct {
    const char *bytes;
    size_t n;
    const char *recalled[4];
} histories[] = {
    {BYTES("one\n" NULS_8 "two\nthree\n"), {"three", "two", "one"}},
    {BYTES(NULS_8 "\none\ntwo\n"), {"two", "one"}},
    {BYTES("one\ntwo\n" NULS_8 NULS_8), {"two", "one"}},
    {BYTES("one\nhal" NULS_8 "two\n"), {"two", "hal", "one"}},
    {BYTES("one\nhal"), {"hal", "one"}},
    {BYTES("one\n\xFF\xFE\ntwo\n"), {"two", "one"}},
};

Test(client_damaged_files, a_damaged_history_loses_no_entry_and_joins_none)
{
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++) {
        write_bytes(history_path, histories[i].bytes, histories[i].n);
        struct client c = start();
        send_word(&c, "new");
        client_quit(&c);
        c = start();
        client_type(&c, KEY_UP, "new", 3);
        for (const char *const *entry = histories[i].recalled; *entry != NULL; entry++)
            client_type(&c, KEY_UP, *entry, (int)strlen(*entry));
        client_quit(&c);
    }
}

Test(client_damaged_files, a_history_behind_many_nuls_is_kept)
{
    write_bytes(history_path, BYTES("old\n"));
    cr_assert_eq(truncate(history_path, 2 << 20), 0);
    struct client c = start();
    client_type(&c, KEY_UP, "old", 3);
    terminal_type(c.term, KEY_DOWN);
    send_word(&c, "new");
    client_quit(&c);
    char *text = files_read(history_path);
    cr_expect_str_eq(text, "old\nnew\n");
    free(text);
}

Test(client_damaged_files, a_damaged_ignore_list_loses_no_nickname)
{
    write_bytes(ignored_path, BYTES(NULS_8 "ignore bob\n" NULS_8 "ignore cy" NULS_8 "ignore dan"));
    struct client c = start();
    ignore_word(&c, "eve");
    client_sync(&c);
    client_quit(&c);
    c = start();
    terminal_enter(c.term, "/ignore");
    klatch_wait_notice(c.term, MESSAGE_IGNORED_LIST, "«bob», «cy», «dan», «eve»");
    client_quit(&c);
}

Test(client_damaged_files, an_ignore_list_that_cannot_be_read_is_told)
{
    cr_assert_eq(mkdir(ignored_path, 0700), 0);
    struct client c = start();
    klatch_wait_notice(c.term, MESSAGE_IGNORED_UNREAD, "Is a directory");
    client_quit(&c);
}

Test(client_damaged_files, a_damaged_log_fills_the_screen_with_what_is_whole)
{
    static const char record[] = "{\"time\":\"2026-11-23T09:30:00.250Z\",\"nick\":\"bob\",\"msg\":"
                                 "\"%s\",\"proto\":\"broadcast\"}";
    char text[1024], one[256], two[256];
    snprintf(one, sizeof one, record, "first");
    snprintf(two, sizeof two, record, "second");
    int n = snprintf(text, sizeof text, "%s\n{\"time\":\"20#########%s\n###", one, two);
    for (int i = 0; i < n; i++)
        if (text[i] == '#') text[i] = '\0';
    write_bytes(log_path, text, (size_t)n);
    struct client c = start();
    terminal_wait_for(c.term, "first");
    terminal_wait_for(c.term, "second");
    log_word(&c, "third");
    client_sync(&c);
    client_quit(&c);
    expect_line(&kept_files[0], "third");
}

/* klatch writes no settings; what it cannot read, it does not ignore. */
Test(client_damaged_files, damaged_settings_are_refused_with_the_line)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *error;
    } rows[] = {
        {BYTES("nick ada\nplain\0\0\0\0\nlog x\n"), "line 2: " OPTIONS_NUL},
        {BYTES(NULS_8 NULS_8), "line 1: " OPTIONS_NUL},
        {BYTES("plain\nnick"), "line 2: nick: "},
        {BYTES("plain\nni"), "line 2: ni: "},
    };
    char path[FILES_PATH], out[512], err[1024];
    files_path(path, state_folder, "config");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const argv[] = {BUILD "/klatch", "--config", path, "127.0.0.1", "1", NULL};
        write_bytes(path, rows[i].bytes, rows[i].n);
        cr_expect_eq(child_run(argv, out, err, sizeof out), 2);
        cr_expect(strstr(err, rows[i].error), "%s", err);
    }
}

/* A program that reads JSON would not expect sentences. */
Test(client_damaged_files, json_mode_tells_of_its_log_on_standard_error)
{
    char out[4096], err[4096];
    struct klatchd *d = klatchd_start();
    fill(log_path);
    static const char script[] =
        WITHOUT_SPACE BUILD "/klatch --pipe --log \"$0\" -n bot \"$1\" \"$2\"";
    const char *const argv[] = {"sh", "-c", script, log_path, d->address, d->port, NULL};
    cr_assert_eq(child_feed(argv, "one\ntwo\n", 8, out, err, sizeof out), 0);
    cr_expect_null(strstr(out, "log"), "%s", out);
    size_t n = strcspn(MESSAGE_LOG_FAILS, "%");
    const char *first = memmem(err, strlen(err), MESSAGE_LOG_FAILS, n);
    cr_expect(first && !memmem(first + n, strlen(first + n), MESSAGE_LOG_FAILS, n), "%s", err);
    klatchd_stop(d);
}
