#include "tests/bench/target.h"

#include <assert.h>

#define BYTES(s)                                                                                   \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }

static_assert(sizeof TEXT - 1 == 64, "the text is 64 bytes");

/* The floor returns the bytes it reads, so it is sent frames as klatchd sends them. */
#define HELLO  "\0\061{\"nick\":\"SERVER\",\"msg\":\"HELLO\",\"proto\":\"connect\"}"
#define VERIFY "\0\055{\"nick\":null,\"msg\":\"m" ID "\",\"proto\":\"verify\"}"
#define SAY    "\0\156{\"nick\":\"m00000\",\"msg\":\"" TEXT "\",\"proto\":\"broadcast\"}"

#define WHO "\0\017{\"proto\":\"who\"}"

/* Makes a nickname of 64 bytes, but no more than 32 characters. */
#define PADDING                                                                                    \
    "-\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2"                                \
    "\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2\u30A2"
#define VERIFY_LONG "\0\147{\"nick\":null,\"msg\":\"m" ID PADDING "\",\"proto\":\"verify\"}"

static_assert(sizeof PADDING - 1 == 58 && sizeof VERIFY_LONG - 1 == 2 + 0147, "64 bytes");
static_assert(sizeof WHO - 1 == 2 + 017, "frame length");
static_assert(sizeof HELLO - 1 == 2 + 061 && sizeof VERIFY - 1 == 2 + 055, "frame lengths");
static_assert(sizeof SAY - 1 == 2 + 0156, "frame length");

static const char nats_config[] = "host: 127.0.0.1\n"
                                  "port: $PORT\n"
                                  "logfile: \"/dev/null\"\n"
                                  "ping_interval: \"1h\"\n"
                                  "max_pending: 1GB\n"
                                  "write_deadline: \"1m\"\n";

static const char mosquitto_config[] = "listener $PORT 127.0.0.1\n"
                                       "allow_anonymous true\n"
                                       "persistence false\n"
                                       "log_dest none\n"
                                       "max_queued_messages 0\n"
                                       "set_tcp_nodelay true\n"
                                       "user root\n";

static const char inspircd_config[] =
    "<server name=\"irc.test\" description=\"bench\" network=\"bench\" id=\"001\">\n"
    "<admin name=\"bench\" email=\"bench@irc.test\" nick=\"bench\">\n"
    "<bind address=\"127.0.0.1\" port=\"$PORT\" type=\"clients\">\n"
    "<connect allow=\"*\" timeout=\"600\" pingfreq=\"1d\" limit=\"20000\" localmax=\"20000\"\n"
    " globalmax=\"20000\" softsendq=\"100M\" hardsendq=\"100M\" recvq=\"1M\" "
    "threshold=\"1000000\"\n"
    " commandrate=\"1000000000\" fakelag=\"no\" resolvehostnames=\"no\" useconnectban=\"no\"\n"
    " useconnflood=\"no\" usednsbl=\"no\" useident=\"no\">\n"
    "<performance netbuffersize=\"65534\" somaxconn=\"4096\" softlimit=\"20000\">\n"
    "<options splitwhois=\"no\">\n"
    "<files motd=\"/dev/null\">\n"
    "<log method=\"file\" type=\"*\" level=\"none\" target=\"/dev/null\">\n";

static const char ngircd_config[] = "[Global]\n"
                                    "Name = irc.test\n"
                                    "Info = bench\n"
                                    "Listen = 127.0.0.1\n"
                                    "Ports = $PORT\n"
                                    "MotdPhrase = bench\n"
                                    "ServerUID = 0\n"
                                    "ServerGID = 0\n"
                                    "[Limits]\n"
                                    "MaxConnections = 0\n"
                                    "MaxConnectionsIP = 0\n"
                                    "MaxPenaltyTime = 0\n"
                                    "PingTimeout = 3600\n"
                                    "PongTimeout = 3600\n"
                                    "[Options]\n"
                                    "DNS = no\n"
                                    "Ident = no\n"
                                    "PAM = no\n";

