#include "server/store/rotated.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), of = strlen(suffix);
    return n > of && strcmp(name + n - of, suffix) == 0;
}

/* Whether the name is the journal's name with a dot or a hyphen and more, such as journal.1 and
 * journal-20261126. Excludes compressed files, and the file of incomplete lines. */
static bool is_rotated(const char *name, const char *journal)
{
    static const char *const others[] = {".gz", ".bz2", ".xz", ".zst", ".lz4", ".torn", "~"};
    size_t n = strlen(journal);
    if (strncmp(name, journal, n) != 0 || (name[n] != '.' && name[n] != '-')) return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (has_suffix(name, others[i])) return false;
    return true;
}

/* Orders files by the time of their last write, the newest first, then by name. */
static int compare(const struct timespec *a, const char *name_a, const struct timespec *b,
                   const char *name_b)
{
    if (a->tv_sec != b->tv_sec) return a->tv_sec > b->tv_sec ? -1 : 1;
    if (a->tv_nsec != b->tv_nsec) return a->tv_nsec > b->tv_nsec ? -1 : 1;
    return strcmp(name_a, name_b);
}

/* Finds the next file after the last one found. */
static bool find_next(struct rotated *r, DIR *folder, const char *journal)
{
    struct rotated best = {0};
    const struct dirent *entry;
    struct stat st;
    while ((entry = readdir(folder))) {
        const char *name = entry->d_name;
        if (!is_rotated(name, journal)) continue;
        if (fstatat(dirfd(folder), name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
            continue;
        if (r->is_started && compare(&st.st_mtim, name, &r->before, r->name) <= 0) continue;
        if (best.is_started && compare(&st.st_mtim, name, &best.before, best.name) >= 0) continue;
        best.is_started = true;
        best.before = st.st_mtim;
        memcpy(best.name, name, strlen(name) + 1);
    }
    best.path = r->path;
    if (best.is_started) *r = best;
    return best.is_started;
}

/* Searches the folder of the journal itself, not that of a link to it. */
int rotated_next(struct rotated *r)
{
    int fd = -1;
    char *path = realpath(r->path, NULL), *slash = path ? strrchr(path, '/') : NULL;
    if (slash) *slash = '\0';
    DIR *folder = slash ? opendir(slash == path ? "/" : path) : NULL;
    while (folder && fd < 0 && find_next(r, folder, slash + 1)) {
        fd = openat(dirfd(folder), r->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        rewinddir(folder);
    }
    if (folder) closedir(folder);
    free(path);
    return fd;
}
