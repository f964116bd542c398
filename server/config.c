#include "server/config.h"

#include "server/system/log.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool config_print(const struct options *options)
{
    char line[OPTIONS_VALUE];
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++) {
        options_write(row, options, line);
        printf("%s%s\n", options_agree(row, options, &options_default) ? "#" : "", line);
    }
    return fflush(stdout) == 0;
}

#define FIELD(member)                                                                              \
    {                                                                                              \
        offsetof(struct options, member), sizeof((struct options){0}.member)                       \
    }

/* The options that may change while the server runs. */
static const struct field {
    size_t at, size;
} changeable[] = {
    FIELD(shutdown_delay), FIELD(nick_timeout),  FIELD(max_connections), FIELD(per_address),
    FIELD(connect_rate),   FIELD(rate),          FIELD(packet_memory),   FIELD(socket_memory),
    FIELD(quiet),          FIELD(stall_timeout), FIELD(history),         FIELD(journal_max),
    FIELD(byte_rate),
};

static const struct field *find_changeable(const struct option_spec *row)
{
    for (size_t i = 0; i < sizeof changeable / sizeof *changeable; i++)
        if (changeable[i].at == row->offset) return &changeable[i];
    return NULL;
}

/* Returns the words that say that a default rate applies to remote clients only. */
static const char *scope(const struct option_spec *row, const struct options *o)
{
    const int *value = (const void *)((const char *)o + row->offset);
    bool is_rate = row->offset == offsetof(struct options, connect_rate) ||
                   row->offset == offsetof(struct options, rate) ||
                   row->offset == offsetof(struct options, byte_rate);
    return is_rate && *value < 0 ? " for other machines" : "";
}

static void log_change(const struct option_spec *row, const struct options *was,
                       const struct options *is)
{
    char before[OPTIONS_VALUE], now[OPTIONS_VALUE];
    options_value(row, was, before);
    options_value(row, is, now);
    log_event(CONFIG_CHANGED("%s", "%s%s", "%s%s"), row->name, now, scope(row, is), before,
              scope(row, was));
}

bool config_apply(struct options *options, const struct options *next)
{
    bool changed = false;
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++) {
        const struct field *field = find_changeable(row);
        if (options_agree(row, options, next)) continue;
        if (!field) log_event(CONFIG_RESTART("%s"), row->name);
        if (!field) continue;
        log_change(row, options, next);
        memcpy((char *)options + field->at, (const char *)next + field->at, field->size);
        changed = true;
    }
    return changed;
}

static void log_error(const char *path, const struct config_text *s)
{
    if (s->line == 0)
        log_event("%s: %s; " CONFIG_KEPT, path, s->error);
    else
        log_event("%s: line %d: %s: %s; " CONFIG_KEPT, path, s->line, s->name, s->error);
}

/* -- reloading -- */

static void run_load(void *reload)
{
    struct config_reload *r = reload;
    r->error = options_load(opener_open(r->opener, 0), r->text);
}

static void load_done(void *reload)
{
    struct config_reload *r = reload;
    r->is_loaded = true;
}

void config_reload_start(struct config_reload *r, struct opener *opener, struct worker *worker)
{
    r->repeats = config_reload_is_pending(r);
    if (r->repeats) return;
    r->opener = opener;
    r->job = (struct job){.run = run_load, .done = load_done, .context = r};
    worker_submit(worker, &r->job);
}

bool config_reload_is_pending(const struct config_reload *r)
{
    return r->job.is_pending || r->is_loaded;
}

/* An empty file may be half written, or lost; it must not lift every limit. */
static bool is_empty(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Keeps the texts of the options that were read first: none of them may change. */
static bool apply_text(struct options *options, char text[OPTIONS_TEXT], const char *error)
{
    struct options next = *options;
    struct config_text s = {.error = error};
    if (!error && is_empty(text)) s.error = CONFIG_EMPTY;
    if (s.error || !options_read_again(&next, text, &s)) {
        log_error(options->config, &s);
        return false;
    }
    bool changed = config_apply(options, &next);
    if (!changed) log_event("%s was read again: " CONFIG_UNCHANGED, options->config);
    return changed;
}

bool config_reload_finish(struct config_reload *r, struct options *options, struct worker *worker)
{
    if (!r->is_loaded) return false;
    r->is_loaded = false;
    bool changed = apply_text(options, r->text, r->error);
    if (r->repeats) config_reload_start(r, r->opener, worker);
    return changed;
}
