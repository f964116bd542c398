#include "tui/ui/theme.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(table) (int)(sizeof(table) / sizeof *(table))

/* The same hues in the same order, so that a nickname keeps its own before every background and on
 * every terminal: by OKLCH, of one lightness where the palette allows it. */
static const int many[][22] = {
    [THEME_UNKNOWN] = {131, 167, 166, 130, 136, 100, 64, 28,  29,  30,  31,
                       32,  67,  68,  63,  99,  98,  97, 134, 133, 163, 168},
    [THEME_DARK] = {210, 174, 216, 208, 179, 142, 107, 114, 79,  44,  74,
                    75,  110, 111, 147, 146, 141, 183, 177, 176, 212, 211},
    [THEME_LIGHT] = {95, 124, 88, 94, 58, 22, 23, 24, 25, 26,  21,
                     20, 61,  60, 57, 56, 55, 92, 91, 90, 126, 125},
};

/* Blue cannot be read on black in most palettes, nor yellow, green and cyan on white. */
static const int bright[] = {9, 10, 11, 12, 13, 14};
static const int few[] = {1, 2, 5, 6}, few_dark[] = {2, 3, 5, 6}, few_light[] = {1, 4, 5};

static struct theme many_theme(enum theme_background g)
{
    static const struct theme themes[] = {
        [THEME_UNKNOWN] = {243, 160, 130, many[THEME_UNKNOWN], 22},
        [THEME_DARK] = {246, 203, 215, many[THEME_DARK], 22},
        [THEME_LIGHT] = {242, 124, 94, many[THEME_LIGHT], 22},
    };
    return themes[g];
}

/* Here grey is an attribute: what number 8 looks like is anybody's guess. */
static struct theme few_theme(int colours, enum theme_background g)
{
    if (g == THEME_LIGHT) return (struct theme){-1, 1, 5, few_light, LENGTH(few_light)};
    if (g == THEME_UNKNOWN) return (struct theme){-1, 1, 5, few, LENGTH(few)};
    if (colours < 16) return (struct theme){-1, 1, 3, few_dark, LENGTH(few_dark)};
    return (struct theme){-1, 9, 11, bright, LENGTH(bright)};
}

struct theme theme_for(int colours, enum theme_background background)
{
    if (colours > 256) colours = 8; /* direct colour: numbers from 8 on are no palette's */
    if (colours == 256) return many_theme(background);
    if (colours >= 8) return few_theme(colours, background);
    return (struct theme){-1, -1, -1, NULL, 0};
}

bool theme_parse(const char *word, enum theme_background *ret)
{
    static const char *const words[] = {
        [THEME_UNKNOWN] = "auto", [THEME_DARK] = "dark", [THEME_LIGHT] = "light"};
    for (int i = 0; i < LENGTH(words); i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *ret = (enum theme_background)i;
        return true;
    }
    return false;
}

enum theme_background theme_from_colorfgbg(const char *colorfgbg)
{
    const char *last = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
    char *end;
    if (last == NULL) return THEME_UNKNOWN;
    long number = strtol(last + 1, &end, 10);
    if (end == last + 1 || *end != '\0' || number < 0 || number > 15) return THEME_UNKNOWN;
    return number == 7 || number > 8 ? THEME_LIGHT : THEME_DARK;
}

/* A part of the colour in thousandths; moves *at past it and what follows it. -1 for none. */
static int part(const char **at, const char *end)
{
    static const char digits[] = "0123456789abcdef";
    int value = 0, most = 0;
    for (; *at < end && most < 0xffff; ++*at) {
        const char *digit = memchr(digits, **at | ' ', sizeof digits - 1);
        if (digit == NULL) break;
        value = value * 16 + (int)(digit - digits);
        most = most * 16 + 15;
    }
    if (*at < end && **at == '/') ++*at;
    return most > 0 ? value * 1000 / most : -1;
}

/* Weighed as the eye does (ITU-R BT.601). */
enum theme_background theme_from_reply(const char *text, size_t n)
{
    const char *at = text + 4, *end = text + n;
    if (n < 4 || memcmp(text, "rgb:", 4) != 0) return THEME_UNKNOWN;
    int red = part(&at, end), green = part(&at, end), blue = part(&at, end);
    if (red < 0 || green < 0 || blue < 0) return THEME_UNKNOWN;
    return 299 * red + 587 * green + 114 * blue > 500000 ? THEME_LIGHT : THEME_DARK;
}
