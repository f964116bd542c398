/* The acceptor by itself, where descriptors can run out. */
#include "server/net/acceptor.h"

#include "server/net/admission.h"

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENT = 64 * 1024 };

static struct listener listener;
static struct counters counters;
static struct poller poller;
static struct acceptor acceptor;
static struct conn_table conns;

static void start_acceptor(void)
{
    static const struct limits none[LIMITS_KINDS];
    const struct address here = {.host = "127.0.0.1", .port = "0"};
    cr_assert(listener_open(&listener, LISTENER_ROOM, &here, 1));
    cr_assert(poller_open(&poller));
    acceptor_init(&acceptor, &listener, &counters, &poller, &conns);
    acceptor_configure(&acceptor, 0, SIZE_MAX, none);
    cr_assert(acceptor_resume(&acceptor, 0));
}

static void stop_acceptor(void)
{
    acceptor_deinit(&acceptor);
    poller_close(&poller);
    listener_close(&listener);
}

TestSuite(server_acceptor, .init = start_acceptor, .fini = stop_acceptor);

static int dial(void)
{
    struct sockaddr_in to;
    socklen_t len = sizeof to;
    struct poller_event events[POLLER_EVENTS];
    cr_assert_eq(getsockname(listener.fds[0], (struct sockaddr *)&to, &len), 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    cr_assert_eq(poller_wait(&poller, events, 10000), 1);
    cr_expect_eq(events[0].token.kind, POLLER_LISTENER);
    return fd;
}

/* No descriptor is left. */
static void use_up_descriptors(void)
{
    int next = dup(0);
    close(next);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)next, (rlim_t)next}), 0);
}

/* A rejected client may go on sending, or be gone already. */
Test(server_acceptor, who_is_rejected_does_not_hold_it_up)
{
    char *rubbish = calloc(1, SENT), heard[256] = {0};
    struct accept_batch batch = {.now = 1000};
    int eager = dial(), gone = dial();
    cr_assert_eq(send(eager, rubbish, SENT, 0), SENT);
    setsockopt(gone, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    close(gone);
    cr_expect_geq(listener.reserved_fd, 0);
    use_up_descriptors();
    cr_expect_not(acceptor_accept(&acceptor, &batch));
    cr_expect_eq(counters.rejected[REJECT_FULL], 2);
    cr_expect_eq(acceptor.resume_at, 0, "it goes on at once");
    cr_expect_geq(listener.reserved_fd, 0);
    cr_expect_gt(recv(eager, heard, sizeof heard - 1, 0), 0);
    cr_expect(strstr(heard + 2, ADMISSION_FULL));
    free(rubbish);
    close(eager);
}

/* The rest follows in later iterations. */
Test(server_acceptor, only_a_few_are_rejected_in_an_iteration)
{
    enum { CLIENTS = 20, AT_ONCE = 8 };
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) clients[i] = dial();
    for (uint64_t rejected = 0; rejected < CLIENTS;) {
        struct accept_batch batch = {.now = 1000, .is_closing = true};
        cr_expect_not(acceptor_accept(&acceptor, &batch));
        uint64_t more = counters.rejected[REJECT_CLOSING] - rejected;
        rejected += more;
        cr_assert(more == AT_ONCE || rejected == CLIENTS, "%ju", (uintmax_t)more);
    }
    for (int i = 0; i < CLIENTS; i++) close(clients[i]);
}

Test(server_acceptor, without_any_descriptor_it_pauses)
{
    struct accept_batch batch = {.now = 1000}, later = {.now = 2000};
    struct poller_event events[POLLER_EVENTS];
    int fd = dial();
    close(listener.reserved_fd);
    listener.reserved_fd = -1;
    int filler = dup(0);
    use_up_descriptors();
    cr_expect_not(acceptor_accept(&acceptor, &batch));
    cr_expect_gt(acceptor.resume_at, 1000);
    cr_expect_eq(poller_wait(&poller, events, 0), 0);
    close(filler);
    acceptor_tick(&acceptor, acceptor.resume_at);
    cr_expect_eq(acceptor.resume_at, 0);
    cr_expect_eq(poller_wait(&poller, events, 0), 1);
    cr_expect(acceptor_accept(&acceptor, &later));
    close(later.fd);
    close(fd);
}
