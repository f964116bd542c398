/* address: the address of a server as people write it: HOST, HOST:PORT or unix:PATH. */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

/* KLAT on a keypad. */
#define ADDRESS_PORT "5528"

/* The path of an address such as unix:PATH; NULL where it names a host. */
const char *address_path(const char *address);

enum { ADDRESS_HOST = 256 };

/* Splits HOST:PORT, with [] around the host where it has a colon in it. Returns the port, within
 * the text; NULL where it is not that. */
const char *address_split(const char *text, char host[static ADDRESS_HOST]);

#endif
