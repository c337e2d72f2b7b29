/* Makes the n-th operation that changes a folder on disk fail once, or the last the process ever does.
 *
 * Preloaded before libc (LD_PRELOAD) and armed from within (iofault_arm). Counted are, on files under the
 * folder only: open for writing, write, pwrite, writev, fsync, fdatasync, rename, link, unlink, mkdir,
 * ftruncate and fallocate. What happened is written, outside of the folder, to the file `report`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* fail: once, with an errno; full: from then on, with an errno, but unlink and rename go on; cut: half of a
 * write is done and said so; die: after the operation; tear: after half of a write. */
enum { OFF, FAIL, FULL, CUT, DIE, TEAR };
enum { OPENING = 1, WRITE = 2, SYNC = 4, NAME = 8, REMOVE = 16, SIZE = 32 };

static char folder[PATH_MAX], report[PATH_MAX];
static atomic_long counted;
static long nth;
static int mode, error_number, eligible;

void iofault_arm(const char *under, const char *report_to, long n, int what, int number, int kinds) {
    snprintf(folder, sizeof folder, "%s/", under);
    snprintf(report, sizeof report, "%s", report_to);
    nth = n, error_number = number, eligible = kinds;
    atomic_store(&counted, 0);
    mode = what;
}

static int is_under(const char *path) { return strncmp(path, folder, strlen(folder)) == 0; }

static int fd_is_under(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = syscall(SYS_readlink, link, path, PATH_MAX - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return is_under(path);
}

static int name_is_under(int base, const char *name, char *path) {
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return is_under(path);
    }
    char start[PATH_MAX / 2];
    if (base == AT_FDCWD) {
        if (syscall(SYS_getcwd, start, sizeof start) < 0) return 0;
    } else {
        char whole[PATH_MAX];
        fd_is_under(base, whole);
        snprintf(start, sizeof start, "%.*s", (int)sizeof start - 1, whole);
    }
    snprintf(path, PATH_MAX, "%s/%.*s", start, PATH_MAX / 2 - 2, name);
    return is_under(path);
}

static void tell(const char *operation, const char *path, long number) {
    char line[PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%ld %s %s\n", number, operation, path);
    int fd = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND, 0644);
    syscall(SYS_write, fd, line, size);
    syscall(SYS_close, fd);
}

/* Whether this operation is the one. */
static int is_hit(int kind, const char *operation, const char *path) {
    if (!(kind & eligible)) return 0;
    long number = atomic_fetch_add(&counted, 1) + 1;
    if (number != nth && !(mode == FULL && number > nth)) return 0;
    if (number == nth) tell(operation, path, number);
    return 1;
}

static void die(void) { syscall(SYS_exit_group, 88); }

/* An operation that is done or not: `done` is the call itself. */
#define WHOLE(kind, operation, under, done) \
    char path[PATH_MAX]; \
    if (mode == OFF || !(under) || !is_hit(kind, operation, path)) return done; \
    if (mode == FAIL || mode == FULL) return errno = error_number, -1; \
    if (mode == DIE) { (void)!(done); die(); } \
    return done;

/* A write, of which half may be done. */
#define PARTLY(operation, done, half) \
    char path[PATH_MAX]; \
    if (mode == OFF || !fd_is_under(fd, path)) return done; \
    if ((mode == CUT || mode == TEAR) && size < 2) return done; \
    if (!is_hit(WRITE, operation, path)) return done; \
    if (mode == FAIL || mode == FULL) return errno = error_number, -1; \
    if (mode == CUT) return half; \
    (void)!(mode == TEAR ? (half) : (done)); \
    die(); \
    return -1;

ssize_t write(int fd, const void *data, size_t size) {
    PARTLY("write", syscall(SYS_write, fd, data, size), syscall(SYS_write, fd, data, size / 2))
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    PARTLY("pwrite", syscall(SYS_pwrite64, fd, data, size, at), syscall(SYS_pwrite64, fd, data, size / 2, at))
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    size_t size = count;
    PARTLY("writev", syscall(SYS_writev, fd, parts, size), syscall(SYS_writev, fd, parts, size / 2))
}

int fsync(int fd) { WHOLE(SYNC, "fsync", fd_is_under(fd, path), syscall(SYS_fsync, fd)) }

int fdatasync(int fd) { WHOLE(SYNC, "fdatasync", fd_is_under(fd, path), syscall(SYS_fdatasync, fd)) }

int ftruncate64(int fd, off64_t size) {
    WHOLE(SIZE, "ftruncate", fd_is_under(fd, path), syscall(SYS_ftruncate, fd, size))
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int fallocate64(int fd, int how, off64_t at, off64_t size) {
    WHOLE(SIZE, "fallocate", fd_is_under(fd, path), syscall(SYS_fallocate, fd, how, at, size))
}

int fallocate(int fd, int how, off_t at, off_t size) { return fallocate64(fd, how, at, size); }

/* Unlike all others it returns the error. */
int posix_fallocate64(int fd, off64_t at, off64_t size) {
    int before = errno, failed = fallocate64(fd, 0, at, size) ? errno : 0;
    errno = before;
    return failed;
}

int posix_fallocate(int fd, off_t at, off_t size) { return posix_fallocate64(fd, at, size); }

static int open_at(int base, const char *name, int flags, mode_t rights) {
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    WHOLE(OPENING, "open", writes && name_is_under(base, name, path),
          syscall(SYS_openat, base, name, flags, rights))
}

#define OPEN(base) \
    mode_t rights = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        rights = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    return open_at(base, name, flags, rights);

int openat64(int base, const char *name, int flags, ...) { OPEN(base) }
int openat(int base, const char *name, int flags, ...) { OPEN(base) }
int open64(const char *name, int flags, ...) { OPEN(AT_FDCWD) }
int open(const char *name, int flags, ...) { OPEN(AT_FDCWD) }

int renameat(int from_base, const char *from, int to_base, const char *to) {
    WHOLE(NAME, "rename", name_is_under(to_base, to, path),
          syscall(SYS_renameat2, from_base, from, to_base, to, 0))
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int linkat(int from_base, const char *from, int to_base, const char *to, int flags) {
    WHOLE(NAME, "link", name_is_under(to_base, to, path),
          syscall(SYS_linkat, from_base, from, to_base, to, flags))
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int mkdirat(int base, const char *name, mode_t rights) {
    WHOLE(NAME, "mkdir", name_is_under(base, name, path), syscall(SYS_mkdirat, base, name, rights))
}

int mkdir(const char *name, mode_t rights) { return mkdirat(AT_FDCWD, name, rights); }

int unlinkat(int base, const char *name, int flags) {
    WHOLE(REMOVE, "unlink", name_is_under(base, name, path), syscall(SYS_unlinkat, base, name, flags))
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
