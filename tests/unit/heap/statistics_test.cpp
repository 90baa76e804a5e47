#include "exuvia/heap/statistics.hpp"

#include <string>

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

std::string printed(const Statistics& statistics) {
  std::FILE* file = std::tmpfile();
  print_statistics(statistics, file);
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
  std::fclose(file);
  return text;
}

TEST(Statistics, ArePrintedAsCPythonDoes) {
  Statistics s;
  s.class_count = 2;
  s.classes[0] = {16, 0, 0, 0, 0, 0};
  s.classes[1] = {512, 3, 80, 4, 9, 32};
  s.arena_size = 1 << 20;
  s.pool_size = 1 << 14;
  s.arenas = 2;
  s.arenas_peak = 5;
  s.arenas_allocated = 7;
  s.arenas_reclaimed = 5;
  s.unused_pools = 125;
  s.in_use = 80 * 512;
  EXPECT_EQ(s.blocks_in_use(), 80u);
  const std::string text = printed(s);
  EXPECT_TRUE(text.starts_with(
      "Small block threshold = 512, in 2 size classes.\n\n"
      "class   size   num pools   blocks in use  avail blocks  cached blocks  at most\n"));
  EXPECT_NE(
      text.find(
          "\n    1    512           3              80             9              4       32\n"),
      std::string::npos);
  EXPECT_NE(text.find("# arenas allocated total           =                    7\n"
                      "# arenas reclaimed                 =                    5\n"
                      "# arenas highwater mark            =                    5\n"
                      "# arenas allocated current         =                    2\n"
                      "2 arenas * 1048576 bytes/arena\n"),
            std::string::npos);
  EXPECT_NE(text.find("125 unused pools * 16384 bytes\n"), std::string::npos);
}

TEST(Statistics, LeaveOutClassesWithoutPools) {
  Statistics s;
  s.class_count = 1;
  s.classes[0] = {16, 0, 0, 0, 0, 0};
  EXPECT_EQ(printed(s).find("\n    0     16"), std::string::npos);
}

}  // namespace
}  // namespace exuvia::heap
