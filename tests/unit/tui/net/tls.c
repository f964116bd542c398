#include "tui/net/tls.h"

#include "tests/unit/support/tls_server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "room.example"

static struct tls_server server;
static struct tls_channel t;
static char ca_path[] = "/tmp/klatch-tls-ca-XXXXXX";

static void start(void)
{
    close(mkstemp(ca_path));
    signal(SIGPIPE, SIG_IGN);
    server = tls_server_start(ca_path);
    t = (struct tls_channel){.host = NULL};
    setenv("SSL_CERT_FILE", ca_path, 1);
}

static void stop(void)
{
    tls_channel_close(&t);
    tls_server_stop(&server);
    unlink(ca_path);
}

TestSuite(tls_channel, .init = start, .fini = stop);

static void open_tls(const char *host, const struct tls_identity *identity, bool loads_ca)
{
    cr_assert(tls_channel_open(&t, host, identity, loads_ca));
    cr_assert(tls_channel_start(&t, server.peer));
}

static enum tls_step shake_hands(void)
{
    enum tls_step step;
    for (int i = 0; (step = tls_channel_handshake(&t)) == TLS_AGAIN; i++) {
        cr_assert_lt(i, 20);
        tls_server_continue(&server);
    }
    tls_server_continue(&server);
    return step;
}

/* Connects with the expected key. */
static void connect_tls(void)
{
    t.expected = server.fingerprint;
    open_tls(HOST, NULL, false);
    cr_assert_eq(shake_hands(), TLS_UP);
    cr_assert(server.is_up);
}

static void expect_refused(enum tls_verdict verdict)
{
    struct tls_identity identity;
    cr_assert(tls_identity_make(&identity));
    tls_server_ask_for_key(&server);
    open_tls(HOST, &identity, true);
    tls_identity_free(&identity);
    cr_expect_eq(shake_hands(), TLS_DOWN);
    cr_expect_eq(t.verdict, verdict);
    cr_expect_str_eq(t.error, TLS_REJECTED);
    cr_expect_str_eq(t.fingerprint, server.fingerprint);
    cr_expect_not(server.is_up);
    cr_expect_str_empty(tls_server_client_key(&server));
}

/* Another server, whose CA the client does not know. */
static void forget_ca(void)
{
    setenv("SSL_CERT_FILE", "/nonexistent", 1);
}

Test(tls_channel, a_known_key_is_accepted)
{
    char bytes[16];
    connect_tls();
    cr_expect_eq(t.verdict, TLS_KNOWN);
    cr_expect_str_eq(tls_server_protocol(&server), TLS_PROTOCOL);
    cr_expect_eq(tls_channel_read(&t, bytes, sizeof bytes), -1);
    cr_expect_eq(errno, EAGAIN);
    cr_expect_eq(tls_channel_write(&t, "hello", 5), 5);
    cr_expect_eq(tls_server_receive(&server, bytes, sizeof bytes), 5);
    cr_expect_arr_eq(bytes, "hello", 5);
    tls_server_send(&server, "there", 5);
    cr_expect_eq(tls_channel_read(&t, bytes, sizeof bytes), 5);
    cr_expect_arr_eq(bytes, "there", 5);
}

Test(tls_channel, an_unknown_key_ends_the_handshake_before_ours_is_sent)
{
    forget_ca();
    expect_refused(TLS_UNKNOWN);
}

Test(tls_channel, another_key_than_the_expected_one_does_too)
{
    t.expected = "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    expect_refused(TLS_CHANGED);
}

Test(tls_channel, a_server_that_must_be_certified_and_is_not)
{
    forget_ca();
    t.must_be_certified = true;
    expect_refused(TLS_CHANGED);
}

Test(tls_channel, a_ca_vouches_for_a_name)
{
    open_tls(HOST, NULL, true);
    cr_expect_eq(shake_hands(), TLS_UP);
    cr_expect_eq(t.verdict, TLS_CERTIFIED);
}

Test(tls_channel, a_ca_vouches_for_an_address)
{
    open_tls("192.0.2.7", NULL, true);
    cr_expect_eq(shake_hands(), TLS_UP);
    cr_expect_eq(t.verdict, TLS_CERTIFIED);
}

Test(tls_channel, a_ca_does_not_vouch_for_another_name)
{
    open_tls("other.example", NULL, true);
    cr_expect_eq(shake_hands(), TLS_DOWN);
    cr_expect_eq(t.verdict, TLS_UNKNOWN);
}

Test(tls_channel, our_key_is_sent_when_the_server_asks)
{
    struct tls_identity identity;
    char ours[FINGERPRINT_TEXT];
    cr_assert(tls_identity_make(&identity) && tls_identity_fingerprint(&identity, ours));
    tls_server_ask_for_key(&server);
    t.expected = server.fingerprint;
    open_tls(HOST, &identity, false);
    tls_identity_free(&identity);
    cr_expect_eq(shake_hands(), TLS_UP);
    cr_expect_str_eq(tls_server_client_key(&server), ours);
}

