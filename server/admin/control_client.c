#include "server/admin/control_client.h"

#include "common/command_line.h"
#include "server/admin/command.h"
#include "server/admin/endpoint.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

enum { TIMEOUT = 30 }; /* seconds without an answer */

static int report(int status, const char *path, const char *why)
{
    fprintf(stderr, "klatchd: %s: %s\n", path, why);
    return status;
}

static int reject_usage(const char *why)
{
    fprintf(stderr, "klatchd: %s\nUsage: klatchd --control PATH COMMAND\nCommands:\n%s", why,
            command_usage);
    return EXIT_USAGE;
}

/* Returns a socket; -1 with errno set. */
static int connect_control(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = TIMEOUT};
    if (strlen(path) >= sizeof to.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(to.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Prints the answer without its last line, which determines the exit status. */
static int print_answer(FILE *answer, const char *path)
{
    char *line = NULL;
    size_t cap = 0;
    int status = -1;
    while (status < 0 && getline(&line, &cap, answer) > 0) {
        if (strcmp(line, COMMAND_OK "\n") == 0)
            status = EXIT_SUCCESS;
        else if (strncmp(line, COMMAND_ERROR, strlen(COMMAND_ERROR)) == 0)
            status = EXIT_FAILURE;
        else
            fputs(line, stdout);
    }
    if (fflush(stdout) != 0) status = report(EX_IOERR, "standard output", strerror(errno));
    if (status == EXIT_FAILURE) fprintf(stderr, "klatchd: %s", line + strlen(COMMAND_ERROR));
    if (status < 0) status = report(EX_UNAVAILABLE, path, "the answer is incomplete");
    free(line);
    return status;
}

static int send_command(int fd, const char *path, const char *line, size_t n)
{
    FILE *answer = send(fd, line, n, MSG_NOSIGNAL) == (ssize_t)n ? fdopen(fd, "r") : NULL;
    if (!answer) {
        close(fd);
        return report(EX_UNAVAILABLE, path, strerror(errno));
    }
    int status = print_answer(answer, path);
    fclose(answer);
    return status;
}

int control_client_run(const char *path, char *const *words)
{
    char line[ENDPOINT_INPUT], copy[ENDPOINT_INPUT];
    struct command command;
    size_t n = command_format(line, sizeof line, words);
    if (!words[0]) return reject_usage("no command given");
    if (n == 0) return reject_usage("the command is too long, or contains a tab or a line feed");
    memcpy(copy, line, n);
    copy[n - 1] = '\0';
    const char *why = command_parse(&command, copy);
    if (why) return reject_usage(why);
    int fd = connect_control(path);
    if (fd >= 0) return send_command(fd, path, line, n);
    bool forbidden = errno == EACCES || errno == EPERM;
    return report(forbidden ? EX_NOPERM : EX_UNAVAILABLE, path, strerror(errno));
}
