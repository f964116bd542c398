#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <string.h>

static const char renamed[] = " is now known as ";

static const struct {
    const char *end;
    enum notice_kind kind;
} ends[] = {{" joined the chat", NOTICE_JOINED}, {" left the chat", NOTICE_LEFT}};

static bool take(char nick[NICK_BYTES + 1], const char *from, size_t n)
{
    if (n > NICK_BYTES) return false;
    memcpy(nick, from, n);
    nick[n] = '\0';
    return nick_check(nick) == NULL;
}

static bool read_renamed(struct notice *notice, const char *msg)
{
    const char *between = strstr(msg, renamed);
    if (between == NULL) return false;
    const char *now = between + sizeof renamed - 1;
    notice->kind = NOTICE_RENAMED;
    return take(notice->nick, msg, (size_t)(between - msg)) && take(notice->now, now, strlen(now));
}

static bool read_end(struct notice *notice, const char *msg, size_t i)
{
    size_t n = strlen(msg), end = strlen(ends[i].end);
    notice->kind = ends[i].kind;
    return n > end && strcmp(msg + n - end, ends[i].end) == 0 && take(notice->nick, msg, n - end);
}

struct notice notice_read(const char *msg)
{
    struct notice notice = {0};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (read_end(&notice, msg, i)) return notice;
    if (read_renamed(&notice, msg)) return notice;
    return (struct notice){0};
}
