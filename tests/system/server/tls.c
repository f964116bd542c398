/* TLS: the key that makes itself, the handshake, its ends, and reading the files again. With
 * KLATCH_TLS=1, all other suites of the server speak TLS too. */
#include "server/net/connection.h"
#include "server/net/listener.h"
#include "server/tls_files.h"
#include "tests/count.h"
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

static char folder[FILES_PATH], key[FILES_PATH], certificate[FILES_PATH];
static char out[OUTPUT], err[OUTPUT];

static void make_folder(void)
{
    tls_client_turn_off(); /* each test says itself where it wants TLS */
    files_create_folder(folder);
    files_path(key, folder, "key.pem");
    files_path(certificate, folder, "cert.pem");
}

static void remove_folder(void)
{
    files_remove_all(folder);
}

TestSuite(server_tls, .init = make_folder, .fini = remove_folder);

static struct klatchd *start(void)
{
    return klatchd_start_with("--tls", "--tls-dir", folder, "-d", "0");
}

/* Returns the fingerprint that the log says; valid until the next call. */
static const char *logged_fingerprint(struct klatchd *d)
{
    static char text[FINGERPRINT_TEXT];
    const char *line = klatchd_wait_log(d, FINGERPRINT_START);
    snprintf(text, sizeof text, "%s", strstr(line, FINGERPRINT_START));
    return text;
}

Test(server_tls, a_conversation)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(bob, "encrypted", ada, bob);
    peer_flood(ada, 3, 60000);
    peers_close_and_stop(d);
}

Test(server_tls, the_key_is_made_once_and_private)
{
    char first[FINGERPRINT_TEXT];
    struct klatchd *d = start();
    strcpy(first, logged_fingerprint(d));
    klatchd_stop(d);
    files_expect_mode(key, 0600);
    files_expect_mode(certificate, 0600);
    d = start();
    cr_expect_str_eq(logged_fingerprint(d), first);
    klatchd_stop(d);
    const char *const check[] = {BUILD "/klatchd", "--tls", "--tls-dir", folder, "--check", NULL};
    cr_expect_eq(child_run(check, out, err, OUTPUT), 0);
    cr_expect(strstr(out, first), "%s", out);
}

Test(server_tls, check_makes_no_key)
{
    const char *const check[] = {BUILD "/klatchd", "--tls", "--tls-dir", folder, "--check", NULL};
    cr_expect_eq(child_run(check, out, err, OUTPUT), 0);
    cr_expect(strstr(out, "# no fingerprint: "), "%s", out);
    cr_expect(access(key, F_OK) < 0);
}

Test(server_tls, a_damaged_key_is_named)
{
    const char *const argv[] = {BUILD "/klatchd", "--tls", "--tls-dir", folder,
                                "127.0.0.1",      "0",     NULL};
    files_write(key, "nothing\n");
    cr_expect_eq(child_run(argv, out, err, OUTPUT), 74);
    cr_expect(strstr(err, key) && strstr(err, TLS_IDENTITY_NO_KEY), "%s", err);
}

Test(server_tls, a_new_key_is_used_after_a_hangup_and_nobody_is_disconnected)
{
    char first[FINGERPRINT_TEXT];
    struct klatchd *d = start();
    strcpy(first, logged_fingerprint(d));
    struct peer *ada = peer_join(d, "ada");
    struct tls_identity identity;
    cr_assert(tls_identity_make(&identity));
    unlink(key);
    unlink(certificate);
    cr_assert(tls_identity_write_key(&identity, key));
    cr_assert(tls_identity_write_certificates(&identity, certificate));
    tls_identity_free(&identity);
    klatchd_signal(d, SIGHUP);
    cr_expect_str_neq(logged_fingerprint(d), first);
    peer_join_seen_by(d, "bob", ada);
    peers_close_and_stop(d);
}

Test(server_tls, a_damaged_key_is_not_used_after_a_hangup)
{
    struct klatchd *d = start();
    files_write(key, "nothing\n");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, TLS_FILES_KEPT);
    peer_join(d, "ada");
    peers_close_and_stop(d);
}

