/* Lets the Nth call that changes a file of one folder fail, stop half-way or be the last of its process.
   Preloaded by tests/faults/forker.py; without fault_arm() it lets everything through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { ONCE, FOR_EVER, HALF, KILL, HALF_AND_KILL };

static char folder[4096];
static long nth, seen;
static int error_number, way;

void fault_arm(const char *within, long n, int error, int how) {
  snprintf(folder, sizeof folder, "%s", within);
  nth = n; error_number = error; way = how; seen = 0;
}
long fault_seen(void) { return seen; }

static int named(const char *path) {
  const char *found = folder[0] ? strstr(path, folder) : NULL;
  return found && (found[strlen(folder)] == '/' || found[strlen(folder)] == 0);
}
static int ours(int fd) {
  char link[64], path[4096];
  if (!folder[0]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return named(path);
}
static int due(void) {
  seen++;
  return nth && (seen == nth || (way == FOR_EVER && seen > nth));
}
static void end(void) { kill(getpid(), SIGKILL); pause(); }
static int fail(void) {
  if (way >= KILL) end();
  errno = error_number;
  return -1;
}
#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define PWRITE(name, offset_t) \
ssize_t name(int fd, const void *from, size_t size, offset_t at) { \
  REAL(ssize_t, name, int, const void *, size_t, offset_t); \
  if (!ours(fd) || !due()) return real(fd, from, size, at); \
  if (way == HALF || way == HALF_AND_KILL) real(fd, from, size / 2, at); \
  return fail(); \
}
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *from, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t);
  if (!ours(fd) || !due()) return real(fd, from, size);
  if (way == HALF || way == HALF_AND_KILL) real(fd, from, size / 2);
  return fail();
}

#define ON_OPEN(name) int name(int fd) { \
  REAL(int, name, int); \
  return ours(fd) && due() ? fail() : real(fd); \
}
ON_OPEN(fsync)
ON_OPEN(fdatasync)

#define CUT(name, offset_t) int name(int fd, offset_t size) { \
  REAL(int, name, int, offset_t); \
  return ours(fd) && due() ? fail() : real(fd, size); \
}
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

int unlink(const char *path) {
  REAL(int, unlink, const char *);
  return named(path) && due() ? fail() : real(path);
}
int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *);
  return named(to) && due() ? fail() : real(from, to);
}
