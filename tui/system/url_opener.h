/* url_opener: opens an address in the web browser. A process does it, because the sandbox lets
 * klatch execute nothing. The process trusts klatch with nothing: it checks each address. */
#ifndef TUI_SYSTEM_URL_OPENER_H
#define TUI_SYSTEM_URL_OPENER_H

#include <stdbool.h>

/* Why the process does not open an address. */
#define URL_OPENER_UNSAFE     "it is not a web or mail address"
#define URL_OPENER_TOO_SOON   "the browser is still starting; try again in a second"
#define URL_OPENER_NO_BROWSER "no browser starts: set BROWSER, or install xdg-open"
#define URL_OPENER_ENDED      "the process that opens links has ended: start klatch again"

/* Starts the process. Returns false with errno set. */
bool url_opener_start(void);

/* Starts $BROWSER, a list of commands separated by colons, or xdg-open, with the address as an
 * argument, without a shell and without the terminal. Returns NULL, or one of the reasons above. */
const char *url_opener_open(const char *url);

/* Ends the process. Browsers that it started go on. */
void url_opener_stop(void);

#endif
