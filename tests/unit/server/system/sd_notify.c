#include "server/system/sd_notify.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sd_notify n;
static int ear;
static char said[256];

static void connect_ear(void)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    n = (struct sd_notify){.fd = ends[0]};
    ear = ends[1];
}

static void close_ear(void)
{
    sd_notify_close(&n);
    close(ear);
}

TestSuite(sd_notify, .init = connect_ear, .fini = close_ear);

/* What was told since the last time; "" for nothing. */
static const char *hear(void)
{
    ssize_t len = recv(ear, said, sizeof said - 1, 0);
    said[len > 0 ? len : 0] = '\0';
    return said;
}

static const char *turn(int end, size_t members, int64_t now)
{
    sd_notify_tick(&n, end, members, now);
    return hear();
}

Test(sd_notify, each_thing_is_told_once)
{
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 1);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1000), "READY=1\nSTATUS=0 members\n");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 5000), "");
    cr_expect_str_eq(turn(60, 0, 6000), "STOPPING=1\nEXTEND_TIMEOUT_USEC=90000000\n");
    cr_expect_str_eq(turn(5, 0, 7000), "");
}

Test(sd_notify, an_idle_server_is_never_woken)
{
    turn(SD_NOTIFY_RUNNING, 3, 1000);
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 3), 0);
    cr_expect_eq(sd_notify_deadline(&n, 5, 3), 1);
}

Test(sd_notify, the_members_are_told_once_a_second_at_the_most)
{
    turn(SD_NOTIFY_RUNNING, 0, 1000);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 1, 1001), "");
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 1), 2000);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 1, 2000), "STATUS=1 member\n");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 7, 2999), "");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 1, 3000), "");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 2, 9000), "STATUS=2 members\n");
}

Test(sd_notify, a_sign_of_life_comes_when_it_is_due)
{
    n.watchdog_ms = 500;
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1000), "READY=1\nSTATUS=0 members\nWATCHDOG=1\n");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1499), "");
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 1500);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1500), "WATCHDOG=1\n");
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 1), 2000);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 1, 2000), "STATUS=1 member\nWATCHDOG=1\n");
}

Test(sd_notify, a_reload_ends_when_it_is_done)
{
    turn(SD_NOTIFY_RUNNING, 0, 1000);
    sd_notify_reloading(&n, 2000500);
    cr_expect_str_eq(hear(), "RELOADING=1\nMONOTONIC_USEC=2000500\n");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 2001), "");
    sd_notify_reloaded(&n);
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 1);
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 2001), "READY=1\n");
    turn(5, 0, 3000);
    sd_notify_reloading(&n, 4000000);
    cr_expect_str_eq(hear(), "");
}

/* A manager that does not read fast enough. */
Test(sd_notify, what_could_not_be_told_is_told_later)
{
    while (send(n.fd, "x", 1, 0) == 1) continue;
    sd_notify_tick(&n, SD_NOTIFY_RUNNING, 0, 1000);
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 1100);
    while (strcmp(hear(), "x") == 0) continue;
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1099), "");
    cr_expect_str_eq(turn(SD_NOTIFY_RUNNING, 0, 1100), "READY=1\nSTATUS=0 members\n");
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 0);
}

Test(sd_notify, what_need_not_be_told_any_more_wakes_nobody)
{
    turn(SD_NOTIFY_RUNNING, 0, 1000);
    while (send(n.fd, "x", 1, 0) == 1) continue;
    sd_notify_tick(&n, SD_NOTIFY_RUNNING, 1, 2000);
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 1), 2100);
    sd_notify_tick(&n, SD_NOTIFY_RUNNING, 0, 2100);
    cr_expect_eq(sd_notify_deadline(&n, SD_NOTIFY_RUNNING, 0), 0);
}

Test(sd_notify, one_who_is_gone_is_told_nothing_more)
{
    close(ear);
    sd_notify_tick(&n, SD_NOTIFY_RUNNING, 0, 1000);
    cr_expect_eq(n.fd, -1);
    cr_expect_eq(sd_notify_deadline(&n, 5, 0), 0);
}

/* -- the environment -- */

static int64_t watched(const char *usec, const char *pid)
{
    struct sd_notify found;
    unsetenv("NOTIFY_SOCKET");
    if (usec) setenv("WATCHDOG_USEC", usec, 1);
    if (pid) setenv("WATCHDOG_PID", pid, 1);
    sd_notify_open(&found);
    cr_expect(!getenv("WATCHDOG_USEC") && !getenv("WATCHDOG_PID"));
    cr_expect_eq(found.fd, -1);
    return found.watchdog_ms;
}

Test(sd_notify, how_often_it_must_show_that_it_is_alive)
{
    char ours[16];
    snprintf(ours, sizeof ours, "%d", (int)getpid());
    cr_expect_eq(watched(NULL, NULL), 0);
    cr_expect_eq(watched("10000000", NULL), 5000);
    cr_expect_eq(watched("10000000", ours), 5000);
    cr_expect_eq(watched("10000000", "1"), 0);
    cr_expect_eq(watched("10000000", "me"), 0);
    cr_expect_eq(watched("1500", NULL), 1);
    cr_expect_eq(watched("0", NULL), 0);
    cr_expect_eq(watched("-5", NULL), 0);
    cr_expect_eq(watched("soon", NULL), 0);
    cr_expect_eq(watched("99999999999999999999", NULL), 0);
}
