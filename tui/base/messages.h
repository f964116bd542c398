/* messages: the sentences that several files of the client use, or that tests wait for. A sentence
 * with a % is a printf(3) format. */
#ifndef TUI_BASE_MESSAGES_H
#define TUI_BASE_MESSAGES_H

/* The room and the connection. */
#define MESSAGE_JOINED     "You joined as %s. Type /help for help."
#define MESSAGE_BACK       "You are back as %s."
#define MESSAGE_RENAMED    "You are now %s."
#define MESSAGE_GAP        "disconnected %s to %s; messages may be missing"
#define MESSAGE_RULE       "%s · %s" /* one of the next two, and a date */
#define MESSAGE_HISTORY    "earlier"
#define MESSAGE_NOW        "now"
#define MESSAGE_EARLIER    "earlier, from %s"
#define MESSAGE_HERE       "%zu here: %s"
#define MESSAGE_HERE_ALONE "Nobody else is here yet."
#define MESSAGE_HERE_SOME  "%zu here: %s and %zu more"
#define MESSAGE_NO_WHO     "This server does not answer /who."
#define MESSAGE_LOST       "Connection lost: %s."
#define MESSAGE_NO_DIALER  "Cannot reconnect: %s."
#define MESSAGE_CLOSED     "The server closed the connection"
#define MESSAGE_ANNOUNCED  "The server has shut down."
#define MESSAGE_ANEW       "Reconnecting…"
#define MESSAGE_NO_SERVER  "could not connect to %s: %s; is klatchd running there?"
#define MESSAGE_NO_ADDRESS "could not find the address of %s: %s"
#define MESSAGE_WAITING_ADDRESS                                                                    \
    "Still looking up %s: no name server has answered for 10 seconds. Ctrl+C quits."
#define MESSAGE_WAITING_CONNECTION                                                                 \
    "Still connecting to %s: no address has answered for 10 seconds. Ctrl+C quits."
#define MESSAGE_WAITING_GREETING                                                                   \
    "Still waiting for %s: it accepted the connection, but has sent no HELLO for 10 seconds. It "  \
    "may be busy, or it may not be a klatch server. Ctrl+C quits."
#define MESSAGE_WAITING_OTHER                                                                      \
    "Still waiting for %s: instead of HELLO it sent %s. It may not be a klatch server. Ctrl+C "    \
    "quits."
#define MESSAGE_WAITING_NICK                                                                       \
    "Still waiting for %s: for 10 seconds, it has not answered whether you may be %s. Ctrl+C "     \
    "quits."
#define MESSAGE_PROTOCOL       "The server broke the protocol: %s."
#define MESSAGE_NOT_KLATCH     "%s is not a klatch server: %s. Check the address and the port."
#define MESSAGE_LEFT_OUT       "Skipped an unreadable packet from the server: %s."
#define MESSAGE_LEFT_OUT_COUNT "Skipped %u unreadable packets from the server."
#define MESSAGE_UNREADABLE     "its packets cannot be read"
#define MESSAGE_EARLY_READY    "it sent READY before it was asked"

/* The server's key, as a fingerprint. */
#define MESSAGE_KEY_UNKNOWN                                                                        \
    "you have not been at %s before. If its administrator confirms its key, add --fingerprint %s"
#define MESSAGE_KEY_NEW                                                                            \
    "You have not been at %s before. klatchd logs its key when it starts; ask the administrator "  \
    "whether it is this one:"
#define MESSAGE_KEY_CHANGED                                                                        \
    "the key of %s has changed, and nothing was sent: somebody may be between you and the "        \
    "server. It is now %s. If its administrator has changed it, remove %s of %s"
#define MESSAGE_KEY_UNCERTIFIED                                                                    \
    "the certificate of %s is not valid any more, and nothing was sent: somebody may be between "  \
    "you and the server. Its key is %s. If its administrator has changed that, remove %s of %s"
#define MESSAGE_KEY_OTHER     "the key of %s is %s, not that of --fingerprint; nothing was sent"
#define MESSAGE_KEY_NOT_SAVED "The key of the server is not saved: %s."
#define MESSAGE_KEY_UNUSABLE  "your key %s: %s; --no-key comes without one"
#define MESSAGE_ASK_KEY       "Type yes to trust this key from now on, or no to leave."
#define MESSAGE_ENCRYPTED     "Encrypted; you know the key of the server."
#define MESSAGE_CERTIFIED     "Encrypted; the certificate of the server is valid."
#define MESSAGE_NOT_ENCRYPTED "Not encrypted: the network can read what you and the others say."

