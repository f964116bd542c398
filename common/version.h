/* version: the version of both programs and their packages. */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#define KLATCH_VERSION "0.1"

#endif
