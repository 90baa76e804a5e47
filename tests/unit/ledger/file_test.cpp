#include "ledger/file.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "ledger/process.hpp"
#include "unit/ledger/run_in_tests.hpp"

namespace exuvia::ledger {
namespace {

using testing::TestRun;

void overwrite(const char* path, std::size_t offset, Word value) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(reinterpret_cast<const char*>(&value), sizeof value);
}

// Directories for ledgers that only this test sees.
class LedgerPlaces : public ::testing::Test {
 protected:
  LedgerPlaces() {
    char name[] = "/tmp/exuvia-places-XXXXXX";
    directory_ = mkdtemp(name);
    setenv("XDG_RUNTIME_DIR", directory_.c_str(), 1);
  }
  ~LedgerPlaces() override {
    unsetenv("XDG_RUNTIME_DIR");
    std::filesystem::remove_all(directory_);
  }

  std::string directory_;
};

TEST(LedgerFile, ANewOneMapsAndIsEmpty) {
  TestRun run;
  ASSERT_TRUE(run.is_created());
  const MappedFile mapped = map_ledger(run.path(), Access::kReadOnly);
  ASSERT_EQ(mapped.error, FileError::kOk);
  EXPECT_EQ(claimed_slots(*mapped.file), 0u);
  unmap_ledger(mapped.file);
}

TEST(LedgerFile, IsReadableByItsOwnerOnly) {
  TestRun run;
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(run.path()).permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(LedgerFile, TakesLittleMemoryUntilItIsUsed) {
  TestRun run;
  struct stat status;
  ASSERT_EQ(stat(run.path(), &status), 0);
  EXPECT_EQ(static_cast<std::size_t>(status.st_size), kLedgerBytes);
  EXPECT_LT(static_cast<std::size_t>(status.st_blocks) * 512, std::size_t{256} << 10);
}

TEST(LedgerFile, RefusesAMissingFile) {
  const MappedFile mapped = map_ledger("/nonexistent/ledger", Access::kReadOnly);
  EXPECT_EQ(mapped.file, nullptr);
  EXPECT_EQ(mapped.error, FileError::kCannotOpen);
  EXPECT_EQ(mapped.system_error, ENOENT);
}

TEST(LedgerFile, RefusesAFileThatIsNoLedger) {
  TestRun run;
  overwrite(run.path(), 0, 0x1234);
  EXPECT_EQ(map_ledger(run.path(), Access::kReadOnly).error, FileError::kNotALedger);
  EXPECT_STREQ(describe(FileError::kNotALedger), "not a ledger of exuvia");
}

TEST(LedgerFile, RefusesAnotherVersion) {
  TestRun run;
  overwrite(run.path(), offsetof(LedgerHeader, version), kFormatVersion + 1);
  EXPECT_EQ(map_ledger(run.path(), Access::kReadWrite).error, FileError::kOtherVersion);
  EXPECT_STREQ(describe(FileError::kOtherVersion), "a ledger of another version of exuvia");
}

TEST(LedgerFile, RefusesAnotherShape) {
  TestRun run;
  overwrite(run.path(), offsetof(LedgerHeader, slot_capacity), 1);
  EXPECT_EQ(map_ledger(run.path(), Access::kReadWrite).error, FileError::kOtherVersion);
}

TEST(LedgerFile, RefusesAFileCutShortAnywhere) {
  TestRun run;
  for (const std::size_t size : {kLedgerBytes - 1, kSlotsOffset, sizeof(LedgerHeader)}) {
    ASSERT_EQ(truncate(run.path(), static_cast<off_t>(size)), 0);
    EXPECT_EQ(map_ledger(run.path(), Access::kReadOnly).error, FileError::kTruncated) << size;
  }
  for (const std::size_t size : {sizeof(LedgerHeader) - 1, std::size_t{0}}) {
    ASSERT_EQ(truncate(run.path(), static_cast<off_t>(size)), 0);
    EXPECT_EQ(map_ledger(run.path(), Access::kReadOnly).error, FileError::kNotALedger) << size;
  }
}

TEST(LedgerFile, RefusesAFifoWithoutWaitingForIt) {
  char name[] = "/tmp/exuvia-fifo-XXXXXX";
  const std::string path = std::string(mkdtemp(name)) + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(map_ledger(path.c_str(), Access::kReadOnly).error, FileError::kNotALedger);
  std::filesystem::remove_all(std::filesystem::path(path).parent_path());
}

TEST(LedgerFile, DamagedSlotsAreReadWithoutHarm) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process({});
  for (std::size_t at = 0; at < sizeof(Slot); at += sizeof(Word))
    overwrite(run.path(), kSlotsOffset + at, ~Word{0});
  Slot slot;
  ASSERT_TRUE(try_read_slot(run.file(), 0, slot));
  char text[sizeof slot.program];
  EXPECT_EQ(load_text(slot.program.words, text), sizeof text - 1);
  EXPECT_EQ(slot.generations[0].pauses.quantile(0.5), ~Word{0});
}

TEST_F(LedgerPlaces, TheRuntimeDirectoryIsPreferred) {
  TestRun run;
  EXPECT_TRUE(std::string(run.path()).starts_with(directory_));
}

TEST_F(LedgerPlaces, ADirectoryThatTakesNoFileIsPassedOver) {
  std::filesystem::remove_all(directory_);
  TestRun run;
  ASSERT_TRUE(run.is_created());
  EXPECT_FALSE(std::string(run.path()).starts_with(directory_));
}

TEST_F(LedgerPlaces, LedgersOfDeadRootsAreRemoved) {
  const pid_t dead = testing::start_child([] {});
  char path[PATH_MAX];
  ASSERT_TRUE(try_create_ledger(dead, path));
  testing::wait_for(dead);
  remove_stale_ledgers();
  EXPECT_NE(access(path, F_OK), 0);
}

TEST_F(LedgerPlaces, ALaterProcessWithTheSamePidDoesNotKeepALedger) {
  TestRun run;
  overwrite(run.path(), offsetof(LedgerHeader, root_start_ticks), start_ticks(getpid()) - 1);
  remove_stale_ledgers();
  EXPECT_NE(access(run.path(), F_OK), 0);
}

TEST_F(LedgerPlaces, LedgersOfLivingRootsAndOfOtherNamespacesStay) {
  TestRun living;
  TestRun foreign;
  overwrite(foreign.path(), offsetof(LedgerHeader, root_pid), 999'999'999);
  overwrite(foreign.path(), offsetof(LedgerHeader, pid_namespace), 1);
  remove_stale_ledgers();
  EXPECT_EQ(access(living.path(), F_OK), 0);
  EXPECT_EQ(access(foreign.path(), F_OK), 0);
}

TEST_F(LedgerPlaces, WhatAKilledMakerLeftIsRemovedAfterAWhile) {
  const std::string prefix = directory_ + "/exuvia-" + std::to_string(getuid());
  const std::string fresh = prefix + "-1-1.ledger";
  const std::string old = prefix + "-2-2.ledger";
  for (const std::string& path : {fresh, old}) std::ofstream(path).close();
  std::filesystem::last_write_time(
      old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  remove_stale_ledgers();
  EXPECT_EQ(access(fresh.c_str(), F_OK), 0);
  EXPECT_NE(access(old.c_str(), F_OK), 0);
}

TEST_F(LedgerPlaces, NoneIsMadeBeyondTheLimitOnFileSizes) {
  const pid_t child = testing::start_child([] {
    const rlimit limit{1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    char path[PATH_MAX];
    _exit(try_create_ledger(getpid(), path) ? 1 : 0);
  });
  EXPECT_EQ(testing::wait_for(child), 0);
}

TEST_F(LedgerPlaces, FilesThatOnlyBearTheNameStay) {
  const std::string path = directory_ + "/exuvia-" + std::to_string(getuid()) + "-1-1.ledger";
  std::ofstream(path) << "not a ledger, but longer than the header of one, which is eight words or "
                         "sixty-four bytes";
  remove_stale_ledgers();
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace exuvia::ledger
