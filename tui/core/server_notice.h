/* server_notice: PURE reads the server's notices of joins, leaves and new nicknames. */
#ifndef TUI_CORE_SERVER_NOTICE_H
#define TUI_CORE_SERVER_NOTICE_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

enum notice_kind {
    NOTICE_OTHER,
    NOTICE_JOINED,
    NOTICE_LEFT,
    NOTICE_RENAMED,
};

struct server_notice {
    enum notice_kind kind;
    char nick[NICK_BYTES + 1];
    char new_nick[NICK_BYTES + 1]; /* "" except for NOTICE_RENAMED */
};

/* Parses a notice. Without a nickname that nick_check accepts, it is NOTICE_OTHER. */
struct server_notice server_notice_read(const char *msg);

/* Parses a notice in the i-th possible way: there are several if a nickname contains the words of a
 * notice, as in "ada is now known as bob joined the chat". A way without valid nicknames is
 * NOTICE_OTHER. Returns false past the last way. */
bool server_notice_read_way(const char *msg, size_t i, struct server_notice *ret);

/* Returns the length of the first line of a notice about new nicknames, one on each line; 0 for
 * another notice. */
size_t server_notice_line(const char *msg);

/* Returns the length of the text before "joined the chat" or "left the chat", which may be several
 * nicknames; 0 for another notice. */
size_t server_notice_subject(const char *msg);

/* Whether a notice reports joins, leaves or new nicknames, of one member or of several. */
bool server_notice_is_presence(const char *msg);

#endif
