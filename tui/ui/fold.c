#include "tui/ui/fold.h"

#include <stdio.h>
#include <string.h>

enum { NAMED = 5 }; /* of each kind */

static struct fold_person *find(struct fold *f, const char *nick)
{
    size_t i = 0;
    while (i < f->count && strcmp(f->people[i].nick, nick) != 0) i++;
    return i < f->count ? &f->people[i] : NULL;
}

static struct fold_person *meet(struct fold *f, const struct notice *notice)
{
    if (f->count == FOLD_PEOPLE) return NULL;
    struct fold_person *person = &f->people[f->count++];
    *person = (struct fold_person){.was = notice->kind == NOTICE_LEFT};
    memcpy(person->nick, notice->nick, sizeof person->nick);
    return person;
}

void fold_take(struct fold *f, const struct notice *notice)
{
    bool joined = notice->kind == NOTICE_JOINED;
    struct fold_person *person = find(f, notice->nick);
    if (person == NULL) person = meet(f, notice);
    if (person != NULL)
        person->is = joined;
    else if (joined)
        f->more_joined++;
    else
        f->more_left++;
}

void fold_end(struct fold *f)
{
    f->count = f->more_joined = f->more_left = 0;
}

/* Adds those of one kind to the text. Returns where it ends. */
static size_t add(const struct fold *f, char ret[FOLD_ROOM], size_t at, bool was, bool is,
                  size_t more, const char *what)
{
    size_t named = 0, start = at;
    for (size_t i = 0; i < f->count; i++) {
        if (f->people[i].was != was || f->people[i].is != is) continue;
        if (named++ >= NAMED) continue;
        const char *before = named > 1 ? ", " : start > 0 ? "; " : "";
        at += (size_t)snprintf(ret + at, FOLD_ROOM - at, "%s%s", before, f->people[i].nick);
    }
    if (named > NAMED) more += named - NAMED;
    if (named == 0 && more == 0) return at;
    if (more > 0) {
        const char *before = named > 0 ? " and " : start > 0 ? "; " : "";
        at += (size_t)snprintf(ret + at, FOLD_ROOM - at, "%s%zu more", before, more);
    }
    return at + (size_t)snprintf(ret + at, FOLD_ROOM - at, " %s", what);
}

void fold_text(const struct fold *f, char ret[FOLD_ROOM])
{
    ret[0] = '\0';
    size_t at = add(f, ret, 0, false, true, f->more_joined, "joined");
    at = add(f, ret, at, true, false, f->more_left, "left");
    at = add(f, ret, at, false, false, 0, "came and went");
    add(f, ret, at, true, true, 0, "left and came back");
}
