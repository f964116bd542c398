/* messages: the sentences that stand in more than one place or that tests wait for. The ones with a
 * % are formats. */
#ifndef TUI_BASE_MESSAGES_H
#define TUI_BASE_MESSAGES_H

/* The room and the connection. */
#define MESSAGE_JOINED     "You are here as %s. /help shows the keys and commands."
#define MESSAGE_BACK       "You are back as %s."
#define MESSAGE_RENAMED    "You are %s now."
#define MESSAGE_GAP        "away %s to %s, messages may be missing"
#define MESSAGE_EARLIER    "earlier, from %s"
#define MESSAGE_HERE_NOW   "Here now: %s"
#define MESSAGE_LOST       "Connection lost: %s."
#define MESSAGE_CLOSED     "The server closed the connection"
#define MESSAGE_ANNOUNCED  MESSAGE_CLOSED ", as it had announced."
#define MESSAGE_ANEW       "Connecting anew, as you asked."
#define MESSAGE_NO_SERVER  "could not connect to %s: %s; is klatchd running there?"
#define MESSAGE_NO_ADDRESS "could not find the address of %s: %s"
#define MESSAGE_WAITING_ADDRESS                                                                    \
    "Still looking up %s: no name server has answered for 10 seconds. Ctrl+C leaves."
#define MESSAGE_WAITING_CONNECTION                                                                 \
    "Still connecting to %s: no address has answered for 10 seconds. Ctrl+C leaves."
#define MESSAGE_WAITING_GREETING                                                                   \
    "Still waiting for %s: it took the connection and has sent no HELLO for 10 seconds. Either "   \
    "it is busy, or it is not a klatch server. Ctrl+C leaves."
#define MESSAGE_WAITING_NICK                                                                       \
    "Still waiting for %s: it has not answered for 10 seconds whether you may be %s. Ctrl+C "      \
    "leaves."
#define MESSAGE_PROTOCOL "The server broke the protocol: %s."

/* The nickname. */
#define MESSAGE_NICK_RULE        "Up to 32 letters, digits, symbols; single spaces."
#define MESSAGE_NICK_REFUSED     "The server refused it: taken or not allowed. Choose another."
#define MESSAGE_NICK_NOT_ALLOWED "The server refused %s: it is taken or not allowed."
#define MESSAGE_NICK_STILL       MESSAGE_NICK_NOT_ALLOWED " You are still %s."
#define MESSAGE_NICK_STILL_LIKE                                                                    \
    "The server refused %s: it looks like %s, which is taken. You are still %s."
#define MESSAGE_NICK_PENDING "Still waiting for the answer about %s."

/* Our own lines. */
#define MESSAGE_NOT_CONNECTED      "There is no connection now."
#define MESSAGE_NOT_CONNECTED_KEPT "The conversation is over; your line is kept."
#define MESSAGE_TOO_LONG           "Too long to send; make it shorter."
#define MESSAGE_QUEUE_FULL         "The server is not listening now; try again in a moment."
#define MESSAGE_LINE_WAITS         "The server is not listening now; your line waits."
#define MESSAGE_OUTBOX_FULL        "Too much waits to be sent already; your line is kept."
#define MESSAGE_NO_MEMORY          "Out of memory."
#define MESSAGE_NO_MEMORY_KEPT     "Out of memory; your line is kept."
#define MESSAGE_NO_MEMORY_LINE     "Out of memory: a line could not be kept."
#define MESSAGE_UNCONFIRMED                                                                        \
    "It is not known whether the lines marked ? arrived. /resend sends the first of them again, "  \
    "/drop forgets it; /resend all and /drop all take them together."
#define MESSAGE_REJECTED       "Too long to send under this nickname; /drop forgets the line marked !."
#define MESSAGE_NO_UNCONFIRMED "No line of yours is in doubt."

/* Commands. */
#define MESSAGE_UNKNOWN_COMMAND                                                                    \
    "There is no command /%.*s, so nothing was sent. /help lists them; to send such a line as "    \
    "text, begin it with //."
#define MESSAGE_AMBIGUOUS_COMMAND "/%.*s may be %s, so nothing was sent."
#define MESSAGE_ALL_OR_FIRST      "Say all, or nothing for the first of them."
#define MESSAGE_NICK_USAGE        "Say which: /nick NAME."
#define MESSAGE_ME_USAGE          "Say what you do: /me waves."
#define MESSAGE_SEARCH_USAGE      "Say for what: /search TEXT."
#define MESSAGE_NOT_IN_ROOM       "Not in the room yet."
#define MESSAGE_IGNORED_LIST      "Ignored: %s"
#define MESSAGE_IGNORED_NOBODY    "nobody."
#define MESSAGE_IGNORED           "What %s says is not shown any more; /unignore %s shows it again."
#define MESSAGE_UNIGNORED         "What %s says is shown again."
#define MESSAGE_IGNORED_TOO_MANY  "Too many are ignored already."
#define MESSAGE_NOT_IGNORED       "That nickname is not ignored; /ignore lists those that are."
#define MESSAGE_NOT_SAVED         "This is not kept for the next time: %s."
#define MESSAGE_LOGGING           "What is said is kept in %s; /log off ends that."
#define MESSAGE_LOGGING_NOW       "What is said from here on is kept in %s; /log off ends that."
#define MESSAGE_NOT_LOGGING       "What is said is not kept; /log FILE keeps it there."
#define MESSAGE_LOG_NOT_OPENED    "There is no new log: %s."
#define MESSAGE_LOG_FAILS         "The log cannot be written: %s."
#define MESSAGE_LOG_WORKS         "The log is written again; %zu lines are missing in it."
#define MESSAGE_SLASH_HELP        "A line that begins with // is sent with one slash less."

/* The screen. */
#define MESSAGE_JOINS_TOGGLED  "Who joins and leaves is %s."
#define MESSAGE_DRAFT_TOO_LONG "Too long: a message holds 64 KB. Nothing was added."
#define MESSAGE_PASTED_SLASH   "Pasted, so not a command: // is sent as /."
#define MESSAGE_PASTE_STOPPED  "Stopped; %zu line%s not sent, back in your input line."
#define MESSAGE_NO_MENTION     "Nobody mentions you further %s."
#define MESSAGE_NOTHING_UNREAD "Nothing is unread."

/* On standard error, when all is over. */
#define MESSAGE_EXIT_UNSENT       "Your unsent line"
#define MESSAGE_EXIT_UNCONFIRMED  "Your line, which may not have arrived"
#define MESSAGE_EXIT_REJECTED     "Your line, which was too long to send"
#define MESSAGE_CANNOT_GO_ON      "cannot go on: %s"
#define MESSAGE_HISTORY_NOT_SAVED "What you send is not kept for the next time: %s."

/* Line mode and JSON mode. */
#define MESSAGE_LINE_NOT_TEXT     "not text in UTF-8, so it was not sent"
#define MESSAGE_LINE_TOO_LONG     "too long for a packet, so it was not sent"
#define MESSAGE_LINE_NO_ROOM      "too much waits already, so it was not sent"
#define MESSAGE_YOUR_LINE_WAITS   "Your line waits."
#define MESSAGE_ENTER_RECONNECTS  "Enter tries to come back."
#define MESSAGE_RECONNECTING      "Trying to come back; Enter tries at once."
#define MESSAGE_ASK_NICK          "Your nickname?"
#define MESSAGE_ASK_NICK_PROPOSED "Your nickname? Enter alone takes %s."
#define MESSAGE_NO_ECHO           "%zu of what was sent did not come back from the room"
#define MESSAGE_NO_NICK_GIVEN     "The input ended, and there was no nickname."

#endif
