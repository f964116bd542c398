#include "tui/ui/colour.h"

#include "common/nick.h"

#include <stddef.h>
#include <stdint.h>

/* FNV-1a */
static uint32_t hash(const char *s)
{
    uint32_t h = 2166136261U;
    for (; *s != '\0'; s++) h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

int theme_nick_color(const char *nick, int count)
{
    char key[NICK_KEY_SIZE];
    if (count <= 0) return 0;
    if (nick_check(nick) == NULL) {
        nick_key(nick, key);
        nick = key;
    }
    uint32_t h = hash(nick);
    return (int)((h ^ h >> 16) % (uint32_t)count);
}
