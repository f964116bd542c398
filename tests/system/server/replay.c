/* Reading the end of a journal into a room, without a server. */
#include "server/store/replay.h"

#include "common/record.h"
#include "server/store/journal_paths.h"
#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RING = 1 << 18, PLENTY = 100000 };

static const int64_t SAID_AT = 1790145175123;

static struct counters counters;
static struct room room;
static char *memory, path[] = "/tmp/klatchd-XXXXXX";
static int fd;
static struct journal_paths paths = {.path = path};
static struct opener opener = {.open = journal_paths_open, .context = &paths};

static void open_ring(size_t size)
{
    memory = ring_map_new(size);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, size);
    room_set_history(&room, PLENTY);
}

static void close_ring(void)
{
    size_t size = room.ring.size;
    room_deinit(&room);
    ring_map_free(memory, size);
}

static void open_room(void)
{
    open_ring(RING);
    fd = mkstemp(path);
    cr_assert_geq(fd, 0);
}

static void close_room(void)
{
    close_ring();
    close(fd);
    unlink(path);
}

TestSuite(server_replay, .init = open_room, .fini = close_room);

static void write_text(const char *text, size_t n)
{
    cr_assert_eq(write(fd, text, n), (ssize_t)n);
}

static void write_record(const char *nick, const char *msg, enum proto proto)
{
    static char line[RECORD_ROOM];
    write_text(line, record_encode(line, sizeof line, SAID_AT, nick, msg, proto));
}

static void write_records(int n, size_t each)
{
    char *msg = calloc(1, each + 32);
    for (int i = 0; i < n; i++) {
        memset(msg, 'x', each);
        sprintf(msg + each, " %d", i);
        write_record("ada", msg, PROTO_BROADCAST);
    }
    free(msg);
}

static uint64_t count_frames(void)
{
    return room.history.head.seq - room.history.tail.seq;
}

/* Expects this many frames in the history, the last of which contains `end`, and none in the ring,
 * because members have received them before. */
static void expect_frames(uint64_t frames, const char *end)
{
    struct span history = buffer_view(&room.history.frames), last = {0};
    cr_expect_eq(count_frames(), frames, "%ju frames", (uintmax_t)count_frames());
    cr_expect_eq(room.ring.head.seq, 0);
    while (history.n > 0) {
        last = frame_payload(history.p);
        history = (struct span){last.p + last.n, history.n - FRAME_HEADER - last.n};
    }
    cr_assert(last.p);
    cr_expect(memmem(last.p, last.n, end, strlen(end)), "%s", end);
}

Test(server_replay, only_the_last_records_are_read)
{
    write_records(10, 0);
    replay_journal(fd, &opener, &room, 3);
    expect_frames(3, " 9\"");
}

/* U+007F has six bytes as an escape. */
Test(server_replay, the_longest_record_is_read)
{
    static char msg[65000];
    memset(msg, 0x7F, sizeof msg - 1);
    close_ring();
    open_ring(2 * RING);
    write_record("ada", msg, PROTO_BROADCAST);
    replay_journal(fd, &opener, &room, 1);
    expect_frames(1, msg);
}

/* An earlier version did not escape them. */
Test(server_replay, hidden_characters_are_read_with_and_without_escapes)
{
    static const char raw[] = "{\"time\":\"2026-11-23T09:30:00.250Z\",\"nick\":\"ada\",\"msg\":"
                              "\"\xE2\x80\xAE\x7F\",\"proto\":\"broadcast\"}\n";
    write_text(raw, sizeof raw - 1);
    write_record("ada", "\xE2\x80\xAE\x7F", PROTO_BROADCAST);
    replay_journal(fd, &opener, &room, PLENTY);
    expect_frames(2, "\"\xE2\x80\xAE\x7F\"");
}

Test(server_replay, a_history_of_0_reads_nothing)
{
    write_records(10, 0);
    replay_journal(fd, &opener, &room, 0);
    cr_expect_eq(count_frames(), 0);
}

/* A journal beside it, as rotated_next finds them. */
static void write_rotated(char name[static 64])
{
    snprintf(name, 64, "%s.1", path);
    FILE *file = fopen(name, "we");
    cr_assert_not_null(file);
    fclose(file);
}

