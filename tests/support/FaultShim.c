/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loaded in front of the C library (LD_PRELOAD, Linux) into a program under test: files fail and the wall clock jumps as the
 * test says, while the program runs. FaultSwitch.h holds the other end of the file named by RELAYWRIGHT_FAULTS.
 *
 * Only regular files fail, so that pipes and sockets go on working. Steady clocks never jump. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* As FaultSwitch.h has it. */
struct faults {
    volatile int32_t write_errno;      /* of a write that fails */
    volatile int32_t write_permille;   /* how many of a thousand fail */
    volatile int32_t flush_errno;      /* of fsync and fdatasync */
    volatile int32_t flush_permille;
    volatile int64_t clock_offset_ms;  /* added to the wall clock */
    volatile int64_t failed;           /* counts calls that failed so */
};

static struct faults *faults;
static volatile uint32_t turn = 2463534242u;

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("RELAYWRIGHT_FAULTS");
    const int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *map = mmap(NULL, sizeof(struct faults), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED)
        faults = map;
}

static int is_regular(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* True when this call shall fail; errno is set. Threads may draw the same number: that does no harm. */
static int fails(int fd, int32_t error, int32_t permille)
{
    if (!faults || error == 0 || permille == 0)
        return 0;
    uint32_t x = turn + (uint32_t)getpid();
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    turn = x;
    if ((int32_t)(x % 1000) >= permille || !is_regular(fd))
        return 0;
    __atomic_add_fetch(&faults->failed, 1, __ATOMIC_RELAXED);
    errno = error;
    return 1;
}

#define NEXT(type, name, arguments) \
    static type(*next) arguments; \
    if (!next) \
        *(void **)&next = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *octets, size_t count)
{
    NEXT(ssize_t, write, (int, const void *, size_t));
    return faults && fails(fd, faults->write_errno, faults->write_permille) ? -1 : next(fd, octets, count);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    NEXT(ssize_t, writev, (int, const struct iovec *, int));
    return faults && fails(fd, faults->write_errno, faults->write_permille) ? -1 : next(fd, pieces, count);
}

ssize_t pwrite(int fd, const void *octets, size_t count, off_t at)
{
    NEXT(ssize_t, pwrite, (int, const void *, size_t, off_t));
    return faults && fails(fd, faults->write_errno, faults->write_permille) ? -1 : next(fd, octets, count, at);
}

ssize_t pwrite64(int fd, const void *octets, size_t count, off64_t at)
{
    NEXT(ssize_t, pwrite64, (int, const void *, size_t, off64_t));
    return faults && fails(fd, faults->write_errno, faults->write_permille) ? -1 : next(fd, octets, count, at);
}

int fsync(int fd)
{
    NEXT(int, fsync, (int));
    return faults && fails(fd, faults->flush_errno, faults->flush_permille) ? -1 : next(fd);
}

int fdatasync(int fd)
{
    NEXT(int, fdatasync, (int));
    return faults && fails(fd, faults->flush_errno, faults->flush_permille) ? -1 : next(fd);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    NEXT(int, clock_gettime, (clockid_t, struct timespec *));
    const int result = next(clock, now);
    if (result == 0 && faults && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += faults->clock_offset_ms / 1000;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    NEXT(int, gettimeofday, (struct timeval *restrict, void *restrict));
    const int result = next(now, zone);
    if (result == 0 && faults)
        now->tv_sec += faults->clock_offset_ms / 1000;
    return result;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to)
        *to = now.tv_sec;
    return now.tv_sec;
}
