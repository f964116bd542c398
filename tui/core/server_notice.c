#include "tui/core/server_notice.h"

#include "common/packet.h"

#include <stdbool.h>
#include <string.h>

enum { NOTICE_MAX = 2 * NICK_BYTES + 64 }; /* bytes of a notice with two nicknames */

static const struct {
    const char *text;
    enum notice_kind kind;
} endings[] = {{PACKET_JOINED, NOTICE_JOINED}, {PACKET_LEFT, NOTICE_LEFT}};

static bool copy_nick(char nick[NICK_BYTES + 1], const char *from, size_t n)
{
    if (n > NICK_BYTES) return false;
    memcpy(nick, from, n);
    nick[n] = '\0';
    return nick_check(nick) == NULL;
}

/* Parses a notice of a new nickname, whose words are at `at`. */
static bool read_rename(struct server_notice *notice, const char *msg, const char *at)
{
    const char *new_nick = at + strlen(PACKET_RENAMED);
    notice->kind = NOTICE_RENAMED;
    return copy_nick(notice->nick, msg, (size_t)(at - msg)) &&
           copy_nick(notice->new_nick, new_nick, strlen(new_nick));
}

/* Returns the length of the text before an ending; 0 if the notice does not end so. */
static size_t before_ending(const char *msg, const char *ending)
{
    size_t n = strlen(msg), size = strlen(ending);
    return n > size && strcmp(msg + n - size, ending) == 0 ? n - size : 0;
}

static bool read_ending(struct server_notice *notice, const char *msg)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = before_ending(msg, endings[i].text);
        notice->kind = endings[i].kind;
        if (n > 0) return copy_nick(notice->nick, msg, n);
    }
    return false;
}

/* Looks for no way in a longer text: others choose how long it is, and how many ways it has. */
bool server_notice_read_way(const char *msg, size_t i, struct server_notice *ret)
{
    const char *at = strnlen(msg, NOTICE_MAX + 1) > NOTICE_MAX ? NULL : msg;
    struct server_notice notice = {0};
    for (size_t n = 0; at != NULL && n < i; n++) at = strstr(at + (n > 0), PACKET_RENAMED);
    if (at == NULL) return false;
    bool valid = i == 0 ? read_ending(&notice, msg) : read_rename(&notice, msg, at);
    *ret = valid ? notice : (struct server_notice){0};
    return true;
}

struct server_notice server_notice_read(const char *msg)
{
    struct server_notice notice = {0};
    for (size_t i = 0; server_notice_read_way(msg, i, &notice); i++)
        if (notice.kind != NOTICE_OTHER) break;
    return notice;
}

size_t server_notice_subject(const char *msg)
{
    size_t n = 0;
    for (size_t i = 0; n == 0 && i < sizeof endings / sizeof *endings; i++)
        n = before_ending(msg, endings[i].text);
    return n;
}

static bool is_rename(const char *line, size_t n)
{
    return memmem(line, n, PACKET_RENAMED, strlen(PACKET_RENAMED)) != NULL;
}

size_t server_notice_line(const char *msg)
{
    size_t first = strcspn(msg, "\n"), n = first;
    for (const char *line = msg; is_rename(line, n); n = strcspn(line, "\n")) {
        line += n;
        if (*line++ == '\0') return first;
    }
    return 0;
}

bool server_notice_is_presence(const char *msg)
{
    return server_notice_subject(msg) > 0 || server_notice_line(msg) > 0;
}
