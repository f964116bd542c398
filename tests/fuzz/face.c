/* The faces without a screen, their server and their input both in hostile hands: one stream of
 * bytes decides which face it is, what is heard, what comes in and how time goes by.
 *
 * What must hold: of --plain, all that goes out may be shown, and each line begins as its kind of
 * line does, whatever is in it; of --pipe, each line is a packet in JSON, in a second opinion; and
 * whatever is sent is a packet that a server would take. */
#include "tests/fuzz/bytes.h"
#include "tests/unit/support/reference_json.h"
#include "tests/unit/support/unsafe_chars.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"
#include "tui/stdio/line_reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct app app;
static struct face face;
static struct line_reader typed;
static int64_t now;
static bool jammed, ended;

static bool take_frame(void *wire, const char *frame, size_t n)
{
    static struct opinion o;
    assert(wire == &app && n == frame_size(frame));
    if (jammed) return false;
    opinion_read(&o, frame + FRAME_HEADER, n - FRAME_HEADER);
    assert(o.valid && o.msg != NULL);
    return true;
}

/* -- what may happen -- */

static void hear_bytes(void)
{
    talk_hear(&app, next_bytes());
}

static char *next_text(void)
{
    struct span bytes = next_bytes();
    char *text = strndup(bytes.p, bytes.n);
    assert(text != NULL);
    return text;
}

static void hear(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, nick, msg);
    talk_hear(&app, (struct span){frame, n});
}

static void hear_packet(void)
{
    enum proto proto = (enum proto)(next() % PROTO_UNKNOWN);
    char *nick = next_text(), *msg = next_text();
    hear(proto, nick, msg);
    free(nick);
    free(msg);
}

static void hear_welcome(void)
{
    hear(PROTO_CONNECT, PACKET_SERVER, "HELLO");
    hear(PROTO_READY, PACKET_SERVER, "READY");
}

static void type(void)
{
    struct span bytes = next_bytes();
    if (!ended) assert(line_reader_add(&typed, bytes.p, bytes.n));
}

static void type_line(void)
{
    type();
    if (!ended) assert(line_reader_add(&typed, "\n", 1));
}

static void end_input(void)
{
    ended = true;
}

static void wait_a_while(void)
{
    now += (int64_t)(next() * next());
    app_tick(&app, 1000000000 + now, now);
    talk_tick(&app);
}

static void connection_changes(void)
{
    if (app.stage == APP_AWAY)
        app_hurry(&app);
    else if (app.stage == APP_CONNECTING && next() % 4)
        app_up(&app);
    else
        app_down(&app, app.stage == APP_CONNECTING || next() % 2 ? "a reason" : NULL);
}

static void jam(void)
{
    jammed = !jammed;
}

static void (*const acts[])(void) = {
    hear_bytes, hear_packet, hear_packet,  hear_packet,        type, type_line,
    type_line,  end_input,   wait_a_while, connection_changes, jam,  hear_welcome,
};

/* -- as the stream does it -- */

static bool wants_line(void)
{
    bool chooses = app.stage == APP_CHOOSING && app.away.asks == AWAY_NEVER;
    bool settled = (chooses || app.stage == APP_HERE) && !app.asking;
    return (settled || app.stage == APP_AWAY) && !face.ending;
}

static void take_lines(void)
{
    struct span line;
    enum line_reader_status status;
    while (wants_line() && (status = line_reader_next(&typed, ended, &line)) != LINE_READER_NONE) {
        if (status == LINE_READER_TOO_LONG || face.kind->take(&face, line)) continue;
        line_reader_unread(&typed);
        return;
    }
    if (wants_line() && ended && speech_pending(&app) == 0) face.kind->end(&face);
}

/* -- what must hold -- */

static void check_plain(const char *line, size_t n)
{
    assert(shown_text_flaw(line, n, 0) == NULL);
    assert(n > 0 && strchr("0123456789*-? ", line[0]) != NULL);
}

static void check_pipe(const char *line, size_t n)
{
    static struct opinion o;
    assert(n < OPINION_SIZE);
    opinion_read(&o, line, n);
    assert(o.valid && o.proto != NULL);
}

static void check_output(void)
{
    for (size_t n; face.out.from < face.out.to; face.out.from += n + 1) {
        const char *line = face.out.p + face.out.from;
        const char *feed = memchr(line, '\n', face.out.to - face.out.from);
        assert(feed != NULL);
        n = (size_t)(feed - line);
        (face.kind == &plain_kind ? check_plain : check_pipe)(line, n);
    }
    assert(!face.failed);
}

static void open_face(void)
{
    const struct face_kind *kind = next() % 2 ? &pipe_kind : &plain_kind;
    const struct app_setup setup = {.where = "somewhere",
                                    .nick = next() % 2 ? "ada" : NULL,
                                    .proposal = "ada",
                                    .send = take_frame,
                                    .wire = &app,
                                    .show = kind->show,
                                    .hear = kind->hear,
                                    .face = &face,
                                    .once = next() % 2};
    face = (struct face){.kind = kind, .app = &app, .unix_ms = 1000000000123};
    now = 1000;
    jammed = ended = false;
    assert(app_init(&app, &setup));
    app_tick(&app, 1000000000, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    left = (struct span){(const char *)data, size};
    open_face();
    while (left.n > 0 && app.stage < APP_LOST) {
        acts[next() % (sizeof acts / sizeof *acts)]();
        take_lines();
        if (face.kind->turn != NULL) face.kind->turn(&face);
        check_output();
    }
    line_reader_free(&typed);
    byte_queue_free(&face.out);
    app_free(&app);
    return 0;
}
