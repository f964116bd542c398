#include "tui/stdio/line_output.h"

#include "common/chat_line.h"
#include "tui/base/clock.h"
#include "tui/core/notice_names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct frontend *f, const char *text, size_t n)
{
    if (!byte_queue_append(&f->out, text, n)) f->failed = true;
}

static void put_text(struct frontend *f, const char *text)
{
    put(f, text, strlen(text));
}

/* Writes a part of a line in the form of common/chat_line.h. */
static void put_part(struct frontend *f, size_t (*format)(char *, size_t, const char *),
                     const char *text)
{
    size_t room = CHAT_LINE_GROWTH * strlen(text) + sizeof CHAT_LINE_MESSAGE("", "");
    char *part = malloc(room);
    if (part == NULL)
        f->failed = true;
    else
        put(f, part, format(part, room, text));
    free(part);
}

static void put_nick(struct frontend *f, const char *nick)
{
    put_part(f, chat_line_nick, nick);
}

static void put_time(struct frontend *f, int64_t at)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(text, at, false);
    put_text(f, at != 0 ? text : LINE_OUTPUT_NO_TIME);
    put_text(f, " ");
}

static void put_date(struct frontend *f, int64_t at)
{
    char text[CLOCK_DATE_SIZE];
    clock_date(text, at);
    put_text(f, text);
}

/* -- output -- */

static void end_line(struct frontend *f, const char *text)
{
    put_part(f, chat_line_text, text);
    put_text(f, "\n");
}

/* Prints a notice, with a full stop if it lacks one. */
static void tell_notice_text(struct frontend *f, int64_t at, const char *text, bool lacks_full_stop)
{
    put_text(f, CHAT_LINE_NOTICE(""));
    put_time(f, at);
    put_part(f, chat_line_text, text);
    put_text(f, lacks_full_stop ? ".\n" : "\n");
}

void line_output_flush_joins(struct frontend *f)
{
    struct line_mode *m = &f->line_mode;
    if (m->joins_text[0] != '\0') tell_notice_text(f, m->joins.at, m->joins_text, true);
    m->joins_text[0] = '\0';
    m->joining = false;
    join_summary_end(&m->joins);
    f->due = 0;
}

void line_output_tell(struct frontend *f, const char *text)
{
    line_output_flush_joins(f);
    put_text(f, CHAT_LINE_OWN(""));
    end_line(f, text);
}

/* Prints a sentence that ends with a date. */
static void tell_date(struct frontend *f, const char *before, int64_t at)
{
    line_output_flush_joins(f);
    put_text(f, CHAT_LINE_OWN(""));
    put_text(f, before);
    put_date(f, at);
    put_text(f, ".\n");
}

/* Prints the text of a rule, which begins with a small letter and has no full stop, as a sentence.
 */
static void tell_sentence(struct frontend *f, const char *text)
{
    char *sentence;
    if (asprintf(&sentence, "%c%s.", toupper((unsigned char)text[0]), text + 1) < 0) {
        f->failed = true;
        return;
    }
    line_output_tell(f, sentence);
    free(sentence);
}

/* Prints the date when it changes, and before the first line recalled from a log. */
static void tell_day(struct frontend *f, const struct event *e)
{
    int64_t *day = &f->line_mode.day;
    if (e->recalled && *day == 0) *day = -1;
    if (clock_new_day(day, e->at)) tell_date(f, LINE_OUTPUT_DAY, e->at);
}

static void tell_message(struct frontend *f, const struct event *e)
{
    line_output_flush_joins(f);
    put_time(f, e->at);
    put_nick(f, e->nick);
    end_line(f, e->text);
}

/* Whether the protocol gives the words of a notice, which have no full stop. */
static bool lacks_full_stop(const char *text)
{
    return server_notice_subject(text) > 0 || server_notice_line(text) > 0 ||
           strncmp(text, PACKET_COUNTDOWN, strlen(PACKET_COUNTDOWN)) == 0;
}

