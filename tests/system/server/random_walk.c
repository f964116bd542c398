/* Several peers do at random what is legal and what is not. One member watches from the beginning:
 * what every other hears must be a contiguous piece of what it hears. That one check finds loss,
 * doubles, wrong order and torn packets. */
#include "server/room/session.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEERS = 8, STEPS = 3000, HEARD = 20000, ALL_ACTIONS = 100 };

/* The watcher's transcript, read as far as somebody else has got. */
static struct {
    struct peer *peer;
    char *line[HEARD];
    size_t count;
} watcher;

static struct walker {
    struct peer *peer;
    bool member;
    char nick[16];
    size_t at; /* what it hears next, in the watcher's transcript */
} walkers[PEERS];

static char *line_of(const struct packet_seen *seen)
{
    char *line;
    cr_assert_str_eq(seen->proto, "broadcast");
    cr_assert(asprintf(&line, "%s: %s", seen->nick, seen->msg) > 0);
    return line;
}

static const char *transcript(size_t i)
{
    while (watcher.count <= i) {
        cr_assert(watcher.count < HEARD);
        watcher.line[watcher.count++] = line_of(peer_next(watcher.peer));
    }
    return watcher.line[i];
}

/* The next line from `at` on that is this one; returns the place after it. */
static size_t find(size_t at, const char *line)
{
    while (strcmp(transcript(at), line) != 0) at++;
    return at + 1;
}

static bool is_private(const struct packet_seen *seen)
{
    return strcmp(seen->nick, "SERVER") == 0 && strcmp(seen->msg, SESSION_UNEXPECTED) == 0;
}

/* One packet that it hears; true when it is the line waited for. */
static bool hear(struct walker *w, const struct packet_seen *seen, const char *awaited)
{
    if (is_private(seen)) return false;
    char *line = line_of(seen);
    cr_assert_str_eq(line, transcript(w->at));
    w->at++;
    bool found = strcmp(line, awaited) == 0;
    free(line);
    return found;
}

/* What it hears, up to a line of its own, is what the watcher hears. */
static void listen_up_to(struct walker *w, const char *own)
{
    while (!hear(w, peer_next(w->peer), own)) continue;
}

/* So is the rest, up to the end of the connection; a refusal may come last. */
static void listen_to_the_end(struct walker *w)
{
    const struct packet_seen *seen;
    while ((seen = peer_next_or_end(w->peer)) && strcmp(seen->proto, "shutdown") != 0)
        hear(w, seen, "");
    if (seen) peer_expect_eof(w->peer);
    peer_close(w->peer);
}

static void catch_up(struct walker *w)
{
    static int markers;
    char marker[32], line[64];
    snprintf(marker, sizeof marker, "marker %d", markers++);
    snprintf(line, sizeof line, "%s: %s", w->nick, marker);
    peer_broadcast(w->peer, marker);
    listen_up_to(w, line);
}

static void nick_at_random(char nick[16])
{
    snprintf(nick, 16, "nick%d", rand() % (PEERS + 2));
}

static void come(struct walker *w, const struct klatchd *d)
{
    char line[64];
    w->peer = peer_connect_greeted(d);
    nick_at_random(w->nick);
    peer_send(w->peer, "verify", NULL, w->nick);
    w->member = strcmp(peer_next(w->peer)->proto, "ready") == 0;
    if (!w->member) return;
    snprintf(line, sizeof line, "SERVER: %s joined the chat", w->nick);
    w->at = find(watcher.count, line);
}

static void rename_to(struct walker *w)
{
    char nick[16], line[64];
    nick_at_random(nick);
    if (strcmp(nick, w->nick) == 0) return;
    peer_send(w->peer, "verify", NULL, nick);
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(w->peer))->proto, "broadcast") == 0) hear(w, seen, "");
    if (strcmp(seen->proto, "retry") == 0) return;
    snprintf(line, sizeof line, "SERVER: %s is now known as %s", w->nick, nick);
    strcpy(w->nick, nick);
    listen_up_to(w, line);
}

static void gone(struct walker *w)
{
    char line[64];
    snprintf(line, sizeof line, "SERVER: %s left the chat", w->nick);
    if (w->member) find(w->at, line);
    *w = (struct walker){0};
}

static void leave(struct walker *w)
{
    if (w->member) catch_up(w);
    switch (rand() % 4) {
    case 0: peer_reset(w->peer); break;
    case 1: peer_close(w->peer); break;
    case 2:
        peer_send(w->peer, "goodbye", NULL, "BYE");
        listen_to_the_end(w);
        break;
    default: peer_send_text(w->peer, "[]"); listen_to_the_end(w);
    }
    gone(w);
}

static void say_something(struct walker *w)
{
    char text[32];
    for (int i = rand() % 5; i >= 0; i--) {
        snprintf(text, sizeof text, "%d", rand());
        peer_broadcast(w->peer, text);
    }
}

static void say_in_pieces(struct walker *w)
{
    char bytes[128];
    size_t n = wire_frame(bytes, "broadcast", "", "in pieces");
    peer_send_bytewise(w->peer, bytes, n);
}

static void step(struct walker *w, const struct klatchd *d)
{
    int action = rand() % ALL_ACTIONS;
    if (!w->peer)
        come(w, d);
    else if (action < 8 || !w->member)
        leave(w);
    else if (action < 16)
        rename_to(w);
    else if (action < 30)
        catch_up(w);
    else if (action < 40)
        peer_send(w->peer, "nonsense", NULL, "");
    else if (action < 50)
        say_in_pieces(w);
    else
        say_something(w);
}

Test(server_random_walk, everybody_hears_a_piece_of_one_stream)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    watcher.peer = peer_join(d, "watcher");
    srand(1);
    for (int i = 0; i < STEPS; i++) step(&walkers[rand() % PEERS], d);
    for (int i = 0; i < PEERS; i++)
        if (walkers[i].peer) leave(&walkers[i]);
    peer_broadcast(watcher.peer, "the end");
    while (strcmp(transcript(watcher.count), "watcher: the end") != 0) continue;
    for (size_t i = 0; i < watcher.count; i++) free(watcher.line[i]);
    peers_close_and_stop(d);
}
