/* member_list: PURE the answer to `who`, as packets that are encoded once for all clients. A list
 * is built when a client asks for the first time after a change of the members; clients that ask
 * share it, and each reads it at its own pace. */
#ifndef SERVER_ROOM_MEMBER_LIST_H
#define SERVER_ROOM_MEMBER_LIST_H

#include "common/packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum {
    MEMBER_LIST_TEXT = 4096,       /* maximum of bytes of nicknames in a packet */
    MEMBER_LIST_MEMORY = 16 << 20, /* bytes of all lists; above, the oldest ones are cut short */
};

struct list_packet {
    TAILQ_ENTRY(list_packet) link; /* in `packets`, unless is_old */
    struct list_packet *next;      /* of its list; NULL: the last one */
    uint32_t references;           /* from the list, or the packet before it, and from readers */
    uint32_t size;
    bool is_old; /* only its readers need it */
    bool is_cut; /* the rest of its list was dropped */
    char bytes[];
};

TAILQ_HEAD(list_packet_queue, list_packet);

struct member_list {
    struct list_packet_queue packets; /* of all lists, the oldest first */
    size_t memory;                    /* bytes of these packets */
    struct list_packet *first, *last; /* of the newest list; NULL: none since the last change */
    size_t size;                      /* bytes of the newest list */
    size_t text_size;                 /* of `text` */
    char text[MEMBER_LIST_TEXT + 1];  /* of the packet that is being built */
};

/* How far a client has received a list. */
struct list_reader {
    struct list_packet *packet; /* NULL: the end */
    uint32_t sent;              /* bytes of it */
    bool is_cut;                /* at the end: the rest of the list was dropped */
};

/* Starts without a list. */
void member_list_init(struct member_list *l);

/* Frees the newest list; all readers are freed. */
void member_list_deinit(struct member_list *l);

/* Notes that the members have changed: the next client that asks needs a new list. */
void member_list_expire(struct member_list *l);

/* Whether a list has been built since the last change. */
bool member_list_is_built(const struct member_list *l);

/* Builds a list: adds each nickname, then finishes. `frame` is scratch space. Both return false if
 * out of memory; then there is no list. */
bool member_list_add(struct member_list *l, const char *nick, char frame[PACKET_ROOM]);
bool member_list_finish(struct member_list *l, char frame[PACKET_ROOM]);

/* Returns a reader at the start of the list that is built, which the caller frees; NULL if out of
 * memory. */
struct list_reader *list_reader_new(struct member_list *l);

/* Returns the bytes to send next: the rest of a packet, and the packet after it. */
void list_reader_peek(const struct list_reader *r, struct span *first, struct span *second);

/* Moves on by n of these bytes. Returns false at the end of the list. */
bool list_reader_consume(struct member_list *l, struct list_reader *r, size_t n);

void list_reader_free(struct member_list *l, struct list_reader *r);

#endif
