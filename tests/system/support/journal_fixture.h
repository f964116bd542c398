/* journaled: the journal of a klatchd, as a test reads it, in a folder of the test's own. */
#ifndef TESTS_SYSTEM_SUPPORT_JOURNAL_FIXTURE_H
#define TESTS_SYSTEM_SUPPORT_JOURNAL_FIXTURE_H

/* The folder, the journal in it, and a second name beside it. */
extern char journaled_folder[64], journaled_path[128], journaled_other[160];

/* Before and after each test of a suite. */
void journaled_init(void);
void journaled_fini(void);

/* klatchd with this journal and options. */
#define journaled_start(...)                                                                       \
    daemon_start_with("--quiet", "--shutdown-delay", "0", "--journal", journaled_path, __VA_ARGS__)

void journaled_write(const char *name, const char *text);

/* A file's text; the caller frees it. */
char *journaled_read(const char *name);

/* The text's next line, cut off it; NULL after the last. */
char *journaled_next(char **text);

/* The text's next line is the record of this broadcast. */
void journaled_expect(char **text, const char *nick, const char *msg);

#endif
