#include "tests/system/support/fake_name_server.h"

#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { HEADER = 12, A = 1, AAAA = 28 }; /* RFC 1035, section 4; RFC 3596 */

struct fake_name_server fake_name_server_listen(void)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(53)};
    struct fake_name_server f = {socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    cr_assert(bind(f.fd, (struct sockaddr *)&at, sizeof at) == 0, "port 53");
    return f;
}

void fake_name_server_wait(const struct fake_name_server *f)
{
    cr_assert(timeout_poll(f->fd, POLLIN, timeout_deadline()), "nobody asks for a name");
}

void fake_name_server_drain(const struct fake_name_server *f)
{
    char packet[512];
    while (recv(f->fd, packet, sizeof packet, MSG_DONTWAIT) >= 0) continue;
}

/* Answers the next question. Returns its type. */
static int answer_next(const struct fake_name_server *f, const char *ip)
{
    unsigned char packet[512 + 16] = {0};
    static const unsigned char record[] = {0xC0, HEADER, 0, A, 0, 1, 0, 0, 0, 0, 0, 4};
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    fake_name_server_wait(f);
    ssize_t n = recvfrom(f->fd, packet, 512, 0, (struct sockaddr *)&from, &size);
    cr_assert(n > HEADER, "no question");
    size_t end = HEADER + strlen((char *)packet + HEADER) + 1;
    int type = packet[end + 1];
    end += 4;
    packet[2] = 0x81, packet[3] = 0x80; /* an answer, without an error */
    memset(packet + 6, 0, HEADER - 6);  /* nothing but the question, and */
    packet[7] = type == A;              /* one record */
    if (type == A) {
        memcpy(packet + end, record, sizeof record);
        end += sizeof record;
        cr_assert(inet_pton(AF_INET, ip, packet + end) == 1, "%s", ip);
        end += 4;
    }
    cr_assert(sendto(f->fd, packet, end, 0, (struct sockaddr *)&from, size) == (ssize_t)end);
    return type;
}

void fake_name_server_answer(const struct fake_name_server *f, const char *ip)
{
    bool a = false, aaaa = false;
    while (!a || !aaaa) {
        int type = answer_next(f, ip);
        a |= type == A;
        aaaa |= type == AAAA;
    }
}
