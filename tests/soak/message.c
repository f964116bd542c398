#include "tests/soak/message.h"

#include "common/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE_TEXT "\",\"msg\":\""
#define AFTER_TEXT  "\",\"proto\":\"broadcast\"}"

enum { SUM_WIDTH = 16 };

uint64_t message_hash(const char *p, size_t n)
{
    uint64_t hash = n, word;
    for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
        memcpy(&word, p, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    for (; n > 0; n--) hash = (hash ^ (unsigned char)*p++) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

/* Writes the text without the checksum at its end. */
static size_t write_text(char *text, uint32_t sender, uint32_t number, size_t padding)
{
    size_t n = (size_t)sprintf(text, "s%u n%u ", sender, number);
    for (size_t i = 0; i < padding; i++) text[n++] = (char)('a' + (i + number) % 26);
    text[n++] = ' ';
    return n;
}

size_t message_write(char *frame, uint32_t sender, uint32_t number, size_t padding)
{
    char *at = frame + FRAME_HEADER;
    at += sprintf(at, "{\"nick\":\"p%u" BEFORE_TEXT, sender);
    char *text = at;
    at += write_text(at, sender, number, padding);
    at += sprintf(at, "%0*jx" AFTER_TEXT, SUM_WIDTH,
                  (uintmax_t)message_hash(text, (size_t)(at - text)));
    size_t n = (size_t)(at - frame);
    frame_header(frame, n - FRAME_HEADER);
    return n;
}

bool message_parse(const char *frame, size_t n, uint32_t *ret_speaker, uint32_t *ret_number)
{
    unsigned nick, sender, number;
    char head[96], sum[SUM_WIDTH + 1];
    size_t after = sizeof AFTER_TEXT - 1;
    size_t headed = n < sizeof head ? n - 1 : sizeof head - 1;
    memcpy(head, frame, headed);
    head[headed] = '\0';
    const char *found = strstr(head + FRAME_HEADER, BEFORE_TEXT);
    if (!found || n < after + SUM_WIDTH) return false;
    const char *text = frame + (found - head) + sizeof BEFORE_TEXT - 1;
    const char *end = frame + n - after - SUM_WIDTH;
    if (sscanf(head + FRAME_HEADER, "{\"nick\":\"p%u", &nick) != 1) return false;
    if (sscanf(found + sizeof BEFORE_TEXT - 1, "s%u n%u ", &sender, &number) != 2) return false;
    snprintf(sum, sizeof sum, "%0*jx", SUM_WIDTH,
             (uintmax_t)message_hash(text, (size_t)(end - text)));
    *ret_speaker = sender;
    *ret_number = number;
    return nick == sender && memcmp(sum, end, SUM_WIDTH) == 0 &&
           memcmp(end + SUM_WIDTH, AFTER_TEXT, after) == 0;
}
