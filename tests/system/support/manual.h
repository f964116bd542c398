/* manual: examples of a manual, to be run as they are. */
#ifndef TESTS_SYSTEM_SUPPORT_MANUAL_H
#define TESTS_SYSTEM_SUPPORT_MANUAL_H

/* Returns the first command after this line of a manual's source: what its literal display shows,
 * without the prompt. The caller frees it. */
char *manual_command(const char *manual, const char *after);

#endif
