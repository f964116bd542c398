#include "common/address.h"

#include <string.h>

const char *address_path(const char *address)
{
    static const char start[] = "unix:";
    size_t n = sizeof start - 1;
    return strncmp(address, start, n) == 0 ? address + n : NULL;
}
