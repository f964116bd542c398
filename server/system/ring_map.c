#include "server/system/ring_map.h"

#include <sys/mman.h>
#include <unistd.h>

static char *map_half(char *at, size_t size, int fd)
{
    char *p = mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

static char *map_both(int fd, size_t size)
{
    if (ftruncate(fd, (off_t)size) < 0) return NULL;
    char *p = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    if (map_half(p, size, fd) && map_half(p + size, size, fd)) return p;
    munmap(p, 2 * size);
    return NULL;
}

char *ring_map_new(size_t size)
{
    int fd = memfd_create("klatchd-ring", MFD_CLOEXEC);
    if (fd < 0) return NULL;
    char *p = map_both(fd, size);
    close(fd);
    return p;
}

void ring_map_free(char *p, size_t size)
{
    if (p) munmap(p, 2 * size);
}
