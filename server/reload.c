#include "server/reload.h"

#include "server/system/log.h"

#include <stddef.h>
#include <string.h>

#define PLACE(member)                                                                              \
    {                                                                                              \
        offsetof(struct options, member), sizeof((struct options){0}.member)                       \
    }

/* What can change while people talk. */
static const struct place {
    size_t at, size;
} places[] = {
    PLACE(shutdown_delay), PLACE(nick_timeout),  PLACE(max_connections),
    PLACE(per_address),    PLACE(connect_rate),  PLACE(rate),
    PLACE(quiet),          PLACE(stall_timeout), PLACE(history),
};

static const struct place *find(const struct option_spec *row)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].at == row->offset) return &places[i];
    return NULL;
}

/* A limit that is not given holds for other machines only. */
static const char *scope(const struct option_spec *row, const struct options *o)
{
    const int *value = (const void *)((const char *)o + row->offset);
    bool is_limit = row->offset == offsetof(struct options, per_address) ||
                    row->offset == offsetof(struct options, connect_rate) ||
                    row->offset == offsetof(struct options, rate);
    return is_limit && *value < 0 ? " for other machines" : "";
}

static void tell(const struct option_spec *row, const struct options *was, const struct options *is)
{
    char before[OPTIONS_VALUE], now[OPTIONS_VALUE];
    options_value(row, was, before);
    options_value(row, is, now);
    log_event("%s is %s%s, it was %s%s", row->name, now, scope(row, is), before, scope(row, was));
}

bool reload_take(struct options *options, const struct options *next)
{
    bool changed = false;
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++) {
        const struct place *place = find(row);
        if (options_agree(row, options, next)) continue;
        if (!place) log_event("%s cannot change while people talk: restart for it", row->name);
        if (!place) continue;
        tell(row, options, next);
        memcpy((char *)options + place->at, (const char *)next + place->at, place->size);
        changed = true;
    }
    return changed;
}

static void complain(const char *path, const struct config_text *s)
{
    if (s->line == 0)
        log_event("%s: %s; all settings stay as they were", path, s->error);
    else
        log_event("%s: line %d: %s: %s; all settings stay as they were", path, s->line, s->name,
                  s->error);
}

/* The texts of the options lie in what was read first, and do not change. */
bool reload_read(struct options *options)
{
    static char text[OPTIONS_FILE];
    struct options next = *options;
    struct config_text s;
    if (!options_read_again(&next, text, &s)) {
        complain(options->config, &s);
        return false;
    }
    bool changed = reload_take(options, &next);
    if (!changed)
        log_event("the settings in %s were read again: none has changed", options->config);
    return changed;
}
