/* order: PURE what an operator may ask for on the control socket, and how it goes over it: one line
 * of words with tabs between them, or with spaces where there is no tab. The answer is lines, the
 * last of which is "ok", or begins with "error: ". */
#ifndef SERVER_ADMIN_COMMAND_H
#define SERVER_ADMIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum order_kind {
    ORDER_KICK,
    ORDER_BAN,
    ORDER_UNBAN,
    ORDER_BANS,
    ORDER_SAY,
    ORDER_WHO,
    ORDER_SHUTDOWN,
    ORDERS
};

struct order {
    enum order_kind kind;
    const char *name; /* the nickname, address or number; "" where there is none */
    const char *text; /* what is said, or why; "" where there is nothing */
    int seconds;      /* of ORDER_SHUTDOWN; -1: not given */
};

#define ORDER_OK    "ok"
#define ORDER_ERROR "error: "

/* All orders, a line each. */
extern const char order_help[];

/* Reads a line without its end, which is cut into the order's words. NULL, or a sentence that says
 * what is wrong with it. */
const char *order_read(struct order *o, char *line);

/* Makes a line, with its end, of words up to a NULL. Returns how many bytes; 0 where it is too long
 * or a word has a line feed or a tab in it. */
size_t order_write(char *line, size_t room, char *const *words);

#endif