Test(tls_channel, without_a_key_of_ours_the_server_gets_none)
{
    tls_server_ask_for_key(&server);
    connect_tls();
    cr_expect_str_empty(tls_server_client_key(&server));
}

Test(tls_channel, an_announced_end_is_an_end)
{
    char bytes[16];
    connect_tls();
    tls_server_say_end(&server);
    tls_server_cut(&server);
    cr_expect_eq(tls_channel_read(&t, bytes, sizeof bytes), 0);
    cr_expect_eq(tls_channel_read(&t, bytes, sizeof bytes), 0);
    cr_expect(t.ended);
    cr_expect_null(t.error);
}

Test(tls_channel, a_cut_connection_is_an_error)
{
    char bytes[16];
    connect_tls();
    tls_server_cut(&server);
    cr_expect_eq(tls_channel_read(&t, bytes, sizeof bytes), -1);
    cr_expect_eq(errno, EPROTO);
    cr_expect_str_eq(t.error, TLS_CUT);
    cr_expect_eq(tls_channel_write(&t, "x", 1), -1);
}

Test(tls_channel, our_end_is_announced)
{
    char bytes[16];
    connect_tls();
    cr_expect(tls_channel_finish(&t));
    cr_expect_eq(tls_server_receive(&server, bytes, sizeof bytes), 0);
    cr_expect(tls_server_has_end(&server));
}

Test(tls_channel, closing_announces_the_end_too)
{
    char bytes[16];
    connect_tls();
    tls_channel_stop(&t);
    cr_expect_eq(tls_server_receive(&server, bytes, sizeof bytes), 0);
    cr_expect(tls_server_has_end(&server));
}

Test(tls_channel, a_server_that_does_not_speak_tls)
{
    t.expected = server.fingerprint;
    open_tls(HOST, NULL, false);
    cr_expect_eq(tls_channel_handshake(&t), TLS_AGAIN);
    cr_assert_eq(send(server.fd, "\x00\x10{\"proto\":\"connect\"}", 21, 0), 21);
    cr_expect_eq(tls_channel_handshake(&t), TLS_DOWN);
    cr_expect_str_eq(t.error, TLS_NOT_SPOKEN);
    cr_expect_eq(t.verdict, TLS_NO_VERDICT);
}

Test(tls_channel, a_server_that_speaks_an_older_version)
{
    tls_server_make_old(&server);
    open_tls(HOST, NULL, false);
    cr_expect_eq(shake_hands(), TLS_DOWN);
    cr_expect_str_eq(t.error, TLS_TOO_OLD);
}

Test(tls_channel, a_server_that_vanishes_during_the_handshake)
{
    open_tls(HOST, NULL, false);
    cr_expect_eq(tls_channel_handshake(&t), TLS_AGAIN);
    tls_server_cut(&server);
    cr_expect_eq(tls_channel_handshake(&t), TLS_DOWN);
    cr_expect_str_not_empty(t.error);
}

/* The bytes move between two writes, as those of a growing queue do. */
Test(tls_channel, much_is_sent_in_parts_from_bytes_that_move)
{
    enum { SIZE = 1 << 20 };
    static char sent[SIZE], copy[SIZE], received[SIZE];
    size_t out = 0, in = 0;
    bool was_full = false;
    connect_tls();
    for (size_t i = 0; i < SIZE; i++) sent[i] = (char)(i * 7 + i / 256);
    for (int turn = 0; in < SIZE; turn++) {
        char *from = turn % 2 == 0 ? sent : copy;
        cr_assert_lt(turn, 100000);
        memcpy(copy + out, sent + out, SIZE - out);
        ssize_t n = out < SIZE ? tls_channel_write(&t, from + out, SIZE - out) : 0;
        if (n < 0) {
            cr_assert_eq(errno, EAGAIN);
            cr_assert(t.wants_write);
            was_full = true;
        }
        if (n > 0) out += (size_t)n;
        if (n <= 0) in += tls_server_receive(&server, received + in, SIZE - in);
    }
    cr_expect(was_full);
    cr_expect_arr_eq(received, sent, SIZE);
}

Test(tls_channel, a_new_connection_forgets_the_last_one)
{
    struct tls_server other = tls_server_start(NULL);
    t.expected = other.fingerprint;
    open_tls(HOST, NULL, false);
    cr_expect_eq(shake_hands(), TLS_DOWN);
    cr_expect_eq(t.verdict, TLS_CHANGED);
    tls_server_stop(&server);
    server = other;
    cr_assert(tls_channel_start(&t, server.peer));
    cr_expect_eq(t.verdict, TLS_NO_VERDICT);
    t.expected = server.fingerprint;
    cr_expect_eq(shake_hands(), TLS_UP);
}
