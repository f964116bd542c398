#include "tests/system/support/files.h"

#include "tests/system/support/child.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void files_create_folder(char path[static FILES_PATH])
{
    strcpy(path, "/tmp/klatch-XXXXXX");
    cr_assert(mkdtemp(path), "mkdtemp");
}

void files_remove_empty(const char *path)
{
    cr_assert_eq(rmdir(path), 0, "%s is not empty", path);
}

void files_remove_all(const char *path)
{
    char out[256], err[256];
    const char *argv[] = {"rm", "-rf", path, NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof err), 0, "%s", err);
}

void files_path(char path[static FILES_PATH], const char *folder, const char *name)
{
    int n = snprintf(path, FILES_PATH, "%s/%s", folder, name);
    cr_assert_lt(n, FILES_PATH);
}

void files_address(char address[static FILES_PATH], const char *folder, const char *name)
{
    int n = snprintf(address, FILES_PATH, "unix:%s/%s", folder, name);
    cr_assert_lt(n, FILES_PATH);
}

void files_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
}

void files_print(const char *path, const char *format, ...)
{
    va_list args;
    FILE *file = fopen(path, "we");
    va_start(args, format);
    cr_assert(file && vfprintf(file, format, args) >= 0 && fclose(file) == 0, "%s", path);
    va_end(args);
}

char *files_read(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    cr_assert(file, "there is no %s", path);
    if (getdelim(&text, &size, '\0', file) < 0) text[0] = '\0';
    fclose(file);
    return text;
}

void files_expect_mode(const char *path, mode_t mode)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0, "%s", path);
    cr_assert_eq(st.st_mode & 07777, mode, "%s has the mode %o", path, (unsigned)st.st_mode);
}

FILE *files_capture_log(void)
{
    FILE *file = tmpfile();
    cr_assert(file && dup2(fileno(file), STDERR_FILENO) >= 0);
    return file;
}
