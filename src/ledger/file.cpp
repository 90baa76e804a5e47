#include "ledger/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger/process.hpp"
#include "ledger/text.hpp"

namespace exuvia::ledger {
namespace {

using Path = FixedText<PATH_MAX>;

constexpr const char* kSuffix = ".ledger";

// "exuvia-<uid>-": what the names of this user's ledgers start with.
FixedText<64> name_prefix() noexcept {
  FixedText<64> prefix;
  prefix.append("exuvia-").append_number(getuid()).append("-");
  return prefix;
}

// The directories that may hold ledgers, best first; null for one that is not set.
constexpr std::size_t kPlaces = 4;
const char* place(std::size_t index) noexcept {
  switch (index) {
    case 0:
      return std::getenv("XDG_RUNTIME_DIR");
    case 1:
      return "/dev/shm";
    case 2:
      return std::getenv("TMPDIR");
    default:
      return "/tmp";
  }
}

bool is_usable_place(const char* directory) noexcept {
  return directory != nullptr && directory[0] == '/';
}

// To grow a file beyond the process's limit would raise SIGXFSZ.
bool may_be_as_long() noexcept {
  rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= kLedgerBytes;
}

// Gives the file its size and header. Its slots stay holes.
bool initialise(int file, pid_t root) noexcept {
  LedgerHeader header{};
  header.magic = kMagic;
  header.version = kFormatVersion;
  header.slot_bytes = kSlotBytes;
  header.slot_capacity = kSlotCapacity;
  header.root_pid = static_cast<Word>(root);
  header.root_start_ticks = start_ticks(root);
  header.pid_namespace = pid_namespace();
  return ftruncate(file, static_cast<off_t>(kLedgerBytes)) == 0 &&
         posix_fallocate(file, 0, static_cast<off_t>(kSlotsOffset)) == 0 &&
         pwrite(file, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
}

bool try_create_in(const char* directory, pid_t root, Path& path) noexcept {
  path.append(directory)
      .append("/")
      .append(name_prefix().view())
      .append_number(static_cast<Word>(root));
  path.append("-").append_number(monotonic_ns()).append(kSuffix);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  const bool made = initialise(file, root);
  close(file);
  if (!made) unlink(path.c_str());
  return made;
}

FileError check(const LedgerHeader& header) noexcept {
  if (header.magic != kMagic) return FileError::kNotALedger;
  if (header.version != kFormatVersion) return FileError::kOtherVersion;
  const bool same_shape = header.slot_bytes == kSlotBytes && header.slot_capacity == kSlotCapacity;
  return same_shape ? FileError::kOk : FileError::kOtherVersion;
}

FileError check_file(int file) noexcept {
  LedgerHeader header{};
  const ssize_t got = pread(file, &header, sizeof header, 0);
  if (got != static_cast<ssize_t>(sizeof header)) return FileError::kNotALedger;
  if (const FileError error = check(header); error != FileError::kOk) return error;
  struct stat status;
  const bool whole =
      fstat(file, &status) == 0 && static_cast<std::size_t>(status.st_size) >= kLedgerBytes;
  return whole ? FileError::kOk : FileError::kTruncated;
}

MappedFile map_file(int file, Access access) noexcept {
  if (const FileError error = check_file(file); error != FileError::kOk) return {nullptr, error, 0};
  const int protection = access == Access::kReadWrite ? PROT_READ | PROT_WRITE : PROT_READ;
  void* at = mmap(nullptr, kLedgerBytes, protection, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) return {nullptr, FileError::kCannotMap, errno};
  return {static_cast<LedgerFile*>(at), FileError::kOk, 0};
}

// Nobody takes so long to make one.
constexpr time_t kSecondsToMake = 60;

// Whether its maker was killed before it wrote the header.
bool is_left_unmade(int file) noexcept {
  Word magic = 0;
  struct stat status;
  return pread(file, &magic, sizeof magic, 0) >= 0 && magic == 0 && fstat(file, &status) == 0 &&
         time(nullptr) - status.st_mtime > kSecondsToMake;
}

// Whether the run of this ledger is over, for all this process can tell.
bool is_stale(const char* path) noexcept {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return false;
  LedgerHeader header{};
  const ssize_t got = pread(file, &header, sizeof header, 0);
  const bool is_unmade = is_left_unmade(file);
  close(file);
  if (is_unmade) return true;
  const bool readable = got == static_cast<ssize_t>(sizeof header) && header.magic == kMagic;
  return readable && header.pid_namespace == pid_namespace() &&
         !is_alive(static_cast<pid_t>(header.root_pid), header.root_start_ticks);
}

bool is_ledger_name(std::string_view name) noexcept {
  return name.starts_with(name_prefix().view()) && name.ends_with(kSuffix);
}

void remove_stale_in(const char* directory) noexcept {
  DIR* listing = opendir(directory);
  if (listing == nullptr) return;
  while (const dirent* entry = readdir(listing)) {
    if (!is_ledger_name(entry->d_name)) continue;
    Path path;
    path.append(directory).append("/").append(entry->d_name);
    if (is_stale(path.c_str())) unlink(path.c_str());
  }
  closedir(listing);
}

// The owners' table is searched instead of the slots: it is small and always in memory.
Word owner_word(pid_t pid, Word ticks) noexcept {
  return (static_cast<Word>(pid) << 32) | (ticks & 0xffff'ffff);
}

// Zeroes the slot by letting the kernel write it: where the file system is full this fails, while a
// plain store would raise SIGBUS in the user's program.
bool try_make_present(Slot& slot) noexcept {
  const int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  if (zeros < 0) return false;
  const ssize_t got = read(zeros, &slot, sizeof slot);
  close(zeros);
  return got == static_cast<ssize_t>(sizeof slot);
}

}  // namespace

const char* describe(FileError error) noexcept {
  switch (error) {
    case FileError::kOk:
      return "no error";
    case FileError::kCannotOpen:
      return "cannot open the ledger";
    case FileError::kNotALedger:
      return "not a ledger of exuvia";
    case FileError::kOtherVersion:
      return "a ledger of another version of exuvia";
    case FileError::kTruncated:
      return "a ledger that was cut short";
    case FileError::kCannotMap:
      return "cannot map the ledger";
  }
  return "unknown error";
}

MappedFile map_ledger(const char* path, Access access) noexcept {
  const int saved_errno = errno;
  const int flags = access == Access::kReadWrite ? O_RDWR : O_RDONLY;
  const int file = open(path, flags | O_CLOEXEC | O_NONBLOCK);
  MappedFile mapped{nullptr, FileError::kCannotOpen, errno};
  if (file >= 0) {
    mapped = map_file(file, access);
    close(file);
  }
  errno = saved_errno;
  return mapped;
}

void unmap_ledger(LedgerFile* file) noexcept {
  if (file != nullptr) munmap(file, kLedgerBytes);
}

bool try_create_ledger(pid_t root, char (&path)[PATH_MAX]) noexcept {
  if (!may_be_as_long()) return false;
  for (std::size_t index = 0; index < kPlaces; ++index) {
    Path candidate;
    if (!is_usable_place(place(index)) || !try_create_in(place(index), root, candidate)) continue;
    std::memcpy(path, candidate.c_str(), candidate.size() + 1);
    return true;
  }
  return false;
}

void remove_stale_ledgers() noexcept {
  for (std::size_t index = 0; index < kPlaces; ++index) {
    if (is_usable_place(place(index))) remove_stale_in(place(index));
  }
}

std::size_t claimed_slots(const LedgerFile& file) noexcept {
  return std::min<std::size_t>(load(file.header.claimed), kSlotCapacity);
}

Slot* try_claim_slot(LedgerFile& file, pid_t pid, Word ticks) noexcept {
  const Word index = add(file.header.claimed, 1);
  if (index >= kSlotCapacity) return nullptr;
  Slot& slot = file.slots[index].slot;
  if (!try_make_present(slot)) return nullptr;
  store(file.owners[index], owner_word(pid, ticks));
  return &slot;
}

Slot* find_slot(LedgerFile& file, pid_t pid, Word ticks) noexcept {
  const std::size_t claimed = claimed_slots(file);
  for (std::size_t index = 0; index < claimed; ++index) {
    if (load(file.owners[index]) == owner_word(pid, ticks)) return &file.slots[index].slot;
  }
  return nullptr;
}

}  // namespace exuvia::ledger
