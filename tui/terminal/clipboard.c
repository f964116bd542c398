#include "tui/terminal/clipboard.h"

#include "tui/terminal/tty.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Appends three bytes, of which n are used, in base64. */
static char *encode_three(char *to, const char *from, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++) bits = bits << 8 | (i < n ? (unsigned char)from[i] : 0);
    for (size_t i = 0; i < 4; i++) *to++ = i <= n ? digits[bits >> (18 - 6 * i) & 63] : '=';
    return to;
}

void clipboard_copy(const char *text)
{
    static const char start[] = "\x1b]52;c;", end[] = "\x1b\\";
    size_t n = strlen(text);
    char *code =
        tty_takes_long_strings() ? malloc(n / 3 * 4 + 4 + sizeof start + sizeof end) : NULL;
    if (code == NULL) return;
    char *to = stpcpy(code, start);
    for (size_t at = 0; at < n; at += 3) to = encode_three(to, text + at, n - at < 3 ? n - at : 3);
    stpcpy(to, end);
    tty_write(code);
    free(code);
}
