#include "tests/soak/client.h"

#include "common/flatjson.h"
#include "common/frame.h"
#include "server/net/connection_input.h"
#include "server/room/session.h"
#include "tests/soak/message.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN = CLIENT_READ_SIZE, OUT = 1 << 16, NARROW = 4096 };

/* -- connecting and closing -- */

static int connect_to(uint16_t port, bool narrow)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (narrow) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){NARROW}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static void *allocate(size_t n)
{
    void *p = malloc(n);
    if (!p) abort();
    return p;
}

bool client_connect(struct client *c, uint32_t serial, uint16_t port, bool narrow,
                    const struct totals *t)
{
    *c = (struct client){
        .serial = serial, .next = t->reference.count, .read_max = narrow ? 2048 : IN};
    c->fd = connect_to(port, narrow);
    if (c->fd < 0) return false;
    c->state = CLIENT_JOINING;
    c->in = allocate(IN);
    c->out = allocate(OUT);
    return true;
}

static void close_client(struct client *c)
{
    close(c->fd);
    free(c->in);
    free(c->out);
    c->in = c->out = NULL;
    c->state = CLIENT_CLOSED;
}

/* The kernel closes the connections of a killed process in the same two ways. */
void client_close(struct client *c, bool by_reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (by_reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_client(c);
}

static void note_disconnect(struct client *c, struct totals *t, const char *reason)
{
    if (c->state != CLIENT_GARBAGE && t->disconnected++ == 0)
        snprintf(t->first_reason, sizeof t->first_reason, "p%u: %s", c->serial, reason);
    close_client(c);
}

/* -- sending -- */

static void enqueue(struct client *c, const char *bytes, size_t n)
{
    if (c->out_n + n > OUT) return;
    memcpy(c->out + c->out_n, bytes, n);
    c->out_n += n;
}

static void enqueue_packet(struct client *c, const char *proto, const char *msg)
{
    char frame[128];
    int n = snprintf(frame + FRAME_HEADER, sizeof frame - FRAME_HEADER,
                     "{\"nick\":null,\"msg\":\"%s\",\"proto\":\"%s\"}", msg, proto);
    frame_header(frame, (size_t)n);
    enqueue(c, frame, FRAME_HEADER + (size_t)n);
}

void client_send_message(struct client *c, struct totals *t, size_t padding)
{
    if (c->out_n + MESSAGE_FRAME_MAX > OUT || padding > MESSAGE_PADDING_MAX) return;
    c->out_n += message_write(c->out + c->out_n, c->serial, ++c->sent, padding);
    t->sent++;
}

void client_rename(struct client *c)
{
    char nick[48];
    snprintf(nick, sizeof nick, "p%ur%u", c->serial, ++c->renames);
    enqueue_packet(c, "verify", nick);
}

/* As Python's json.dumps prints what a person types in the C locale. */
void client_send_surrogates(struct client *c)
{
    static const char payload[] =
        "{\"nick\": null, \"msg\": \"caf\\udcc3\\udca9\", \"proto\": \"broadcast\"}";
    char frame[FRAME_HEADER + sizeof payload];
    if (++c->surrogates >= CONN_INVALID_ROW) return;
    frame_header(frame, sizeof payload - 1);
    memcpy(frame + FRAME_HEADER, payload, sizeof payload);
    enqueue(c, frame, sizeof frame - 1);
}

void client_choose_nick(struct client *c)
{
    char nick[16];
    snprintf(nick, sizeof nick, "p%u", c->serial);
    c->turns_left = 0;
    enqueue_packet(c, "verify", nick);
}

void client_send_bytes(struct client *c, const char *bytes, size_t n)
{
    enqueue(c, bytes, n);
}

void client_send_goodbye(struct client *c)
{
    enqueue_packet(c, "goodbye", "BYE");
    c->state = CLIENT_LEAVING;
    c->flood_turns = 0;
}

void client_flush(struct client *c)
{
    if (client_is_flushed(c)) return;
    ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) c->out_at += (size_t)n;
    if (c->out_at == c->out_n) c->out_at = c->out_n = 0;
}

bool client_is_flushed(const struct client *c)
{
    return c->out_n == 0;
}

/* -- receiving -- */

static bool holds(const char *frame, size_t n, const char *text)
{
    return memmem(frame, n, text, strlen(text)) != NULL;
}

static void count_own(struct client *c, const struct totals *t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        c->own_received += t->reference.entries[i].sender == c->serial;
}

