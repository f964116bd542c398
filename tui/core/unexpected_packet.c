#include "tui/core/unexpected_packet.h"

#include "tui/core/room_feed.h"

#include <stdio.h>
#include <string.h>

bool packet_has_server_text(const struct packet *p)
{
    return p->msg[0] != '\0' && (p->nick == NULL || strcmp(p->nick, PACKET_SERVER) == 0);
}

/* A packet without a nickname is from the server too, because each member has one. */
void session_unexpected(struct session *s, const struct packet *p)
{
    struct packet notice = *p;
    notice.nick = PACKET_SERVER;
    if (packet_has_server_text(p)) session_broadcast(s, &notice);
}

void session_note_not_hello(struct session *s, const struct packet *p)
{
    if (s->state == SESSION_HANDSHAKE && p->proto != PROTO_CONNECT && s->not_hello[0] == '\0')
        snprintf(s->not_hello, sizeof s->not_hello, "\"%.32s\" with the text \"%s\"", p->word,
                 p->msg);
}
