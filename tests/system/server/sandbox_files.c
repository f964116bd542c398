/* The files that klatchd and its helpers can reach, each in its sandbox. */
#include "tests/count.h"
#include "tests/system/support/files.h"
#include "tests/system/support/sandboxed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[FILES_PATH], file[FILES_PATH];

static void make_folder(void)
{
    sandboxed_or_skip();
    files_create_folder(folder);
    files_path(file, folder, "file");
}

TestSuite(server_sandbox_files, .init = make_folder);

/* -- files -- */

static void make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    cr_assert(fd >= 0, "no file %s", path);
    close(fd);
}

static int remove_file(const void *path)
{
    return unlink(path) == 0 ? 0 : errno;
}

static int read_file(const void *path)
{
    return open(path, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

/* Opens and locks a file with the calls of a journal's opener. */
static int open_journal(const void *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
}

/* Writes to an open file with the calls of a journal. */
static int write_file(const void *fd_of_file)
{
    char last;
    int fd = *(const int *)fd_of_file;
    bool ok = write(fd, "x", 1) == 1 && lseek(fd, 0, SEEK_DATA) == 0 &&
              pread(fd, &last, 1, 0) == 1 && ftruncate(fd, 0) == 0 && fdatasync(fd) == 0 &&
              close(fd) == 0;
    return ok ? 0 : errno;
}

struct attempt {
    const struct sandbox *needs;
    int (*act)(const void *);
    const void *arg;
};

static int enter_landlock(const void *attempt)
{
    const struct attempt *a = attempt;
    return sandbox_apply_landlock(a->needs) ? a->act(a->arg) : 99;
}

static void remove_folder(void)
{
    cr_expect_eq(unlink(file), 0);
    files_remove_empty(folder);
}

Test(server_sandbox_files, the_server_opens_and_removes_no_file)
{
    const struct sandbox needs = {.asks_for_user = true, .has_journal = true, .asks_opener = true};
    make_file(file);
    cr_expect_eq(sandboxed_run(&needs, read_file, file), -SIGSYS);
    cr_expect_eq(sandboxed_run(&needs, open_journal, file), -SIGSYS);
    cr_expect_eq(sandboxed_run(&needs, remove_file, file), -SIGSYS);
    int fd = open(file, O_RDWR | O_APPEND | O_CLOEXEC);
    cr_expect_eq(sandboxed_run(&needs, write_file, &fd), 0, "an open file");
    close(fd);
    remove_folder();
}

Test(server_sandbox_files, landlock_alone_forbids_the_server_all_files)
{
    const struct sandbox needs = {.has_journal = true};
    const struct attempt reads = {&needs, read_file, file}, writes = {&needs, open_journal, file},
                         removes = {&needs, remove_file, file};
    make_file(file);
    cr_expect_eq(sandboxed_child(enter_landlock, &reads), EACCES);
    cr_expect_eq(sandboxed_child(enter_landlock, &writes), EACCES);
    cr_expect_eq(sandboxed_child(enter_landlock, &removes), EACCES);
    remove_folder();
}

Test(server_sandbox_files, the_cleaner_removes_files_only_in_the_folders_of_sockets)
{
    char other[] = "/tmp/klatchd-other-XXXXXX";
    const struct sandbox needs = {.process = SANDBOX_CLEANER, .sockets = {NULL, file}};
    close(mkstemp(other));
    make_file(file);
    cr_expect_eq(sandboxed_run(&needs, remove_file, other), EACCES);
    cr_expect_eq(sandboxed_run(&needs, remove_file, file), 0);
    cr_expect_eq(sandboxed_run(&needs, read_file, file), -SIGSYS);
    cr_expect_eq(unlink(other), 0);
    files_remove_empty(folder);
}

Test(server_sandbox_files, the_journals_opener_opens_files_only_in_its_folder)
{
    static const char *const others[] = {"/etc/passwd", "/proc/self/environ", "/dev/null", "/tmp"};
    const struct sandbox needs = {.process = SANDBOX_OPENER, .writes = file};
    cr_expect_eq(sandboxed_run(&needs, open_journal, file), 0);
    cr_expect_eq(sandboxed_run(&needs, open_journal, file), 0, "the file exists already");
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect_eq(sandboxed_run(&needs, read_file, others[i]), EACCES, "%s", others[i]);
    cr_expect_eq(sandboxed_run(&needs, open_journal, "/tmp/klatchd-new"), EACCES);
    cr_expect_eq(sandboxed_run(&needs, remove_file, file), -SIGSYS);
    remove_folder();
}

Test(server_sandbox_files, the_settings_opener_only_reads)
{
    const struct sandbox needs = {.process = SANDBOX_OPENER, .reads = {file}};
    make_file(file);
    cr_expect_eq(sandboxed_run(&needs, read_file, file), 0);
    cr_expect_eq(sandboxed_run(&needs, read_file, "/etc/passwd"), EACCES);
    cr_expect_eq(sandboxed_run(&needs, open_journal, file), EACCES);
    cr_expect_eq(sandboxed_run(&needs, remove_file, file), -SIGSYS);
    remove_folder();
}

Test(server_sandbox_files, the_helpers_have_few_calls)
{
    static const struct sandboxed_call calls[] = {
        {"a socket", SYS_socket, {AF_UNIX, SOCK_STREAM, 0}},
        {"a connection", SYS_connect, {0, 0, 0}},
        {"a written file", SYS_write, {-1, 0, 0}},
        {"another program", SYS_execve, {(long)file, 0, 0}},
        {"another process", SYS_clone, {SIGCHLD, 0, 0, 0}},
        {"a kill", SYS_kill, {0, 0}},
        {"a renamed file", SYS_renameat2, {AT_FDCWD, (long)file, AT_FDCWD, (long)file}},
        {"a received message", SYS_recvmsg, {-1, 0, 0}},
    };
    const struct sandbox opener = {.process = SANDBOX_OPENER, .writes = file},
                         cleaner = {.process = SANDBOX_CLEANER, .sockets = {file}};
    for (size_t i = 0; i < COUNT(calls); i++) {
        cr_expect_eq(sandboxed_run(&opener, sandboxed_call, &calls[i]), -SIGSYS, "%s",
                     calls[i].what);
        cr_expect_eq(sandboxed_run(&cleaner, sandboxed_call, &calls[i]), -SIGSYS, "%s",
                     calls[i].what);
    }
    files_remove_empty(folder);
}

/* -- threads -- */

struct thread {
    const struct sandbox *needs;
    bool keeps_calls;
    sem_t due;
    int (*act)(const void *);
    const void *arg;
    int result;
};

static void *run(void *thread)
{
    struct thread *t = thread;
    sem_wait(&t->due);
    t->result = t->act(t->arg);
    return NULL;
}

/* Applies the sandbox in the order of the server: files, a thread, system calls. */
static int start_thread(const void *thread)
{
    struct thread t = *(const struct thread *)thread;
    pthread_t id;
    sem_init(&t.due, 0, 0);
    bool ok = sandbox_apply_landlock(t.needs) && pthread_create(&id, NULL, run, &t) == 0 &&
              (t.keeps_calls || sandbox_apply_seccomp(t.needs));
    sem_post(&t.due);
    return ok && pthread_join(id, NULL) == 0 ? t.result : 99;
}

Test(server_sandbox_files, a_thread_is_in_the_sandbox_too)
{
    static const struct sandboxed_call no_port = {
        "a socket", SYS_socket, {AF_INET, SOCK_STREAM, 0}};
    const struct sandbox needs = {.has_journal = true};
    int fd = open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const struct thread writes = {.needs = &needs, .act = write_file, .arg = &fd},
                        reads = {.needs = &needs, .act = read_file, .arg = file},
                        dials = {.needs = &needs, .act = sandboxed_call, .arg = &no_port};
    struct thread lists = reads;
    lists.keeps_calls = true;
    cr_expect_eq(sandboxed_child(start_thread, &writes), 0);
    cr_expect_eq(sandboxed_child(start_thread, &reads), -SIGSYS);
    cr_expect_eq(sandboxed_child(start_thread, &lists), EACCES);
    cr_expect_eq(sandboxed_child(start_thread, &dials), -SIGSYS);
    close(fd);
    remove_folder();
}
