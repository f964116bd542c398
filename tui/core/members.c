#include "tui/core/members.h"

#include <stdio.h>
#include <string.h>

/* -- hues -- */

/* FNV-1a, folded, of the nickname's key. */
static uint32_t hash_nick(const char *nick)
{
    char key[NICK_KEY_SIZE];
    uint32_t h = 2166136261U;
    if (nick_check(nick) == NULL) {
        nick_key(nick, key);
        nick = key;
    }
    for (; *nick != '\0'; nick++) h = (h ^ (unsigned char)*nick) * 16777619U;
    return h ^ h >> 16;
}

static const struct member *find_hash(const struct members *m, uint32_t hash)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->list[i].hash == hash) return &m->list[i];
    return NULL;
}

/* Returns the hue of the former member with this hash; if there was none, the hash selects it. */
static int usual_hue(const struct members *m, uint32_t hash)
{
    size_t kept = m->past_count < MEMBERS_PAST_MAX ? m->past_count : MEMBERS_PAST_MAX;
    for (size_t back = 1; back <= kept; back++) {
        const struct past_member *p = &m->past[(m->past_count - back) % MEMBERS_PAST_MAX];
        if (p->hash == hash) return p->hue;
    }
    return m->hues > 0 ? (int)(hash % (uint32_t)m->hues) : 0;
}

/* Returns the free hue that is nearest to this one on the colour wheel; this one if none is free.
 */
static int nearest_free(const struct members *m, int hue)
{
    for (int distance = 0; distance <= m->hues / 2; distance++) {
        int up = (hue + distance) % m->hues, down = (hue - distance + m->hues) % m->hues;
        if (m->holders[up] == 0) return up;
        if (m->holders[down] == 0) return down;
    }
    return hue;
}

static void take_hue(struct members *m, struct member *member)
{
    if (m->hues == 0) return;
    member->hue = nearest_free(m, usual_hue(m, member->hash));
    m->holders[member->hue]++;
}

static void release_hue(struct members *m, const struct member *member)
{
    if (m->hues == 0) return;
    m->holders[member->hue]--;
    m->past[m->past_count++ % MEMBERS_PAST_MAX] = (struct past_member){member->hash, member->hue};
}

void members_set_hues(struct members *m, int hues)
{
    if (hues > MEMBERS_HUES_MAX) hues = MEMBERS_HUES_MAX;
    if (hues == m->hues) return;
    m->hues = hues;
    m->past_count = 0;
    memset(m->holders, 0, sizeof m->holders);
    for (size_t i = 0; i < m->count; i++) take_hue(m, &m->list[i]);
}

int members_hue(const struct members *m, const char *nick)
{
    uint32_t hash = hash_nick(nick);
    const struct member *member = find_hash(m, hash);
    return member != NULL ? member->hue : usual_hue(m, hash);
}

/* -- the list -- */

static size_t find_member(const struct members *m, const char *nick)
{
    size_t i = 0;
    while (i < m->count && strcmp(m->list[i].nick, nick) != 0) i++;
    return i;
}

bool members_has(const struct members *m, const char *nick)
{
    return find_member(m, nick) < m->count;
}

size_t members_here(const struct members *m)
{
    return m->count + m->unlisted;
}

int members_compare(const char *a, const char *b)
{
    int order = strcasecmp(a, b);
    return order != 0 ? order : strcmp(a, b);
}

