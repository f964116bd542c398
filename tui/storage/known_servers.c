#include "tui/storage/known_servers.h"

#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

#define NAME   "known_servers"
#define BLANKS " \t\r"

/* -- finding -- */

/* Reads the whole file. Returns NULL, or why it cannot. */
static const char *read_file(int fd, char *text)
{
    struct stat st;
    size_t n = 0;
    ssize_t got = 1;
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) return "it is not a regular file";
    while (n <= FILE_MAX && (got = read(fd, text + n, FILE_MAX + 1 - n)) > 0) n += (size_t)got;
    if (got < 0) return strerror(errno);
    if (n > FILE_MAX) return KNOWN_SERVERS_TOO_LONG;
    text[n] = '\0';
    return NULL;
}

/* Cuts the line into words. Returns whether it is the server's. */
static bool read_line(char *line, const char *host, const char *port, struct known_server *ret)
{
    char *rest = NULL;
    const char *its_host = strtok_r(line, BLANKS, &rest);
    if (its_host == NULL || its_host[0] == '#' || strcasecmp(its_host, host) != 0) return false;
    const char *its_port = strtok_r(NULL, BLANKS, &rest);
    if (its_port == NULL || strcmp(its_port, port) != 0) return false;
    const char *key = strtok_r(NULL, BLANKS, &rest);
    snprintf(ret->key, sizeof ret->key, "%s", key != NULL ? key : "");
    return true;
}

static void find_line(char *text, const char *host, const char *port, struct known_server *ret)
{
    char *line;
    for (int number = 1; (line = strsep(&text, "\n")) != NULL; number++) {
        if (!read_line(line, host, port, ret)) continue;
        ret->line = number;
        return;
    }
}

const char *known_servers_find(const char *host, const char *port, struct known_server *ret)
{
    *ret = (struct known_server){.line = 0};
    if (!xdg_path(ret->path, "XDG_CONFIG_HOME", ".config", NAME)) return NULL;
    int fd = open(ret->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? NULL : strerror(errno);
    char *text = malloc(FILE_MAX + 2);
    const char *error = text != NULL ? read_file(fd, text) : strerror(ENOMEM);
    close(fd);
    if (error == NULL) find_line(text, host, port, ret);
    free(text);
    return error;
}

/* -- adding -- */

void known_servers_open(struct known_servers *k)
{
    k->error = append_file_open_config(&k->file, NAME);
}

const char *known_servers_add(struct known_servers *k, const char *host, const char *port,
                              const char *key)
{
    char line[512];
    if (k->file.fd < 0) return k->error;
    int n = snprintf(line, sizeof line, "%s %s %s\n", host, port, key);
    return append_file_write(&k->file, line, (size_t)n) ? NULL : strerror(errno);
}

void known_servers_close(struct known_servers *k)
{
    append_file_close(&k->file);
}
