/* Attempts on what is outside of the machine's processes: files and the network. */
#include "tests/intruder/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Filled before klatchd starts. */
static char key[PATH_MAX], renamed[PATH_MAX], fresh[PATH_MAX], journal[PATH_MAX], page[PAGE];
static struct sockaddr_in target = {.sin_family = AF_INET};
static struct sockaddr_un control = {.sun_family = AF_UNIX};
static char byte = 'x';
static struct iovec one = {&byte, 1};
static struct msghdr to_target = {&target, sizeof target, &one, 1, NULL, 0, 0};
static struct mmsghdr all_to_target = {.msg_hdr = {&target, sizeof target, &one, 1, NULL, 0, 0}};

void attempts_prepare_outside(void)
{
    const char *home = attempts_in->home;
    snprintf(key, sizeof key, "%s" KEY, home);
    snprintf(renamed, sizeof renamed, "%s/renamed", home);
    snprintf(fresh, sizeof fresh, "%s/fresh", home);
    snprintf(journal, sizeof journal, "%s" JOURNAL, home);
    strcpy(control.sun_path, home);
    strcat(control.sun_path, CONTROL);
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    target.sin_port = attempts_in->port;
}

/* -- files -- */

static long list_home(void)
{
    long fd = syscall(SYS_openat, AT_FDCWD, attempts_in->home, O_RDONLY | O_DIRECTORY);
    return fd < 0 ? -1 : syscall(SYS_getdents64, fd, page, sizeof page);
}

/* Reads whatever folder klatchd has open. */
static long list_open_folders(void)
{
    long n = -1;
    for (int fd = FIRST; fd < LAST && n <= 0; fd++)
        n = syscall(SYS_getdents64, fd, page, sizeof page);
    return n;
}

static long write_key(void)
{
    long fd = syscall(SYS_openat, AT_FDCWD, key, O_WRONLY | O_APPEND);
    return fd < 0 ? -1 : syscall(SYS_write, fd, "x", 1);
}

static long write_memory(void)
{
    long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR);
    return fd < 0 ? -1 : syscall(SYS_lseek, fd, 0, SEEK_SET);
}

/* Asks every socket, so also the helper that opens files, for the key by its path or by a number.
 * Returns 0 if a descriptor of the key comes back. */
static long ask_helper(const char *request, size_t n)
{
    char received[CMSG_SPACE(sizeof(int))], text[16] = "";
    for (int fd = FIRST; fd < LAST; fd++) {
        struct iovec answer = {text, 1};
        struct msghdr m = {NULL, 0, &answer, 1, received, sizeof received, 0};
        int got = -1;
        if (syscall(SYS_sendto, fd, request, n, MSG_NOSIGNAL, NULL, 0) != (long)n) continue;
        if (syscall(SYS_recvmsg, fd, &m, MSG_CMSG_CLOEXEC) < 0 || !CMSG_FIRSTHDR(&m)) continue;
        memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof got);
        if (syscall(SYS_pread64, got, text, sizeof text - 1, 0) > 0 && strstr(text, "private key"))
            return 0;
    }
    errno = ENOENT;
    return -1;
}

static long ask_helper_by_path(void)
{
    return ask_helper(key, strlen(key) + 1);
}

static long ask_helper_by_number(void)
{
    for (int request = 0; request <= UCHAR_MAX; request++) {
        const char number = (char)request;
        if (ask_helper(&number, 1) == 0) return 0;
    }
    return -1;
}

static long change_mode_of_journal(void)
{
    long failed = -1;
    for (int fd = FIRST; fd < LAST && failed; fd++) failed = syscall(SYS_fchmod, fd, 0666);
    return failed;
}

