/* Many peers do at random what is legal and what is not, over a network that splits, joins, delays
 * and loses; simulation.h says what must hold. The same seed gives the same run: SEED=N and STEPS=N
 * in the environment choose one. */
#include "tests/unit/support/simulation.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 8, STEPS_EACH = 60000, UNDER_WAY = 1 << 16, SETTLED_EVERY = 20000 };

static struct simulation net;
static uint64_t state, said; /* of the dice; how many messages */

/* xorshift64*: the same everywhere. */
static size_t dice(size_t sides)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)(state * 2685821657736338717U >> 33) % sides;
}

/* One peer in four takes little at a time. */
static bool is_slow(int i)
{
    return i % 4 == 0;
}

static void send_packet(int i, enum proto proto, const char *msg)
{
    static char frame[PACKET_ROOM];
    static const char *const nicks[] = {NULL, "SERVER", "n1", "None", ""};
    size_t n = packet_encode(frame, proto, nicks[dice(5)], msg);
    if (buffer_view(&net.peers[i].up).n < UNDER_WAY) simulation_send(&net, i, frame, n);
}

static void verify(int i)
{
    static const char *const spellings[] = {"n", "N", "\uFF4E", "name ", "\U0001F600"};
    static const char *const wrong[] = {"", "SERVER", "\uFF33erver", " n", "a\u202Eb"};
    char nick[64];
    snprintf(nick, sizeof nick, "%s%zu", spellings[dice(5)], dice(2 * SIMULATION_PEERS));
    send_packet(i, PROTO_VERIFY, dice(8) ? nick : wrong[dice(5)]);
}

static void say(int i)
{
    char text[64];
    snprintf(text, sizeof text, "%d says %" PRIu64 ", \"\\\u20AC\n", i, said++);
    send_packet(i, PROTO_BROADCAST, text);
}

static void say_much(int i)
{
    static char text[FRAME_PAYLOAD_MAX - 40];
    if (dice(8)) return;
    size_t n = dice(sizeof text);
    memset(text, 'a' + i % 26, n);
    text[n] = '\0';
    send_packet(i, PROTO_BROADCAST, text);
}

static void ask_who(int i)
{
    send_packet(i, PROTO_WHO, "");
}

static void say_what_only_servers_say(int i)
{
    static const enum proto words[] = {PROTO_CONNECT, PROTO_READY, PROTO_RETRY, PROTO_SHUTDOWN};
    send_packet(i, words[dice(4)], "x joined the chat");
}

static void break_it(int i)
{
    static const struct span junk[] = {{"\0\0", 2}, {"\0\3{}}", 5}, {"GET / HTTP", 10}};
    if (dice(8)) return;
    const struct span *which = &junk[dice(3)];
    simulation_send(&net, i, which->p, which->n);
}

static void say_goodbye(int i)
{
    if (!dice(4)) send_packet(i, PROTO_GOODBYE, "BYE");
}

static void hang_up(int i)
{
    if (!dice(8)) simulation_half_close(&net, i);
}

/* Everybody comes at once. */
static void storm(int i)
{
    char nick[32];
    if (dice(40)) return;
    for (; i < SIMULATION_PEERS; i++) {
        if (net.peers[i].state != PEER_ABSENT) continue;
        simulation_connect(&net, i, UNDER_WAY);
        snprintf(nick, sizeof nick, "n%d", i);
        send_packet(i, PROTO_VERIFY, nick);
        simulation_arrive(&net, i, UNDER_WAY);
    }
}

static void vanish(int i)
{
    if (!dice(8)) simulation_vanish(&net, i);
}

static void arrive(int i)
{
    simulation_arrive(&net, i, dice(4) ? 1 + dice(80) : 1 + dice(UNDER_WAY));
}

static void hear(int i)
{
    if (is_slow(i))
        simulation_receive(&net, i, 1 + dice(40));
    else
        simulation_receive(&net, i, 1 + dice(1 << 12));
}

static void turn(int i)
{
    simulation_iterate(&net, i / 4);
}

