#include "tui/system/editor_process.h"

#include "tui/base/messages.h"
#include "tui/system/helper_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Expands to words, but runs nothing that they contain. */
static const char script[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";

/* The request, and the answer. */
struct message {
    enum { EDITED, NO_FILE, FAILED, TOO_LONG } outcome;
    size_t n;
    char text[EDITOR_TEXT_MAX + 1]; /* one more, to notice that a text is too long */
};

static int process = -1; /* its socket; -1: none */

/* -- the process -- */

static bool write_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, text, n);
        if (written < 0) return false;
        text += written;
        n -= (size_t)written;
    }
    return true;
}

/* Makes a file that only the user can read. Returns false with no file left. */
static bool make_file(char *path, size_t size, const struct message *m)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
    const char *folder = runtime != NULL ? runtime : temporary != NULL ? temporary : "/tmp";
    snprintf(path, size, "%s/klatch-XXXXXX.txt", folder);
    int fd = mkstemps(path, sizeof ".txt" - 1);
    if (fd < 0) return false;
    bool ok = write_all(fd, m->text, m->n);
    close(fd);
    if (!ok) unlink(path);
    return ok;
}

/* The process blocks all signals, so that it may change the foreground from the background. */
static bool take_foreground(int terminal, pid_t group)
{
    return terminal >= 0 && tcsetpgrp(terminal, group) == 0;
}

static void execute(const char *path)
{
    int terminal = open("/dev/tty", O_RDWR);
    setpgid(0, 0);
    if (!take_foreground(terminal, getpid())) _exit(1);
    for (int fd = 0; fd < 3; fd++) dup2(terminal, fd);
    if (terminal > 2) close(terminal);
    helper_process_reset_signals();
    execl("/bin/sh", "sh", "-c", script, "klatch", path, (char *)NULL);
    _exit(127);
}

/* Continues a stopped editor: no shell would. Returns whether it ended without an error. */
static bool wait_for(pid_t pid)
{
    int status = 1;
    while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) kill(-pid, SIGCONT);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) execute(path);
    bool ok = pid > 0 && wait_for(pid);
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    take_foreground(terminal, getpgrp());
    if (terminal >= 0) close(terminal);
    return ok;
}

static void read_file(struct message *m, const char *path)
{
    FILE *f = fopen(path, "re");
    m->outcome = f != NULL ? EDITED : FAILED;
    if (f == NULL) return;
    m->n = fread(m->text, 1, sizeof m->text, f);
    if (ferror(f)) m->outcome = FAILED;
    fclose(f);
    if (m->n > 0 && m->text[m->n - 1] == '\n') m->n--;
    if (m->n > EDITOR_TEXT_MAX) m->outcome = TOO_LONG;
}

/* Keeps the file if klatch cannot take the text. */
static void end_edit(struct message *m, const char *path)
{
    if (m->outcome == TOO_LONG)
        snprintf(m->text, sizeof m->text, "%s", path);
    else
        unlink(path);
}

static void edit(struct message *m)
{
    char path[256];
    m->outcome = NO_FILE;
    if (!make_file(path, sizeof path, m)) return;
    m->outcome = FAILED;
    if (run(path)) read_file(m, path);
    end_edit(m, path);
}

static void serve(int socket, void *unused)
{
    static struct message m;
    (void)unused;
    signal(SIGCHLD, SIG_DFL); /* klatch ignores it: then, nobody could wait for the editor */
    while (helper_process_receive(socket, &m, sizeof m, NULL, true) == sizeof m) {
        if (m.n <= EDITOR_TEXT_MAX) edit(&m);
        if (!helper_process_send(socket, &m, sizeof m, -1)) return;
    }
}

/* -- klatch -- */

void editor_process_start(void)
{
    process = helper_process_start("klatch-editor", false, serve, NULL);
}

int editor_process_edit(const char *text, size_t n)
{
    static struct message m;
    if (n > EDITOR_TEXT_MAX) return -1;
    m.n = n;
    memcpy(m.text, text, n);
    return process >= 0 && helper_process_send(process, &m, sizeof m, -1) ? process : -1;
}

const char *editor_process_read(struct span *ret)
{
    static struct message m;
    static char too_long[512];
    if (helper_process_receive(process, &m, sizeof m, NULL, true) != sizeof m)
        return MESSAGE_EDITOR_GONE;
    *ret = (struct span){m.text, m.n};
    switch (m.outcome) {
    case EDITED: return NULL;
    case NO_FILE: return MESSAGE_EDITOR_NO_FILE;
    case FAILED: return MESSAGE_EDITOR_FAILED;
    case TOO_LONG:
        snprintf(too_long, sizeof too_long, MESSAGE_EDITOR_TOO_LONG, m.text);
        return too_long;
    }
    return MESSAGE_EDITOR_GONE;
}
