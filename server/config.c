#include "server/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char *load(int fd, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n = 1;
    while (len < size && (n = read(fd, text + len, size - len)) > 0) len += (size_t)n;
    if (n < 0) return strerror(errno);
    if (len == size) return "too long for settings";
    text[len] = '\0';
    return strlen(text) < len ? "not a text: a byte of it is 0" : NULL;
}

const char *config_load(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return strerror(errno);
    const char *why = load(fd, text, size);
    close(fd);
    return why;
}
