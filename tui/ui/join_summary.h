/* join_summary: PURE a run of joins and leaves as one line. */
#ifndef TUI_UI_JOIN_SUMMARY_H
#define TUI_UI_JOIN_SUMMARY_H

#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JOIN_SUMMARY_NICKS = 64,  /* kept by name; the others are counted */
    JOIN_SUMMARY_SIZE = 2048, /* of the line's text */
    JOIN_SUMMARY_MAX_S = 600, /* later joins start a new summary */
};

struct join_entry {
    char nick[NICK_BYTES + 1];
    bool before, now; /* whether the member is in the room, before the run and now */
};

/* All zero: no run. */
struct join_summary {
    struct join_entry entries[JOIN_SUMMARY_NICKS];
    size_t count, more_joined, more_left;
    bool open;  /* the newest line of the room is the run's */
    int64_t at; /* when the last one joined or left, in seconds */
};

/* Adds a join or a leave; a run that is not open, or too old, starts anew. Writes the line: who
 * joined, who left, who did both, a few of them by name. Returns whether it replaces the run's
 * line. */
bool join_summary_add(struct join_summary *j, const struct server_notice *notice, int64_t at,
                      char ret[JOIN_SUMMARY_SIZE]);

/* Ends the run: another line came. */
void join_summary_end(struct join_summary *j);

#endif
