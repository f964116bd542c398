/* lines: the journal of a klatchd, as a test reads it, in a folder of the test's own. */
#ifndef TESTS_SYSTEM_LINES_H
#define TESTS_SYSTEM_LINES_H

/* The folder, the journal in it, and a second name beside it. */
extern char lines_folder[64], lines_path[128], lines_other[160];

/* Before and after each test of a suite. */
void lines_init(void);
void lines_fini(void);

/* klatchd with this journal and options. */
#define lines_start(...)                                                                           \
    daemon_start_with("--quiet", "--shutdown-delay", "0", "--journal", lines_path, __VA_ARGS__)

void lines_write(const char *name, const char *text);

/* A file's text; the caller frees it. */
char *lines_read(const char *name);

/* The text's next line, cut off it; NULL after the last. */
char *lines_next(char **text);

/* The text's next line is the record of this broadcast. */
void lines_expect(char **text, const char *nick, const char *msg);

#endif
