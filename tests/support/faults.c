// Stands between a process and the system's calls that change files below one folder.
//
// Loaded with LD_PRELOAD; does nothing before faults_arm is called. Each call is counted, from 1.
// At the call of a given number, or from it on, the process is killed, or the call is cut short or
// fails. All calls can also be recorded, with their data, so that a power cut can be played back.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, FAIL, SHORT };

static char base[PATH_MAX];
static size_t base_length;
static int mode, error_number, persistent, record = -1;
static atomic_long calls;
static long at;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

// Args: the folder; what happens at call `first`, or from it on; a file to record to, or NULL.
void faults_arm(const char *folder, int what, long first, int error, int from_then_on,
                const char *file) {
  if (file) record = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  strncpy(base, folder, sizeof base - 1);
  mode = what, at = first, error_number = error, persistent = from_then_on, calls = 0;
  base_length = strlen(base);
}

long faults_calls(void) { return calls; }

static int below(const char *path) {
  return base_length && !strncmp(path, base, base_length) &&
         (path[base_length] == '/' || !path[base_length]);
}

// Make a path absolute; returns whether it lies below the folder.
static int resolve(int folder, const char *path, char *out) {
  if (!base_length || !path) return 0;
  if (path[0] == '/') {
    snprintf(out, PATH_MAX, "%s", path);
  } else if (folder == AT_FDCWD) {
    if (!getcwd(out, PATH_MAX / 2)) return 0;
    size_t length = strlen(out);
    snprintf(out + length, PATH_MAX - length, "/%s", path);
  } else {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, out, PATH_MAX / 2);
    if (length < 0) return 0;
    snprintf(out + length, PATH_MAX - length, "/%s", path);
  }
  return below(out);
}

static int of_descriptor(int file, char *out) {
  if (!base_length) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, out, PATH_MAX - 1);
  if (length < 0) return 0;
  out[length] = 0;
  return below(out);
}

static uint64_t number_of(int file) {
  struct stat status;
  return fstat(file, &status) ? 0 : (uint64_t)status.st_ino;
}

static void all(const void *data, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  for (size_t done = 0; done < size;) {
    ssize_t wrote = real(record, (const char *)data + done, size - done);
    if (wrote <= 0) _exit(99);
    done += wrote;
  }
}

// kind, number of the file, offset, sizes of two paths and the data, these.
static void note(char kind, uint64_t file, int64_t offset, const char *path, const char *other,
                 const void *data, size_t size) {
  if (record < 0) return;
  struct __attribute__((packed)) {
    char kind; uint64_t file; int64_t offset; uint32_t path, other, size;
  } head = {kind, file, offset, path ? strlen(path) : 0, other ? strlen(other) : 0, size};
  pthread_mutex_lock(&lock);
  all(&head, sizeof head);
  if (path) all(path, head.path);
  if (other) all(other, head.other);
  if (size) all(data, size);
  pthread_mutex_unlock(&lock);
}

void faults_mark(const char *text) { note('!', 0, 0, text, NULL, NULL, 0); }

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Count a call: 0 to go on, 1 to fail, 2 to do it by half.
static int strikes(void) {
  long number = ++calls;
  if (mode == COUNT || number < at || (number > at && !persistent)) return 0;
  if (mode == KILL) die();
  if (mode == FAIL) { errno = error_number; return 1; }
  return 2;
}

// A call that cannot be done by half.
#define STRIKE(failed) do { int hit = strikes(); if (hit == 1) return failed; \
  if (hit == 2 && mode == TORN) die(); } while (0)

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
  REAL(pwrite64);
  char path[PATH_MAX];
  if (file == record || !of_descriptor(file, path)) return real(file, data, size, offset);
  int hit = strikes();
  if (hit == 1) return -1;
  ssize_t wrote = real(file, data, hit ? (size + 1) / 2 : size, offset);
  if (hit && mode == TORN) die();
  if (wrote > 0) note('w', number_of(file), offset, path, NULL, data, wrote);
  return wrote;
}
ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
  return pwrite64(file, data, size, offset);
}

