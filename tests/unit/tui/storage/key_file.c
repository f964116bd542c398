#include "tui/storage/key_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/klatch-key-XXXXXX", path[PATH_MAX];

static void make_folder(void)
{
    cr_assert(mkdtemp(folder));
    cr_assert_eq(setenv("XDG_DATA_HOME", folder, 1), 0);
}

static void remove_folder(void)
{
    char own[64];
    unlink(path);
    snprintf(own, sizeof own, "%s/klatch", folder);
    rmdir(own);
    rmdir(folder);
}

TestSuite(key_file, .init = make_folder, .fini = remove_folder);

static const char *load(char fingerprint[FINGERPRINT_TEXT])
{
    struct tls_identity identity;
    const char *error = key_file_load(&identity, path);
    fingerprint[0] = '\0';
    if (error == NULL) cr_assert(tls_identity_fingerprint(&identity, fingerprint));
    tls_identity_free(&identity);
    return error;
}

Test(key_file, the_key_is_made_once)
{
    char first[FINGERPRINT_TEXT], second[FINGERPRINT_TEXT];
    struct stat st;
    cr_assert_null(load(first));
    cr_assert_null(load(second));
    cr_expect_str_eq(first, second);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(key_file, others_lose_their_permissions)
{
    char key[FINGERPRINT_TEXT];
    struct stat st;
    cr_assert_null(load(key));
    cr_assert_eq(chmod(path, 0644), 0);
    cr_assert_null(load(key));
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(key_file, a_damaged_file_is_not_replaced)
{
    char key[FINGERPRINT_TEXT];
    struct stat st;
    cr_assert_null(load(key));
    cr_assert_eq(truncate(path, 10), 0);
    cr_expect_str_eq(load(key), TLS_IDENTITY_NO_KEY);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_size, 10);
}

Test(key_file, without_a_home_there_is_no_key)
{
    char key[FINGERPRINT_TEXT];
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    cr_expect_str_eq(load(key), KEY_FILE_NO_HOME);
}
