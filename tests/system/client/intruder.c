/* Code of an intruder that runs in klatch, in the sandbox: every attempt fails. */
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/state_folder.h"
#include "tui/system/sandbox.h"
#include "tui/system/url_opener.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(client_intruder, .init = state_folder_init, .fini = state_folder_fini);

/* What the intruder knows: a file and its folder, a listening socket, a connected one, another
 * process. */
static struct {
    char file[FILES_PATH], beside[FILES_PATH];
    int listener, connection, open_file, pty;
    struct sockaddr_in address;
    struct sockaddr_un path;
    pid_t other;
} world;

#define TRY(name, call)                                                                            \
    static bool name(void)                                                                         \
    {                                                                                              \
        return (call) >= 0;                                                                        \
    }

/* Each returns whether it succeeds. */
TRY(read_file, open(world.file, O_RDONLY))
TRY(write_file, open(world.file, O_WRONLY))
TRY(append_to_file, open(world.file, O_WRONLY | O_APPEND))
TRY(create_file, open(world.beside, O_WRONLY | O_CREAT, 0600))
TRY(create_by_creat, syscall(SYS_openat, AT_FDCWD, world.beside, O_CREAT | O_TRUNC | O_RDWR, 0600))
TRY(open_with_openat2, syscall(SYS_openat2, AT_FDCWD, world.file, &(uint64_t[3]){0}, 24))
TRY(read_passwords, open("/etc/passwd", O_RDONLY))
TRY(read_folder, open("/", O_RDONLY | O_DIRECTORY))
TRY(read_memory_file, open("/proc/self/mem", O_RDWR))
TRY(open_terminal, open("/dev/tty", O_RDWR))
TRY(delete_file, unlink(world.file))
TRY(rename_file, rename(world.file, world.beside))
TRY(link_file, link(world.file, world.beside))
TRY(make_symlink, symlink(world.file, world.beside))
TRY(make_folder, mkdir(world.beside, 0700))
TRY(make_fifo, mkfifo(world.beside, 0600))
TRY(make_device, mknod(world.beside, S_IFCHR | 0600, 0x103))
TRY(truncate_path, truncate(world.file, 0))
TRY(change_mode, chmod(world.file, 0777))
TRY(change_mode_of_open, fchmod(world.open_file, 0777))
TRY(change_owner, chown(world.file, 1, 1))
TRY(set_attribute, syscall(SYS_setxattr, world.file, "user.x", "y", 1, 0))
TRY(change_flags, fcntl(world.open_file, F_SETFL, 0))
TRY(write_before_end, pwrite(world.open_file, "x", 1, 0))
TRY(change_folder, chdir("/"))
TRY(change_root, chroot("/"))
TRY(mount_folder, mount("none", "/mnt", "tmpfs", 0, NULL))
TRY(open_tcp_socket, socket(AF_INET, SOCK_STREAM, 0))
TRY(open_udp_socket, socket(AF_INET, SOCK_DGRAM, 0))
TRY(open_unix_socket, socket(AF_UNIX, SOCK_STREAM, 0))
TRY(open_netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))
TRY(open_socket_pair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0}))
TRY(dial, connect(world.listener, (struct sockaddr *)&world.address, sizeof world.address))
TRY(dial_by_sendto, sendto(world.listener, "x", 1, MSG_NOSIGNAL | MSG_FASTOPEN,
                           (struct sockaddr *)&world.address, sizeof world.address))
TRY(bind_socket, bind(world.listener, (struct sockaddr *)&world.address, sizeof world.address))
TRY(listen_again, listen(world.listener, 1))
TRY(accept_one, accept(world.listener, NULL, NULL))
TRY(pass_descriptor, sendmsg(world.connection, &(struct msghdr){0}, MSG_NOSIGNAL))
TRY(set_socket_option,
    setsockopt(world.connection, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)))
