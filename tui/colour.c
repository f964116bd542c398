#include "tui/colour.h"

#include "common/nick.h"

#include <stddef.h>
#include <stdint.h>

/* Contrast of at least 3.3 to 1 against black and against white alike. */
static const short many[] = {131, 167, 166, 130, 136, 100, 64, 28,  29,  30,  31,
                             32,  67,  68,  63,  99,  98,  97, 134, 133, 163, 168};

/* Blue cannot be read on black in most palettes, nor yellow on white. */
static const short few[] = {1, 2, 5, 6};

int colour_palette(int colours, const short **ret_palette)
{
    *ret_palette = colours >= 256 ? many : few;
    if (colours >= 256) return sizeof many / sizeof *many;
    return colours >= 8 ? sizeof few / sizeof *few : 0;
}

/* FNV-1a */
static uint32_t hash(const char *s)
{
    uint32_t h = 2166136261U;
    for (; *s != '\0'; s++) h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

int colour_of(const char *nick, int count)
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