/* -- clients -- */

/* Runs openssl s_client with an option, and returns whether it reports this text. */
static bool s_client_says(const struct klatchd *d, const char *option, const char *value,
                          const char *text)
{
    char place[160];
    snprintf(place, sizeof place, "%s:%s", d->address, d->port);
    const char *const argv[] = {"openssl", "s_client", "-brief", "-connect",
                                place,     option,     value,    NULL};
    child_run(argv, out, err, OUTPUT);
    return strstr(err, text) != NULL;
}

Test(server_tls, speaks_nothing_older_and_no_other_protocol)
{
    struct klatchd *d = start();
    cr_expect(s_client_says(d, "-alpn", TLS_PROTOCOL, "Protocol version: TLSv1.3"), "%s", err);
    cr_expect(s_client_says(d, "-tls1_2", NULL, "alert protocol version"), "%s", err);
    cr_expect(s_client_says(d, "-alpn", "http/1.1", "alert no application protocol"), "%s", err);
    cr_expect(
        s_client_says(d, "-ciphersuites", "TLS_AES_256_GCM_SHA384", "alert handshake failure"),
        "%s", err);
    klatchd_stop(d);
}

Test(server_tls, a_client_without_tls_is_told)
{
    struct klatchd *d = start();
    int fd = peer_connect_socket(d->address, d->port);
    struct peer *p = peer_new(fd, "a stranger");
    peer_send_bytes(p, "GET / HTTP/1.0\r\n\r\n", 18);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_expect_refusal(p, CONN_NEEDS_TLS);
    peers_close_and_stop(d);
}

Test(server_tls, garbage_in_the_handshake_harms_nobody)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada");
    static const char starts[][10] = {"\x16\x03\x01\x00\x05hell", "\x16\xff\xff\xff\xff",
                                      "\x16\x03\x01\x00\x00\x16\x03"};
    for (size_t i = 0; i < COUNT(starts); i++) {
        int fd = peer_connect_socket(d->address, d->port);
        struct peer *p = peer_new(fd, "a stranger");
        peer_send_bytes(p, starts[i], sizeof starts[i]);
        peer_close(p);
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_tls, a_cut_stream_and_an_ended_one_are_told_apart)
{
    struct klatchd *d = start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_close(bob);
    peer_expect_left(ada, "bob");
    klatchd_wait_log(d, CONN_LOG_CLOSED("2", CONN_CLOSED_BY_PEER));
    struct peer *eve = peer_join_seen_by(d, "eve", ada);
    peer_drop(eve);
    peer_expect_left(ada, "eve");
    klatchd_wait_log(d, CONN_LOG_CLOSED("3", "Connection reset by peer"));
    peers_close_and_stop(d);
}

/* -- places -- */

Test(server_tls, each_place_may_decide_for_itself)
{
    const char *const argv[] = {
        BUILD "/klatchd", "--tls-dir",       folder, "--listen", "tls:127.0.0.1:0",
        "--listen",       "tcp:127.0.0.1:0", NULL};
    struct klatchd *d = klatchd_start_argv(argv);
    char port[8];
    cr_expect(d->is_tls);
    const char *line = klatchd_wait_log(d, LISTENER_ON(LISTENER_ROOM, ""));
    cr_expect_null(strstr(line, LISTENER_WITH_TLS), "%s", line);
    cr_assert_eq(sscanf(strstr(line, "port"), "port %7[0-9]", port), 1);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect_to(d->address, port);
    peer_expect(bob, "connect", "SERVER", "HELLO");
    peer_take_nick(bob, "bob");
    peer_expect_joined(ada, "bob");
    peer_broadcast_to(bob, "in the clear", bob, ada);
    peers_close_and_stop(d);
}

Test(server_tls, a_unix_socket_is_never_encrypted)
{
    const char *const argv[] = {BUILD "/klatchd", "--listen", "tls:unix:/tmp/x", NULL};
    cr_expect_eq(child_run(argv, out, err, OUTPUT), 2);
    cr_expect(strstr(err, OPTION_TYPES_PLAIN_PATH), "%s", err);
}
