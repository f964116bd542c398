/* frame: a byte stream cut into frames. On the wire a frame is a 2-byte big-endian length, 1 to
 * 65535, and that many bytes of payload. */
#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 2, FRAME_PAYLOAD_MAX = 65535, FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD_MAX };

/* Bytes that somebody else owns. */
struct span {
    const char *p;
    size_t n;
};

/* Keeps the start of a frame that has not wholly arrived, and nothing else; all zero is empty. */
struct frame_decoder {
    char *held;
    uint32_t len, cap;
};

enum frame_status {
    FRAME_COMPLETE,    /* *payload is one frame's payload */
    FRAME_PARTIAL,     /* *in is used up; what it began is kept */
    FRAME_ZERO_LENGTH, /* a length of 0, which no frame may have: the stream is lost */
    FRAME_NOMEM,       /* no memory to keep the unfinished frame: the stream is lost */
};

/* Takes the next frame off the front of *in, which is the stream's next bytes, and advances *in
 * past it. The payload lies in *in itself or in the decoder, and stays valid until the next call.
 */
enum frame_status frame_next(struct frame_decoder *f, struct span *in, struct span *payload);

/* Frees what an unfinished frame holds; the decoder is empty again. */
void frame_decoder_reset(struct frame_decoder *f);

/* Writes the header of a frame with a payload of n bytes, 1 to FRAME_PAYLOAD_MAX. */
void frame_header(char header[FRAME_HEADER], size_t n);

/* The length of the whole frame, header included, that starts at p. */
size_t frame_size(const char *p);

/* The payload of the whole frame that starts at p; it lies there. */
struct span frame_payload(const char *p);

#endif
