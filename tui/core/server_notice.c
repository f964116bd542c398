#include "tui/core/server_notice.h"

#include "common/packet.h"

#include <stdbool.h>
#include <string.h>

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

static bool read_rename(struct server_notice *notice, const char *msg)
{
    const char *at = strstr(msg, PACKET_RENAMED);
    if (at == NULL) return false;
    const char *new_nick = at + strlen(PACKET_RENAMED);
    notice->kind = NOTICE_RENAMED;
    return copy_nick(notice->nick, msg, (size_t)(at - msg)) &&
           copy_nick(notice->new_nick, new_nick, strlen(new_nick));
}

static bool read_ending(struct server_notice *notice, const char *msg, size_t i)
{
    size_t n = strlen(msg), ending = strlen(endings[i].text);
    notice->kind = endings[i].kind;
    return n > ending && strcmp(msg + n - ending, endings[i].text) == 0 &&
           copy_nick(notice->nick, msg, n - ending);
}

struct server_notice server_notice_read(const char *msg)
{
    struct server_notice notice = {0};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (read_ending(&notice, msg, i)) return notice;
    if (read_rename(&notice, msg)) return notice;
    return (struct server_notice){0};
}
