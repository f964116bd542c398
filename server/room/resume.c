#include "server/room/resume.h"

#include <string.h>

void resume_renew(struct resume_secret *secret, resume_random *fill)
{
    if (!fill || !fill(secret->bytes, sizeof secret->bytes)) *secret = (struct resume_secret){0};
}

bool resume_has_secret(const struct resume_secret *secret)
{
    static const struct resume_secret none;
    return memcmp(secret, &none, sizeof none) != 0;
}

void resume_format(const struct resume_secret *secret, char text[RESUME_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < RESUME_BYTES; i++) {
        *text++ = digits[secret->bytes[i] >> 4];
        *text++ = digits[secret->bytes[i] & 0xF];
    }
    *text = '\0';
}

bool resume_matches(const struct resume_secret *secret, const char *text)
{
    char expected[RESUME_TEXT];
    volatile unsigned char difference = 0; /* so that no compiler stops at the first one */
    if (strlen(text) != RESUME_TEXT - 1 || !resume_has_secret(secret)) return false;
    resume_format(secret, expected);
    for (int i = 0; i < RESUME_TEXT; i++) difference |= (unsigned char)(expected[i] ^ text[i]);
    return difference == 0;
}
