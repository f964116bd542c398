/* The list of --members: who comes in, whose nicknames are whose, and how it changes. */
#include "server/admin/command.h"
#include "server/admin/control.h"
#include "server/members_file.h"
#include "server/net/connection.h"
#include "server/tls_files.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT = 16384 };

/* A person's key: a file with the key and the certificate, and the fingerprint. */
struct person {
    char identity[FILES_PATH], key[FINGERPRINT_TEXT];
};

static char folder[FILES_PATH], list[FILES_PATH], path[FILES_PATH];
static char out[OUTPUT], err[OUTPUT];
static struct person ada, bob;

static void make_person(struct person *p, const char *name)
{
    char certificate[FILES_PATH];
    struct tls_identity identity;
    files_path(p->identity, folder, name);
    files_path(certificate, folder, "certificate");
    cr_assert(tls_identity_make(&identity) && tls_identity_fingerprint(&identity, p->key));
    cr_assert(tls_identity_write_key(&identity, p->identity));
    cr_assert(tls_identity_write_certificates(&identity, certificate));
    tls_identity_free(&identity);
    char *key = files_read(p->identity), *more = files_read(certificate);
    files_print(p->identity, "%s%s", key, more);
    unlink(certificate);
    free(key);
    free(more);
}

static void init(void)
{
    tls_client_turn_off();
    files_create_folder(folder);
    files_path(list, folder, "members");
    files_path(path, folder, "control");
    make_person(&ada, "ada");
    make_person(&bob, "bob");
}

static void fini(void)
{
    files_remove_all(folder);
}

TestSuite(server_members, .init = init, .fini = fini);

#define START(...)                                                                                 \
    klatchd_start_with("--tls", "--tls-dir", folder, "--members", list, "--control-socket", path,  \
                       __VA_ARGS__)

static struct peer *join(const struct klatchd *d, const struct person *who, const char *nick)
{
    struct peer *p = peer_connect_tls(d, who->identity);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_take_nick(p, nick);
    return p;
}

static void expect_refused(struct peer *p, const char *why)
{
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_expect_refusal(p, why);
    peer_close(p);
}

static void expect_not_listed(const struct klatchd *d, const struct person *who)
{
    char text[256];
    snprintf(text, sizeof text, CONN_NOT_LISTED("%s"), who->key);
    expect_refused(peer_connect_tls(d, who->identity), text);
}

static void reload(struct klatchd *d, const char *told)
{
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, told);
}

Test(server_members, only_the_keys_of_the_list_come_in)
{
    files_print(list, "# people\n%s ada\n", ada.key);
    struct klatchd *d = START("-d", "0");
    join(d, &ada, "ada");
    expect_not_listed(d, &bob);
    expect_refused(peer_connect_tls(d, NULL), CONN_NO_KEY);
    peers_close_and_stop(d);
}

Test(server_members, a_nickname_of_the_list_belongs_to_its_key)
{
    files_print(list, "%s ada\n%s\n", ada.key, bob.key);
    struct klatchd *d = START("-d", "0");
    struct peer *p = join(d, &bob, "bob");
    peer_expect_nick_refused(p, "Ada");
    peer_take_nick(join(d, &ada, "someone"), "ada");
    peers_close_and_stop(d);
}

Test(server_members, guests_come_in_but_not_under_nicknames_of_the_list)
{
    files_print(list, "%s ada\n", ada.key);
    struct klatchd *d = START("--guests", "-d", "0");
    struct peer *guest = peer_connect_tls(d, NULL);
    peer_expect(guest, "connect", "SERVER", "HELLO");
    peer_expect_nick_refused(guest, "ADA");
    peer_take_nick(guest, "guest");
    join(d, &bob, "bob");
    peers_close_and_stop(d);
}

Test(server_members, a_plain_connection_has_no_key_and_a_unix_socket_needs_none)
{
    char address[FILES_PATH];
    files_address(address, folder, "room");
    files_print(list, "%s ada\n", ada.key);
    struct klatchd *d = klatchd_start_with("--members", list, "--listen", address, "-d", "0");
    expect_refused(peer_connect(d), CONN_NO_KEY);
    struct peer *local = peer_connect_to(address, "");
    peer_expect(local, "connect", "SERVER", "HELLO");
    peer_expect_nick_refused(local, "ada");
    peer_take_nick(local, "local");
    peers_close_and_stop(d);
}

/* -- changes -- */

Test(server_members, a_removed_person_is_disconnected_with_a_reason)
{
    char text[256];
    files_print(list, "%s\n%s\n", ada.key, bob.key);
    struct klatchd *d = START("-d", "0");
    struct peer *a = join(d, &ada, "ada"), *b = join(d, &bob, "bob");
    peer_expect_joined(a, "bob");
    files_print(list, "%s\n", ada.key);
    reload(d, CONTROL_SWEPT("1"));
    snprintf(text, sizeof text, CONN_NOT_LISTED("%s"), bob.key);
    peer_expect_refusal(b, text);
    peer_expect_left(a, "bob");
    expect_not_listed(d, &bob);
    peers_close_and_stop(d);
}