/* The nickname. */
#define MESSAGE_NICK_RULE        "Up to 32 letters, digits, symbols, single spaces."
#define MESSAGE_NICK_REFUSED     MESSAGE_NICK_NOT_ALLOWED " Try another."
#define MESSAGE_NICK_TOO_LONG    "That is too long for a nickname."
#define MESSAGE_NICK_LOOKS_LIKE  "%s looks like %s, which is taken. Try another."
#define MESSAGE_NICK_NOT_ALLOWED "\"%s\" is taken or not allowed."
#define MESSAGE_NICK_STILL       MESSAGE_NICK_NOT_ALLOWED " You are still %s."
#define MESSAGE_NICK_STILL_LIKE  "%s looks like %s, which is taken. You are still %s."
#define MESSAGE_NICK_STALE                                                                         \
    "\"%s\" is still taken, perhaps by your lost connection. klatch asks again for about a "       \
    "minute. /nick NAME takes another."
#define MESSAGE_NICK_PENDING "The server has not answered yet whether you may be \"%s\"."

/* Our own lines. */
#define MESSAGE_NOT_CONNECTED      "Not connected."
#define MESSAGE_NOT_CONNECTED_KEPT "Not connected; your text is kept."
#define MESSAGE_TOO_LONG           "Too long to send; make it shorter."
#define MESSAGE_QUEUE_FULL         "The send queue is full; try again in a moment."
#define MESSAGE_LINE_WAITS         "The send queue is full; your line waits."
#define MESSAGE_OUTBOX_FULL        "Too many lines wait to be sent; your text is kept."
#define MESSAGE_NO_MEMORY          "Out of memory."
#define MESSAGE_NO_MEMORY_KEPT     "Out of memory; your text is kept."
#define MESSAGE_NO_MEMORY_LINE     "Out of memory: a line was dropped."
#define MESSAGE_UNCONFIRMED                                                                        \
    "Lines marked ? may not have arrived. /resend sends the first one again, /drop discards it; "  \
    "/resend all and /drop all do so with every line."
#define MESSAGE_REJECTED        "Too long to send under this nickname; /drop removes the line marked !."
#define MESSAGE_NO_UNCONFIRMED  "No lines are marked ? or !."
#define MESSAGE_NOTHING_TO_DROP "No lines wait, and none are marked ? or !."

/* Commands. */
#define MESSAGE_UNKNOWN_COMMAND                                                                    \
    "Unknown command /%.*s; nothing was sent. Try /help, or type //%.*s to send it as text."
#define MESSAGE_SPACE_BEFORE                                                                       \
    "There is a space before /%.*s; nothing was sent. Remove it, or type // to send text."
#define MESSAGE_AMBIGUOUS_COMMAND "/%.*s could be %s; nothing was sent. Type the whole name."
#define MESSAGE_NO_PRIVATE        "klatch has no private messages; nothing was sent."
#define MESSAGE_NO_ARGUMENT       "/%.*s takes no argument; nothing was sent."
#define MESSAGE_ALL_OR_FIRST      "Usage: /resend [all] or /drop [all]"
#define MESSAGE_NICK_USAGE        "Usage: /nick NAME"
#define MESSAGE_ME_USAGE          "Usage: /me ACTION, as in /me waves"
#define MESSAGE_NEEDS_SCREEN      "Only the full screen has this command."
#define MESSAGE_SEARCH_USAGE      "Usage: /search TEXT"
#define MESSAGE_NOT_IN_ROOM       "Not in the room yet."
#define MESSAGE_IGNORED_LIST      "Ignored: %s"
#define MESSAGE_IGNORED_NOBODY    "nobody."
#define MESSAGE_IGNORED           "You are ignoring %s. Undo: /unignore %s"
#define MESSAGE_IGNORED_AS        "%s is now %s; you are ignoring both. Undo: /unignore %s"
#define MESSAGE_UNIGNORED         "You are no longer ignoring %s."
#define MESSAGE_IGNORED_TOO_MANY  "The ignore list is full; /unignore removes a nickname."
#define MESSAGE_NOT_IGNORED       "That nickname is not ignored; /ignore lists those that are."
#define MESSAGE_NOT_SAVED         "The ignore list is not saved: %s."
#define MESSAGE_NO_HISTORY        "--no-history is set"
#define MESSAGE_LOGGING           "Logging to %s. /log off stops it."
#define MESSAGE_NOT_LOGGING       "Logging is off. /log FILE starts it."
#define MESSAGE_LOG_NOT_OPENED    "Cannot open the log: %s."
#define MESSAGE_FILE_REPLACED                                                                      \
    "Another program moved, removed or replaced %s; klatch continues in the file that is there "   \
    "now."
