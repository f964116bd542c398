#include "tests/system/support/network_namespace.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

const char remote_address[] = "192.0.2.1";

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
