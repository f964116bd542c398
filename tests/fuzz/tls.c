/* Lets klatch's end of TLS and klatchd's speak over a network that the input decides about: it
 * delivers bytes in parts, loses, repeats, swaps and damages records, adds garbage and cuts the
 * connection, before, during and after the handshake.
 *
 * What must hold: both ends run on, and end; whatever one of them reads is what the other wrote, in
 * order and without a gap; klatch writes nothing before it knows the key. */
#include "server/net/tls.h"

#include "common/tls_identity.h"
#include "tests/fuzz/bytes.h"
#include "tui/net/tls.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER = 5, /* bytes of a record's header: kind, version, length */
    WIRE = 1 << 16,
    PLAIN = 1 << 17,
    STEPS_MAX = 400,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one end has written, and how much of it the other one has read. */
struct direction {
    unsigned char wire[WIRE]; /* encrypted bytes under way */
    size_t n;
    int from, to; /* sockets of the network */
    size_t written, read;
    bool cut;
};

static struct tls_identity server_identity, client_identity;
static char fingerprint[FINGERPRINT_TEXT];
static struct ssl_ctx_st *contexts[2]; /* without and with a question for the client's key */

static struct tls_channel client;
static struct tls *server;
static bool client_up, server_up, client_down, server_down, trusted;
static struct direction up, down; /* to the server, and to the client */
static size_t refused;            /* bytes that the client could not write */

static void must(bool holds)
{
    if (!holds) abort();
}

/* The byte that stands at this place of everything an end writes. */
static char content(size_t at)
{
    return (char)(at * 31 + at / 251);
}

/* -- the ends -- */

static void check_read(struct direction *d, const char *bytes, ssize_t n)
{
    for (ssize_t i = 0; i < n; i++) must(bytes[i] == content(d->read++));
    must(d->read <= d->written);
}

static void run_client(void)
{
    static char bytes[TLS_RECORD_MAX];
    if (client_down) return;
    if (client_up) {
        ssize_t n = tls_channel_read(&client, bytes, sizeof bytes);
        check_read(&down, bytes, n);
        client_down = n == 0 || (n < 0 && errno != EAGAIN);
        return;
    }
    switch (tls_channel_handshake(&client)) {
    case TLS_UP: client_up = true; break;
    case TLS_DOWN: client_down = true; break;
    case TLS_AGAIN: break;
    }
    must(!client_up || (trusted && client.verdict == TLS_KNOWN));
}

static void run_server(void)
{
    static char bytes[TLS_RECORD_MAX];
    if (server_down) return;
    if (tls_has_output(server)) tls_flush(server);
    if (server_up) {
        ssize_t n = tls_receive(server, bytes, sizeof bytes);
        check_read(&up, bytes, n);
        server_down = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
        return;
    }
    enum tls_progress progress = tls_handshake(server);
    server_up = progress == TLS_READY;
    server_down = progress == TLS_PLAIN || progress == TLS_FAILED;
}

static size_t fill(char *bytes, const struct direction *d, size_t least)
{
    size_t n = 1 + next() * 67;
    if (n < least) n = least;
    if (d->written + n > PLAIN) n = PLAIN - d->written;
    for (size_t i = 0; i < n; i++) bytes[i] = content(d->written + i);
    return n;
}

/* After EAGAIN, offers at least as much again, as a queue does. */
static void client_writes(void)
{
    static char bytes[PLAIN];
    size_t n = fill(bytes, &up, refused);
    if (!client_up || client_down || n == 0) return;
    up.written += n; /* before the call: a part may be under way although it says EAGAIN */
    ssize_t done = tls_channel_write(&client, bytes, n);
    up.written -= n - (done > 0 ? (size_t)done : 0);
    refused = done < 0 ? n : 0;
}

static void server_writes(void)
{
    static char bytes[PLAIN];
    size_t n = fill(bytes, &down, 0), half = n / 2;
    if (!server_up || server_down || n == 0) return;
    ssize_t done =
        tls_send(server, (struct span){bytes, half}, (struct span){bytes + half, n - half});
    if (done > 0) down.written += (size_t)done;
}

static void end_one(void)
{
    if (next() % 2 && client_up)
        tls_channel_finish(&client);
    else if (server_up)
        tls_say_end(server);
}

/* -- the network -- */

static void collect(struct direction *d)
{
    ssize_t n = recv(d->from, d->wire + d->n, sizeof d->wire - d->n, MSG_DONTWAIT);
    if (n > 0) d->n += (size_t)n;
}

