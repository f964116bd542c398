/* One address with 250 connections that do their worst: a slow reader at another address misses
 * nothing of what others say, and the journal and the log stay small. Counts messages and bytes. */
#include "tests/system/support/attacker.h"
#include "tests/system/support/files.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PORT = 5528,
    MESSAGES = 150,         /* of the member that talks */
    EVERY_MS = 20,          /* a message */
    READER = 10000000 / 8,  /* bytes per second of a reader at 10 Mbit/s */
    READER_BUFFER = 65536,  /* bytes of its socket */
    MEGABYTE = 1000 * 1000, /* of a file, per second */
};

static const char server_address[] = "192.0.2.1", attacker_address[] = "192.0.2.66",
                  talker_address[] = "198.51.100.7";

/* A member that reads at a limited rate, in small reads. */
struct reader {
    int fd;
    int64_t since, read; /* milliseconds; bytes since then */
    char bytes[1 << 18];
    size_t len;
    int received;   /* messages of the talker, in order */
    bool is_member; /* the server has sent READY */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The server may listen at its unix socket first. */
static void connect_from(int fd, const char *from)
{
    int64_t end = timeout_deadline();
    struct sockaddr_in here = {.sin_family = AF_INET},
                       there = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    inet_pton(AF_INET, from, &here.sin_addr);
    inet_pton(AF_INET, server_address, &there.sin_addr);
    cr_assert_eq(bind(fd, (struct sockaddr *)&here, sizeof here), 0, "%s", from);
    while (connect(fd, (struct sockaddr *)&there, sizeof there) < 0) cr_assert(timeout_retry(end));
}

static int open_socket(const char *from, int buffer)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (buffer > 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    connect_from(fd, from);
    return fd;
}

static void send_frame(int fd, const char *proto, const char *msg)
{
    char frame[WIRE_MAX];
    size_t n = wire_frame(frame, proto, NULL, msg);
    cr_assert_eq(send(fd, frame, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* -- the reader -- */

static void count_packet(struct reader *r, const struct packet_seen *seen)
{
    cr_assert_not(strcmp(seen->proto, "shutdown") == 0, "%s", seen->msg);
    cr_assert_not(strstr(seen->msg, "You fell behind"), "%s", seen->msg);
    if (strcmp(seen->proto, "ready") == 0) r->is_member = true;
    if (!seen->nick || strcmp(seen->nick, "talker") != 0) return;
    cr_assert_eq(atoi(seen->msg), r->received, "message %d is missing", r->received);
    r->received++;
}

static void parse_packets(struct reader *r)
{
    size_t at = 0, n;
    for (; r->len - at >= 2; at += 2 + n) {
        struct packet_seen seen;
        n = (size_t)((unsigned char)r->bytes[at] << 8 | (unsigned char)r->bytes[at + 1]);
        if (r->len - at < 2 + n) break;
        char *payload = r->bytes + at + 2;
        cr_assert(wire_read(payload, n, &seen), "not a packet");
        count_packet(r, &seen);
    }
    memmove(r->bytes, r->bytes + at, r->len - at);
    r->len -= at;
}

/* Reads as many bytes as its line has carried until now. */
static void read_some(struct reader *r)
{
    int64_t may = (now_ms() - r->since) * READER / 1000 - r->read;
    size_t space = sizeof r->bytes - r->len, size = may < (int64_t)space ? (size_t)may : space;
    ssize_t n = may > 0 ? recv(r->fd, r->bytes + r->len, size, MSG_DONTWAIT) : 0;
    if (n <= 0) return;
    r->read += n;
    r->len += (size_t)n;
    parse_packets(r);
}

static void join(struct reader *r, const char *nick)
{
    int64_t end = timeout_deadline();
    *r = (struct reader){.fd = open_socket("198.51.100.9", READER_BUFFER), .since = now_ms()};
    send_frame(r->fd, "verify", nick);
    for (read_some(r); !r->is_member; read_some(r)) cr_assert(timeout_retry(end));
}

/* -- the talker -- */

static void drop_input(int fd)
{
    char dropped[65536];
    while (recv(fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0) continue;
}

/* Sends numbered messages, one after the other, while the reader reads. */
static void talk(int talker, struct reader *r)
{
    char text[16];
    int64_t began = now_ms(), end = timeout_deadline();
    for (int sent = 0; sent < MESSAGES || r->received < MESSAGES;) {
        if (sent < MESSAGES && now_ms() >= began + (int64_t)sent * EVERY_MS) {
            snprintf(text, sizeof text, "%d", sent++);
            send_frame(talker, "broadcast", text);
            end = timeout_deadline();
        }
        read_some(r);
        drop_input(talker);
        cr_assert(timeout_retry(end), "received %d of %d messages", r->received, MESSAGES);
    }
}

/* -- the files -- */

static off_t size_of(const char *path)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0, "%s", path);
    return st.st_size;
}

static void expect_small(const char *path, int64_t ms)
{
    off_t size = size_of(path), most = (off_t)(ms * MEGABYTE / 1000);
    printf("  %s: %jd KB/s\n", strrchr(path, '/') + 1, (intmax_t)(size / ms));
    cr_expect_leq(size, most, "%s", path);
}

/* -- attacks -- */

/* Lets all connections in at once, unless connecting is the attack. */
static void expect_harmless(enum attack attack)
{
    const char *connect_rate = attack == ATTACK_JOINS ? "20" : "100";
    static struct reader reader;
    char folder[FILES_PATH], room[FILES_PATH], journal[FILES_PATH], log[FILES_PATH];
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    struct in_addr from;
    network_namespace_enter();
    network_namespace_add_ipv4("198.51.100.1");
    files_create_folder(folder);
    files_address(room, folder, "room");
    files_path(journal, folder, "journal");
    files_path(log, folder, "log");
    struct klatchd *d = klatchd_start_with_log_file(
        (const char *[]){BUILD "/klatchd", "--listen", "192.0.2.1:5528", "--connect-rate",
                         connect_rate, "-j", journal, room, NULL},
        log, room);
    inet_pton(AF_INET, server_address, &server.sin_addr);
    inet_pton(AF_INET, attacker_address, &from);
    int talker = open_socket(talker_address, 0);
    send_frame(talker, "verify", "talker");
    join(&reader, "reader");
    int64_t began = now_ms(), end = timeout_deadline();
    struct attacker attacker = attacker_start(attack, from, &server, "talker");
    while (attacker_connected(&attacker) < ATTACKER_CONNECTIONS) cr_assert(timeout_retry(end));
    talk(talker, &reader);
    int64_t ms = now_ms() - began;
    attacker_stop(&attacker);
    printf("%s: %ju connections, %ju KB/s sent\n", attack_names[attack],
           (uintmax_t)attacker_connected(&attacker),
           (uintmax_t)attacker_sent(&attacker) / (uintmax_t)ms);
    expect_small(journal, ms);
    expect_small(log, ms);
    close(talker);
    close(reader.fd);
    klatchd_stop(d);
    files_remove_all(folder);
}

Test(server_attack, long_texts_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_TEXTS);
}

Test(server_attack, texts_that_need_escapes_harm_nobody)
{
    expect_harmless(ATTACK_CONTROLS);
}

Test(server_attack, short_texts_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_SHORT);
}

Test(server_attack, new_nicknames_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_RENAMES);
}

Test(server_attack, joins_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_JOINS);
}

Test(server_attack, questions_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_WHO);
}

Test(server_attack, requests_for_a_taken_nickname_harm_nobody)
{
    expect_harmless(ATTACK_RETRIES);
}

Test(server_attack, unfinished_packets_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_UNFINISHED);
}

Test(server_attack, half_open_connections_of_an_address_harm_nobody)
{
    expect_harmless(ATTACK_HALF_OPEN);
}