TRY(execute, execl("/bin/true", "true", (char *)NULL))
TRY(fork_process, fork())
TRY(clone_process, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
TRY(signal_parent, kill(getppid(), 0))
TRY(signal_other, kill(world.other, SIGKILL))
TRY(signal_all, kill(-1, 0))
TRY(trace_other, ptrace(PTRACE_ATTACH, world.other, NULL, NULL))
TRY(be_traced, ptrace(PTRACE_TRACEME, 0, NULL, NULL))
TRY(read_other, process_vm_readv(world.other, &(struct iovec){0}, 1, &(struct iovec){0}, 1, 0))
TRY(get_descriptor_of_other, syscall(SYS_pidfd_open, world.other, 0))
TRY(type_into_terminal, ioctl(world.pty, TIOCSTI, "x"))
TRY(take_terminal, ioctl(world.pty, TIOCSCTTY, 0))
TRY(change_process, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
TRY(change_user, setuid(getuid()))
TRY(new_namespace, unshare(CLONE_NEWUSER))
TRY(start_io_uring, syscall(SYS_io_uring_setup, 1, &(char[256]){0}))
TRY(load_bpf, syscall(SYS_bpf, 0, NULL, 0))
TRY(open_perf, syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0))
TRY(add_key, syscall(SYS_add_key, "user", "x", "y", 1, -3))
TRY(share_memory, shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600))
TRY(memory_file, memfd_create("x", 0))
TRY(make_code, mprotect((void *)((uintptr_t)&world & ~(uintptr_t)4095), 4096,
                        PROT_READ | PROT_WRITE | PROT_EXEC))

/* Requests to the process that opens links, whose browser is true(1). */
#define TRY_URL(name, url) TRY(name, url_opener_open(url) == NULL ? 0 : -1)

TRY_URL(open_file, "file:///etc/passwd")
TRY_URL(open_path, "/bin/sh")
TRY_URL(open_option, "--new-instance")
TRY_URL(open_script, "javascript:alert(1)")
TRY_URL(open_shell_text, "http://a.example/$(id)")
TRY_URL(open_quotes, "http://a.example/';id;'")
TRY_URL(open_two_words, "http://a.example --option")
TRY_URL(open_two_lines, "http://a.example\nfile:///etc/passwd")
TRY_URL(open_controls, "http://a.example/\033]0;x\a")
TRY_URL(open_attachment, "mailto:a@a.example?attach=/etc/passwd")
TRY_URL(open_ssh, "ssh://-oProxyCommand=id/")

/* Each window takes the desktop's attention. */
static bool open_many(void)
{
    int opened = 0;
    for (int i = 0; i < 50; i++) opened += url_opener_open("http://a.example/") == NULL;
    return opened > 2;
}

/* mmap(2) returns a pointer. */
static bool map_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static bool map_file(void)
{
    return mmap(NULL, 1, PROT_READ, MAP_SHARED, world.open_file, 0) != MAP_FAILED;
}

static const struct attempt {
    const char *name;
    bool (*succeeds)(void);
    bool is_ordinary; /* succeeds without a sandbox, and does no harm there */
} attempts[] = {
    {"read_file", read_file, true},
    {"write_file", write_file, true},
    {"append_to_file", append_to_file, true},
    {"create_file", create_file, false},
    {"create_by_creat", create_by_creat, true},
    {"open_with_openat2", open_with_openat2, false},
    {"read_passwords", read_passwords, true},
    {"read_folder", read_folder, true},
    {"read_memory_file", read_memory_file, false},
    {"open_terminal", open_terminal, false},
    {"delete_file", delete_file, false},
    {"rename_file", rename_file, false},
    {"link_file", link_file, false},
    {"make_symlink", make_symlink, false},
    {"make_folder", make_folder, false},
    {"make_fifo", make_fifo, false},
    {"make_device", make_device, false},
    {"truncate_path", truncate_path, true},
    {"change_mode", change_mode, true},
    {"change_mode_of_open", change_mode_of_open, true},
    {"change_owner", change_owner, false},
    {"set_attribute", set_attribute, false},
    {"change_flags", change_flags, true},
    {"write_before_end", write_before_end, true},
    {"change_folder", change_folder, true},
    {"change_root", change_root, false},
    {"mount_folder", mount_folder, false},
    {"open_tcp_socket", open_tcp_socket, true},
    {"open_udp_socket", open_udp_socket, true},
    {"open_unix_socket", open_unix_socket, true},
    {"open_netlink_socket", open_netlink_socket, false},
    {"open_socket_pair", open_socket_pair, true},
    {"dial", dial, false},
    {"dial_by_sendto", dial_by_sendto, false},
    {"bind_socket", bind_socket, false},
    {"listen_again", listen_again, true},
    {"accept_one", accept_one, false},
    {"pass_descriptor", pass_descriptor, true},
    {"set_socket_option", set_socket_option, true},
    {"execute", execute, false},
    {"fork_process", fork_process, false},
    {"clone_process", clone_process, false},
    {"signal_parent", signal_parent, false},
    {"signal_other", signal_other, false},
    {"signal_all", signal_all, false},
    {"trace_other", trace_other, false},
    {"be_traced", be_traced, false},
    {"read_other", read_other, false},
    {"get_descriptor_of_other", get_descriptor_of_other, false},
    {"type_into_terminal", type_into_terminal, false},
    {"take_terminal", take_terminal, false},
    {"change_process", change_process, true},
    {"change_user", change_user, true},
    {"new_namespace", new_namespace, false},
    {"start_io_uring", start_io_uring, false},
    {"load_bpf", load_bpf, false},
    {"open_perf", open_perf, false},
    {"add_key", add_key, false},
    {"share_memory", share_memory, false},
    {"memory_file", memory_file, true},
    {"make_code", make_code, true},
    {"open_file", open_file, false},
    {"open_path", open_path, false},
    {"open_option", open_option, false},
    {"open_script", open_script, false},
    {"open_shell_text", open_shell_text, false},
    {"open_quotes", open_quotes, false},
    {"open_two_words", open_two_words, false},
    {"open_two_lines", open_two_lines, false},
    {"open_controls", open_controls, false},
    {"open_attachment", open_attachment, false},
    {"open_ssh", open_ssh, false},
    {"open_many", open_many, false},
    {"map_code", map_code, true},
    {"map_file", map_file, true},
};