static void deliver(struct direction *d, size_t n)
{
    if (n > d->n) n = d->n;
    ssize_t sent = d->cut ? (ssize_t)n : send(d->to, d->wire, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) return;
    d->n -= (size_t)sent;
    memmove(d->wire, d->wire + sent, d->n);
}

/* Returns the size of the first record under way; all bytes if it is not whole. */
static size_t record(const struct direction *d, size_t at)
{
    if (d->n < at + HEADER) return d->n - at;
    size_t n = HEADER + (size_t)d->wire[at + 3] * 256 + d->wire[at + 4];
    return n < d->n - at ? n : d->n - at;
}

static void lose_record(struct direction *d)
{
    size_t n = record(d, 0);
    d->n -= n;
    memmove(d->wire, d->wire + n, d->n);
}

static void repeat_record(struct direction *d)
{
    size_t n = record(d, 0);
    if (d->n + n > sizeof d->wire) return;
    memmove(d->wire + n, d->wire, d->n);
    d->n += n;
}

static void swap_records(struct direction *d)
{
    static unsigned char first[WIRE];
    size_t a = record(d, 0), b = record(d, a);
    memcpy(first, d->wire, a);
    memmove(d->wire, d->wire + a, b);
    memcpy(d->wire + b, first, a);
}

static void damage(struct direction *d)
{
    size_t at = next() * 256 + next();
    unsigned char bits = (unsigned char)next();
    if (d->n > 0) d->wire[at % d->n] ^= bits;
}

static void add_garbage(struct direction *d)
{
    struct span bytes = next_bytes();
    if (d->n + bytes.n > sizeof d->wire) return;
    memmove(d->wire + bytes.n, d->wire, d->n);
    memcpy(d->wire, bytes.p, bytes.n);
    d->n += bytes.n;
}

static void cut(struct direction *d)
{
    shutdown(d->to, SHUT_WR);
    d->cut = true;
}

/* -- a step -- */

static void step(void)
{
    size_t choice = next();
    struct direction *d = choice & 128 ? &up : &down;
    collect(&up);
    collect(&down);
    switch (choice & 15) {
    case 0: lose_record(d); break;
    case 1: repeat_record(d); break;
    case 2: swap_records(d); break;
    case 3: damage(d); break;
    case 4: add_garbage(d); break;
    case 5: cut(d); break;
    case 6: deliver(d, 1 + next()); break;
    case 7: deliver(d, record(d, 0)); break;
    case 8: client_writes(); break;
    case 9: server_writes(); break;
    case 10: end_one(); break;
    case 11: run_client(); break;
    case 12: run_server(); break;
    default: /* all is well for a moment */
        deliver(&up, WIRE);
        run_server();
        collect(&down);
        deliver(&down, WIRE);
        run_client();
    }
    must(trusted || up.written == 0);
}

/* Lets everything arrive; nothing may go on for ever. */
static void finish(void)
{
    for (int i = 0; i < 40; i++) {
        collect(&up);
        collect(&down);
        deliver(&up, WIRE);
        deliver(&down, WIRE);
        run_server();
        run_client();
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    signal(SIGPIPE, SIG_IGN);
    must(tls_identity_make(&server_identity) && tls_identity_make(&client_identity));
    must(tls_identity_fingerprint(&server_identity, fingerprint));
    for (int i = 0; i < 2; i++) contexts[i] = tls_context_new(&server_identity, i == 1);
    must(contexts[0] && contexts[1]);
    must(tls_channel_open(&client, "room.example", &client_identity, false));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int c[2], s[2];
    left = (struct span){(const char *)data, size};
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, c) == 0);
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s) == 0);
    up = (struct direction){.from = c[1], .to = s[1]};
    down = (struct direction){.from = s[1], .to = c[1]};
    size_t choice = next();
    trusted = choice % 4 != 0;
    client.expected = trusted ? fingerprint : choice % 8 != 0 ? "SHA256:another" : NULL;
    refused = 0;
    client_up = server_up = client_down = server_down = false;
    server = tls_new(contexts[choice / 8 % 2], s[0]);
    must(server && tls_channel_start(&client, c[0]));
    for (int i = 0; i < STEPS_MAX && left.n > 0; i++) step();
    finish();
    tls_channel_stop(&client);
    tls_free(server);
    for (int i = 0; i < 2; i++) {
        close(c[i]);
        close(s[i]);
    }
    return 0;
}