#define MESSAGE_FILE_STRANDED                                                                      \
    "Another program moved %s, and klatch cannot create it again; it continues in the moved file."
#define MESSAGE_FILE_CUT       "Another program shortened %s; klatch continues in it."
#define MESSAGE_IGNORED_UNREAD "Cannot read the ignore list: %s."
#define MESSAGE_LOG_FAILS      "Cannot write to the log: %s."
#define MESSAGE_LOG_WORKS      "Writing to the log again; %zu lines are missing."
#define MESSAGE_SLASH_HELP     "To send a line that begins with a slash, write two."

/* The screen. */
#define MESSAGE_PLACEHOLDER    "Message the room"
#define MESSAGE_INVITATION     "Others join with:"
#define MESSAGE_JOINS_TOGGLED  "Joins and leaves are %s."
#define MESSAGE_DRAFT_TOO_LONG "Too long: a message has at most 64 KB. Nothing was added."
#define MESSAGE_PASTED_SLASH   "A pasted line is text, not a command: // is sent as /."
#define MESSAGE_SLASH_IS_TEXT  "This line is text. To run a command, type its slash yourself."
#define MESSAGE_TAKEN_BACK     "Taken back; Enter sends it."
#define MESSAGE_CLEARED        "Ctrl+C again to quit, Up to restore"
#define MESSAGE_PASTE_STOPPED  "Stopped; moved %zu unsent line%s back to your input line."
#define MESSAGE_NO_MENTION     "No %s mentions."
#define MESSAGE_LINES_DROPPED  "%zu line%s not kept"
#define MESSAGE_UNKNOWN_TERM   "Terminfo does not know TERM %s; klatch treats it as %s."
#define MESSAGE_NOTHING_UNREAD "No unread lines."

/* On standard error, at the exit. */
#define MESSAGE_EXIT_UNSENT       "Your unsent line"
#define MESSAGE_EXIT_UNCONFIRMED  "Your line, which may not have arrived"
#define MESSAGE_EXIT_REJECTED     "Your line, which was too long to send"
#define MESSAGE_CANNOT_GO_ON      "cannot continue: %s"
#define MESSAGE_CHOICE_NOT_SAVED  "Whether to show the members is not saved: %s."
#define MESSAGE_HISTORY_NOT_SAVED "Input history is not saved: %s."

/* Line mode and JSON mode. */
#define MESSAGE_LINE_NOT_TEXT "not text in UTF-8, so it was not sent"
#define MESSAGE_LINE_TOO_LONG "too long for a packet, so it was not sent"
#define MESSAGE_LINE_NO_ROOM  "too many lines wait already, so it was not sent"
#define MESSAGE_PASTED_COMMAND                                                                     \
    "Pasted with other lines, so not run and not sent: %s (type it alone to run it; begin it "     \
    "with // to send it)"
#define MESSAGE_YOUR_LINE_WAITS   "Your line waits."
#define MESSAGE_ENTER_RECONNECTS  "Press Enter to reconnect."
#define MESSAGE_RECONNECTING      "Reconnecting; press Enter to retry now."
#define MESSAGE_ASK_NICK          "Your nickname?"
#define MESSAGE_ASK_NICK_PROPOSED "Your nickname? Press Enter to take %s."
#define MESSAGE_NO_ECHO           "the server did not confirm %zu of the lines sent"
#define MESSAGE_NO_NICK_GIVEN     "The input ended before a nickname was given."

#endif
