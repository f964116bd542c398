/* klatchd that root starts, and that becomes another user. */
#include "server/system/privileges.h"

#include "server/server.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void only_root(void)
{
    if (geteuid() != 0) cr_skip("only root becomes another user");
}

static void expect_ids(const struct klatchd *d, const char *what, unsigned id)
{
    char line[64];
    snprintf(line, sizeof line, "%s:\t%u\t%u\t%u\t%u", what, id, id, id, id);
    cr_expect(klatchd_has_status(d, line), "%s", line);
}

Test(server_privileges, root_becomes_another_user_permanently)
{
    tls_client_turn_off();
    only_root();
    const struct passwd *nobody = getpwnam("nobody");
    const struct group *daemons = getgrnam("daemon");
    struct klatchd *d = klatchd_start_with("--user", "nobody:daemon");
    peer_join(d, "ada");
    expect_ids(d, "Uid", nobody->pw_uid);
    expect_ids(d, "Gid", daemons->gr_gid);
    cr_expect(klatchd_has_status(d, "Groups:\t "));
    cr_expect(klatchd_has_status(d, "CapEff:\t0000000000000000"));
    cr_expect(klatchd_has_status(d, "CapPrm:\t0000000000000000"));
    peers_close_and_stop(d);
}

Test(server_privileges, running_as_root_is_logged_with_advice)
{
    only_root();
    struct klatchd *d = klatchd_start();
    klatchd_wait_log(d, SERVER_RUNS_AS_ROOT);
    klatchd_stop(d);
}

static void expect_refused(const char *const argv[], const char *why)
{
    char out[256], err[1024];
    cr_expect_eq(child_run(argv, out, err, sizeof out), 1);
    cr_expect(strstr(err, why), "%s", err);
}

Test(server_privileges, an_invalid_user_is_an_error)
{
    only_root();
    static const struct {
        const char *user, *why;
    } rows[] = {{"nobody knows", PRIVILEGES_NO_USER},
                {"nobody:nowhere", PRIVILEGES_NO_GROUP},
                {"root", PRIVILEGES_IS_ROOT}};
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_refused((const char *[]){BUILD "/klatchd", "-u", rows[i].user, "::1", "0", NULL},
                       rows[i].why);
}

Test(server_privileges, only_root_may_change_the_user)
{
    const char *const argv[] = {"setpriv",
                                "--reuid=65534",
                                "--regid=65534",
                                "--clear-groups",
                                BUILD "/klatchd",
                                "-u",
                                "nobody",
                                "::1",
                                "0",
                                NULL};
    expect_refused(geteuid() == 0 ? argv : argv + 4, PRIVILEGES_NOT_ROOT);
}
