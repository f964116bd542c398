#include "tests/clients/client.h"

const struct client clients[CLIENTS] = {
    {.name = "klatch",
     .protocol = KLATCH,
     .needs = "$BUILD/klatch",
     .run = "exec $BUILD/klatch -n ada 127.0.0.1 $PORT"},
    /* It supports only TLS with a trusted certificate. */
    {.name = "catgirl",
     .protocol = IRC,
     .needs = "catgirl openssl socat",
     .prepare = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                " -subj /CN=127.0.0.1 -keyout $HOME/key -out $HOME/cert && "
                "cat $HOME/key $HOME/cert >$HOME/both",
     .proxy = "exec socat OPENSSL-LISTEN:$TLS_PORT,bind=127.0.0.1,reuseaddr,fork,nodelay,verify=0,"
              "cert=$HOME/both TCP:127.0.0.1:$PORT,nodelay",
     .run = "exec catgirl -h 127.0.0.1 -p $TLS_PORT -t $HOME/cert -n ada -u ada -r ada"
            " -j '#klatch'"},
    {.name = "irssi",
     .protocol = IRC,
     .needs = "irssi",
     .prepare =
         "mkdir -p $HOME/.irssi && cat >$HOME/.irssi/config <<END\n"
         "settings = { core = { real_name = \"ada\"; user_name = \"ada\"; nick = \"ada\"; };\n"
         "  \"fe-common/core\" = { window_auto_change = \"yes\"; }; };\n"
         "chatnets = { room = { type = \"IRC\"; }; };\n"
         "servers = ( { address = \"127.0.0.1\"; port = \"$PORT\"; chatnet = \"room\";\n"
         "  autoconnect = \"yes\"; use_tls = \"no\"; } );\n"
         "channels = ( { name = \"#klatch\"; chatnet = \"room\"; autojoin = \"Yes\"; } );\n"
         "END",
     .run = "exec irssi"},
    {.name = "WeeChat",
     .protocol = IRC,
     .needs = "weechat",
     .run = "exec weechat irc://ada@127.0.0.1:$PORT/#klatch"},
};
