/* fake_name_server: a name server of the test's own, on 127.0.0.1, port 53, that answers when the
 * test says so. */
#ifndef TESTS_SYSTEM_SUPPORT_FAKE_NAME_SERVER_H
#define TESTS_SYSTEM_SUPPORT_FAKE_NAME_SERVER_H

struct fake_name_server {
    int fd;
};

/* Call it after network_namespace_enter. */
struct fake_name_server fake_name_server_listen(void);

/* Waits for a question. It stays to be answered, or to be dropped together with all others there
 * are. */
void fake_name_server_wait(const struct fake_name_server *f);
void fake_name_server_drain(const struct fake_name_server *f);

/* Answers a lookup's two questions: this is the host's IPv4 address, and it has none of IPv6. */
void fake_name_server_answer(const struct fake_name_server *f, const char *ip);

#endif
