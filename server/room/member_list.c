#include "server/room/member_list.h"

#include <stdlib.h>
#include <string.h>

void member_list_init(struct member_list *l)
{
    memset(l, 0, sizeof *l);
    TAILQ_INIT(&l->packets);
}

/* -- references -- */

static void unlist(struct member_list *l, struct list_packet *p)
{
    if (p->is_old) return;
    TAILQ_REMOVE(&l->packets, p, link);
    l->memory -= p->size;
    p->is_old = true;
}

/* Removes a reference. Frees the packet with its last one, and likewise the packets after it. */
static void release(struct member_list *l, struct list_packet *p)
{
    while (p && --p->references == 0) {
        struct list_packet *next = p->next;
        unlist(l, p);
        free(p);
        p = next;
    }
}

/* Drops the packets after this one, except those that have readers. */
static void cut(struct member_list *l, struct list_packet *p)
{
    struct list_packet *next = p->next;
    p->next = NULL;
    p->is_cut = next != NULL;
    unlist(l, p);
    release(l, next);
}

/* Cuts old lists short: their readers keep only the packets that they are sending. */
static void limit_memory(struct member_list *l)
{
    struct list_packet *oldest;
    while (l->memory > MEMBER_LIST_MEMORY && (oldest = TAILQ_FIRST(&l->packets)) != l->first)
        cut(l, oldest);
}

/* -- building -- */

void member_list_expire(struct member_list *l)
{
    struct list_packet *first = l->first;
    l->first = l->last = NULL;
    l->size = l->text_size = 0;
    release(l, first);
}

void member_list_deinit(struct member_list *l)
{
    member_list_expire(l);
}

bool member_list_is_built(const struct member_list *l)
{
    return l->first != NULL;
}

static bool append_packet(struct member_list *l, const char *frame, size_t n)
{
    struct list_packet *p = malloc(sizeof *p + n);
    if (!p) return false;
    *p = (struct list_packet){.references = 1, .size = (uint32_t)n};
    memcpy(p->bytes, frame, n);
    if (l->last) l->last->next = p;
    if (!l->first) l->first = p;
    l->last = p;
    l->size += n;
    l->memory += n;
    TAILQ_INSERT_TAIL(&l->packets, p, link);
    return true;
}

static bool flush_text(struct member_list *l, char frame[PACKET_ROOM])
{
    l->text[l->text_size] = '\0';
    l->text_size = 0;
    if (append_packet(l, frame, packet_encode(frame, PROTO_WHO, PACKET_SERVER, l->text)))
        return true;
    member_list_expire(l);
    return false;
}

bool member_list_add(struct member_list *l, const char *nick, char frame[PACKET_ROOM])
{
    size_t n = strlen(nick);
    if (l->text_size + 1 + n > MEMBER_LIST_TEXT && !flush_text(l, frame)) return false;
    if (l->text_size > 0) l->text[l->text_size++] = '\n';
    memcpy(l->text + l->text_size, nick, n);
    l->text_size += n;
    return true;
}

bool member_list_finish(struct member_list *l, char frame[PACKET_ROOM])
{
    if (!flush_text(l, frame)) return false;
    limit_memory(l);
    return true;
}

/* -- reading -- */

struct list_reader *list_reader_new(struct member_list *l)
{
    struct list_reader *r = malloc(sizeof *r);
    if (!r) return NULL;
    *r = (struct list_reader){.packet = l->first};
    r->packet->references++;
    return r;
}

static struct span packet_rest(const struct list_packet *p, uint32_t sent)
{
    return p ? (struct span){p->bytes + sent, p->size - sent} : (struct span){0};
}

void list_reader_peek(const struct list_reader *r, struct span *first, struct span *second)
{
    *first = packet_rest(r->packet, r->sent);
    *second = packet_rest(r->packet ? r->packet->next : NULL, 0);
}

static void step(struct member_list *l, struct list_reader *r)
{
    struct list_packet *before = r->packet;
    r->packet = before->next;
    r->sent = 0;
    r->is_cut = before->is_cut;
    if (r->packet) r->packet->references++;
    release(l, before);
}

bool list_reader_consume(struct member_list *l, struct list_reader *r, size_t n)
{
    while (r->packet && n >= r->packet->size - r->sent) {
        n -= r->packet->size - r->sent;
        step(l, r);
    }
    if (r->packet) r->sent += (uint32_t)n;
    return r->packet != NULL;
}

void list_reader_free(struct member_list *l, struct list_reader *r)
{
    if (!r) return;
    release(l, r->packet);
    free(r);
}
