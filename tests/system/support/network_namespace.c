#include "tests/system/support/network_namespace.h"

#include "tests/system/support/child.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

const char remote_address[] = "192.0.2.1", lan_address[] = "2001:db8::1";

void network_namespace_enter(void)
{
    struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP}, with = {.ifr_name = "lo:1"};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(remote_address)};
    memcpy(&with.ifr_addr, &at, sizeof at);
    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        cr_skip_test("this machine gives us no network of our own");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert(ioctl(fd, SIOCSIFFLAGS, &up) == 0, "lo");
    cr_assert(ioctl(fd, SIOCSIFADDR, &with) == 0, "lo:1");
    close(fd);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    cr_assert(fd >= 0, "cannot open %s", path);
    cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "cannot write %s", path);
    close(fd);
}

/* The mount keeps the file after its name is gone. */
static void replace_file(const char *path, const char *text)
{
    char own[] = "/tmp/klatch-names-XXXXXX";
    int fd = mkstemp(own);
    cr_assert(fd >= 0, "mkstemp");
    close(fd);
    bool mounted = chmod(own, 0644) == 0 && mount(own, path, NULL, MS_BIND, NULL) == 0;
    unlink(own);
    if (!mounted) cr_skip_test("this machine gives us no names of our own");
    write_file(path, text);
}

void network_namespace_set_names(const char *hosts)
{
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        cr_skip_test("this machine gives us no mounts of our own");
    replace_file("/etc/nsswitch.conf", "hosts: files dns\n");
    replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n");
    replace_file("/etc/hosts", hosts);
}

void network_namespace_change_hosts(const char *hosts)
{
    write_file("/etc/hosts", hosts);
}

void network_namespace_add_ipv4(const char *ip)
{
    struct ifreq with = {.ifr_name = "lo:2"};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(ip)};
    memcpy(&with.ifr_addr, &at, sizeof at);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert(ioctl(fd, SIOCSIFADDR, &with) == 0, "lo:2");
    close(fd);
}

void network_namespace_remove_ipv4(void)
{
    struct ifreq without = {.ifr_name = "lo", .ifr_addr.sa_family = AF_INET};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert(ioctl(fd, SIOCSIFADDR, &without) == 0, "lo");
    close(fd);
}

void network_namespace_add_ipv6(const char *ip)
{
    struct {
        struct in6_addr addr;
        uint32_t prefix;
        unsigned interface;
    } with = {.prefix = 128, .interface = if_nametoindex("lo")};
    cr_assert(inet_pton(AF_INET6, ip, &with.addr) == 1, "%s", ip);
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFADDR, &with) < 0) cr_skip_test("this machine has no IPv6");
    close(fd);
}

void network_namespace_add_network(const char *network)
{
    char out[256], err[256];
    const char *family = strchr(network, ':') ? "-6" : "-4";
    const char *argv[] = {"ip", family, "route", "add", "local", network, "dev", "lo", NULL};
    if (child_run(argv, out, err, sizeof out) != 0) cr_skip_test("ip route: %s", err);
}

/* -- machines -- */

/* Runs a shell command. */
__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
    char command[512], out[256], err[256];
    const char *argv[] = {"sh", "-c", command, NULL};
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (child_run(argv, out, err, sizeof out) != 0) cr_skip_test("%s: %s", command, err);
}

static int current_namespace(void)
{
    int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0, "/proc/self/ns/net");
    return fd;
}

void network_namespace_go(int machine)
{
    cr_assert_eq(setns(machine, CLONE_NEWNET), 0, "setns");
}

int network_namespace_add_machine(const char *address)
{
    static int machines;
    int own = current_namespace(), number = ++machines;
    if (number == 1)
        run("ip link add name lan type bridge && ip link set lan up &&"
            " ip -6 addr add %s/64 dev lan nodad",
            lan_address);
    cr_assert_eq(unshare(CLONE_NEWNET), 0, "unshare");
    int machine = current_namespace();
    network_namespace_go(own);
    run("ip link add name lan%d type veth peer name eth0 netns /proc/%d/fd/%d &&"
        " ip link set lan%d master lan up",
        number, getpid(), machine, number);
    network_namespace_go(machine);
    run("ip -6 addr add %s dev eth0 nodad && ip link set eth0 up", address);
    network_namespace_go(own);
    close(own);
    return machine;
}