Test(server_replay, no_rotated_file_is_opened_after_the_start)
{
    char rotated[64];
    write_rotated(rotated);
    int before = opener_open(&opener, JOURNAL_ROTATED);
    cr_expect_geq(before, 0);
    close(before);
    cr_expect_eq(opener_open(&opener, JOURNAL_REPLAYED), -1);
    paths.rotated = (struct rotated){0};
    cr_expect_eq(opener_open(&opener, JOURNAL_ROTATED), -1);
    cr_expect_eq(errno, EPERM);
    paths.is_replayed = false;
    unlink(rotated);
}

Test(server_replay, a_short_file_is_read_whole)
{
    write_records(2, 0);
    replay_journal(fd, &opener, &room, PLENTY);
    expect_frames(2, " 1\"");
}

/* Many reads are needed to find the first one. */
Test(server_replay, records_far_from_the_end_are_read)
{
    write_records(100, 3000);
    replay_journal(fd, &opener, &room, 60);
    expect_frames(60, " 99\"");
}

Test(server_replay, no_more_is_read_than_the_ring_holds)
{
    write_records(200, 3000);
    replay_journal(fd, &opener, &room, PLENTY);
    cr_expect_lt(count_frames(), 90);
    expect_frames(count_frames(), " 199\"");
}

Test(server_replay, a_line_longer_than_the_ring_is_skipped)
{
    static char line[2 * RING];
    memset(line, 'x', sizeof line);
    write_text(line, sizeof line);
    replay_journal(fd, &opener, &room, PLENTY);
    cr_expect_eq(count_frames(), 0);
}

Test(server_replay, only_broadcasts_with_a_nickname_are_read)
{
    write_record("ada", "hello", PROTO_BROADCAST);
    write_record(NULL, "nobody", PROTO_BROADCAST);
    write_record("SERVER", "closing", PROTO_SHUTDOWN);
    write_text("rubbish\n\n{}\n", 12);
    replay_journal(fd, &opener, &room, PLENTY);
    expect_frames(1, "hello");
}

/* They are neither messages nor invalid: however many they are, the messages before them are read.
 */
Test(server_replay, joins_leaves_and_new_nicknames_are_not_read)
{
    write_record("ada", "hello", PROTO_BROADCAST);
    write_record("SERVER", "Back in a minute.", PROTO_BROADCAST);
    write_record("bob", "I joined the chat", PROTO_BROADCAST);
    write_record("SERVER", "ada joined the chat", PROTO_BROADCAST);
    write_record("SERVER", "ada, bob and 12 others left the chat", PROTO_BROADCAST);
    write_record("SERVER", "a is now known as b\nc is now known as a", PROTO_BROADCAST);
    replay_journal(fd, &opener, &room, 3);
    expect_frames(3, "I joined the chat");
}

Test(server_replay, a_message_has_the_time_of_the_journal)
{
    write_record("ada", "hello", PROTO_BROADCAST);
    replay_journal(fd, &opener, &room, 1);
    expect_frames(1, "\"time\":\"2026-09-23T06:32:55.123Z\"");
}

/* -- holes -- */

static void make_hole(off_t bytes)
{
    cr_assert_eq(ftruncate(fd, lseek(fd, 0, SEEK_END) + bytes), 0);
    lseek(fd, 0, SEEK_END);
}

/* A file with terabytes of holes is read in no time. */
Test(server_replay, holes_are_not_read, .timeout = 20)
{
    write_records(10, 0);
    make_hole((off_t)1 << 42);
    write_records(5, 0);
    make_hole((off_t)1 << 40);
    replay_journal(fd, &opener, &room, PLENTY);
    expect_frames(15, " 4\"");
}

static void expect_no_history(int file)
{
    replay_journal(file, &opener, &room, PLENTY);
    cr_expect_eq(count_frames(), 0);
}

Test(server_replay, a_file_that_cannot_be_read_gives_no_history)
{
    write_records(10, 0);
    int closed = open(path, O_WRONLY | O_CLOEXEC);
    expect_no_history(closed);
    close(closed);
    expect_no_history(closed);
}

Test(server_replay, a_pending_signal_ends_the_reading)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    write_records(10, 0);
    cr_assert_eq(raise(SIGTERM), 0);
    replay_journal(fd, &opener, &room, PLENTY);
    cr_expect_eq(count_frames(), 0);
}
