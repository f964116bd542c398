/* One room and a few peers, who are one stream of bytes: it decides who sends what, how much of it
 * arrives and is heard, who hangs up, and when a turn ends. What must hold, simulation.h checks. */
#include "server/system/ring_map.h"
#include "tests/fuzz/bytes.h"
#include "tests/unit/support/simulation.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEERS = 8, WINDOW = 8000, MUCH = 50000, MUCH_TIMES = 7 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct simulation net;
static int much;

static void send_packet(int i, enum proto proto, const char *msg)
{
    static char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, "SERVER", msg);
    simulation_send(&net, i, frame, n);
}

static void send_text(int i, enum proto proto)
{
    char text[256] = "";
    struct span bytes = next_bytes();
    memcpy(text, bytes.p, bytes.n);
    send_packet(i, proto, text);
}

static void verify(int i)
{
    send_text(i, PROTO_VERIFY);
}

static void say(int i)
{
    send_text(i, PROTO_BROADCAST);
}

static void say_much(int i)
{
    static char text[MUCH + 1];
    if (next() % 16 || much++ == MUCH_TIMES) return;
    memset(text, 'x', MUCH);
    send_packet(i, PROTO_BROADCAST, text);
}

static void send_any(int i)
{
    send_packet(i, (enum proto)(next() % PROTO_UNKNOWN), "x");
}

static void send_bytes(int i)
{
    struct span bytes = next_bytes();
    simulation_send(&net, i, bytes.p, bytes.n);
}

static void arrive(int i)
{
    size_t n = next();
    simulation_arrive(&net, i, n < 128 ? n : n * n);
}

static void hear(int i)
{
    size_t n = next();
    simulation_receive(&net, i, n < 128 ? n : n * n);
}

static void turn(int i)
{
    simulation_iterate(&net, i);
}

static void hang_up(int i)
{
    simulation_half_close(&net, i);
}

static void vanish(int i)
{
    simulation_vanish(&net, i);
}

/* What comes often stands there more than once. */
static void (*const acts[16])(int i) = {
    verify, verify, say,  say,  say,  say_much, send_any, send_bytes,
    arrive, arrive, hear, hear, turn, turn,     hang_up,  vanish,
};

static void step(void)
{
    size_t which = next();
    int i = (int)(which % PEERS);
    if (net.peers[i].state == PEER_ABSENT) simulation_connect(&net, i, WINDOW);
    acts[which / PEERS % 16](i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *memory;
    if (!memory) memory = ring_map_new(SIMULATION_RING);
    if (!memory) abort();
    left = (struct span){(const char *)data, size};
    much = 0;
    simulation_open(&net, memory);
    while (left.n > 0 && !net.broken) step();
    simulation_settle(&net);
    simulation_close(&net);
    if (!net.broken) return 0;
    fprintf(stderr, "%s\n", net.broken);
    abort();
}
