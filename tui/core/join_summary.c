#include "tui/core/join_summary.h"

#include "tui/core/notice_names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { KINDS = 4, NAMED_MAX = 5 /* of each kind */ };

static_assert(KINDS * (NAMED_MAX * (NICK_MARKED_SIZE + 2) + 64) <= JOIN_SUMMARY_SIZE,
              "the longest summary fits");

static struct join_entry *find_entry(struct join_summary *j, const struct server_notice *notice)
{
    for (size_t i = 0; i < j->count; i++)
        if (strcmp(j->entries[i].nick, notice->nick) == 0) return &j->entries[i];
    if (j->count == JOIN_SUMMARY_NICKS) return NULL;
    struct join_entry *entry = &j->entries[j->count++];
    entry->before = notice->kind == NOTICE_LEFT;
    memcpy(entry->nick, notice->nick, sizeof entry->nick);
    return entry;
}

static void count_notice(struct join_summary *j, const struct server_notice *notice)
{
    bool joined = notice->kind == NOTICE_JOINED;
    struct join_entry *entry = find_entry(j, notice);
    if (entry != NULL)
        entry->now = joined;
    else if (joined)
        j->more_joined++;
    else
        j->more_left++;
}

/* Appends the members of one kind at `at`. Returns where the text ends. */
static size_t append_kind(const struct join_summary *j, char ret[JOIN_SUMMARY_SIZE], size_t at,
                          bool before, bool now, size_t more, const char *verb)
{
    char marked[NICK_MARKED_SIZE];
    size_t named = 0, start = at;
    for (size_t i = 0; i < j->count; i++) {
        const struct join_entry *entry = &j->entries[i];
        if (entry->before != before || entry->now != now || named++ >= NAMED_MAX) continue;
        const char *between = named > 1 ? ", " : start > 0 ? "; " : "";
        nick_mark(marked, entry->nick);
        at += (size_t)snprintf(ret + at, JOIN_SUMMARY_SIZE - at, "%s%s", between, marked);
    }
    if (named > NAMED_MAX) more += named - NAMED_MAX;
    if (named == 0 && more == 0) return at;
    const char *between = named > 0 ? " and " : start > 0 ? "; " : "";
    if (more > 0)
        at += (size_t)snprintf(ret + at, JOIN_SUMMARY_SIZE - at, "%s%zu" JOIN_SUMMARY_MORE, between,
                               more);
    return at + (size_t)snprintf(ret + at, JOIN_SUMMARY_SIZE - at, "%s", verb);
}

bool join_summary_add(struct join_summary *j, const struct server_notice *notice, int64_t at,
                      char ret[JOIN_SUMMARY_SIZE])
{
    bool replaces = j->open && at - j->at <= JOIN_SUMMARY_MAX_S;
    if (!replaces) j->count = j->more_joined = j->more_left = 0;
    count_notice(j, notice);
    j->open = true;
    j->at = at;
    size_t n = append_kind(j, ret, 0, false, true, j->more_joined, JOIN_SUMMARY_JOINED);
    n = append_kind(j, ret, n, true, false, j->more_left, JOIN_SUMMARY_LEFT);
    n = append_kind(j, ret, n, false, false, 0, JOIN_SUMMARY_CAME_AND_WENT);
    append_kind(j, ret, n, true, true, 0, JOIN_SUMMARY_CAME_BACK);
    return replaces;
}

void join_summary_end(struct join_summary *j)
{
    j->open = false;
}
