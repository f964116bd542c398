#include "server/option_types.h"

#include "common/address.h"
#include "server/room/ring.h"
#include "server/store/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Parses N or N/M. Returns false for any other text. */
static bool read_pair(const char *text, void *place)
{
    char first[16];
    size_t n = strcspn(text, "/");
    if (n >= sizeof first) return false;
    memcpy(first, text, n);
    first[n] = '\0';
    int per_second = option_parse_number(first, OPTION_TYPES_MANY);
    int burst = text[n] ? option_parse_number(text + n + 1, OPTION_TYPES_MANY) : -1;
    if (per_second < 0 || (text[n] && burst < 0)) return false;
    *(struct rate_option *)place = (struct rate_option){per_second, burst};
    return true;
}

static void write_pair(const void *place, char *to, size_t size)
{
    const struct rate_option *a = place;
    int burst = a->burst >= 0 ? a->burst : OPTION_TYPES_RATE_BURST * a->per_second;
    snprintf(to, size, "%d/%d", a->per_second, burst);
}

static int word(const char *text, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0) return i;
    return -1;
}

static const char *const syncs[] = {
    [JOURNAL_SYNC_ALWAYS] = "always",
    [JOURNAL_SYNC_SECOND] = "second",
    [JOURNAL_SYNC_NEVER] = "never",
    NULL,
};

static bool read_sync(const char *text, void *place)
{
    int sync = word(text, syncs);
    if (sync >= 0) *(int *)place = sync;
    return sync >= 0;
}

static void write_sync(const void *place, char *to, size_t size)
{
    snprintf(to, size, "%s", syncs[*(const int *)place]);
}

static const char *const suffixes[] = {"", "K", "M", "G", "T", NULL};

/* Parses a number of bytes, K, M, G or T up to `max`, which must fit into a size_t. */
static bool read_bytes(const char *text, uint64_t max, size_t *ret)
{
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    uint64_t value = strtoumax(text, &end, 10);
    int suffix = word(end, suffixes);
    if (errno != 0 || suffix < 0 || value > max >> 10 * suffix) return false;
    *ret = value << 10 * suffix;
    return true;
}

int option_types_byte_burst(const struct rate_option *rate)
{
    int64_t usual = (int64_t)OPTION_TYPES_BYTE_BURST * rate->per_second;
    if (rate->burst >= 0) return rate->burst;
    return usual > OPTION_TYPES_BYTE_BURST_MIN ? (int)usual : OPTION_TYPES_BYTE_BURST_MIN;
}

static const uint64_t byte_rate_max = 16 << 20;

/* Parses SIZE or SIZE/SIZE, with a burst that has space for two packets. */
static bool read_byte_rate(const char *text, void *place)
{
    char first[16];
    size_t n = strcspn(text, "/"), bytes, burst = 0;
    if (n >= sizeof first) return false;
    memcpy(first, text, n);
    first[n] = '\0';
    if (!read_bytes(first, byte_rate_max, &bytes) || (bytes > 0 && bytes < 1024)) return false;
    if (text[n] && !read_bytes(text + n + 1, byte_rate_max, &burst)) return false;
    if (text[n] && burst < OPTION_TYPES_BYTE_BURST_MIN) return false;
    *(struct rate_option *)place = (struct rate_option){(int)bytes, text[n] ? (int)burst : -1};
    return true;
}

/* Parses a power of two within the ring's limits. */
static bool read_size(const char *text, void *place)
{
    size_t *size = place;
    return read_bytes(text, RING_MAX, size) && *size >= RING_MIN && (*size & (*size - 1)) == 0;
}

static bool read_file_size(const char *text, void *place)
{
    size_t *size = place;
    const uint64_t max = SIZE_MAX < UINT64_C(1) << 40 ? SIZE_MAX : UINT64_C(1) << 40;
    return read_bytes(text, max, size) && (*size == 0 || *size >= RING_MIN);
}

static void write_size(const void *place, char *to, size_t size)
{
    size_t value = *(const size_t *)place;
    int suffix = 0;
    for (; value > 0 && suffixes[suffix + 1] && value % 1024 == 0; suffix++) value /= 1024;
    snprintf(to, size, "%zu%s", value, suffixes[suffix]);
}

static void write_byte_rate(const void *place, char *to, size_t size)
{
    const struct rate_option *rate = place;
    char second[32], burst[32];
    size_t bytes[] = {(size_t)rate->per_second, (size_t)option_types_byte_burst(rate)};
    write_size(&bytes[0], second, sizeof second);
    write_size(&bytes[1], burst, sizeof burst);
    snprintf(to, size, "%s/%s", second, burst);
}

static bool read_port(const char *text, void *place)
{
    *(const char **)place = text;
    return option_parse_number(text, 65535) >= 0;
}

static const char *check_where(const char *text)
{
    struct address address;
    return address_parse(&address, text, NULL);
}

/* A host may be called tls: "tls:5528" is a host and a port. */
const char *option_types_listen_place(const char *text, bool *is_tls)
{
    bool has_tls = strncmp(text, "tls:", 4) == 0, has_tcp = strncmp(text, "tcp:", 4) == 0;
    if ((!has_tls && !has_tcp) || !strchr(text + 4, ':')) return text;
    *is_tls = has_tls;
    return text + 4;
}

static const char *check_listen(const char *text)
{
    bool is_tls;
    const char *place = option_types_listen_place(text, &is_tls);
    return place != text && address_path(place) ? OPTION_TYPES_PLAIN_PATH : check_where(place);
}

static const char *check_address(const char *text)
{
    struct address address;
    return address_parse(&address, text, ADDRESS_PORT);
}

static void write_text(const void *place, char *to, size_t size)
{
    const char *text = *(const char *const *)place;
    snprintf(to, size, "%s", text ? text : "");
}

const struct option_type option_types_pair = {read_pair, write_pair, NULL};
const struct option_type option_types_byte_rate = {read_byte_rate, write_byte_rate, NULL};
const struct option_type option_types_sync = {read_sync, write_sync, NULL};
const struct option_type option_types_size = {read_size, write_size, NULL};
const struct option_type option_types_file_size = {read_file_size, write_size, NULL};
const struct option_type option_types_port = {read_port, write_text, NULL};
const struct option_type option_types_where = {NULL, NULL, check_where};
const struct option_type option_types_listen = {NULL, NULL, check_listen};
const struct option_type option_types_address = {NULL, NULL, check_address};
