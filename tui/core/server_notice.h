/* notice: PURE what the server tells of who comes and goes. */
#ifndef TUI_CORE_SERVER_NOTICE_H
#define TUI_CORE_SERVER_NOTICE_H

#include "common/nick.h"

enum notice_kind {
    NOTICE_OTHER,
    NOTICE_JOINED,
    NOTICE_LEFT,
    NOTICE_RENAMED,
};

struct notice {
    enum notice_kind kind;
    char nick[NICK_BYTES + 1];
    char now[NICK_BYTES + 1]; /* of one that was renamed: its new nickname; else "" */
};

/* Reads a notice of the server's. One that tells of no nickname that nick_check accepts is
 * NOTICE_OTHER. */
struct notice notice_read(const char *msg);

#endif
