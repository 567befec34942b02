/* Writes down what a program does to the files of one folder, in order, so that any moment of it can be made again as a
 * disk would have it after a power failure. Loaded into the program with LD_PRELOAD.
 *
 * RECORDED_FOLDER: the folder, as an absolute path. RECORD: the file to append to. A record is one write, so that others may
 * append to the same file: what they write stands between what happened before and after it.
 *
 *     u8 what, u64 inode, u64 number, u32 length, bytes[length]          (in the machine's order)
 *
 * 'c' made a file (bytes: path)          'm' made a folder (path)          'o' opened what was there (path)
 * 'w' wrote (number: offset)             't' set the length (number)
 * 's' begins to sync (number: a ticket)  'S' synced, with success (the same ticket)
 * 'n' renamed (old path, NUL, new path)  'l' linked (old path, NUL, new path)
 * 'r' removed a file (path)              'd' removed a folder (path)
 * '?' did something that this can't follow (its name)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))
#define PATH 4096

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int record = -1;
static uint64_t tickets;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("RECORD");
    folder = getenv("RECORDED_FOLDER");
    if (!folder || !path) return;
    folder_length = strlen(folder);
    record = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* One act at a time, done and written down. Who locks the record (flock) before it kills the program finds no act done and not
 * written down: a disk's own order has no such gap. */
static void take_turn(void) {
    pthread_mutex_lock(&order);
    while (flock(record, LOCK_EX) && errno == EINTR) {}
}

static void end_turn(void) {
    flock(record, LOCK_UN);
    pthread_mutex_unlock(&order);
}

static void put(char what, uint64_t inode, uint64_t number, const void *bytes, size_t length) {
    char head[21];
    uint32_t size = length;
    head[0] = what;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &number, 8);
    memcpy(head + 17, &size, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (REAL(writev)(record, parts, 2) != (ssize_t)(sizeof head + length)) abort();
}

/* The path within the folder, or nothing if it is elsewhere. */
static const char *within(const char *path) {
    if (record < 0 || strncmp(path, folder, folder_length)) return NULL;
    if (path[folder_length] == 0) return path + folder_length;
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static const char *of_file(int file, char *path) {
    char name[32];
    if (record < 0 || file == record) return NULL;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, PATH - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    return within(path);
}

static const char *at(int parent, const char *path, char *whole) {
    if (record < 0) return NULL;
    if (path[0] == '/') {
        snprintf(whole, PATH, "%s", path);
    } else if (parent == AT_FDCWD) {
        if (!getcwd(whole, PATH)) return NULL;
        size_t used = strlen(whole);
        snprintf(whole + used, PATH - used, "/%s", path);
    } else {
        if (!of_file(parent, whole)) return NULL;
        size_t used = strlen(whole);
        snprintf(whole + used, PATH - used, "/%s", path);
    }
    return within(whole);
}

static uint64_t inode_of(int file) {
    struct stat found;
    return fstat(file, &found) ? 0 : found.st_ino;
}

static int opened(int parent, const char *path, int flags, mode_t mode) {
    char whole[PATH];
    const char *name = at(parent, path, whole);
    if (!name) return REAL(openat)(parent, path, flags, mode);
    take_turn();
    struct stat found;
    int was_there = !stat(whole, &found);
    int file = REAL(openat)(parent, path, flags, mode);
    int error = errno;
    if (file >= 0 && (flags & O_ACCMODE) != O_RDONLY) {
        put(was_there ? 'o' : 'c', inode_of(file), 0, name, strlen(name));
        if (was_there && (flags & O_TRUNC)) put('t', inode_of(file), 0, NULL, 0);
    }
    end_turn();
    errno = error;
    return file;
}

#define MODE(flags)                                  \
    mode_t mode = 0;                                 \
    if ((flags) & (O_CREAT | O_TMPFILE)) {           \
        va_list more;                                \
        va_start(more, flags);                       \
        mode = va_arg(more, mode_t);                 \
        va_end(more);                                \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int parent, const char *path, int flags, ...) { MODE(flags) return opened(parent, path, flags, mode); }
int openat64(int parent, const char *path, int flags, ...) { MODE(flags) return opened(parent, path, flags, mode); }

/* Does something with a file, and writes it down if it is in the folder and was done. */
#define DONE(type, file, call, ok, written)          \
    char path[PATH];                                 \
    if (!of_file(file, path)) return call;           \
    take_turn();                                     \
    type done = call;                                \
    int error = errno;                               \
    if (ok) written;                                 \
    end_turn();                                      \
    errno = error;                                   \
    return done;

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    DONE(ssize_t, file, REAL(pwrite)(file, bytes, length, offset), done > 0, put('w', inode_of(file), offset, bytes, done))
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    DONE(ssize_t, file, REAL(pwrite)(file, bytes, length, offset), done > 0, put('w', inode_of(file), offset, bytes, done))
}
/* Where the file stands afterwards is where the write ended, also when it appends. */
ssize_t write(int file, const void *bytes, size_t length) {
    DONE(ssize_t, file, REAL(write)(file, bytes, length), done > 0,
         put('w', inode_of(file), lseek(file, 0, SEEK_CUR) - done, bytes, done))
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    DONE(ssize_t, file, REAL(writev)(file, parts, count), done >= 0, put('?', 0, 0, "writev", 6))
}
int ftruncate(int file, off_t length) {
    DONE(int, file, REAL(ftruncate)(file, length), !done, put('t', inode_of(file), length, NULL, 0))
}
int ftruncate64(int file, off64_t length) {
    DONE(int, file, REAL(ftruncate)(file, length), !done, put('t', inode_of(file), length, NULL, 0))
}
int fallocate(int file, int mode, off_t offset, off_t length) {
    DONE(int, file, REAL(fallocate)(file, mode, offset, length), !done, put('?', 0, 0, "fallocate", 9))
}
int posix_fallocate(int file, off_t offset, off_t length) {
    DONE(int, file, REAL(posix_fallocate)(file, offset, length), !done, put('?', 0, 0, "posix_fallocate", 15))
}
/* Refused, so that bytes are written as others are. */
#define REFUSED(name, file, error, type, ...)        \
    char path[PATH];                                 \
    if (!of_file(file, path)) return ((type)real(name))(__VA_ARGS__); \
    errno = error;                                   \
    return -1;

