#include "tests/soak/person.h"

#include "common/frame.h"
#include "tests/soak/said.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN = PERSON_READS, OUT = 1 << 16, NARROW = 4096 };

/* -- coming and going -- */

static int dial(uint16_t port, bool narrow)
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

bool person_call(struct person *p, uint32_t serial, uint16_t port, bool narrow,
                 const struct tally *t)
{
    *p = (struct person){.serial = serial, .at = t->truth.count, .reads = narrow ? 2048 : IN};
    p->fd = dial(port, narrow);
    if (p->fd < 0) return false;
    p->state = PERSON_CALLING;
    p->in = allocate(IN);
    p->out = allocate(OUT);
    return true;
}

static void gone(struct person *p)
{
    close(p->fd);
    free(p->in);
    free(p->out);
    p->in = p->out = NULL;
    p->state = PERSON_GONE;
}

/* Which closing is the last thing the kernel says for a process that is killed as well. */
void person_break_off(struct person *p, bool by_reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (by_reset) setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    gone(p);
}

static void cut(struct person *p, struct tally *t, const char *why)
{
    if (p->state != PERSON_VANDAL && t->cut++ == 0)
        snprintf(t->why, sizeof t->why, "p%u: %s", p->serial, why);
    gone(p);
}

/* -- speaking -- */

static void put(struct person *p, const char *bytes, size_t n)
{
    if (p->out_n + n > OUT) return;
    memcpy(p->out + p->out_n, bytes, n);
    p->out_n += n;
}

static void put_packet(struct person *p, const char *proto, const char *msg)
{
    char frame[128];
    int n = snprintf(frame + FRAME_HEADER, sizeof frame - FRAME_HEADER,
                     "{\"nick\":null,\"msg\":\"%s\",\"proto\":\"%s\"}", msg, proto);
    frame_header(frame, (size_t)n);
    put(p, frame, FRAME_HEADER + (size_t)n);
}

void person_say(struct person *p, struct tally *t, size_t padding)
{
    if (p->out_n + SAID_MAX > OUT || padding > SAID_PADDING) return;
    p->out_n += said_write(p->out + p->out_n, p->serial, ++p->said, padding);
    t->said++;
}

void person_rename(struct person *p)
{
    char nick[48];
    snprintf(nick, sizeof nick, "p%ur%u", p->serial, ++p->renames);
    put_packet(p, "verify", nick);
}

void person_send_bytes(struct person *p, const char *bytes, size_t n)
{
    put(p, bytes, n);
}

void person_bid_goodbye(struct person *p)
{
    put_packet(p, "goodbye", "BYE");
    p->state = PERSON_LEAVING;
    p->flood = 0;
}

void person_flush(struct person *p)
{
    if (person_has_sent(p)) return;
    ssize_t n = send(p->fd, p->out + p->out_at, p->out_n - p->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) p->out_at += (size_t)n;
    if (p->out_at == p->out_n) p->out_at = p->out_n = 0;
}

bool person_has_sent(const struct person *p)
{
    return p->out_n == 0;
}

/* -- listening -- */

static bool holds(const char *frame, size_t n, const char *text)
{
    return memmem(frame, n, text, strlen(text)) != NULL;
}

static void count_own(struct person *p, const struct tally *t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) p->own += t->truth.entries[i].speaker == p->serial;
}

/* What it is told of a gap must be exact: it is compared with the truth behind it. */
static bool take_gap(struct person *p, struct tally *t, const char *frame)
{
    uint64_t missed = strtoull(strstr(frame, "missed ") + 7, NULL, 10);
    if (p->placed && p->at + missed > t->truth.count) return false;
    if (p->placed) {
        count_own(p, t, p->at, p->at + missed);
        p->at += missed;
    }
    p->unsure = p->unsure || !p->placed;
    t->missed += missed;
    t->late += !p->is_late;
    p->is_late = true;
    return true;
}

static bool take_stream(struct person *p, struct tally *t, const char *frame, size_t n, bool first)
{
    if (first) truth_add(&t->truth, &t->faults, frame, n);
    if (!p->placed && !truth_find(&t->truth, frame, n, &p->at)) return false;
    if (p->at == t->truth.count) return false;
    p->placed = true;
    size_t before = p->at;
    truth_compare(&t->truth, &t->faults, frame, n, &p->at);
    count_own(p, t, before, p->at);
    t->deliveries++;
    return true;
}

static bool take_call(struct person *p, const char *frame, size_t n)
{
    char nick[16];
    snprintf(nick, sizeof nick, "p%u", p->serial);
    if (holds(frame, n, "\"HELLO\"")) put_packet(p, "verify", nick);
    if (holds(frame, n, "\"READY\"")) p->state = PERSON_MEMBER;
    return true;
}

/* False when it has to wait until the first reader has come so far. */
static bool take(struct person *p, struct tally *t, const char *frame, size_t n, bool first)
{
    static const char notice[] = "{\"nick\":\"SERVER\",\"msg\":\"";
    if (p->state == PERSON_CALLING) return take_call(p, frame, n);
    if (memcmp(frame + FRAME_HEADER, notice, sizeof notice - 1) != 0)
        return take_stream(p, t, frame, n, first);
    const char *msg = frame + FRAME_HEADER + sizeof notice - 1;
    if (memcmp(msg, "You fell behind", 15) == 0) return take_gap(p, t, msg);
    if (memcmp(msg, "READY", 5) == 0 || memcmp(msg, "That packet", 11) == 0) return true;
    if (holds(frame, n, "\"who\"") || holds(frame, n, "\"shutdown\"")) return true;
    return take_stream(p, t, frame, n, first);
}

void person_judge(struct person *p, struct tally *t, bool is_first)
{
    size_t at = 0;
    while (p->in_n - at >= FRAME_HEADER) {
        size_t n = frame_size(p->in + at);
        if (p->in_n - at < n || !take(p, t, p->in + at, n, is_first)) break;
        at += n;
    }
    p->in_n -= at;
    memmove(p->in, p->in + at, p->in_n);
}

static bool has_whole_frame(const struct person *p)
{
    return p->in_n >= FRAME_HEADER && p->in_n >= frame_size(p->in);
}

/* Whoever said goodbye has heard all its own words, and nothing in part. */
static void take_end(struct person *p, struct tally *t)
{
    if (p->state != PERSON_LEAVING) {
        cut(p, t, "the connection ended");
        return;
    }
    if (has_whole_frame(p)) return;
    t->faults.torn += p->in_n > 0;
    if (!p->unsure && p->own < p->said) t->faults.lost += p->said - p->own;
    gone(p);
}

size_t person_hear(struct person *p, struct tally *t, size_t most, bool is_first)
{
    size_t space = IN - p->in_n;
    if (p->state == PERSON_VANDAL) p->in_n = 0;
    if (space == 0) return 0;
    ssize_t n = recv(p->fd, p->in + p->in_n, space < most ? space : most, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n < 0) {
        cut(p, t, strerror(errno));
        return 0;
    }
    if (n == 0) {
        take_end(p, t);
        return 0;
    }
    p->in_n += (size_t)n;
    if (p->state != PERSON_VANDAL) person_judge(p, t, is_first);
    return (size_t)n;
}
