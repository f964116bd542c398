/* outbox: PURE the lines that we have said and the room has not, in the order they were said. A
 * line stays from Enter until it comes back from the room. */
#ifndef TUI_CORE_OUTBOX_H
#define TUI_CORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OUTBOX_LINES = 500,
    OUTBOX_BYTES = 1 << 20,
    OUTBOX_PACE = 100, /* ms between lines of a backlog, */
    OUTBOX_BURST = 10, /* after so many at once */
};

enum outbox_state {
    OUTBOX_WAITING,  /* not sent yet */
    OUTBOX_SENT,     /* on its way to the room and back */
    OUTBOX_DOUBTFUL, /* nobody knows whether it arrived: never sent again unasked */
};

struct outbox_line {
    char *text;
    enum outbox_state state;
    bool pasted; /* one of the lines of a paste: the person may stop them */
};

/* All zero is empty. */
struct outbox {
    struct outbox_line lines[OUTBOX_LINES];
    size_t count, bytes;
    int64_t paced; /* when the next line would be due if each had its time to itself */
};

/* Adds a line that waits, as a copy. False without memory, or when the outbox is full. */
bool outbox_add(struct outbox *o, const char *text);

/* Takes a line out. */
void outbox_remove(struct outbox *o, size_t i);

/* The first line in that state; the count where none is. */
size_t outbox_first(const struct outbox *o, enum outbox_state state);

/* The first line in that state with this text; the count where none is. */
size_t outbox_find(const struct outbox *o, enum outbox_state state, const char *text);

/* When the first line that waits may be sent; -1 where none waits. */
int64_t outbox_due(const struct outbox *o);

/* A line was sent, or could not be for now: the ones after it, or it, must wait a little. */
void outbox_sent(struct outbox *o, size_t i, int64_t now);
void outbox_jammed(struct outbox *o, int64_t now);

/* Forgets every line. */
void outbox_drop(struct outbox *o);

#endif
