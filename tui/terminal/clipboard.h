/* clipboard: copies text to the clipboard through the terminal (OSC 52). */
#ifndef TUI_TERMINAL_CLIPBOARD_H
#define TUI_TERMINAL_CLIPBOARD_H

/* Asks the terminal to copy the text. Some terminals ignore this. Without memory, does nothing. */
void clipboard_copy(const char *text);

#endif
