#include "common/address.h"

#include <stdbool.h>
#include <string.h>

const char *address_path(const char *address)
{
    static const char prefix[] = "unix:";
    size_t n = sizeof prefix - 1;
    return strncmp(address, prefix, n) == 0 ? address + n : NULL;
}

const char *address_split(const char *text, char host[static ADDRESS_HOST])
{
    const char *colon = strrchr(text, ':'), *end = colon;
    if (!colon || !colon[1]) return NULL;
    bool in_brackets = *text == '[';
    if (in_brackets && (*++text == '\0' || *--end != ']')) return NULL;
    size_t n = end > text ? (size_t)(end - text) : 0;
    if (n == 0 || n >= ADDRESS_HOST || (!in_brackets && memchr(text, ':', n))) return NULL;
    memcpy(host, text, n);
    host[n] = '\0';
    return colon + 1;
}