static void tell_notice(struct frontend *f, const struct event *e)
{
    char *marked = notice_names_mark(e->text, &f->session->members);
    line_output_flush_joins(f);
    if (marked == NULL) {
        f->failed = true;
        return;
    }
    tell_notice_text(f, e->at, marked, lacks_full_stop(e->text));
    free(marked);
}

static bool is_join(const struct event *e)
{
    return e->kind == EVENT_NOTICE && e->notice != NULL &&
           (e->notice->kind == NOTICE_JOINED || e->notice->kind == NOTICE_LEFT);
}

/* Prints the first of a run at once, and those that follow within LINE_OUTPUT_JOINS_MS together. */
static void tell_join(struct frontend *f, const struct event *e)
{
    struct line_mode *m = &f->line_mode;
    if (m->hides_joins) return;
    if (m->joining) {
        join_summary_add(&m->joins, e->notice, e->at, m->joins_text);
        return;
    }
    tell_day(f, e);
    tell_notice(f, e);
    m->joining = true;
    f->due = f->session->now + LINE_OUTPUT_JOINS_MS;
}

static void tell_undelivered(struct frontend *f, const struct event *e)
{
    if (e->state != OUTBOX_UNCONFIRMED && e->state != OUTBOX_REJECTED) return;
    line_output_flush_joins(f);
    put_text(f, e->state == OUTBOX_UNCONFIRMED ? "? " : "! ");
    put_nick(f, f->session->nick.own);
    end_line(f, e->text);
}

void line_output_tell_once(struct frontend *f, const char *text)
{
    char *last = f->line_mode.message;
    if (strcmp(text, last) != 0) line_output_tell(f, text);
    snprintf(last, sizeof f->line_mode.message, "%s", text);
}

/* Prints the beginning or the end of the history. */
static void tell_rule(struct frontend *f, const struct event *e)
{
    clock_new_day(&f->line_mode.day, e->at);
    tell_date(f, e->earlier ? LINE_OUTPUT_HISTORY : LINE_OUTPUT_NOW, e->at);
}

/* Whether it reports several joins or leaves, and they are hidden. */
static bool is_hidden(const struct frontend *f, const struct event *e)
{
    return f->line_mode.hides_joins && e->kind == EVENT_NOTICE &&
           server_notice_subject(e->text) > 0;
}

static void tell_line(struct frontend *f, const struct event *e)
{
    if (is_join(e)) {
        tell_join(f, e);
        return;
    }
    if (is_hidden(f, e)) return;
    tell_day(f, e);
    if (e->kind == EVENT_MESSAGE)
        tell_message(f, e);
    else if (e->kind == EVENT_NOTICE)
        tell_notice(f, e);
    else if (e->kind == EVENT_GAP)
        tell_sentence(f, e->text);
    else
        line_output_tell(f, e->text);
}

const char *line_output_on_event(void *frontend, const struct event *e)
{
    struct frontend *f = frontend;
    if (f->session->state == SESSION_FAILED) return NULL;
    switch (e->kind) {
    case EVENT_MESSAGE:
    case EVENT_NOTICE:
    case EVENT_GAP:
    case EVENT_STATUS: tell_line(f, e); break;
    case EVENT_RULE: tell_rule(f, e); break;
    case EVENT_STATUS_MESSAGE: line_output_tell_once(f, e->text); break;
    case EVENT_OWN_CHANGED: tell_undelivered(f, e); break;
    case EVENT_NICK_REFUSED:
        snprintf(f->line_mode.refused, sizeof f->line_mode.refused, "%s", e->nick);
        break;
    case EVENT_OWN_QUEUED:
    case EVENT_OWN_REMOVED:
    case EVENT_STATE_CHANGED:
    case EVENT_PACKET:
    case EVENT_IGNORE_CHANGED:
    case EVENT_LOG_REQUEST:
    case EVENT_OPEN_REQUEST: break;
    }
    return NULL;
}
