#include "tui/storage/known_servers.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY   "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
#define OTHER "SHA256:GFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210"

static char folder[] = "/tmp/klatch-known-XXXXXX", path[64];
static struct known_server found;

static void make_folder(void)
{
    char own[64];
    cr_assert(mkdtemp(folder));
    cr_assert_eq(setenv("XDG_CONFIG_HOME", folder, 1), 0);
    snprintf(own, sizeof own, "%s/klatch", folder);
    snprintf(path, sizeof path, "%s/klatch/known_servers", folder);
    cr_assert_eq(mkdir(own, 0700), 0);
}

static void remove_folder(void)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    rmdir(folder);
}

TestSuite(known_servers, .init = make_folder, .fini = remove_folder);

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
}

static void expect_line(const char *host, const char *port, int line, const char *key)
{
    cr_expect_null(known_servers_find(host, port, &found));
    cr_expect_eq(found.line, line, "%s %s: %d", host, port, found.line);
    cr_expect_str_eq(found.key, key);
    cr_expect_str_eq(found.path, path);
}

Test(known_servers, without_a_file_no_server_is_known)
{
    expect_line("a.example", "5528", 0, "");
}

Test(known_servers, the_first_line_with_host_and_port_counts)
{
    write_file("# mine\n\na.example 5529 " OTHER "\n a.example\t5528  " KEY
               " \r\na.example 5528 x\n"
               "::1 5528 certified\nb.example 5528");
    expect_line("a.example", "5528", 4, KEY);
    expect_line("A.Example", "5528", 4, KEY);
    expect_line("a.example", "5529", 3, OTHER);
    expect_line("::1", "5528", 6, KNOWN_SERVERS_CERTIFIED);
    expect_line("b.example", "5528", 7, "");
    expect_line("c.example", "5528", 0, "");
    expect_line("#", "mine", 0, "");
}

Test(known_servers, a_key_that_is_too_long_is_not_cut_to_a_valid_one)
{
    write_file("a.example 5528 " KEY "x\n");
    expect_line("a.example", "5528", 1, KEY "x");
}

Test(known_servers, a_server_that_was_added_is_known)
{
    struct known_servers k = {.file.fd = -1};
    struct stat st;
    write_file("a.example 5528 " KEY);
    known_servers_open(&k);
    cr_assert_null(k.error);
    cr_expect_null(known_servers_add(&k, "b.example", "1", OTHER));
    known_servers_close(&k);
    expect_line("a.example", "5528", 1, KEY);
    expect_line("b.example", "1", 2, OTHER);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(known_servers, a_file_that_cannot_be_read_is_an_error)
{
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_not_null(known_servers_find("a.example", "5528", &found));
    cr_assert_eq(rmdir(path), 0);
    write_file("");
    cr_assert_eq(truncate(path, (1 << 20) + 1), 0);
    cr_expect_str_eq(known_servers_find("a.example", "5528", &found), KNOWN_SERVERS_TOO_LONG);
}

Test(known_servers, a_file_that_cannot_be_opened_is_told_when_a_server_is_added)
{
    struct known_servers k = {.file.fd = -1};
    cr_assert_eq(mkdir(path, 0700), 0);
    known_servers_open(&k);
    cr_expect_str_eq(known_servers_add(&k, "a.example", "5528", KEY), k.error);
    cr_expect_not_null(k.error);
    cr_assert_eq(rmdir(path), 0);
}
