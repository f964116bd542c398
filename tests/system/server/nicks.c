/* The nicknames that klatchd accepts, and those that it treats as equal. */
#include "tests/count.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* 8 letters, and 8 grapheme clusters of 7 bytes */
#define EIGHT "abcdefgh"
#define MARKED8                                                                                    \
    "a\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "b\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "c\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "d\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "e\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "f\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "g\xCC\x81\xCC\x82\xCC\x83"                                                                    \
    "h\xCC\x81\xCC\x82\xCC\x83"

/* a ligature of eighteen letters, 21 times */
#define LONG7  "\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA"
#define LONG21 LONG7 LONG7 LONG7

Test(server_nicks, valid_nicknames_are_accepted_unchanged)
{
    static const char *const valid[] = {
        "a",
        "Ada Lovelace",
        EIGHT EIGHT EIGHT EIGHT,
        "\xC3\xA9\xC3\xA8",                     /* Latin with accents */
        "e\xCC\x81",                            /* the same, decomposed */
        "\xD0\x9B\xD0\xB5\xD0\xB2",             /* Cyrillic */
        "\xD8\xB9\xD9\x84\xD9\x8A",             /* Arabic */
        "\xE4\xB8\xAD\xE6\x96\x87",             /* Han */
        "\xED\x95\x9C\xEA\xB8\x80",             /* Hangul */
        "\xE3\x81\x82\xE3\x82\xA2\xE6\xBC\xA2", /* kana and Han */
        "\xE0\xA4\xA8\xE0\xA5\x80\xE0\xA4\xB2", /* Devanagari, with a spacing mark */
        "\xF0\x9F\x90\xBB",                     /* a bear */
        "<b>\"x\" & 'y'</b>\\",
        "None",
        "null",
        "SERVERS",
        LONG21, /* its key is eleven times as long */
        MARKED8,
    };
    struct klatchd *d = klatchd_start();
    for (size_t i = 0; i < COUNT(valid); i++) {
        struct peer *p = peer_join(d, valid[i]);
        peer_send(p, "broadcast", NULL, "it fits");
        peer_expect_broadcast(p, valid[i], "it fits");
        peer_leave(p);
    }
    peers_close_and_stop(d);
}

