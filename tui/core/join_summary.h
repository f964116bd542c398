/* join_summary: PURE combines a run of joins and leaves into one line. */
#ifndef TUI_CORE_JOIN_SUMMARY_H
#define TUI_CORE_JOIN_SUMMARY_H

#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JOIN_SUMMARY_NICKS = 64,   /* nicknames kept; further ones are only counted */
    JOIN_SUMMARY_SIZE = 12288, /* of the line's text */
    JOIN_SUMMARY_MAX_S = 600,  /* later joins start a new summary */
};

/* The ends of the line's clauses. MORE comes before an end, for members that are only counted. */
#define JOIN_SUMMARY_JOINED        " joined"
#define JOIN_SUMMARY_LEFT          " left"
#define JOIN_SUMMARY_CAME_AND_WENT " came and went"
#define JOIN_SUMMARY_CAME_BACK     " left and came back"
#define JOIN_SUMMARY_MORE          " more"

struct join_entry {
    char nick[NICK_BYTES + 1];
    bool before, now; /* in the room before the run; now */
};

/* All zero: no run. */
struct join_summary {
    struct join_entry entries[JOIN_SUMMARY_NICKS];
    size_t count, more_joined, more_left;
    bool open;  /* the newest line of the room is the run's line */
    int64_t at; /* seconds: time of the last join or leave */
};

/* Adds a join or a leave. Starts a new run if the run is not open, or too old. Writes the run's
 * line, with the members that joined, left, or did both, a few of them by name. Returns whether it
 * replaces the newest line. */
bool join_summary_add(struct join_summary *j, const struct server_notice *notice, int64_t at,
                      char ret[JOIN_SUMMARY_SIZE]);

/* Ends the run, because another line follows. */
void join_summary_end(struct join_summary *j);

#endif
