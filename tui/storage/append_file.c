#include "tui/storage/append_file.h"

#include "tui/storage/file_opener.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    READ_MAX = 64 << 20
}; /* bytes at the end of a file in which it looks for text between NULs */

static const char *open_file(struct append_file *f, const char *path, bool in_own_dir)
{
    char real[PATH_MAX];
    int fd;
    const char *error = file_opener_open(path, in_own_dir, &fd, real);
    if (error != NULL) return error;
    append_file_close(f);
    *f = (struct append_file){.fd = fd, .size = lseek(fd, 0, SEEK_END), .in_own_dir = in_own_dir};
    memcpy(f->path, real, sizeof real);
    return NULL;
}

const char *append_file_open(struct append_file *f, const char *path)
{
    return open_file(f, path, false);
}

const char *append_file_open_state(struct append_file *f, const char *name)
{
    char path[PATH_MAX];
    if (!xdg_path(path, "XDG_STATE_HOME", ".local/state", name))
        return "there is no home directory";
    return open_file(f, path, true);
}

const char *append_file_open_config(struct append_file *f, const char *name)
{
    char path[PATH_MAX];
    if (!xdg_path(path, "XDG_CONFIG_HOME", ".config", name)) return "there is no home directory";
    return open_file(f, path, true);
}

void append_file_close(struct append_file *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

/* -- appending -- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Opens the file at the path. If that fails, keeps the open file if it still has a name elsewhere.
 * Returns false if it has none. */
static bool go_on_at_path(struct append_file *f, enum append_file_event event, bool has_name)
{
    char real[PATH_MAX];
    int fd;
    if (file_opener_open(f->path, f->in_own_dir, &fd, real) != NULL) {
        f->event = f->stranded ? APPEND_FILE_UNCHANGED : APPEND_FILE_STRANDED;
        f->stranded = has_name;
        return has_name;
    }
    close(f->fd);
    f->fd = fd;
    f->size = 0;
    f->event = event;
    f->stranded = false;
    return true;
}

static bool follow_path(struct append_file *f)
{
    struct stat open_file, at_path;
    f->event = APPEND_FILE_UNCHANGED;
    if (fstat(f->fd, &open_file) < 0) return false;
    bool exists = stat(f->path, &at_path) == 0;
    if (!exists || !is_same_file(&open_file, &at_path))
        return go_on_at_path(f, exists ? APPEND_FILE_REPLACED : APPEND_FILE_RECREATED,
                             open_file.st_nlink > 0);
    f->stranded = false;
    if (open_file.st_size < f->size) f->event = APPEND_FILE_CUT;
    return true;
}

static bool is_torn(int fd, off_t size)
{
    char last;
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* Writes the rest of a line, after a part of it was written. If that fails, removes the part. */
static bool write_rest(int fd, off_t size, off_t end, const char *rest, size_t n)
{
    ssize_t written = write(fd, rest, n);
    int error = written < 0 ? errno : ENOSPC;
    if (written == (ssize_t)n) return true;
    if (written > 0) end += written;
    if (lseek(fd, 0, SEEK_END) == end) (void)!ftruncate(fd, size);
    errno = error;
    return false;
}

bool append_file_write(struct append_file *f, char *line, size_t n)
{
    if (!follow_path(f)) return false;
    off_t size = lseek(f->fd, 0, SEEK_END);
    bool torn = is_torn(f->fd, size);
    struct iovec parts[] = {{(char[]){"\n"}, torn}, {line, n}};
    ssize_t written = writev(f->fd, parts, 2);
    if (written <= torn) return false;
    const char *rest = line + (written - torn), *end = line + n;
    if (rest < end && !write_rest(f->fd, size, size + written, rest, (size_t)(end - rest)))
        return false;
    f->size = lseek(f->fd, 0, SEEK_END);
    return true;
}

/* -- reading -- */

/* Replaces each row of NULs by a line feed. Returns the new length. */
static size_t replace_nuls(char *text, size_t n)
{
    size_t to = 0;
    for (size_t from = 0; from < n; from++) {
        bool nul = text[from] == '\0';
        if (nul && (to == 0 || text[to - 1] == '\n')) continue;
        text[to++] = nul ? '\n' : text[from];
    }
    return to;
}

/* Returns the last `window` bytes of the file, without NULs. */
static char *read_window(int fd, off_t size, off_t window, size_t *ret_n)
{
    char *text = malloc((size_t)window + 1);
    ssize_t n = text != NULL ? pread(fd, text, (size_t)window, size - window) : 0;
    *ret_n = n > 0 ? replace_nuls(text, (size_t)n) : 0;
    return text;
}

/* Reads more of the file if its end consists mostly of NULs. */
char *append_file_read(const struct append_file *f, size_t max, size_t *ret_n, bool *ret_whole)
{
    off_t size = lseek(f->fd, 0, SEEK_END), most = size < READ_MAX ? size : READ_MAX;
    off_t window = most < (off_t)max ? most : (off_t)max;
    char *text = read_window(f->fd, size, window, ret_n);
    while (text != NULL && *ret_n < max / 2 && window < most) {
        free(text);
        window = 4 * window < most ? 4 * window : most;
        text = read_window(f->fd, size, window, ret_n);
    }
    if (text == NULL) return NULL;
    size_t over = *ret_n > max ? *ret_n - max : 0;
    memmove(text, text + over, *ret_n -= over);
    text[*ret_n] = '\0';
    *ret_whole = window == size && over == 0;
    return text;
}

/* Writes a new file and renames it, so that a crash leaves either the old content or the new one.
 */
void append_file_rewrite(struct append_file *f, const char *text, size_t n)
{
    char path[PATH_MAX + 8], new_path[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s", f->path);
    snprintf(new_path, sizeof new_path, "%s.new", f->path);
    int fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    if (ok && rename(new_path, path) == 0)
        open_file(f, path, f->in_own_dir);
    else if (fd >= 0)
        unlink(new_path);
}
