#include "exuvia/heap/statistics.hpp"

namespace exuvia::heap {
namespace {

// "# arenas allocated total           =                    7", as CPython prints it.
void print_row(std::FILE* file, const char* name, std::uint64_t value) {
  std::fprintf(file, "%-35s= %20llu\n", name, static_cast<unsigned long long>(value));
}

void print_classes(const Statistics& s, std::FILE* file) {
  std::fprintf(file,
               "class   size   num pools   blocks in use  avail blocks  cached blocks  at most\n");
  std::fprintf(file,
               "-----   ----   ---------   -------------  ------------  -------------  -------\n");
  for (unsigned i = 0; i < s.class_count; ++i) {
    const ClassStatistics& c = s.classes[i];
    if (c.pools == 0) continue;
    std::fprintf(file, "%5u %6zu %11zu %15zu %13zu %14zu %8zu\n", i, c.block_size, c.pools,
                 c.in_use, c.unused, c.cached, c.most_cached);
  }
}

}  // namespace

std::size_t Statistics::blocks_in_use() const noexcept {
  std::size_t total = 0;
  for (unsigned i = 0; i < class_count; ++i) total += classes[i].in_use;
  return total;
}

void print_statistics(const Statistics& s, std::FILE* file) {
  std::fprintf(file, "Small block threshold = %zu, in %u size classes.\n\n",
               s.class_count == 0 ? 0 : s.classes[s.class_count - 1].block_size, s.class_count);
  print_classes(s, file);
  std::fprintf(file, "\n");
  print_row(file, "# arenas allocated total", s.arenas_allocated);
  print_row(file, "# arenas reclaimed", s.arenas_reclaimed);
  print_row(file, "# arenas highwater mark", s.arenas_peak);
  print_row(file, "# arenas allocated current", s.arenas);
  std::fprintf(file, "%zu arenas * %zu bytes/arena\n", s.arenas, s.arena_size);
  print_row(file, "", s.arenas * s.arena_size);
  std::fprintf(file, "\n");
  print_row(file, "# bytes in allocated blocks", s.in_use);
  print_row(file, "# bytes in cached blocks", s.cached);
  print_row(file, "# bytes in available blocks", s.unused);
  std::fprintf(file, "%zu unused pools * %zu bytes\n", s.unused_pools, s.pool_size);
  print_row(file, "", s.unused_pools * s.pool_size);
  print_row(file, "# bytes lost to fitting", s.wasted);
  print_row(file, "Total",
            s.in_use + s.cached + s.unused + s.unused_pools * s.pool_size + s.wasted);
  std::fprintf(file, "\n");
  print_row(file, "# bytes resident", s.resident);
  print_row(file, "# bytes returned in all", s.returned);
}

}  // namespace exuvia::heap
