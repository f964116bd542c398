#include "tui/storage/file_opener.h"

#include "common/record.h"
#include "tui/storage/state_dir.h"
#include "tui/system/helper_process.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KNOWN_MAX = 16, WHY = 160 };

struct request {
    bool in_state_dir;
    char path[PATH_MAX];
};

/* The answer; the descriptor comes with it if `why` is empty. */
struct answer {
    int error; /* errno */
    char why[WHY];
    char path[PATH_MAX];
};

static int process = -1; /* its socket; -1: none */
static bool has_ended;

/* The real paths of the files that klatch has opened; the process has a copy, and adds to it. */
static char *known[KNOWN_MAX];
static size_t known_count;

static bool is_known(const char *path)
{
    for (size_t i = 0; i < known_count; i++)
        if (strcmp(known[i], path) == 0) return true;
    return false;
}

static void add_known(const char *path)
{
    char *copy = is_known(path) || known_count == KNOWN_MAX ? NULL : strdup(path);
    if (copy != NULL) known[known_count++] = copy;
}

/* Opens a file that must exist or be created. */
static const char *open_here(const char *path, bool in_state_dir, int *ret_fd,
                             char ret_path[PATH_MAX])
{
    if (in_state_dir) make_private_folders(path);
    errno = EINVAL;
    const char *why = open_private_file(path, ret_fd);
    if (why != NULL) return why;
    if (realpath(path, ret_path) == NULL) snprintf(ret_path, PATH_MAX, "%s", path);
    add_known(ret_path);
    return NULL;
}

/* -- the process -- */

/* Whether the first line of the file is a record, so that it is a log. */
static bool is_log(int fd)
{
    static char line[RECORD_ROOM];
    struct record record;
    ssize_t n = pread(fd, line, sizeof line, 0);
    const char *end = n > 0 ? memchr(line, '\n', (size_t)n) : NULL;
    return end != NULL &&
           record_decode(&record, (struct span){line, (size_t)(end + 1 - line)}) == NULL;
}

/* Writes the real path of the file's folder. Returns false if the folder does not exist. */
static bool resolve_folder(const char *path, char ret[PATH_MAX])
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    return realpath(dirname(copy), ret) != NULL;
}

static bool is_hidden(const char *folder)
{
    return strstr(folder, "/.") != NULL;
}

static bool is_below(const char *folder, const char *above)
{
    size_t n = strlen(above);
    return strncmp(folder, above, n) == 0 && (folder[n] == '/' || folder[n] == '\0');
}

/* Whether root may make a log in the folder: root's programs read files in many others, such as
 * /etc. */
static bool may_be_roots(const char *folder)
{
    const char *home = getenv("HOME");
    bool is_home = home != NULL && strlen(home) > 1 && is_below(folder, home);
    return is_home || is_below(folder, "/tmp") || is_below(folder, "/var/tmp");
}

/* Returns why klatch may not make a new log at the path, or NULL: shells and desktops run commands
 * from hidden files. */
static const char *check_new(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    if (!resolve_folder(path, folder)) return NULL; /* opening it will say why not */
    if (is_hidden(folder) || name[0] == '.') return FILE_OPENER_HIDDEN;
    return geteuid() == 0 && !may_be_roots(folder) ? FILE_OPENER_ROOT : NULL;
}

/* Returns why the process may not open a file that klatch did not open before, or NULL. */
static const char *check_unknown(const char *path)
{
    struct stat st;
    char resolved[PATH_MAX];
    if (realpath(path, resolved) != NULL && is_known(resolved)) return NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? check_new(path) : NULL;
    bool is_regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    const char *why = NULL;
    if (is_regular && st.st_size == 0)
        why = check_new(realpath(path, resolved) != NULL ? resolved : path);
    else if (is_regular && !is_log(fd))
        why = FILE_OPENER_NOT_A_LOG;
    close(fd);
    return why;
}

static void answer_request(int socket, const struct request *r)
{
    static struct answer answer;
    int fd = -1;
    const char *why = is_known(r->path) ? NULL : check_unknown(r->path);
    errno = EINVAL;
    bool in_state_dir = r->in_state_dir && is_known(r->path);
    if (why == NULL) why = open_here(r->path, in_state_dir, &fd, answer.path);
    answer.error = why != NULL ? errno : 0;
    snprintf(answer.why, sizeof answer.why, "%s", why != NULL ? why : "");
    helper_process_send(socket, &answer, sizeof answer, fd);
    if (fd >= 0) close(fd);
}

static void serve(int socket, void *unused)
{
    static struct request request;
    (void)unused;
    while (helper_process_receive(socket, &request, sizeof request, NULL, true) == sizeof request) {
        request.path[PATH_MAX - 1] = '\0';
        answer_request(socket, &request);
    }
}

/* -- klatch -- */

bool file_opener_start(void)
{
    process = helper_process_start("klatch-files", false, serve, NULL);
    return process >= 0;
}

/* Asks the process, and waits for its answer as long as the disk takes. */
static const char *ask(const char *path, bool in_state_dir, int *ret_fd, char ret_path[PATH_MAX])
{
    static struct answer answer;
    static struct request request;
    request.in_state_dir = in_state_dir;
    snprintf(request.path, sizeof request.path, "%s", path);
    *ret_fd = -1;
    bool answered =
        !has_ended && helper_process_send(process, &request, sizeof request, -1) &&
        helper_process_receive(process, &answer, sizeof answer, ret_fd, true) == sizeof answer;
    has_ended = !answered;
    errno = answered ? answer.error : EINVAL;
    if (!answered) return FILE_OPENER_ENDED;
    if (answer.why[0] != '\0' || *ret_fd < 0) return answer.why;
    memcpy(ret_path, answer.path, PATH_MAX);
    return NULL;
}

const char *file_opener_open(const char *path, bool in_state_dir, int *ret_fd,
                             char ret_path[PATH_MAX])
{
    return process >= 0 ? ask(path, in_state_dir, ret_fd, ret_path)
                        : open_here(path, in_state_dir, ret_fd, ret_path);
}

void file_opener_stop(void)
{
    if (process >= 0) close(process);
    process = -1;
    has_ended = false;
    while (known_count > 0) free(known[--known_count]);
}
