#include "server/room/member_list.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG = 60 /* bytes of a long nickname */ };

static struct member_list list;
static char frame[PACKET_ROOM];

static void start(void)
{
    member_list_init(&list);
}

/* Expects that nothing is left. */
static void finish(void)
{
    member_list_deinit(&list);
    cr_expect(TAILQ_EMPTY(&list.packets));
    cr_expect_eq(list.memory, 0);
}

TestSuite(member_list, .init = start, .fini = finish);

/* Builds a new list of this many nicknames, which begin with the round. */
static void build(int round, int members)
{
    char nick[LONG + 16];
    member_list_expire(&list);
    for (int i = 0; i < members; i++) {
        snprintf(nick, sizeof nick, "%d-%d-%0*d", round, i, LONG - 15, 0);
        cr_assert(member_list_add(&list, nick, frame));
    }
    cr_assert(member_list_finish(&list, frame));
}

/* Reads this many packets; -1: all. Expects each nickname of the round once. Returns their number.
 */
static int read_packets(struct list_reader *r, int round, int packets)
{
    struct span first, second;
    struct packet p;
    int count = 0, of_round, number;
    for (; r->packet && packets != 0; packets--) {
        list_reader_peek(r, &first, &second);
        cr_assert_null(packet_decode(&p, frame_payload(first.p)));
        cr_assert_eq(p.proto, PROTO_WHO);
        cr_assert_str_eq(p.nick, PACKET_SERVER);
        cr_assert_leq(strlen(p.msg), MEMBER_LIST_TEXT);
        for (const char *nick = p.msg; nick; nick = strchr(nick, '\n')) {
            nick += *nick == '\n';
            cr_assert_eq(sscanf(nick, "%d-%d-", &of_round, &number), 2);
            cr_assert_eq(of_round, round);
            count++;
        }
        list_reader_consume(&list, r, first.n);
    }
    return count;
}

Test(member_list, a_list_of_one_is_one_packet)
{
    cr_expect_not(member_list_is_built(&list));
    build(1, 1);
    cr_expect(member_list_is_built(&list));
    struct list_reader *r = list_reader_new(&list);
    cr_expect_eq(r->packet->size, list.size);
    cr_expect_eq(read_packets(r, 1, -1), 1);
    cr_expect_not(r->is_cut);
    list_reader_free(&list, r);
    member_list_expire(&list);
    cr_expect_not(member_list_is_built(&list));
}

Test(member_list, all_readers_share_the_packets)
{
    enum { READERS = 1000, MEMBERS = 500 };
    static struct list_reader *readers[READERS];
    build(1, MEMBERS);
    size_t memory = list.memory;
    cr_expect_eq(memory, list.size);
    for (int i = 0; i < READERS; i++) cr_assert(readers[i] = list_reader_new(&list));
    cr_expect_eq(list.memory, memory);
    member_list_expire(&list);
    cr_expect_eq(list.memory, memory, "the readers keep it");
    for (int i = 0; i < READERS; i++) {
        cr_expect_eq(read_packets(readers[i], 1, -1), MEMBERS);
        cr_expect_not(readers[i]->is_cut);
        list_reader_free(&list, readers[i]);
    }
    cr_expect_eq(list.memory, 0);
}

Test(member_list, a_reader_has_the_list_of_the_moment_when_it_asked)
{
    build(1, 200);
    struct list_reader *early = list_reader_new(&list);
    int count = read_packets(early, 1, 1);
    build(2, 300);
    struct list_reader *late = list_reader_new(&list);
    cr_expect_eq(read_packets(late, 2, -1), 300);
    cr_expect_eq(count + read_packets(early, 1, -1), 200);
    list_reader_free(&list, early);
    list_reader_free(&list, late);
}

Test(member_list, packets_that_every_reader_has_received_are_freed)
{
    build(1, 500);
    struct list_reader *r = list_reader_new(&list);
    member_list_expire(&list);
    size_t memory = list.memory;
    cr_expect_gt(read_packets(r, 1, 3), 0);
    cr_expect_lt(list.memory, memory);
    list_reader_free(&list, r);
}

Test(member_list, it_is_read_in_pieces_of_any_size)
{
    build(1, 300);
    for (size_t most = 1; most < 20000; most += 333) {
        struct list_reader *r = list_reader_new(&list);
        struct span first, second;
        size_t all = 0;
        bool is_left = true;
        while (is_left) {
            list_reader_peek(r, &first, &second);
            cr_assert_gt(first.n, 0);
            size_t n = first.n + second.n < most ? first.n + second.n : most;
            is_left = list_reader_consume(&list, r, n);
            all += n;
        }
        cr_expect_eq(all, list.size);
        list_reader_free(&list, r);
    }
}

/* Each list has a reader that stops within a packet. */
Test(member_list, the_oldest_lists_are_cut_short_when_all_need_too_much_memory)
{
    enum { LISTS = 200, MEMBERS = 4000 };
    static struct list_reader *readers[LISTS];
    int cut = 0;
    for (int i = 0; i < LISTS; i++) {
        build(i, MEMBERS);
        cr_assert(readers[i] = list_reader_new(&list));
        list_reader_consume(&list, readers[i], 100);
        cr_assert_leq(list.memory, MEMBER_LIST_MEMORY);
    }
    cr_expect_gt(list.memory, MEMBER_LIST_MEMORY / 2, "no more is dropped than necessary");
    for (int i = 0; i < LISTS; i++) {
        struct span rest, next;
        list_reader_peek(readers[i], &rest, &next);
        list_reader_consume(&list, readers[i], rest.n);
        int count = read_packets(readers[i], i, -1);
        bool is_whole = count > MEMBERS - 2 * MEMBER_LIST_TEXT / (LONG - 15);
        cr_expect_eq(readers[i]->is_cut, !is_whole);
        cr_expect(!readers[i]->is_cut || i == 0 || readers[i - 1]->is_cut || cut == 0,
                  "the oldest first");
        cut += readers[i]->is_cut;
    }
    cr_expect_gt(cut, 0);
    cr_expect_not(readers[LISTS - 1]->is_cut);
    for (int i = 0; i < LISTS; i++) list_reader_free(&list, readers[i]);
}

Test(member_list, a_reader_at_the_last_packet_misses_nothing_when_its_list_is_dropped)
{
    enum { LISTS = 100, MEMBERS = 5000 };
    static struct list_reader *readers[LISTS];
    build(0, 1);
    struct list_reader *last = list_reader_new(&list);
    for (int i = 0; i < LISTS; i++) {
        build(i + 1, MEMBERS);
        cr_assert(readers[i] = list_reader_new(&list));
    }
    cr_expect(last->packet->is_old);
    cr_expect_eq(read_packets(last, 0, -1), 1);
    cr_expect_not(last->is_cut);
    list_reader_free(&list, last);
    for (int i = 0; i < LISTS; i++) list_reader_free(&list, readers[i]);
}

Test(member_list, a_list_that_is_larger_than_the_limit_is_whole_while_it_is_the_newest)
{
    enum { MANY = 400000 };
    build(1, MANY);
    cr_assert_gt(list.size, MEMBER_LIST_MEMORY);
    struct list_reader *r = list_reader_new(&list);
    cr_expect_eq(read_packets(r, 1, -1), MANY);
    cr_expect_not(r->is_cut);
    list_reader_free(&list, r);
}