ssize_t write(int file, const void *data, size_t size) {
  REAL(write);
  char path[PATH_MAX];
  if (file == record || !of_descriptor(file, path)) return real(file, data, size);
  int hit = strikes();
  if (hit == 1) return -1;
  struct stat status;
  off_t offset = fcntl(file, F_GETFL) & O_APPEND && !fstat(file, &status)
                     ? status.st_size : lseek(file, 0, SEEK_CUR);
  ssize_t wrote = real(file, data, hit ? (size + 1) / 2 : size);
  if (hit && mode == TORN) die();
  if (wrote > 0) note('w', number_of(file), offset, path, NULL, data, wrote);
  return wrote;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(writev);
  char path[PATH_MAX];
  if (file == record || !of_descriptor(file, path)) return real(file, parts, count);
  // One part at a time is what the system may do, too.
  for (int part = 0; part < count; part++)
    if (parts[part].iov_len) return write(file, parts[part].iov_base, parts[part].iov_len);
  return 0;
}

static int synchronise(int file, int (*real)(int)) {
  char path[PATH_MAX];
  if (!of_descriptor(file, path)) return real(file);
  STRIKE(-1);
  int result = real(file);
  if (!result) note('s', number_of(file), 0, path, NULL, NULL, 0);
  return result;
}
int fsync(int file) { REAL(fsync); return synchronise(file, real); }
int fdatasync(int file) { REAL(fdatasync); return synchronise(file, real); }

int ftruncate64(int file, off64_t size) {
  REAL(ftruncate64);
  char path[PATH_MAX];
  if (!of_descriptor(file, path)) return real(file, size);
  STRIKE(-1);
  int result = real(file, size);
  if (!result) note('t', number_of(file), size, path, NULL, NULL, 0);
  return result;
}
int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int unlinkat(int folder, const char *name, int flags) {
  REAL(unlinkat);
  char path[PATH_MAX];
  if (!resolve(folder, name, path)) return real(folder, name, flags);
  STRIKE(-1);
  int result = real(folder, name, flags);
  if (!result) note('u', 0, 0, path, NULL, NULL, 0);
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int renameat(int from, const char *source, int to, const char *target) {
  REAL(renameat);
  char before[PATH_MAX], after[PATH_MAX];
  int inside = resolve(from, source, before);
  if (!(resolve(to, target, after) || inside)) return real(from, source, to, target);
  STRIKE(-1);
  int result = real(from, source, to, target);
  if (!result) note('r', 0, 0, before, after, NULL, 0);
  return result;
}
int rename(const char *source, const char *target) {
  return renameat(AT_FDCWD, source, AT_FDCWD, target);
}

int mkdirat(int folder, const char *name, mode_t rights) {
  REAL(mkdirat);
  char path[PATH_MAX];
  if (!resolve(folder, name, path)) return real(folder, name, rights);
  STRIKE(-1);
  int result = real(folder, name, rights);
  if (!result) note('d', 0, 0, path, NULL, NULL, 0);
  return result;
}
int mkdir(const char *path, mode_t rights) { return mkdirat(AT_FDCWD, path, rights); }

static int open_counted(int folder, const char *name, int flags, mode_t rights,
                        int (*real)(int, const char *, int, ...)) {
  char path[PATH_MAX];
  if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE ||
      !resolve(folder, name, path))
    return real(folder, name, flags, rights);
  int is_new = faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW);
  STRIKE(-1);
  int file = real(folder, name, flags, rights);
  if (file >= 0 && is_new) note('c', number_of(file), 0, path, NULL, NULL, 0);
  if (file >= 0 && !is_new && flags & O_TRUNC) note('t', number_of(file), 0, path, NULL, NULL, 0);
  return file;
}

#define RIGHTS mode_t rights = 0; if (flags & (O_CREAT | O_TMPFILE)) { \
  va_list more; va_start(more, flags); rights = va_arg(more, mode_t); va_end(more); }

int openat64(int folder, const char *name, int flags, ...) {
  REAL(openat64);
  RIGHTS
  return open_counted(folder, name, flags, rights, real);
}
int openat(int folder, const char *name, int flags, ...) {
  RIGHTS
  return openat64(folder, name, flags, rights);
}
int open64(const char *name, int flags, ...) {
  RIGHTS
  return openat64(AT_FDCWD, name, flags, rights);
}
int open(const char *name, int flags, ...) {
  RIGHTS
  return openat64(AT_FDCWD, name, flags, rights);
}
