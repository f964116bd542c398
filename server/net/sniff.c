#include "server/net/sniff.h"

#include <string.h>

#define LOOKS_LIKE(what)                                                                           \
    "This looks like " what ", but this is a klatch server. Send a 2-byte length and a flat JSON " \
    "object."

/* No packet of klatch starts like these: its third byte begins a JSON object. */
static const struct {
    const char *start;
    const char *words;
} known[] = {
    {"\x16\x03\x01", LOOKS_LIKE("TLS")}, {"\x16\x03\x03", LOOKS_LIKE("TLS")},
    {"GET /", LOOKS_LIKE("HTTP")},       {"HEAD /", LOOKS_LIKE("HTTP")},
    {"POST /", LOOKS_LIKE("HTTP")},      {"PUT /", LOOKS_LIKE("HTTP")},
    {"OPTIONS ", LOOKS_LIKE("HTTP")},    {"CONNECT ", LOOKS_LIKE("HTTP")},
    {"PRI * HTTP", LOOKS_LIKE("HTTP")},  {"SSH-", LOOKS_LIKE("SSH")},
};

const char *sniff_protocol(struct span first)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i].start);
        if (first.n >= n && memcmp(first.p, known[i].start, n) == 0) return known[i].words;
    }
    return NULL;
}

bool sniff_needs_more(struct span first)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (first.n < strlen(known[i].start) && memcmp(first.p, known[i].start, first.n) == 0)
            return true;
    return false;
}
