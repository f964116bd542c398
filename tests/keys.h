/* keys: what a terminal sends for a key, and text that tests the width of characters. */
#ifndef TESTS_KEYS_H
#define TESTS_KEYS_H

#define KEY_UP        "\033[A"
#define KEY_DOWN      "\033[B"
#define KEY_LEFT      "\033[D"
#define KEY_HOME      "\033[H"
#define KEY_END       "\033[F"
#define KEY_DELETE    "\033[3~"
#define KEY_BACKSPACE "\x7F"
#define KEY_PAGE_UP   "\033[5~"
#define KEY_PAGE_DOWN "\033[6~"
#define KEY_LINE_UP   "\033[1;2A"
#define KEY_LINE_DOWN "\033[1;2B"
#define KEY_CTRL_END  "\033[1;5F"
#define KEY_F1        "\033OP"
#define KEY_ALT_M     "\033m"
#define KEY_ALT_C     "\033\143"
#define KEY_ALT_ENTER "\033\r"
#define KEY_CTRL_C    "\x03"
#define KEY_KILL_LINE "\x05\x15" /* to the end of the line, then delete to its start */

#define PASTE_BEGIN "\033[200~"
#define PASTE_END   "\033[201~"
#define PASTE(text) PASTE_BEGIN text PASTE_END

#define FOCUS_IN  "\033[I"
#define FOCUS_OUT "\033[O"

#define BAR "\xE2\x94\x82" /* between a nickname and its message */

#define E_ACUTE "e\xCC\x81"                                    /* two code points */
#define BEAR    "\xF0\x9F\x90\xBB"                             /* two cells */
#define FAMILY  "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* two emoji joined by a ZWJ */
#define FLAG    "\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD"             /* two code points */
#define HAN     "\xE4\xB8\xAD\xE6\x96\x87"                     /* two characters of two cells */
#define JAMO    "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"         /* three code points, one syllable */

#endif