/* Skips the messages of an announced gap: the next frame must be the one after them. */
static bool check_gap(struct client *c, struct totals *t, const char *frame)
{
    uint64_t missed = strtoull(strstr(frame, "missed ") + 7, NULL, 10);
    if (c->located && c->next + missed > t->reference.count) return false;
    if (c->located) {
        count_own(c, t, c->next, c->next + missed);
        c->next += missed;
    }
    c->own_unknown = c->own_unknown || !c->located;
    t->missed += missed;
    t->told += !c->was_told;
    c->was_told = true;
    return true;
}

static bool check_stream(struct client *c, struct totals *t, const char *frame, size_t n,
                         bool is_reference)
{
    if (is_reference) reference_add(&t->reference, &t->violations, frame, n);
    if (!c->located && !reference_find(&t->reference, frame, n, &c->next)) return false;
    if (c->next == t->reference.count) return false;
    c->located = true;
    size_t before = c->next;
    reference_compare(&t->reference, &t->violations, frame, n, &c->next);
    count_own(c, t, before, c->next);
    t->deliveries++;
    return true;
}

/* Checks a frame of the history, which comes before all others. It may be newer than the reference:
 * that was then read later. */
static bool check_history(struct client *c, struct totals *t, const char *frame, size_t n)
{
    static char copy[FRAME_MAX];
    memcpy(copy, frame, n);
    if (!reference_has_history(&t->reference, copy, n)) return false;
    t->violations.reordered += c->located;
    t->history++;
    return true;
}

static bool handle_handshake(struct client *c, const char *frame, size_t n)
{
    if (holds(frame, n, "\"HELLO\"") && c->turns_left == 0) client_choose_nick(c);
    if (holds(frame, n, "\"READY\"")) c->state = CLIENT_MEMBER;
    return true;
}

/* Returns false when the reference does not contain the frame yet. */
static bool check_frame(struct client *c, struct totals *t, const char *frame, size_t n,
                        bool is_reference)
{
    static const char from_server[] = "{\"nick\":\"SERVER\",\"msg\":\"";
    if (c->state == CLIENT_JOINING) return handle_handshake(c, frame, n);
    if (holds(frame, n, ",\"time\":\"")) return check_history(c, t, frame, n);
    if (memcmp(frame + FRAME_HEADER, from_server, sizeof from_server - 1) != 0)
        return check_stream(c, t, frame, n, is_reference);
    const char *msg = frame + FRAME_HEADER + sizeof from_server - 1;
    if (memcmp(msg, "You fell behind", 15) == 0) return check_gap(c, t, msg);
    if (memcmp(msg, "READY", 5) == 0 || holds(frame, n, SESSION_UNEXPECTED)) return true;
    if (holds(frame, n, FLATJSON_LONE_SURROGATE)) return true;
    if (holds(frame, n, "\"who\"") || holds(frame, n, "\"shutdown\"")) return true;
    return check_stream(c, t, frame, n, is_reference);
}

void client_check(struct client *c, struct totals *t, bool is_reference)
{
    size_t at = 0;
    while (c->in_n - at >= FRAME_HEADER) {
        size_t n = frame_size(c->in + at);
        if (c->in_n - at < n || !check_frame(c, t, c->in + at, n, is_reference)) break;
        at += n;
    }
    c->in_n -= at;
    memmove(c->in, c->in + at, c->in_n);
}

static bool has_whole_frame(const struct client *c)
{
    return c->in_n >= FRAME_HEADER && c->in_n >= frame_size(c->in);
}

/* A client that sent goodbye must have received all its own messages and no partial frame. */
static void check_end(struct client *c, struct totals *t)
{
    if (c->state != CLIENT_LEAVING) {
        note_disconnect(c, t, "the connection ended");
        return;
    }
    if (has_whole_frame(c)) return;
    t->violations.corrupted += c->in_n > 0;
    if (!c->own_unknown && c->own_received < c->sent)
        t->violations.lost += c->sent - c->own_received;
    close_client(c);
}

size_t client_receive(struct client *c, struct totals *t, size_t max, bool is_reference)
{
    size_t space = IN - c->in_n;
    if (c->state == CLIENT_GARBAGE) c->in_n = 0;
    if (space == 0) return 0;
    ssize_t n = recv(c->fd, c->in + c->in_n, space < max ? space : max, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n < 0) {
        note_disconnect(c, t, strerror(errno));
        return 0;
    }
    if (n == 0) {
        check_end(c, t);
        return 0;
    }
    c->in_n += (size_t)n;
    if (c->state != CLIENT_GARBAGE) client_check(c, t, is_reference);
    return (size_t)n;
}
