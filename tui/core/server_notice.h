/* server_notice: PURE reads the server's notices of joins, leaves and new nicknames. */
#ifndef TUI_CORE_SERVER_NOTICE_H
#define TUI_CORE_SERVER_NOTICE_H

#include "common/nick.h"

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

#endif
