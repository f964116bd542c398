#include "tests/system/support/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t wire_wrap(char *to, const char *payload, size_t n)
{
    to[0] = (char)(n >> 8);
    to[1] = (char)(n & 255);
    memmove(to + 2, payload, n);
    return n + 2;
}

static char *quote(char *to, const char *s)
{
    *to++ = '"';
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < ' ')
            to += sprintf(to, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            to += sprintf(to, "\\%c", c);
        else
            *to++ = *s;
    }
    *to++ = '"';
    return to;
}

static char *word(char *to, const char *s)
{
    size_t n = strlen(s);
    memcpy(to, s, n);
    return to + n;
}

size_t wire_frame(char *to, const char *proto, const char *nick, const char *msg)
{
    char *at = word(to + 2, "{\"nick\":");
    at = nick ? quote(at, nick) : word(at, "null");
    at = quote(word(at, ",\"msg\":"), msg);
    at = word(quote(word(at, ",\"proto\":"), proto), "}");
    return wire_wrap(to, to + 2, (size_t)(at - to - 2));
}

/* What is still to be read; decoding never makes it longer, so the strings replace it in place. */
struct input {
    char *at, *end;
};

static bool take(struct input *in, const char *token)
{
    while (in->at < in->end && strchr(" \t\r\n", *in->at)) in->at++;
    size_t n = strlen(token);
    if ((size_t)(in->end - in->at) < n || memcmp(in->at, token, n) != 0) return false;
    in->at += n;
    return true;
}

static char *utf8(char *to, unsigned long c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xC0 | (c >> 6));
    } else {
        *to++ = (char)(0xE0 | (c >> 12));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (c & 0x3F));
    return to;
}

/* One escape, after its backslash. The programs write everything above U+001F as it is, so a \u
 * escape is never half of a surrogate pair, and never U+0000. */
static char *escape(struct input *in, char *to)
{
    static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    if (in->end - in->at < 1) return NULL;
    char c = *in->at++;
    const char *known = strchr(letters, c);
    if (c && known) {
        *to++ = means[known - letters];
        return to;
    }
    if (c != 'u' || in->end - in->at < 4) return NULL;
    char hex[5] = {in->at[0], in->at[1], in->at[2], in->at[3]}, *stop;
    unsigned long code = strtoul(hex, &stop, 16);
    if (*stop || code == 0 || (code >= 0xD800 && code < 0xE000)) return NULL;
    in->at += 4;
    return utf8(to, code);
}

static const char *string(struct input *in, size_t *ret_n)
{
    if (!take(in, "\"")) return NULL;
    char *start = in->at, *to = start;
    while (in->at < in->end && *in->at != '"') {
        if ((unsigned char)*in->at < ' ') return NULL;
        if (*in->at != '\\') {
            *to++ = *in->at++;
            continue;
        }
        in->at++;
        if (!(to = escape(in, to))) return NULL;
    }
    if (!take(in, "\"")) return NULL;
    *ret_n = (size_t)(to - start);
    *to = '\0';
    return start;
}

static bool key(struct input *in, const char *before, const char *name)
{
    return take(in, before) && take(in, name) && take(in, ":");
}

bool wire_read(char *payload, size_t n, struct packet_seen *ret)
{
    struct input in = {payload, payload + n};
    size_t unused;
    *ret = (struct packet_seen){0};
    if (!key(&in, "{", "\"nick\"")) return false;
    if (!take(&in, "null") && !(ret->nick = string(&in, &unused))) return false;
    if (!key(&in, ",", "\"msg\"") || !(ret->msg = string(&in, &ret->msg_len))) return false;
    if (!key(&in, ",", "\"proto\"") || !(ret->proto = string(&in, &unused))) return false;
    bool is_alike = strcmp(ret->proto, "retry") == 0 && key(&in, ",", "\"like\"");
    if (is_alike && !(ret->like = string(&in, &unused))) return false;
    bool may_resume = strcmp(ret->proto, "ready") == 0 || strcmp(ret->proto, "verify") == 0;
    bool resumes = may_resume && key(&in, ",", "\"resume\"");
    if (resumes && !(ret->resume = string(&in, &unused))) return false;
    bool has_time = strcmp(ret->proto, "broadcast") == 0 && key(&in, ",", "\"time\"");
    if (has_time && !(ret->time = string(&in, &unused))) return false;
    return take(&in, "}") && take(&in, "") && in.at == in.end;
}