static const struct attempt on_files[] = {
    {"read a key", false, SYS_openat, {AT_FDCWD, ADDRESS(key), O_RDONLY}, NULL},
#ifdef SYS_open
    {"read a key by open", false, SYS_open, {ADDRESS(key), O_RDONLY}, NULL},
    {"delete a key by unlink", false, SYS_unlink, {ADDRESS(key)}, NULL},
    {"rename a key by rename", false, SYS_rename, {ADDRESS(key), ADDRESS(renamed)}, NULL},
#endif
    {"read the users", false, SYS_openat, {AT_FDCWD, ADDRESS("/etc/passwd"), O_RDONLY}, NULL},
    {"see a key's size", false, SYS_newfstatat, {AT_FDCWD, ADDRESS(key), ADDRESS(page), 0}, NULL},
    {"see a key's size by statx",
     false,
     SYS_statx,
     {AT_FDCWD, ADDRESS(key), 0, STATX_SIZE, ADDRESS(page)},
     NULL},
    {"write a key", false, 0, {0}, write_key},
    {"empty a key", false, SYS_openat, {AT_FDCWD, ADDRESS(key), O_WRONLY | O_TRUNC}, NULL},
    {"create a file",
     false,
     SYS_openat,
     {AT_FDCWD, ADDRESS(fresh), O_WRONLY | O_CREAT, 0600},
     NULL},
    {"delete a key", false, SYS_unlinkat, {AT_FDCWD, ADDRESS(key), 0}, NULL},
    {"delete the journal", false, SYS_unlinkat, {AT_FDCWD, ADDRESS(journal), 0}, NULL},
    {"delete the control socket",
     false,
     SYS_unlinkat,
     {AT_FDCWD, ADDRESS(control.sun_path), 0},
     NULL},
    {"rename the journal",
     false,
     SYS_renameat2,
     {AT_FDCWD, ADDRESS(journal), AT_FDCWD, ADDRESS(fresh), 0},
     NULL},
    {"list the home", false, 0, {0}, list_home},
    {"list a folder that is open", true, 0, {0}, list_open_folders},
    {"write its own memory as a file", false, 0, {0}, write_memory},
    {"ask the helper for a key by its path", true, 0, {0}, ask_helper_by_path},
    {"ask the helper for a key by a number", true, 0, {0}, ask_helper_by_number},
    {"change a key's mode", false, SYS_fchmodat, {AT_FDCWD, ADDRESS(key), 0666}, NULL},
    {"change a key's owner", true, SYS_fchownat, {AT_FDCWD, ADDRESS(key), 0, 0, 0}, NULL},
    {"change a key's times", false, SYS_utimensat, {AT_FDCWD, ADDRESS(key), 0, 0}, NULL},
    {"change the mode of the open journal", false, 0, {0}, change_mode_of_journal},
    {"rename a key",
     false,
     SYS_renameat2,
     {AT_FDCWD, ADDRESS(key), AT_FDCWD, ADDRESS(renamed)},
     NULL},
    {"link a key",
     false,
     SYS_linkat,
     {AT_FDCWD, ADDRESS(key), AT_FDCWD, ADDRESS(renamed), 0},
     NULL},
    {"make a symbolic link", false, SYS_symlinkat, {ADDRESS(key), AT_FDCWD, ADDRESS(fresh)}, NULL},
    {"read a symbolic link",
     false,
     SYS_readlinkat,
     {AT_FDCWD, ADDRESS("/proc/self/exe"), ADDRESS(page), PAGE},
     NULL},
    {"make a folder", false, SYS_mkdirat, {AT_FDCWD, ADDRESS(fresh), 0700}, NULL},
    {"make a device", false, SYS_mknodat, {AT_FDCWD, ADDRESS(fresh), S_IFIFO | 0600, 0}, NULL},
    {"truncate a key", false, SYS_truncate, {ADDRESS(key), 0}, NULL},
    {"open a key by openat2",
     false,
     SYS_openat2,
     {AT_FDCWD, ADDRESS(key), ADDRESS(page), 24},
     NULL},
    {"change the folder", false, SYS_chdir, {ADDRESS("/")}, NULL},
    {"change the root", true, SYS_chroot, {ADDRESS("/")}, NULL},
    {"watch a folder", false, SYS_inotify_init1, {0}, NULL},
    {"make a file in memory", false, SYS_memfd_create, {ADDRESS("x"), 0}, NULL},
};

const struct attempts attempts_on_files = ATTEMPTS(on_files);

/* -- the network -- */

static long dial(void)
{
    long fd = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? -1 : syscall(SYS_connect, fd, &target, sizeof target);
}

static long open_control_socket(void)
{
    long fd = syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    return fd < 0 ? -1 : syscall(SYS_connect, fd, &control, sizeof control);
}

/* Makes a listening socket one that can connect, and connects it with the first byte. */
static long dial_with_listener(void)
{
    long n = -1;
    for (int fd = FIRST; fd < LAST && n < 0; fd++) {
        syscall(SYS_shutdown, fd, SHUT_RDWR);
        n = syscall(SYS_sendto, fd, &byte, 1, MSG_FASTOPEN | MSG_NOSIGNAL, &target, sizeof target);
    }
    return n;
}

static const struct attempt on_network[] = {
    {"dial", false, 0, {0}, dial},
    {"dial with a listener, by TCP Fast Open", false, 0, {0}, dial_with_listener},
    {"connect a listener", true, SYS_connect, {EACH, ADDRESS(&target), sizeof target}, NULL},
    {"send to an address",
     true,
     SYS_sendto,
     {EACH, ADDRESS(&byte), 1, MSG_NOSIGNAL, ADDRESS(&target), sizeof target},
     NULL},
    {"send to an address by TCP Fast Open",
     true,
     SYS_sendto,
     {EACH, ADDRESS(&byte), 1, MSG_FASTOPEN | MSG_NOSIGNAL, ADDRESS(&target), sizeof target},
     NULL},
    {"send a message to an address",
     true,
     SYS_sendmsg,
     {EACH, ADDRESS(&to_target), MSG_FASTOPEN | MSG_NOSIGNAL},
     NULL},
    {"send messages to an address",
     true,
     SYS_sendmmsg,
     {EACH, ADDRESS(&all_to_target), 1, MSG_NOSIGNAL},
     NULL},
    {"open the control socket", false, 0, {0}, open_control_socket},
    {"open a socket", false, SYS_socket, {AF_INET6, SOCK_DGRAM, 0}, NULL},
    {"open a netlink socket", false, SYS_socket, {AF_NETLINK, SOCK_RAW, 0}, NULL},
    {"open a raw socket", true, SYS_socket, {AF_PACKET, SOCK_RAW, 0}, NULL},
    {"open two sockets", false, SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, ADDRESS(page)}, NULL},
    {"bind", true, SYS_bind, {EACH, ADDRESS(&target), sizeof target}, NULL},
    {"listen", false, SYS_listen, {EACH, 1}, NULL},
    {"filter packets",
     true,
     SYS_setsockopt,
     {EACH, SOL_SOCKET, SO_ATTACH_FILTER, ADDRESS(page), 16},
     NULL},
};

const struct attempts attempts_on_network = ATTEMPTS(on_network);