#define KLATCHD_WITH(verify)                                                                       \
    .steps = {{{0}, BYTES(HELLO)}, {BYTES(verify), BYTES("READY")}}, .publish = BYTES(SAY),        \
    .join_max = 1024, .members_max = 20000
#define KLATCHD KLATCHD_WITH(VERIFY)
#define KLATCHD_ARGV                                                                               \
    {                                                                                              \
        "$BUILD/klatchd", "-q", "--per-address", "0", "--stats", "127.0.0.1:$STATS", "127.0.0.1",  \
            "$PORT"                                                                                \
    }

const struct span target_who = BYTES(WHO);

const struct target target_long_nicks = {KLATCHD_WITH(VERIFY_LONG), .name = "klatchd",
                                         .argv = KLATCHD_ARGV};

const struct target targets[TARGETS] = {
    [TARGET_KLATCHD] = {KLATCHD, .name = "klatchd", .argv = KLATCHD_ARGV},
    [TARGET_JOURNAL] = {KLATCHD, .name = "klatchd with journal",
                        .argv = {"$BUILD/klatchd", "-q", "--per-address", "0", "-j", "$DIR/journal",
                                 "127.0.0.1", "$PORT"}},
    [TARGET_FLOOR] = {.name = "floor",
                      .argv = {"$BUILD/floor", "$PORT"},
                      .steps = {{{0}, BYTES(HELLO)}},
                      .publish = BYTES(SAY),
                      .join_max = 1024,
                      .members_max = 20000},
    {.name = "redis",
     .argv = {"redis-server", "--port", "$PORT", "--bind", "127.0.0.1", "--save", "",
              "--appendonly", "no", "--loglevel", "warning", "--maxclients", "20000",
              "--tcp-backlog", "4096", "--client-output-buffer-limit", "pubsub 0 0 0"},
     .steps = {{BYTES("*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nroom\r\n"), BYTES(":1\r\n")}},
     .publish = BYTES("*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$64\r\n" TEXT "\r\n"),
     .separate = true,
     .join_max = 1024,
     .members_max = 20000},
    {.name = "nats",
     .argv = {"nats-server", "-c", "$DIR/config"},
     .config = nats_config,
     .steps = {{{0}, BYTES("INFO ")},
               {BYTES("CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB room 1\r\nPING\r\n"),
                BYTES("PONG\r\n")}},
     .publish = BYTES("PUB room 64\r\n" TEXT "\r\n"),
     .join_max = 1024,
     .members_max = 20000,
     .settle_ms = 2500},
    {.name = "inspircd",
     .argv = {"inspircd", "--config", "$DIR/config", "--nofork", "--nopid", "--runasroot"},
     .config = inspircd_config,
     .steps = {{BYTES("NICK m" ID "\r\nUSER m 0 * :m\r\n"), BYTES(" 376 ")},
               {BYTES("JOIN #room\r\n"), BYTES(" 366 ")}},
     .publish = BYTES("PRIVMSG #room :" TEXT "\r\n"),
     .join_max = 1024,
     .members_max = 1000},
    {.name = "ngircd",
     .argv = {"ngircd", "-n", "-f", "$DIR/config"},
     .config = ngircd_config,
     .steps = {{BYTES("NICK m" ID "\r\nUSER m 0 * :m\r\n"), BYTES(" 376 ")},
               {BYTES("JOIN #room\r\n"), BYTES(" 366 ")}},
     .publish = BYTES("PRIVMSG #room :" TEXT "\r\n"),
     .join_max = 8,
     .members_max = 1000},
    {.name = "mosquitto",
     .argv = {"mosquitto", "-c", "$DIR/config"},
     .config = mosquitto_config,
     .steps = {{BYTES("\x10\x12\0\4MQTT\4\2\0\0\0\6m" ID), BYTES("\x20\2\0\0")},
               {BYTES("\x82\x09\0\1\0\4room\0"), BYTES("\x90\3\0\1\0")}},
     .publish = BYTES("\x30\x46\0\4room" TEXT),
     .join_max = 90,
     .members_max = 5000},
};
