/* Attempts on processes: others, the code of the own one, its privileges, and the kernel. */
#include "tests/intruder/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char byte = 'x', page[2 * PAGE] __attribute__((aligned(PAGE)));
static struct iovec one = {&byte, 1};

/* -- other processes -- */

static long run_program(void)
{
    char *argv[] = {(char[]){"true"}, NULL};
    return syscall(SYS_execve, "/bin/true", argv, NULL);
}

/* Leaves the new process at once. */
static long fork_process(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) syscall(SYS_exit_group, 0);
    return pid;
}

static long fork_by_clone3(void)
{
    uint64_t args[8] = {[4] = SIGCHLD};
    long pid = syscall(SYS_clone3, args, sizeof args);
    if (pid == 0) syscall(SYS_exit_group, 0);
    return pid;
}

static long kill_victim(void)
{
    return syscall(SYS_kill, attempts_in->victim, SIGTERM);
}

static long kill_thread(void)
{
    return syscall(SYS_tgkill, attempts_in->victim, attempts_in->victim, SIGTERM);
}

static long abort_thread(void)
{
    return syscall(SYS_tgkill, syscall(SYS_getpid), attempts_in->victim, SIGABRT);
}

static long kill_by_descriptor(void)
{
    long fd = syscall(SYS_pidfd_open, attempts_in->victim, 0);
    return fd < 0 ? -1 : syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0);
}

static long signal_by_descriptor(void)
{
    return syscall(SYS_fcntl, FIRST, F_SETOWN, attempts_in->victim);
}

static long trace_victim(void)
{
    return syscall(SYS_ptrace, PTRACE_SEIZE, attempts_in->victim, 0, 0);
}

static long read_victim(void)
{
    struct iovec there = {attempts_in->there, 1};
    return syscall(SYS_process_vm_readv, attempts_in->victim, &one, 1, &there, 1, 0);
}

static long write_victim(void)
{
    struct iovec there = {attempts_in->there, 1};
    return syscall(SYS_process_vm_writev, attempts_in->victim, &one, 1, &there, 1, 0);
}

static long limit_victim(void)
{
    return syscall(SYS_prlimit64, attempts_in->victim, 7, NULL, page);
}

static const struct attempt on_processes[] = {
    {"run a program", false, 0, {0}, run_program},
    {"run a program by execveat",
     false,
     SYS_execveat,
     {AT_FDCWD, ADDRESS("/bin/true"), 0, 0, 0},
     NULL},
    {"fork", false, 0, {0}, fork_process},
    {"fork by clone3", false, 0, {0}, fork_by_clone3},
    {"kill another process", false, 0, {0}, kill_victim},
    {"kill a thread of another process", false, 0, {0}, kill_thread},
    {"abort a thread of another process", true, 0, {0}, abort_thread},
    {"kill by a descriptor", false, 0, {0}, kill_by_descriptor},
    {"let events signal another process", true, 0, {0}, signal_by_descriptor},
    {"be traced", false, SYS_ptrace, {PTRACE_TRACEME, 0, 0, 0}, NULL},
    {"trace another process", false, 0, {0}, trace_victim},
    {"read another process's memory", false, 0, {0}, read_victim},
    {"write another process's memory", false, 0, {0}, write_victim},
    {"read another process's limits", false, 0, {0}, limit_victim},
    {"leave the session", false, SYS_setsid, {0}, NULL},
};

const struct attempts attempts_on_processes = ATTEMPTS(on_processes);

/* -- code -- */

#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static long move_over_code(void)
{
    long at = ADDRESS(qsort) & -(long)PAGE;
    return syscall(SYS_mremap, page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at);
}

static long write_code(void)
{
    return syscall(SYS_mprotect, ADDRESS(qsort) & -(long)PAGE, PAGE,
                   PROT_READ | PROT_WRITE | PROT_EXEC);
}

static long handle_signal(void)
{
    return syscall(SYS_rt_sigaction, SIGSEGV, page, NULL, 8);
}

#ifdef __x86_64__
/* Calls getpid(2) of 32 bits. */
static long call_32_bits(void)
{
    long n = 20;
    __asm__ volatile("int $0x80" : "+a"(n) : : "memory");
    errno = (int)-n;
    return n < 0 ? -1 : n;
}
#endif