/* Returns the place of a nickname among the members that have not spoken. */
static size_t sorted_place(const struct members *m, const char *nick)
{
    size_t low = m->spoken, high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (members_compare(m->list[middle].nick, nick) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert_at(struct members *m, size_t i, struct member member)
{
    memmove(m->list + i + 1, m->list + i, (m->count++ - i) * sizeof *m->list);
    m->list[i] = member;
}

static struct member remove_at(struct members *m, size_t i)
{
    struct member member = m->list[i];
    memmove(m->list + i, m->list + i + 1, (--m->count - i) * sizeof *m->list);
    if (i < m->spoken) m->spoken--;
    return member;
}

static void forget_at(struct members *m, size_t i)
{
    struct member member = remove_at(m, i);
    release_hue(m, &member);
}

/* Gives the member a nickname that is valid. */
static void set_nick(struct member *member, const char *nick)
{
    snprintf(member->nick, sizeof member->nick, "%s", nick);
    member->hash = hash_nick(nick);
}

/* Makes a member that is not in the list yet. Returns false if the nickname is not valid. */
static bool make_member(struct members *m, const char *nick, struct member *ret)
{
    if (strlen(nick) > NICK_BYTES || nick_check(nick) != NULL) return false;
    *ret = (struct member){.is_listed = true};
    set_nick(ret, nick);
    take_hue(m, ret);
    return true;
}

static void drop_last(struct members *m)
{
    forget_at(m, m->count - 1);
    m->unlisted++;
}

/* Adds a member that has not spoken; only counts it if its nickname is not valid. */
static void add_quiet(struct members *m, const char *nick)
{
    struct member member;
    if (!make_member(m, nick, &member)) {
        m->unlisted++;
        return;
    }
    if (m->count == MEMBERS_MAX) drop_last(m);
    insert_at(m, sorted_place(m, nick), member);
}

/* Counts off one of the members that are not in the list: it is known now, or it left. */
static void count_off(struct members *m)
{
    if (m->unlisted > 0) m->unlisted--;
}

static void add_speaker(struct members *m, const char *nick)
{
    struct member member;
    if (!make_member(m, nick, &member)) return;
    count_off(m);
    if (m->count == MEMBERS_MAX) drop_last(m);
    insert_at(m, 0, member);
    m->spoken++;
}

void members_spoke(struct members *m, const char *nick)
{
    size_t i = find_member(m, nick);
    if (i == m->count) {
        add_speaker(m, nick);
        return;
    }
    if (i == 0 && m->spoken > 0) return;
    insert_at(m, 0, remove_at(m, i));
    m->spoken++;
}

void members_joined(struct members *m, const char *nick)
{
    size_t i = find_member(m, nick);
    if (i < m->count)
        m->list[i].is_listed = true;
    else
        add_quiet(m, nick);
}

void members_left(struct members *m, const char *nick)
{
    size_t i = find_member(m, nick);
    if (i < m->count)
        forget_at(m, i);
    else
        count_off(m);
}

/* Gives a member of the list a nickname that nobody in the list has. */
static void rename_at(struct members *m, size_t i, const char *new_nick)
{
    bool spoke = i < m->spoken;
    if (nick_check(new_nick) != NULL) return;
    struct member member = remove_at(m, i);
    if (m->hues > 0)
        m->past[m->past_count++ % MEMBERS_PAST_MAX] = (struct past_member){member.hash, member.hue};
    set_nick(&member, new_nick);
    insert_at(m, spoke ? i : sorted_place(m, new_nick), member);
    m->spoken += spoke;
}

void members_renamed(struct members *m, const char *nick, const char *new_nick)
{
    size_t i = find_member(m, nick);
    if (members_has(m, new_nick)) {
        if (i < m->count && strcmp(nick, new_nick) != 0) forget_at(m, i);
    } else if (i < m->count) {
        rename_at(m, i, new_nick);
    } else {
        count_off(m);
        members_joined(m, new_nick);
    }
}

void members_clear(struct members *m)
{
    while (m->count > 0) forget_at(m, m->count - 1);
    m->unlisted = 0;
    m->is_complete = false;
}

/* -- the server's list -- */

void members_list_begin(struct members *m)
{
    for (size_t i = 0; i < m->count; i++) m->list[i].is_listed = false;
    m->unlisted = 0;
}

void members_list_add(struct members *m, const char *nick)
{
    if (m->count == MEMBERS_MAX && !members_has(m, nick))
        m->unlisted++;
    else
        members_joined(m, nick);
}

void members_list_end(struct members *m)
{
    for (size_t i = m->count; i-- > 0;)
        if (!m->list[i].is_listed) forget_at(m, i);
    m->is_complete = true;
}

const char *members_word(const void *own_last, size_t i)
{
    const struct members_own_last *list = own_last;
    const struct members *m = list->members;
    size_t own = find_member(m, list->own);
    if (own < m->count && i >= own) i = i == m->count - 1 ? own : i + 1;
    return i < m->count ? m->list[i].nick : NULL;
}
