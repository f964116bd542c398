/* klatchd on a kernel that has no vDSO: what the C library asks the kernel then is allowed. */
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[FILES_PATH], fifo[FILES_PATH], journal[FILES_PATH];

/* The word at this address of a process, whose memory is open; fails the tracer. */
static unsigned long word_at(int memory, unsigned long address)
{
    unsigned long word;
    if (pread(memory, &word, sizeof word, (off_t)address) != sizeof word) _exit(1);
    return word;
}

static unsigned long start_of_stack(pid_t pid)
{
    char path[64], text[1024];
    unsigned long start = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof text, file)) _exit(2);
    fclose(file);
    char *field = strrchr(text, ')');
    for (int i = 2; field && i < 28; i++) field = strchr(field + 1, ' ');
    if (!field || sscanf(field, "%lu", &start) != 1) _exit(3);
    return start;
}

/* On a new program's stack are argc, the arguments, the environment, and then pairs of a type and a
 * value: see getauxval(3). Without the vDSO's address the C library does not find it. */
static void hide_vdso(pid_t pid)
{
    const unsigned long step = sizeof(unsigned long), ignore = AT_IGNORE;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int memory = open(path, O_RDWR | O_CLOEXEC);
    unsigned long at = start_of_stack(pid), type;
    at += step * (word_at(memory, at) + 2);
    while (word_at(memory, at) != 0) at += step;
    for (at += step; (type = word_at(memory, at)) != AT_SYSINFO_EHDR; at += 2 * step)
        if (type == AT_NULL) _exit(4);
    if (pwrite(memory, &ignore, step, (off_t)at) != (ssize_t)step) _exit(5);
    close(memory);
}

/* Seizes the process that writes its number into the fifo and then waits for a line from it. */
static void trace_until_exec(void)
{
    int pid, status;
    FILE *file = fopen(fifo, "r");
    if (!file || fscanf(file, "%d", &pid) != 1) _exit(6);
    fclose(file);
    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXEC) != 0) _exit(7);
    int line = open(fifo, O_WRONLY | O_CLOEXEC);
    if (write(line, "\n", 1) != 1) _exit(8);
    close(line);
    while (waitpid(pid, &status, 0) == pid && status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8))
        ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status));
    hide_vdso(pid);
    _exit(ptrace(PTRACE_DETACH, pid, NULL, 0) == 0 ? 0 : 9);
}

static struct klatchd *start_without_vdso(void)
{
    char command[4 * FILES_PATH];
    int status;
    snprintf(command, sizeof command,
             "echo $$ >%s; read -r x <%s; exec " BUILD "/klatchd --journal %s 127.0.0.1 0", fifo,
             fifo, journal);
    pid_t tracer = fork();
    if (tracer == 0) trace_until_exec();
    struct klatchd *d = klatchd_start_argv((const char *[]){"sh", "-c", command, NULL});
    cr_assert_eq(waitpid(tracer, &status, 0), tracer);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "no tracer: %x", (unsigned)status);
    return d;
}

static void make_folder(void)
{
    files_create_folder(folder);
    files_path(fifo, folder, "fifo");
    files_path(journal, folder, "journal");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
}

static void remove_folder(void)
{
    unlink(fifo);
    unlink(journal);
    rmdir(folder);
}

TestSuite(server_without_vdso, .init = make_folder, .fini = remove_folder);

Test(server_without_vdso, people_chat_and_the_journal_is_kept)
{
    struct klatchd *d = start_without_vdso();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(bob, "hi", ada);
    klatchd_signal(d, SIGUSR1);
    klatchd_wait_log(d, "2 members");
    klatchd_signal(d, SIGHUP);
    peer_broadcast(ada, "hello");
    peer_expect_broadcast(bob, "bob", "hi");
    peer_expect_broadcast(bob, "ada", "hello");
    peers_close_and_stop(d);
}