ssize_t copy_file_range(int from, off64_t *at, int file, off64_t *offset, size_t length, unsigned flags) {
    REFUSED("copy_file_range", file, EXDEV, __typeof__(&copy_file_range), from, at, file, offset, length, flags)
}
ssize_t sendfile(int file, int from, off_t *offset, size_t length) {
    REFUSED("sendfile", file, EINVAL, __typeof__(&sendfile), file, from, offset, length)
}
ssize_t sendfile64(int file, int from, off64_t *offset, size_t length) {
    REFUSED("sendfile64", file, EINVAL, __typeof__(&sendfile64), file, from, offset, length)
}
void *mmap(void *where, size_t length, int protection, int flags, int file, off_t offset) {
    char path[PATH];
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && file >= 0 && of_file(file, path)) put('?', 0, 0, "mmap", 4);
    return REAL(mmap)(where, length, protection, flags, file, offset);
}

/* Others may write meanwhile: what was written before it began is durable when it is done. */
#define SYNCED(name)                                                        \
    int name(int file) {                                                    \
        char path[PATH];                                                    \
        if (!of_file(file, path)) return REAL(name)(file);                  \
        uint64_t inode = inode_of(file);                                    \
        take_turn();                                                        \
        uint64_t ticket = ((uint64_t)getpid() << 32) + ++tickets;           \
        put('s', inode, ticket, NULL, 0);                                   \
        end_turn();                                                         \
        int done = REAL(name)(file), error = errno;                         \
        take_turn();                                                        \
        if (!done) put('S', inode, ticket, NULL, 0);                        \
        end_turn();                                                         \
        errno = error;                                                      \
        return done;                                                        \
    }
SYNCED(fsync)
SYNCED(fdatasync)

/* Does something to a name, and writes it down if it is in the folder and was done. */
#define NAMED(parent, path, call, what)              \
    char whole[PATH];                                \
    const char *name = at(parent, path, whole);      \
    if (!name) return call;                          \
    take_turn();                                     \
    int done = call, error = errno;                  \
    if (!done) put(what, 0, 0, name, strlen(name));  \
    end_turn();                                      \
    errno = error;                                   \
    return done;

int unlink(const char *path) { NAMED(AT_FDCWD, path, REAL(unlink)(path), 'r') }
int rmdir(const char *path) { NAMED(AT_FDCWD, path, REAL(rmdir)(path), 'd') }
int unlinkat(int parent, const char *path, int flags) {
    NAMED(parent, path, REAL(unlinkat)(parent, path, flags), flags & AT_REMOVEDIR ? 'd' : 'r')
}
int mkdirat(int parent, const char *path, mode_t mode) {
    char whole[PATH];
    const char *name = at(parent, path, whole);
    if (!name) return REAL(mkdirat)(parent, path, mode);
    take_turn();
    struct stat found;
    int done = REAL(mkdirat)(parent, path, mode), error = errno;
    if (!done && !stat(whole, &found)) put('m', found.st_ino, 0, name, strlen(name));
    end_turn();
    errno = error;
    return done;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Two names: from which to which, and what is done with them. */
#define BOTH(old_parent, old, new_parent, new, call, what)                                                   \
    char from[PATH], to[PATH], both[2 * PATH];                                                               \
    const char *old_name = at(old_parent, old, from), *new_name = at(new_parent, new, to);                   \
    if (!old_name && !new_name) return call;                                                                 \
    take_turn();                                                                                             \
    int done = call, error = errno;                                                                          \
    if (!done && old_name && new_name) {                                                                     \
        size_t length = strlen(old_name) + 1;                                                                \
        memcpy(both, old_name, length);                                                                      \
        memcpy(both + length, new_name, strlen(new_name));                                                   \
        put(what, 0, 0, both, length + strlen(new_name));                                                    \
    } else if (!done) {                                                                                      \
        put('?', 0, 0, "a name elsewhere", 16);                                                              \
    }                                                                                                        \
    end_turn();                                                                                              \
    errno = error;                                                                                           \
    return done;

int rename(const char *old, const char *new) { BOTH(AT_FDCWD, old, AT_FDCWD, new, REAL(rename)(old, new), 'n') }
int renameat(int before, const char *old, int after, const char *new) {
    BOTH(before, old, after, new, REAL(renameat)(before, old, after, new), 'n')
}
int link(const char *old, const char *new) { BOTH(AT_FDCWD, old, AT_FDCWD, new, REAL(link)(old, new), 'l') }
int linkat(int before, const char *old, int after, const char *new, int flags) {
    BOTH(before, old, after, new, REAL(linkat)(before, old, after, new, flags), 'l')
}
