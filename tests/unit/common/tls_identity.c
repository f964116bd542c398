#include "common/tls_identity.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], key_path[96], certificate_path[96];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/klatch-identity-XXXXXX");
    cr_assert(mkdtemp(folder));
    snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
    snprintf(certificate_path, sizeof certificate_path, "%s/cert.pem", folder);
}

static void remove_folder(void)
{
    unlink(key_path);
    unlink(certificate_path);
    cr_expect_eq(rmdir(folder), 0, "no temporary file is left");
}

static const char *load(struct tls_identity *identity, const char *key, const char *certificate)
{
    int file, key_fd = open(key, O_RDONLY), fd = certificate ? open(certificate, O_RDONLY) : -1;
    const char *wrong = tls_identity_load(identity, key_fd, fd, &file);
    if (wrong) cr_expect(file == key_fd || file == fd);
    cr_expect_eq(fcntl(key_fd, F_GETFD), -1, "the file is closed");
    return wrong;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

TestSuite(tls_identity, .init = make_folder, .fini = remove_folder);

Test(tls_identity, is_the_same_after_it_was_written_and_read)
{
    struct tls_identity made, loaded, of_key;
    char before[FINGERPRINT_TEXT], after[FINGERPRINT_TEXT], by_key[FINGERPRINT_TEXT];
    cr_assert(tls_identity_make(&made));
    cr_assert(tls_identity_write_key(&made, key_path));
    cr_assert(tls_identity_write_certificates(&made, certificate_path));
    cr_assert_null(load(&loaded, key_path, certificate_path));
    cr_assert_null(load(&of_key, key_path, NULL));
    cr_assert(tls_identity_fingerprint(&made, before) && tls_identity_fingerprint(&loaded, after));
    cr_assert(tls_identity_fingerprint(&of_key, by_key));
    cr_expect_str_eq(before, after);
    cr_expect_str_eq(before, by_key);
    cr_expect(fingerprint_is_valid(before));
    tls_identity_free(&made);
    tls_identity_free(&loaded);
    tls_identity_free(&of_key);
}

Test(tls_identity, a_file_is_private_and_never_replaced)
{
    struct tls_identity identity;
    struct stat st;
    cr_assert(tls_identity_make(&identity));
    cr_assert(tls_identity_write_key(&identity, key_path));
    cr_assert_eq(stat(key_path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0600);
    cr_expect_not(tls_identity_write_key(&identity, key_path));
    cr_expect_eq(errno, EEXIST);
    tls_identity_free(&identity);
}

Test(tls_identity, says_what_is_wrong_with_a_file)
{
    struct tls_identity one, other, loaded;
    cr_assert(tls_identity_make(&one) && tls_identity_make(&other));
    cr_assert(tls_identity_write_key(&one, key_path));
    cr_assert(tls_identity_write_certificates(&other, certificate_path));
    cr_expect_str_eq(load(&loaded, key_path, certificate_path), TLS_IDENTITY_OTHER_KEY);
    cr_expect_str_eq(load(&loaded, key_path, key_path), TLS_IDENTITY_NO_CERTIFICATE);
    cr_expect_str_eq(load(&loaded, certificate_path, NULL), TLS_IDENTITY_NO_KEY);
    cr_expect_str_eq(load(&loaded, folder, NULL), strerror(EISDIR));
    cr_expect_null(loaded.key);
    write_text(certificate_path, "");
    cr_expect_str_eq(load(&loaded, certificate_path, NULL), TLS_IDENTITY_NO_KEY);
    cr_assert_eq(truncate(certificate_path, 65537), 0);
    cr_expect_str_eq(load(&loaded, certificate_path, NULL), TLS_IDENTITY_TOO_LONG);
    tls_identity_free(&one);
    tls_identity_free(&other);
}

/* By openssl(1): pkey -pubout -outform DER | openssl dgst -sha256 -binary | base64 */
Test(tls_identity, fingerprint_is_the_hash_of_the_public_key)
{
    static const char key[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc/mz4Nly+1dzqUfn\n"
                              "4acPLeswNJeDyVn8UOnBrqewpbOhRANCAAQKQGggZNuTYoMFDIqiIpDIs8Zn/Jkg\n"
                              "ALunygZQzgtGaYMb6IwJ8sDC1s4s5stBq8HzTr91D7TPbSadluyB3l6s\n"
                              "-----END PRIVATE KEY-----\n";
    struct tls_identity identity;
    char text[FINGERPRINT_TEXT];
    write_text(key_path, key);
    cr_assert_null(load(&identity, key_path, NULL));
    cr_assert(tls_identity_fingerprint(&identity, text));
    cr_expect_str_eq(text, "SHA256:NQdJkpNb2ROAe36WCXt+sQ69+Oo+aDcfLA+jLQWrgfs");
    tls_identity_free(&identity);
}

Test(tls_identity, a_fingerprint_has_one_form)
{
    cr_expect(fingerprint_is_valid("SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"));
    cr_expect_not(fingerprint_is_valid("SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEF"));
    cr_expect_not(fingerprint_is_valid("SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH"));
    cr_expect_not(fingerprint_is_valid("SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEF="));
    cr_expect_not(fingerprint_is_valid("sha256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"));
    cr_expect_not(fingerprint_is_valid(""));
}
