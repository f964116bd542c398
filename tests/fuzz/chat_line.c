/* Arbitrary bytes as a nickname and a text, with a NUL between them.
 *
 * What must hold: as a flat line and as a record, they are safe to show; and a reader that knows
 * only the manual gets back exactly the same from both, whatever they imitate. */
#include "common/chat_line.h"

#include "common/record.h"
#include "common/text.h"
#include "tests/unit/support/reference_json.h"
#include "tests/unit/support/unsafe_chars.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct reference_packet seen;
static char line[RECORD_ROOM];

static void expect_seen(const char *json, size_t n, const char *nick, const char *text)
{
    assert(n < REFERENCE_JSON_SIZE);
    reference_json_read(&seen, json, n);
    assert(seen.valid && strcmp(seen.nick, nick) == 0 && strcmp(seen.msg, text) == 0);
}

/* Writes n bytes as klatchd(8) says: a quotation mark gets a backslash. */
static char *put_quoted(char *to, const char *from, size_t n)
{
    for (; n > 0; n--, from++) {
        if (*from == '"') *to++ = '\\';
        *to++ = *from;
    }
    return to;
}

/* Reads a line as klatchd(8) says: the first > ends the nickname. */
static void check_message(size_t n, const char *nick, const char *text)
{
    static char json[2 * RECORD_ROOM];
    const char *end = memchr(line, '>', n);
    assert(n > 0 && line[0] == '<' && end != NULL && end + 1 < line + n && end[1] == ' ');
    char *to = stpcpy(json, "{\"nick\":\"");
    to = stpcpy(put_quoted(to, line + 1, (size_t)(end - line) - 1), "\",\"msg\":\"");
    to = put_quoted(to, end + 2, (size_t)(line + n - end) - 2);
    to = stpcpy(to, "\",\"proto\":\"broadcast\"}");
    expect_seen(json, (size_t)(to - json), nick, text);
}

static void check_record(const char *nick, const char *text)
{
    struct record r;
    int32_t cp;
    size_t n = record_encode(line, sizeof line, 0, nick, text, PROTO_BROADCAST);
    assert(n > 0 && line[n - 1] == '\n');
    for (size_t at = 0; at + 1 < n;) {
        at += text_decode(line, n, at, &cp);
        assert(cp != TEXT_INVALID && !text_is_hidden(cp));
    }
    expect_seen(line, n - 1, nick, text);
    assert(record_decode(&r, (struct span){line, n}) == NULL);
    assert(strcmp(r.said.nick, nick) == 0 && strcmp(r.said.msg, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *nick = strndup((const char *)data, size);
    size_t from = strlen(nick) < size ? strlen(nick) + 1 : size;
    char *text = strndup((const char *)data + from, size - from);
    bool valid = text_valid(nick, strlen(nick)) && text_valid(text, strlen(text));
    size_t n = chat_line_message(line, sizeof line, nick, text);
    assert(n > 0 && unsafe_text(line, n, 0) == NULL);
    if (valid) check_message(n, nick, text);
    if (valid) check_record(nick, text);
    n = chat_line_text(line, sizeof line, text);
    assert(unsafe_text(line, n, 0) == NULL);
    free(nick);
    free(text);
    return 0;
}