/* Runs in a process of its own, and writes the names of the attempts that had this result. */
_Noreturn static void intrude(int report, bool confined)
{
    if (confined) sandbox_apply();
    for (const struct attempt *a = attempts; a < attempts + COUNT(attempts); a++)
        if ((confined || a->is_ordinary) && a->succeeds() == confined)
            dprintf(report, "%s ", a->name);
    dprintf(report, ".");
    _exit(0);
}

static void prepare_world(void)
{
    files_path(world.file, state_folder_setting + strlen("XDG_STATE_HOME="), "file");
    files_path(world.beside, state_folder_setting + strlen("XDG_STATE_HOME="), "beside");
    files_write(world.file, "secret\n");
    int pair[2];
    socklen_t size = sizeof world.address;
    world.listener = socket(AF_INET, SOCK_STREAM, 0);
    world.address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    cr_assert_eq(bind(world.listener, (struct sockaddr *)&world.address, size), 0);
    cr_assert_eq(getsockname(world.listener, (struct sockaddr *)&world.address, &size), 0);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    world.connection = pair[0];
    world.open_file = open(world.file, O_RDWR | O_APPEND | O_CLOEXEC);
    world.pty = posix_openpt(O_RDWR | O_NOCTTY);
    world.other = child_start((const char *[]){"sleep", "600", NULL}, -1, -1, -1);
}

/* Expects each attempt to fail if confined; without a sandbox, each ordinary one to succeed. */
static void expect_no_exception(bool confined)
{
    char names[8192] = "";
    int report[2], status;
    prepare_world();
    setenv("BROWSER", "true", 1);
    cr_assert(url_opener_start());
    cr_assert_eq(pipe(report), 0);
    pid_t pid = fork();
    if (pid == 0) intrude(report[1], confined);
    close(report[1]);
    for (size_t n = 0; n < sizeof names - 1;) {
        ssize_t got = read(report[0], names + n, sizeof names - 1 - n);
        if (got <= 0) break;
        n += (size_t)got;
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it ended with %x", (unsigned)status);
    cr_expect_str_eq(names, ".", "of %zu attempts: %s", COUNT(attempts), names);
    url_opener_stop();
    child_kill(world.other);
}

Test(client_intruder, every_attempt_of_an_intruder_fails)
{
    if (!SANDBOX_IS_POSSIBLE) cr_skip_test("an instrumented build has no sandbox");
    expect_no_exception(true);
}

Test(client_intruder, without_it_the_ordinary_attempts_succeed)
{
    expect_no_exception(false);
}