static const struct {
    void (*act)(int i);
    unsigned weight;
} actions[] = {
    {verify, 4},   {say, 14},        {say_much, 2}, {ask_who, 1}, {say_what_only_servers_say, 1},
    {break_it, 1}, {say_goodbye, 1}, {hang_up, 1},  {storm, 1},   {vanish, 1},
    {arrive, 30},  {hear, 33},       {turn, 10},
};

static void step(void)
{
    int i = (int)dice(SIMULATION_PEERS);
    if (dice(SETTLED_EVERY) == 0) simulation_settle(&net);
    if (net.peers[i].state == PEER_ABSENT) {
        simulation_connect(&net, i, is_slow(i) ? 500 : 500 + dice(1 << 15));
        return;
    }
    size_t at = dice(100), which = 0;
    while (at >= actions[which].weight) at -= actions[which++].weight;
    actions[which].act(i);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

/* Returns how many frames were missed, and told to be. */
static uint64_t run(uint64_t seed, uint64_t steps, char *memory)
{
    state = seed * 2 + 1;
    said = 0;
    simulation_open(&net, memory);
    for (uint64_t at = 0; at < steps; at++) {
        step();
        cr_assert_null(net.broken, "SEED=%" PRIu64 " STEPS=%" PRIu64 ": %s", seed, at + 1,
                       net.broken);
    }
    simulation_settle(&net);
    uint64_t frames = net.read.seq, heard = net.heard, missed = net.missed;
    simulation_close(&net);
    cr_assert_null(net.broken, "SEED=%" PRIu64 " STEPS=%" PRIu64 ", settled: %s", seed, steps,
                   net.broken);
    cr_log_info("seed %" PRIu64 ": %" PRIu64 " steps, %" PRIu64 " frames, %" PRIu64
                " heard, %" PRIu64 " missed and told",
                seed, steps, frames, heard, missed);
    return missed;
}

Test(simulation, every_stream_is_a_piece_of_the_rooms)
{
    uint64_t first = from_environment("SEED", 1), steps = from_environment("STEPS", STEPS_EACH);
    uint64_t last = getenv("SEED") ? first : SEEDS;
    char *memory = ring_map_new(SIMULATION_RING);
    cr_assert_not_null(memory);
    uint64_t missed = 0;
    for (uint64_t seed = first; seed <= last; seed++) missed += run(seed, steps, memory);
    cr_expect(missed > 0 || steps < STEPS_EACH, "nobody was ever lapped");
    ring_map_free(memory, SIMULATION_RING);
}

/* -- the same, however it is cut -- */

/* Everybody says its piece, which arrives so many bytes at a time and is heard likewise. */
static void play(char *memory, size_t most)
{
    state = 1;
    said = 0;
    simulation_open(&net, memory);
    for (int i = 0; i < SIMULATION_PEERS; i++) {
        char nick[16];
        snprintf(nick, sizeof nick, "n%d", i);
        simulation_connect(&net, i, UNDER_WAY);
        send_packet(i, PROTO_VERIFY, nick);
        for (int j = 0; j < 20; j++) say(i);
        while (buffer_view(&net.peers[i].up).n > 0) simulation_arrive(&net, i, most);
        simulation_iterate(&net, SIMULATION_PEERS);
        while (buffer_view(&net.peers[i].down).n > 0) simulation_receive(&net, i, most);
    }
    simulation_settle(&net);
    cr_assert_null(net.broken, "%zu bytes at a time: %s", most, net.broken);
}

Test(simulation, bytes_that_come_one_by_one_mean_the_same_as_all_at_once)
{
    static uint64_t log[SIMULATION_PEERS * 32];
    char *memory = ring_map_new(SIMULATION_RING);
    cr_assert_not_null(memory);
    play(memory, SIZE_MAX);
    uint64_t frames = net.read.seq, heard = net.heard;
    cr_assert_lt(frames, sizeof log / sizeof *log);
    memcpy(log, net.log, frames * sizeof *log);
    simulation_close(&net);
    for (size_t most = 1; most < 100; most = 2 * most + 1) {
        play(memory, most);
        cr_assert_eq(net.read.seq, frames);
        cr_assert_eq(net.heard, heard);
        cr_assert_arr_eq(net.log, log, frames * sizeof *log);
        simulation_close(&net);
    }
    ring_map_free(memory, SIMULATION_RING);
}
