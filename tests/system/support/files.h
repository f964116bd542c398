/* files: temporary folders and small files of a test. Every function fails the test on an error. */
#ifndef TESTS_SYSTEM_SUPPORT_FILES_H
#define TESTS_SYSTEM_SUPPORT_FILES_H

#include <stdio.h>
#include <sys/types.h>

enum { FILES_PATH = 128 };

/* Creates an empty folder in /tmp and stores its path. */
void files_create_folder(char path[static FILES_PATH]);

/* Removes an empty folder, and what a folder contains as well. */
void files_remove_empty(const char *path);
void files_remove_all(const char *path);

/* Stores the path of a file in a folder. */
void files_path(char path[static FILES_PATH], const char *folder, const char *name);

/* Stores the address of a unix socket in a folder, as in unix:FOLDER/NAME. */
void files_address(char address[static FILES_PATH], const char *folder, const char *name);

/* Replaces the content of a file by a text; reads a whole file, which the caller frees. */
void files_write(const char *path, const char *text);
char *files_read(const char *path);
/* Replaces the content of a file by a formatted text. */
void files_print(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Expects these permission bits of a file or folder. */
void files_expect_mode(const char *path, mode_t mode);

/* Redirects standard error to a temporary file, and returns it. */
FILE *files_capture_log(void);

#endif
