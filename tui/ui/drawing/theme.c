#include "tui/ui/drawing/theme.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(table) (int)(sizeof(table) / sizeof *(table))

/* The tables have the same hues in the same order, so that a nickname has the same hue on every
 * terminal. The colours are from OKLCH, with equal lightness as far as the palette allows. */
static const int nicks_256[][22] = {
    [THEME_UNKNOWN] = {131, 167, 166, 130, 136, 100, 64, 28,  29,  30,  31,
                       32,  67,  68,  63,  99,  98,  97, 134, 133, 163, 168},
    [THEME_DARK] = {210, 174, 216, 208, 179, 142, 107, 114, 79,  44,  74,
                    75,  110, 111, 147, 146, 141, 183, 177, 176, 212, 211},
    [THEME_LIGHT] = {95, 124, 88, 94, 58, 22, 23, 24, 25, 26,  21,
                     20, 61,  60, 57, 56, 55, 92, 91, 90, 126, 125},
};

/* Most palettes make blue unreadable on black, and yellow, green and cyan unreadable on white. */
static const int nicks_16_dark[] = {9, 10, 11, 12, 13, 14};
static const int nicks_8[] = {1, 2, 5, 6}, nicks_8_dark[] = {2, 3, 5, 6},
                 nicks_8_light[] = {1, 4, 5};

static struct theme theme_256(enum theme_background g)
{
    static const struct theme themes[] = {
        [THEME_UNKNOWN] = {243, 160, 130, nicks_256[THEME_UNKNOWN], 22},
        [THEME_DARK] = {246, 203, 215, nicks_256[THEME_DARK], 22},
        [THEME_LIGHT] = {242, 124, 94, nicks_256[THEME_LIGHT], 22},
    };
    return themes[g];
}

/* Uses an attribute for muted text, because colour 8 differs between palettes. */
static struct theme theme_8_or_16(int colours, enum theme_background g)
{
    if (g == THEME_LIGHT) return (struct theme){-1, 1, 5, nicks_8_light, LENGTH(nicks_8_light)};
    if (g == THEME_UNKNOWN) return (struct theme){-1, 1, 5, nicks_8, LENGTH(nicks_8)};
    if (colours < 16) return (struct theme){-1, 1, 3, nicks_8_dark, LENGTH(nicks_8_dark)};
    return (struct theme){-1, 9, 11, nicks_16_dark, LENGTH(nicks_16_dark)};
}

struct theme theme_for(int colours, enum theme_background background)
{
    if (colours > 256)
        colours = 8; /* direct colour: only the numbers below 8 are palette colours */
    if (colours == 256) return theme_256(background);
    if (colours >= 8) return theme_8_or_16(colours, background);
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

/* Parses one of the three components and moves *at behind it and its slash. Returns it in
 * thousandths; -1 if there is none. */
static int parse_component(const char **at, const char *end)
{
    static const char digits[] = "0123456789abcdef";
    int value = 0, max = 0;
    for (; *at < end && max < 0xffff; ++*at) {
        const char *digit = memchr(digits, **at | ' ', sizeof digits - 1);
        if (digit == NULL) break;
        value = value * 16 + (int)(digit - digits);
        max = max * 16 + 15;
    }
    if (*at < end && **at == '/') ++*at;
    return max > 0 ? value * 1000 / max : -1;
}

/* Decides by the perceived brightness (ITU-R BT.601). */
enum theme_background theme_from_reply(const char *text, size_t n)
{
    const char *at = text + 4, *end = text + n;
    if (n < 4 || memcmp(text, "rgb:", 4) != 0) return THEME_UNKNOWN;
    int red = parse_component(&at, end), green = parse_component(&at, end),
        blue = parse_component(&at, end);
    if (red < 0 || green < 0 || blue < 0) return THEME_UNKNOWN;
    return 299 * red + 587 * green + 114 * blue > 500000 ? THEME_LIGHT : THEME_DARK;
}
