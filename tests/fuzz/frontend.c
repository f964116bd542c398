/* Feeds line mode and JSON mode with hostile bytes from their server and their input: the input
 * decides which mode it is, what is received, which lines come in and how time passes.
 *
 * What must hold: everything that line mode prints is safe to show, and each line begins as its
 * kind does, whatever is in it; each line of JSON mode is a packet to a second reader of JSON;
 * every packet sent is one that a server accepts. */
#include "common/nick.h"
#include "common/text.h"
#include "tests/fuzz/client_session.h"
#include "tests/unit/support/reference_json.h"
#include "tests/unit/support/unsafe_chars.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"
#include "tui/stdio/line_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct frontend frontend;
static struct line_reader typed;
static bool ended;

/* -- steps -- */

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

static void (*const steps[])(void) = {
    receive_bytes, receive_packet,    receive_packet,  receive_packet,
    type,          type_line,         type_line,       end_input,
    let_time_pass, change_connection, receive_welcome, block_or_unblock,
};

/* -- as stdio_loop does it -- */

static bool wants_line(void)
{
    bool settled =
        session_needs_nick(&session) || (session.state == SESSION_JOINED && !session.nick.pending);
    return (settled || session.state == SESSION_DISCONNECTED) && !frontend.ending;
}

static void take_lines(void)
{
    struct span line;
    enum line_reader_status status;
    while (wants_line() && (status = line_reader_next(&typed, ended, &line)) != LINE_READER_NONE) {
        frontend.pasted = line.n % 4 == 3;
        if (status == LINE_READER_TOO_LONG || frontend.kind->take_line(&frontend, line)) continue;
        line_reader_unread(&typed);
        return;
    }
    if (wants_line() && ended && outbox_waiting(&session.outbox) == 0)
        frontend.kind->end(&frontend);
}

/* -- what must hold -- */

static void check_text(const char *line, size_t n)
{
    assert(unsafe_text(line, n, 0) == NULL);
    assert(n > 0 && strchr("0123456789*-?!", line[0]) != NULL);
}

static void check_json(const char *line, size_t n)
{
    static struct reference_packet o;
    int32_t cp;
    assert(n < REFERENCE_JSON_SIZE);
    for (size_t at = 0; at < n;) {
        at += text_decode(line, n, at, &cp);
        assert(cp != TEXT_INVALID && !text_is_hidden(cp));
    }
    reference_json_read(&o, line, n);
    assert(o.valid && o.proto != NULL);
}

static void check_output(void)
{
    for (size_t n; frontend.out.from < frontend.out.to; frontend.out.from += n + 1) {
        const char *line = frontend.out.p + frontend.out.from;
        const char *feed = memchr(line, '\n', frontend.out.to - frontend.out.from);
        assert(feed != NULL);
        n = (size_t)(feed - line);
        (frontend.kind == &line_mode ? check_text : check_json)(line, n);
    }
    assert(!frontend.failed);
}

static void open_frontend(void)
{
    const struct frontend_kind *kind = next() % 2 ? &json_mode : &line_mode;
    frontend = (struct frontend){.kind = kind, .session = &session, .unix_ms = 1000000000123};
    ended = false;
    open_session((struct session_config){
        .repeat_countdown = true, .no_reconnect = next() % 2, .sink = {kind->on_event, &frontend}});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    left = (struct span){(const char *)data, size};
    open_frontend();
    while (left.n > 0 && session.state < SESSION_FAILED) {
        steps[next() % (sizeof steps / sizeof *steps)]();
        take_lines();
        if (frontend.kind->update != NULL) frontend.kind->update(&frontend);
        check_sent();
        check_output();
    }
    line_reader_free(&typed);
    byte_queue_free(&frontend.out);
    line_paste_clear(&frontend.line_mode.paste);
    session_close(&session);
    return 0;
}