Test(server_members, a_member_with_a_nickname_that_was_given_to_another_is_disconnected)
{
    files_print(list, "%s\n%s\n", ada.key, bob.key);
    struct klatchd *d = START("-d", "0");
    struct peer *b = join(d, &bob, "ada");
    files_print(list, "%s ada\n%s\n", ada.key, bob.key);
    reload(d, CONTROL_SWEPT("1"));
    peer_expect_refusal(b, CONN_NICK_RESERVED);
    peers_close_and_stop(d);
}

Test(server_members, a_broken_line_is_named_and_the_old_list_is_kept)
{
    char told[FILES_PATH + 128];
    files_print(list, "%s\n", ada.key);
    struct klatchd *d = START("-d", "0");
    struct peer *a = join(d, &ada, "ada");
    files_print(list, "%s\nnobody\n", bob.key);
    snprintf(told, sizeof told, "%s: line 2: " ALLOWLIST_NO_KEY, list);
    reload(d, told);
    peer_expect_no_more(a);
    expect_not_listed(d, &bob);
    peers_close_and_stop(d);
}

Test(server_members, a_broken_line_is_named_at_the_start)
{
    const char *const argv[] = {BUILD "/klatchd", "--members", list, "127.0.0.1", "0", NULL};
    files_print(list, "\nnobody\n");
    cr_expect_eq(child_run(argv, out, err, OUTPUT), 74);
    cr_expect(strstr(err, "line 2: " ALLOWLIST_NO_KEY), "%s", err);
}

/* -- the administrator -- */

#define CONTROL(...)                                                                               \
    child_run((const char *[]){BUILD "/klatchd", "--control", path, __VA_ARGS__, NULL}, out, err,  \
              OUTPUT)

static void expect_text(const char *text)
{
    char *found = files_read(list);
    cr_expect_str_eq(found, text);
    free(found);
}

Test(server_members, allow_and_deny_edit_the_file)
{
    char text[256], one[160];
    snprintf(one, sizeof one, "# people\n%s\n", ada.key);
    files_write(list, one);
    struct klatchd *d = START("-d", "0");
    expect_not_listed(d, &bob);
    cr_expect_eq(CONTROL("allow", bob.key, "bob the first"), 0, "%s%s", out, err);
    klatchd_wait_log(d, MEMBERS_FILE_READ("", "2"));
    snprintf(text, sizeof text, "%s%s bob the first\n", one, bob.key);
    expect_text(text);
    struct peer *b = join(d, &bob, "bob the first");
    cr_expect_eq(CONTROL("who"), 0);
    cr_expect(strstr(out, bob.key), "%s", out);
    cr_expect_eq(CONTROL("deny", bob.key), 0, "%s%s", out, err);
    klatchd_wait_log(d, CONTROL_SWEPT("1"));
    snprintf(text, sizeof text, CONN_NOT_LISTED("%s"), bob.key);
    peer_expect_refusal(b, text);
    expect_text(one);
    cr_expect_eq(CONTROL("deny", bob.key), 1);
    cr_expect(strstr(err, MEMBERS_FILE_UNKNOWN), "%s", err);
    cr_expect_eq(CONTROL("allow", "bob"), 1);
    cr_expect(strstr(err, MEMBERS_FILE_NO_KEY), "%s", err);
    peers_close_and_stop(d);
}

Test(server_members, a_banned_key_is_disconnected_and_refused)
{
    files_print(list, "%s\n%s\n", ada.key, bob.key);
    struct klatchd *d = START("-d", "0");
    struct peer *b = join(d, &bob, "bob");
    cr_expect_eq(CONTROL("ban", bob.key), 0, "%s%s", out, err);
    peer_expect_refusal(b, BANS_KEY_MESSAGE);
    expect_refused(peer_connect_tls(d, bob.identity), BANS_KEY_MESSAGE);
    join(d, &ada, "ada");
    cr_expect_eq(CONTROL("bans"), 0);
    cr_expect(strstr(out, bob.key), "%s", out);
    cr_expect_eq(CONTROL("unban", bob.key), 0, "%s%s", out, err);
    join(d, &bob, "bob");
    cr_expect_eq(CONTROL("ban", "SHA256:short"), 1);
    cr_expect(strstr(err, BANS_NOT_A_KEY), "%s", err);
    peers_close_and_stop(d);
}

Test(server_members, allow_leaves_nobodys_nickname_to_another)
{
    files_print(list, "%s ada\n", ada.key);
    struct klatchd *d = START("-d", "0");
    cr_expect_eq(CONTROL("allow", bob.key, "Ada"), 1);
    cr_expect(strstr(err, ALLOWLIST_TAKEN), "%s", err);
    klatchd_stop(d);
}

Test(server_members, without_a_list_nothing_is_edited)
{
    struct klatchd *d = klatchd_start_with("--control-socket", path);
    cr_expect_eq(CONTROL("allow", bob.key), 1);
    cr_expect(strstr(err, MEMBERS_FILE_NONE), "%s", err);
    klatchd_stop(d);
}
