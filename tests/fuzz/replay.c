/* A journal that is made by decisions: lines of messages, of joins and leaves, arbitrary bytes,
 * zeros, and once as many bytes as the journal's reader takes at a time. The first byte is the
 * number of messages to load.
 *
 * The history must get the last messages of the journal, in order, unchanged and with their times,
 * and nothing else. A second reader says which they are: it reads the same bytes from the front. */
#include "server/store/replay.h"

#include "common/record.h"
#include "server/store/journal_paths.h"
#include "server/system/ring_map.h"
#include "tests/fuzz/bytes.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RING = 4 * RING_MIN, JOURNAL = RING / 2, FOUND_MAX = 1024, CHUNK = RECORD_ROOM + 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char journal[JOURNAL];
static size_t length;
static bool has_chunk;

static void append(const char *bytes, size_t n)
{
    if (n > sizeof journal - length) return;
    memcpy(journal + length, bytes, n);
    length += n;
}

static void append_message(void)
{
    static char line[RECORD_ROOM];
    char text[256] = "";
    struct span bytes = next_bytes();
    for (size_t i = 0; i < bytes.n; i++) text[i] = (char)(' ' + (bytes.p[i] & 0x3f));
    append(line,
           record_encode(line, sizeof line, (int64_t)bytes.n * 1000, "ada", text, PROTO_BROADCAST));
}

static void append_notice(void)
{
    static const char *const notices[] = {"ada joined the chat", "a, b and 12 others left the chat",
                                          "a is now known as b\nb is now known as c",
                                          "left the chat early"};
    static char line[RECORD_ROOM];
    const char *notice = notices[next() % (sizeof notices / sizeof *notices)];
    append(line, record_encode(line, sizeof line, 0, "SERVER", notice, PROTO_BROADCAST));
}

static void append_bytes(void)
{
    struct span bytes = next_bytes();
    append(bytes.p, bytes.n);
}

static void append_zeros(void)
{
    static const char zeros[256];
    append(zeros, next());
}

/* Appends a line that no packet has, or zeros. A journal rarely has them, because they take long.
 */
static void append_chunk(void)
{
    static char bytes[CHUNK];
    size_t n = sizeof bytes - next();
    if (has_chunk || next() % 8) return;
    has_chunk = true;
    memset(bytes, n % 2 ? 'x' : '\0', n);
    append("\n", 1);
    append(bytes, n);
}

static void (*const acts[])(void) = {append_message, append_message, append_notice, append_bytes,
                                     append_bytes,   append_bytes,   append_zeros,  append_chunk};

/* The bytes of a line, in `journal`. */
static struct span found[FOUND_MAX];
static size_t count;

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* Whether a message says who comes, goes or has another nickname. */
static bool is_presence(const struct packet *p)
{
    return strcmp(p->nick, "SERVER") == 0 &&
           (ends_with(p->msg, " joined the chat") || ends_with(p->msg, " left the chat") ||
            strstr(p->msg, " is now known as "));
}

static void find_line(const char *from, const char *to)
{
    struct record record;
    struct span line = {from, (size_t)(to - from)};
    if (count == FOUND_MAX || record_decode(&record, line)) return;
    bool is_message = record.said.nick && record.said.proto == PROTO_BROADCAST;
    if (is_message && !is_presence(&record.said)) found[count++] = line;
}

/* A line ends after a line feed, before a zero, or at the end. The fuzzer does not look for new
 * paths here: to note each comparison takes longer than the replay. */
__attribute__((noinline, no_sanitize("coverage"))) static void find_lines(void)
{
    const char *start = journal, *end = journal + length;
    count = 0;
    for (const char *p = journal; p < end; p++) {
        if (*p == '\0' && p > start) find_line(start, p);
        if (*p == '\n') find_line(start, p + 1);
        if (*p == '\0' || *p == '\n') start = p + 1;
    }
    if (start < end) find_line(start, end);
}

static void must_be(const char *frame, struct span line)
{
    struct packet packet;
    struct record record;
    char stamp[RECORD_STAMP];
    assert(!packet_decode(&packet, frame_payload(frame)));
    char *nick = strdup(packet.nick), *msg = strdup(packet.msg),
         *time = strdup(packet.time ? packet.time : "");
    assert(nick && msg && time && packet.proto == PROTO_BROADCAST && !record_decode(&record, line));
    assert(strcmp(nick, record.said.nick) == 0 && strcmp(msg, record.said.msg) == 0);
    assert(record_format_time(stamp, record.unix_ms) && strcmp(time, stamp) == 0);
    free(nick);
    free(msg);
    free(time);
}

static void must_have_last(struct span history, size_t wanted)
{
    for (size_t i = count > wanted ? count - wanted : 0; i < count; i++) {
        assert(history.n > 0);
        must_be(history.p, found[i]);
        size_t n = frame_size(history.p);
        history = (struct span){history.p + n, history.n - n};
    }
    assert(history.n == 0);
}

/* The descriptor is a file without a name, and the path names no rotated files. */
static void must_replay(int fd, size_t wanted)
{
    static char *memory;
    static struct room room;
    static struct counters counters;
    static struct journal_paths paths = {.path = ""};
    struct opener opener = {.open = journal_paths_open, .context = &paths};
    if (!memory) memory = ring_map_new(RING);
    assert(memory != NULL && ftruncate(fd, 0) == 0);
    assert(pwrite(fd, journal, length, 0) == (ssize_t)length);
    room_init(&room, &counters, memory, RING);
    room_set_history(&room, wanted);
    replay_journal(fd, &opener, &room, wanted);
    must_have_last(buffer_view(&room.history.frames), wanted);
    room_deinit(&room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0) fd = memfd_create("journal", MFD_CLOEXEC);
    if (fd < 0) abort();
    left = (struct span){(const char *)data, size};
    length = 0;
    has_chunk = false;
    size_t wanted = next();
    while (left.n > 0) acts[next() % (sizeof acts / sizeof *acts)]();
    find_lines();
    must_replay(fd, wanted);
    return 0;
}
