/* address: parses the address of a server: HOST, HOST:PORT or unix:PATH. */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

/* The default port: KLAT on a telephone keypad. */
#define ADDRESS_PORT "5528"

/* Returns PATH of unix:PATH; NULL if the address is another one. */
const char *address_path(const char *address);

enum { ADDRESS_HOST = 256 }; /* bytes of a host, with its NUL */

/* Splits HOST:PORT; a HOST with a colon is written in brackets. Copies the host, without brackets,
 * and returns the port, which points into `text`; NULL if the text has another form. */
const char *address_split(const char *text, char host[static ADDRESS_HOST]);

#endif