static const struct attempt on_code[] = {
    {"map code", false, SYS_mmap, {0, PAGE, PROT_READ | PROT_EXEC, ANONYMOUS, -1, 0}, NULL},
    {"map code that can be written",
     false,
     SYS_mmap,
     {0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, ANONYMOUS, -1, 0},
     NULL},
    {"map code that is shared",
     false,
     SYS_mmap,
     {0, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0},
     NULL},
    {"turn data into code",
     false,
     SYS_mprotect,
     {ADDRESS(page), PAGE, PROT_READ | PROT_EXEC},
     NULL},
    {"turn data into code by pkey_mprotect",
     false,
     SYS_pkey_mprotect,
     {ADDRESS(page), PAGE, PROT_READ | PROT_EXEC, -1},
     NULL},
    {"write code", false, 0, {0}, write_code},
    {"move data over code", false, 0, {0}, move_over_code},
    {"read as code", false, SYS_personality, {READ_IMPLIES_EXEC}, NULL},
    {"share memory", false, SYS_shmget, {IPC_PRIVATE, PAGE, 0600}, NULL},
    {"handle page faults", true, SYS_userfaultfd, {0}, NULL},
    {"handle a signal", false, 0, {0}, handle_signal},
#ifdef __x86_64__
    {"call the kernel with 32 bits", true, 0, {0}, call_32_bits},
    {"call the kernel by x32", true, 0x40000000 + SYS_getpid, {0}, NULL},
#endif
};

const struct attempts attempts_on_code = ATTEMPTS(on_code);

/* -- privileges and the kernel -- */

static const struct attempt on_privileges[] = {
    {"become root", true, SYS_setuid, {0}, NULL},
    {"become root permanently", true, SYS_setresuid, {0, 0, 0}, NULL},
    {"take a capability", true, SYS_capset, {ADDRESS(page), 0}, NULL},
    {"show its memory again", false, SYS_prctl, {PR_SET_DUMPABLE, 1, 0, 0, 0}, NULL},
    {"be traced by all", true, SYS_prctl, {0x59616d61, -1, 0, 0, 0}, NULL},
    {"change a limit", false, SYS_prlimit64, {0, 7, 0, ADDRESS(page)}, NULL},
    {"leave its namespaces", true, SYS_unshare, {CLONE_NEWUSER}, NULL},
    {"enter a namespace", true, SYS_setns, {EACH, 0}, NULL},
    {"mount", true, SYS_mount, {ADDRESS("none"), ADDRESS("/"), ADDRESS("tmpfs"), 0, 0}, NULL},
    {"unmount", true, SYS_umount2, {ADDRESS("/nowhere"), 0}, NULL},
    {"type into a terminal", true, SYS_ioctl, {0, TIOCSTI, ADDRESS(&byte)}, NULL},
    {"make a descriptor block", false, SYS_fcntl, {EACH, F_SETFL, 0}, NULL},
    {"make a ring of calls", true, SYS_io_uring_setup, {1, ADDRESS(page)}, NULL},
    {"load a program into the kernel", true, SYS_bpf, {0, ADDRESS(page), 48}, NULL},
    {"measure events", true, SYS_perf_event_open, {ADDRESS(page), 0, -1, -1, 0}, NULL},
    {"read a key of the kernel",
     true,
     SYS_keyctl,
     {KEYCTL_READ, KEY_SPEC_USER_KEYRING, 0, 0},
     NULL},
    {"add a key to the kernel",
     true,
     SYS_add_key,
     {ADDRESS("user"), ADDRESS("x"), ADDRESS("x"), 1, KEY_SPEC_PROCESS_KEYRING},
     NULL},
    {"load a module", true, SYS_init_module, {ADDRESS(page), PAGE, ADDRESS("")}, NULL},
    {"set the clock", true, SYS_clock_settime, {0, ADDRESS(page)}, NULL},
    {"read the kernel's log", true, SYS_syslog, {3, ADDRESS(page), PAGE}, NULL},
    {"replace the filter", true, SYS_seccomp, {1, 0, 0}, NULL},
    {"lock with a priority",
     true,
     SYS_futex,
     {ADDRESS(page), FUTEX_CMP_REQUEUE_PI, 1, 1, ADDRESS(page), 0},
     NULL},
};

const struct attempts attempts_on_privileges = ATTEMPTS(on_privileges);
