/* landlock: restricts what this process may access from now on; landlock(7). */
#ifndef COMMON_LANDLOCK_H
#define COMMON_LANDLOCK_H

#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>

/* LANDLOCK_ACCESS_FS_TRUNCATE, which the headers may not have yet. */
#define LANDLOCK_TRUNCATE (UINT64_C(1) << 14)

/* Gives up new privileges, as Landlock requires. Returns the version that the kernel has, at most
 * the newest that this file knows; 0 with errno set: none. */
int landlock_version(void);

/* Returns all rights to files and folders that this version can forbid. */
uint64_t landlock_file_rights(int version);

/* Creates rules that forbid rights to files and folders; `isolates`: and all that the version can
 * forbid of TCP ports, abstract sockets and signals. Returns their descriptor; -1 with errno set.
 */
int landlock_create(int version, uint64_t files, bool isolates);

/* Allows rights to a file, or to all that is below a folder. Ignores a path that cannot be opened.
 */
void landlock_allow(int rules, const char *path, uint64_t rights);

/* Applies the rules to the calling thread, and closes them; rules of -1 fail. Returns false with
 * errno set. */
bool landlock_enforce(int rules);

#endif
