/* frame: splits a byte stream into frames. A frame is a 2-byte big-endian length and a payload of
 * this many bytes, which may be 0. */
#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 2, FRAME_PAYLOAD_MAX = 65535, FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD_MAX };

/* A range of bytes, which it does not own. */
struct span {
    const char *p;
    size_t n;
};

/* Holds the start of an incomplete frame; all zero is empty. */
struct frame_decoder {
    char *held;
    uint32_t len, cap;
};

enum frame_status {
    FRAME_COMPLETE, /* *payload is one frame's payload */
    FRAME_PARTIAL,  /* *in is empty; the decoder holds the incomplete frame */
    FRAME_NOMEM,    /* out of memory: the rest of the stream cannot be decoded */
};

/* Decodes the next frame from *in, the next bytes of the stream, and moves *in past it. *payload
 * points into *in or the decoder, and stays valid until the next call. */
enum frame_status frame_next(struct frame_decoder *f, struct span *in, struct span *payload);

/* Returns how many bytes of the incomplete frame are missing at least; 0: there is no such frame.
 */
size_t frame_missing(const struct frame_decoder *f);

/* Frees the incomplete frame; the decoder is empty. */
void frame_decoder_reset(struct frame_decoder *f);

/* Writes the header for a payload of n bytes, 1 to FRAME_PAYLOAD_MAX. */
void frame_header(char header[FRAME_HEADER], size_t n);

/* Returns the size of the frame at p, with its header. */
size_t frame_size(const char *p);

/* Returns the payload of the complete frame at p; it points into that frame. */
struct span frame_payload(const char *p);

#endif