Test(server_nicks, invalid_nicknames_are_refused)
{
    static const char *const invalid[] = {
        "",
        " ",
        " ada",
        "ada ",
        "ada  lovelace",
        "a\tb",
        "a\nb",
        "a\x1b[31mb",
        "a\x7F",
        EIGHT EIGHT EIGHT EIGHT "i",
        MARKED8 MARKED8,
        "SERVER",
        "server",
        "SeRvEr",
        "\xEF\xBC\xB3\xEF\xBC\xA5\xEF\xBC\xB2\xEF\xBC\xB6\xEF\xBC\xA5\xEF\xBC\xB2", /* fullwidth */
        "\xF0\x9D\x90\x92\xF0\x9D\x90\x84RVER", /* mathematical bold */
        "\xC5\xBF"
        "erver",              /* long s */
        "SER\xE2\x80\x8BVER", /* zero-width space */
        "SER\xC2\xADVER",     /* soft hyphen */
        "a\xC2\x9B"
        "b", /* a C1 control */
        "a\xE2\x80\xAE"
        "b", /* bidi override */
        "a\xE2\x81\xA6"
        "b", /* bidi isolate */
        "a\xE2\x80\x8B"
        "b", /* zero-width space */
        "\xEF\xBB\xBF"
        "a", /* byte order mark */
        "a\xE2\x80\xA8"
        "b", /* line separator */
        "\xC2\xA0"
        "a",                 /* begins with a no-break space */
        "\xEE\x80\x80",      /* private use */
        "\xCD\xB8",          /* unassigned */
        "\xF0\x9F\xBF\xBE",  /* a noncharacter */
        "a\xF3\xA0\x81\xA1", /* a tag character */
    };
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *p = peer_connect_greeted(d);
    for (size_t i = 0; i < COUNT(invalid); i++) {
        peer_send(p, "verify", NULL, invalid[i]);
        const char *answer = peer_next(p)->msg;
        cr_expect_str_eq(answer, "RETRY", "row %zu: \"%s\"", i, invalid[i]);
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

static void expect_equal(struct klatchd *d, const char *owner_nick, const char *nick)
{
    struct peer *owner = peer_join(d, owner_nick), *rival = peer_connect_greeted(d);
    peer_send(rival, "verify", NULL, nick);
    cr_expect_str_eq(peer_next(rival)->msg, "RETRY", "%s beside %s", nick, owner_nick);
    peer_leave(rival);
    peer_leave(owner);
}

Test(server_nicks, spellings_of_a_nickname_are_equal)
{
    struct klatchd *d = klatchd_start();
    expect_equal(d, "ada", "ADA");
    expect_equal(d, "Ada Lovelace", "ada lovelace");
    expect_equal(d, "\xC3\xA9va", "e\xCC\x81va");
    expect_equal(d, "\xEF\xBD\x81\xEF\xBD\x84\xEF\xBD\x81", "ada");
    expect_equal(d,
                 "stra\xC3\x9F"
                 "e",
                 "STRASSE");
    expect_equal(d, "\xCE\xA3\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82",
                 "\xCF\x83\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x83");
    peers_close_and_stop(d);
}

Test(server_nicks, look_alikes_and_mixed_scripts_are_refused)
{
    struct klatchd *d = klatchd_start();
    peer_join(d, "coco");
    struct peer *p = peer_connect_greeted(d);
    static const struct {
        const char *nick;
        bool is_like;
    } invalid[] = {
        {"сосо", true}, {"СОСО", true},    {"ＣＯＣＯ", false},
        {"аda", false}, {"ᏚᎬᎡᏙᎬᎡ", false}, {"ꜱᴇʀᴠᴇʀ", false},
    };
    for (size_t i = 0; i < COUNT(invalid); i++) {
        peer_send(p, "verify", NULL, invalid[i].nick);
        const struct packet_seen *answer = peer_next(p);
        cr_expect_str_eq(answer->msg, "RETRY", "%s", invalid[i].nick);
        cr_expect_eq(answer->like != NULL, invalid[i].is_like, "%s", invalid[i].nick);
        cr_expect(!answer->like || strcmp(answer->like, "coco") == 0);
    }
    peer_take_nick(p, "сова");
    peers_close_and_stop(d);
}

/* A reader could not tell them from words of the server, or from each other. */
Test(server_nicks, symbols_and_styles_imitate_nobody)
{
    static const char *const words[] = {"🆂🅴🆁🆅🅴🆁", "★SERVER★", "klatchd", "🅰🅳🅼🅸🅽",
                                        "ᴋʟᴀᴛᴄʜ", "🇦🇩🇲🇮🇳",    "ádmin",   "🅴ve left the chat"};
    static const char *const styles[] = {"🅰🅳🅰", "🇦🇩🇦", "ᴀᴅᴀ", "ⓐⓓⓐ", "𝔞𝖉𝒶", "a\u20DDda"};
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *p = peer_connect_greeted(d);
    for (size_t i = 0; i < COUNT(words); i++) peer_expect_nick_refused(p, words[i]);
    for (size_t i = 0; i < COUNT(styles); i++) peer_expect_nick_refused(p, styles[i]);
    peer_expect_no_more(ada);
    peer_take_nick(ada, "👋🏽");
    peer_expect_nick_refused(p, "👋🏿");
    peer_expect_nick_refused(p, "👋");
    peer_take_nick(p, "🅰🅳🅰");
    peers_close_and_stop(d);
}

/* A name is a line; a line with # begins a script. */
Test(server_nicks, a_thousand_first_names_in_twenty_scripts_are_here_at_once, .timeout = 60)
{
    char line[128];
    int names = 0, scripts = 0;
    FILE *file = fopen("tests/system/server/first_names.txt", "r");
    cr_assert(file, "no list of names");
    struct klatchd *d = klatchd_start_with("--per-address", "0");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') {
            scripts++;
            continue;
        }
        struct peer *p = peer_connect_greeted(d);
        peer_send(p, "verify", NULL, line);
        const char *answer = peer_next(p)->msg;
        cr_expect_str_eq(answer, "READY", "%s", line);
        names++;
    }
    fclose(file);
    cr_expect(names >= 1000 && scripts >= 20, "%d names in %d scripts", names, scripts);
    peers_close_and_stop(d);
}
