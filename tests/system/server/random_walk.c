/* Several clients perform random valid and invalid actions. One member reads from the beginning:
 * what every other receives must be a contiguous part of what it receives. This one comparison
 * finds lost, duplicated, reordered and corrupted messages. */
#include "server/net/connection_input.h"
#include "server/room/session.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEERS = 8, STEPS = 3000, LINES_MAX = 20000, ALL_ACTIONS = 100 };

/* The messages of the reference reader, read as far as another client has come. */
static struct {
    struct peer *peer;
    char *line[LINES_MAX];
    size_t count;
} reader;

static struct client {
    struct peer *peer;
    bool member;
    char nick[16];
    size_t at; /* index of its next line among the reader's */
} clients[PEERS];

static char *format_line(const struct packet_seen *seen)
{
    char *line;
    cr_assert_str_eq(seen->proto, "broadcast");
    cr_assert(asprintf(&line, "%s: %s", seen->nick, seen->msg) > 0);
    return line;
}

static const char *reader_line(size_t i)
{
    while (reader.count <= i) {
        cr_assert(reader.count < LINES_MAX);
        reader.line[reader.count++] = format_line(peer_next(reader.peer));
    }
    return reader.line[i];
}

/* Returns the index after the next line at or after `at` that equals this one. */
static size_t find_line(size_t at, const char *line)
{
    while (strcmp(reader_line(at), line) != 0) at++;
    return at + 1;
}

static bool is_private(const struct packet_seen *seen)
{
    static const char invalid[] = SESSION_INVALID("");
    size_t same = strcspn(invalid, ":");
    return strcmp(seen->nick, "SERVER") == 0 &&
           (strcmp(seen->msg, SESSION_UNEXPECTED) == 0 || strncmp(seen->msg, invalid, same) == 0);
}

/* Compares a packet with the reader's next line; true when it is the awaited line. */
static bool check_packet(struct client *w, const struct packet_seen *seen, const char *awaited)
{
    if (is_private(seen)) return false;
    char *line = format_line(seen);
    cr_assert_str_eq(line, reader_line(w->at));
    w->at++;
    bool found = strcmp(line, awaited) == 0;
    free(line);
    return found;
}

/* Compares packets up to a line of the client itself. */
static void check_up_to(struct client *w, const char *own)
{
    while (!check_packet(w, peer_next(w->peer), own)) continue;
}

/* Compares packets up to the end of the connection; a refusal may come last. */
static void check_to_end(struct client *w)
{
    const struct packet_seen *seen;
    while ((seen = peer_next_or_end(w->peer)) && strcmp(seen->proto, "shutdown") != 0)
        check_packet(w, seen, "");
    if (seen) peer_expect_eof(w->peer);
    peer_close(w->peer);
}

static void catch_up(struct client *w)
{
    static int markers;
    char marker[32], line[64];
    snprintf(marker, sizeof marker, "marker %d", markers++);
    snprintf(line, sizeof line, "%s: %s", w->nick, marker);
    peer_broadcast(w->peer, marker);
    check_up_to(w, line);
}

static void random_nick(char nick[16])
{
    snprintf(nick, 16, "nick%d", rand() % (PEERS + 2));
}

static void join(struct client *w, const struct klatchd *d)
{
    char line[64];
    w->peer = peer_connect_greeted(d);
    random_nick(w->nick);
    peer_send(w->peer, "verify", NULL, w->nick);
    w->member = strcmp(peer_next(w->peer)->proto, "ready") == 0;
    if (!w->member) return;
    snprintf(line, sizeof line, "SERVER: %s joined the chat", w->nick);
    w->at = find_line(reader.count, line);
}

static void rename_to(struct client *w)
{
    char nick[16], line[64];
    random_nick(nick);
    if (strcmp(nick, w->nick) == 0) return;
    peer_send(w->peer, "verify", NULL, nick);
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(w->peer))->proto, "broadcast") == 0) check_packet(w, seen, "");
    if (strcmp(seen->proto, "retry") == 0) return;
    snprintf(line, sizeof line, "SERVER: %s is now known as %s", w->nick, nick);
    strcpy(w->nick, nick);
    check_up_to(w, line);
}

static void reset_client(struct client *w)
{
    char line[64];
    snprintf(line, sizeof line, "SERVER: %s left the chat", w->nick);
    if (w->member) find_line(w->at, line);
    *w = (struct client){0};
}

/* Sends invalid packets until the server disconnects the client. */
static void send_invalid(struct client *w)
{
    for (int i = w->member ? CONN_INVALID_ROW : 1; i > 0; i--) peer_send_text(w->peer, "[]");
}

static void leave(struct client *w)
{
    if (w->member) catch_up(w);
    switch (rand() % 4) {
    case 0: peer_reset(w->peer); break;
    case 1: peer_close(w->peer); break;
    case 2:
        peer_send(w->peer, "goodbye", NULL, "BYE");
        check_to_end(w);
        break;
    default: send_invalid(w); check_to_end(w);
    }
    reset_client(w);
}

static void send_messages(struct client *w)
{
    char text[32];
    for (int i = rand() % 5; i >= 0; i--) {
        snprintf(text, sizeof text, "%d", rand());
        peer_broadcast(w->peer, text);
    }
}

static void send_in_pieces(struct client *w)
{
    char bytes[128];
    size_t n = wire_frame(bytes, "broadcast", "", "in pieces");
    peer_send_bytewise(w->peer, bytes, n);
}

static void step(struct client *w, const struct klatchd *d)
{
    int action = rand() % ALL_ACTIONS;
    if (!w->peer)
        join(w, d);
    else if (action < 8 || !w->member)
        leave(w);
    else if (action < 16)
        rename_to(w);
    else if (action < 30)
        catch_up(w);
    else if (action < 40)
        peer_send(w->peer, "nonsense", NULL, "");
    else if (action < 50)
        send_in_pieces(w);
    else
        send_messages(w);
}

Test(server_random_walk, every_member_receives_a_part_of_one_stream)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    reader.peer = peer_join(d, "reader");
    srand(1);
    for (int i = 0; i < STEPS; i++) step(&clients[rand() % PEERS], d);
    for (int i = 0; i < PEERS; i++)
        if (clients[i].peer) leave(&clients[i]);
    peer_broadcast(reader.peer, "the end");
    while (strcmp(reader_line(reader.count), "reader: the end") != 0) continue;
    for (size_t i = 0; i < reader.count; i++) free(reader.line[i]);
    peers_close_and_stop(d);
}
