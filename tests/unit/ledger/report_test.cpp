#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/run_json.hpp"
#include "ledger/summary.hpp"
#include "ledger/units.hpp"
#include "unit/ledger/run_in_tests.hpp"

namespace exuvia::ledger {
namespace {

using testing::captured;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestRun;

std::string bytes(std::uint64_t value) { return std::string(bytes_text(value).view()); }
std::string duration(std::uint64_t value) { return std::string(duration_text(value).view()); }
std::string count(std::uint64_t value) { return std::string(count_text(value).view()); }

TEST(Units, BytesHaveThreeDigits) {
  EXPECT_EQ(bytes(0), "0");
  EXPECT_EQ(bytes(1023), "1023 B");
  EXPECT_EQ(bytes(1024), "1.00 KiB");
  EXPECT_EQ(bytes(std::uint64_t{415} << 20), "415 MiB");
  EXPECT_EQ(bytes((std::uint64_t{41} << 20) + (std::uint64_t{512} << 10)), "41.5 MiB");
  EXPECT_EQ(bytes(std::uint64_t{3} << 30), "3.00 GiB");
  EXPECT_EQ(bytes(~std::uint64_t{0}), "16777216 TiB");
}

TEST(Units, DurationsHaveThreeDigits) {
  EXPECT_EQ(duration(0), "0");
  EXPECT_EQ(duration(999), "999 ns");
  EXPECT_EQ(duration(1'000), "1.00 us");
  EXPECT_EQ(duration(12'345'678), "12.3 ms");
  EXPECT_EQ(duration(99'400'000'000), "99.4 s");
  EXPECT_EQ(duration(125'000'000'000), "2 min 5 s");
}

TEST(Units, CountsHaveGroups) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(1'000), "1,000");
  EXPECT_EQ(count(1'234'567), "1,234,567");
}

// A run whose only process has recorded the figures of `record`.
class Report : public ::testing::Test {
 protected:
  Report() : writer_(open_from_environment()) {
    writer_.begin_process({.interpreter = "CPython 3.11.2", .collector_active = true});
  }
  ~Report() override { writer_.close(); }

  std::string summary() {
    return captured([this](int descriptor) { print_summary(run_.file(), root_, descriptor); });
  }
  std::string json() {
    return captured([this](int descriptor) { write_run_json(run_.file(), root_, descriptor); });
  }

  TestRun run_;
  Writer writer_;
  pid_t root_ = getpid();
};

TEST_F(Report, SaysWhatIsActive) {
  EXPECT_THAT(summary(), HasSubstr(" on CPython 3.11.2, "));
  EXPECT_THAT(summary(),
              HasSubstr("\n  active        collector is Exuvia's, allocator is CPython's\n"));
  EXPECT_THAT(summary(), HasSubstr("\n  collections   none\n"));
  EXPECT_THAT(summary(), Not(HasSubstr("\n  heap ")));
  EXPECT_THAT(summary(), Not(HasSubstr("\n  note ")));
}

TEST_F(Report, ListsWhatTheHeapHolds) {
  writer_.record_heap({.peak = 4 << 20,
                       .held = 2 << 20,
                       .arenas = 2,
                       .live = 1 << 20,
                       .free_blocks = 1 << 10,
                       .foreign = 5 << 20});
  EXPECT_THAT(summary(), HasSubstr("\n  heap          peak 4.00 MiB, now 2.00 MiB in 2 arenas\n"
                                   "                1.00 MiB live, 1.00 KiB free in used pools\n"
                                   "  malloc        5.00 MiB in use: blocks over 512 bytes, and "
                                   "those of native code\n"));
}

TEST_F(Report, TabulatesCollections) {
  for (int i = 0; i < 3; ++i) {
    writer_.record_collection(
        {.generation = 2, .pause_ns = 2'000'000, .collected = 500, .ours = i != 0});
  }
  EXPECT_THAT(
      summary(),
      HasSubstr(
          "\n  collections        number     median        p99    longest      total    garbage\n"
          "    generation 2          3    2.00 ms    2.00 ms    2.00 ms    6.00 ms      1,500   2 "
          "by Exuvia\n"));
  EXPECT_THAT(summary(), Not(HasSubstr("generation 0")));
}

TEST_F(Report, TellsOfUncollectableObjectsAndNotes) {
  writer_.record_collection({.generation = 2, .pause_ns = 1, .uncollectable = 4});
  writer_.note("a debug build");
  EXPECT_THAT(summary(), HasSubstr("\n  uncollectable 4 objects in gc.garbage\n"));
  EXPECT_THAT(summary(), HasSubstr("\n  note          a debug build\n"));
}

TEST_F(Report, SumsUpTheChildren) {
  for (int i = 1; i <= 2; ++i) {
    testing::wait_for(testing::start_child([&] {
      writer_.after_fork_in_child();
      writer_.record_collection(
          {.generation = 2, .pause_ns = static_cast<std::uint64_t>(i) * 1'000});
    }));
  }
  EXPECT_THAT(
      summary(),
      HasSubstr("\n  children      2 processes, 2 collections, longest full pause 2.00 us\n"));
}

TEST_F(Report, IsEmptyForAProcessThatRecordedNothing) {
  root_ = 1;
  EXPECT_EQ(summary(), "");
}

TEST_F(Report, KeepsControlCharactersFromTheTerminal) {
  writer_.note("a\x1b[31mb\x07");
  EXPECT_THAT(summary(), HasSubstr("note          a [31mb \n"));
}

TEST_F(Report, QuotesInJson) {
  writer_.note("a \"b\" \\ \xff \xe2\x82\xac \xe2\x82");
  EXPECT_THAT(json(),
              HasSubstr("\"note\": \"a \\\"b\\\" \\\\ \\ufffd \xe2\x82\xac \\ufffd\\ufffd\""));
}

TEST_F(Report, SaysInJsonWhatIsKnownOnly) {
  EXPECT_THAT(json(), HasSubstr("\"root\": true"));
  EXPECT_THAT(json(), HasSubstr("\"allocator\": \"stock\", \"collector\": \"exuvia\""));
  EXPECT_THAT(json(), Not(HasSubstr("unshared_bytes")));
  EXPECT_THAT(json(), HasSubstr("\"unrecorded_processes\": 0}\n"));
}

TEST_F(Report, JsonTellsWhenItCannotBeWritten) {
  EXPECT_EQ(write_run_json(run_.file(), root_, -1), EBADF);
}

}  // namespace
}  // namespace exuvia::ledger
