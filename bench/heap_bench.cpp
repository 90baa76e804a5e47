// Exuvia's heap beside pymalloc, mimalloc, jemalloc, tcmalloc and glibc: nanoseconds for a malloc
// and its free.
//
// All allocators run in one process, in turn, many times over; the figure is the median of the
// turns. Each is called through a pair of function pointers, so that no one is inlined and none
// pays for an extra hop; the row "exuvia, inlined" is what a C++ program sees that includes the
// header.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <unistd.h>

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exuvia/heap/heap.hpp"

namespace {

using exuvia::heap::BasicHeap;
using exuvia::heap::Geometry4K;
using exuvia::heap::Geometry64K;
using exuvia::heap::Heap;
using exuvia::platform::LinuxPlatform;

// Calls through pointers; `context` is for pymalloc, which takes one.
struct Called {
  void* (*malloc_)(void* context, std::size_t size);
  void (*free_)(void* context, void* p);
  void* context;

  void* allocate(std::size_t size) const { return malloc_(context, size); }
  void deallocate(void* p) const { free_(context, p); }
};

struct Inlined {
  Heap* heap;
  void* allocate(std::size_t size) const { return heap->try_allocate(size); }
  void deallocate(void* p) const { heap->deallocate(p); }
};

// Each contender has a heap of its own.
template <class H, bool ForInlining = false>
H& the_heap() {
  static H heap;
  return heap;
}

template <class H>
Called called() {
  return {[](void* heap, std::size_t size) { return static_cast<H*>(heap)->try_allocate(size); },
          [](void* heap, void* p) { static_cast<H*>(heap)->deallocate(p); }, &the_heap<H>()};
}

// malloc takes no context: the library's function is called as it is, and ignores the first
// register. A thunk would cost it a call, so size is passed where malloc expects it.
struct Plain {
  void* (*malloc_)(std::size_t size);
  void (*free_)(void* p);
  void* allocate(std::size_t size) const { return malloc_(size); }
  void deallocate(void* p) const { free_(p); }
};

// PyMemAllocatorEx of CPython's pymemory.h, stable since 3.5.
struct PyAllocator {
  void* context;
  void* (*malloc_)(void*, std::size_t);
  void* (*calloc_)(void*, std::size_t, std::size_t);
  void* (*realloc_)(void*, void*, std::size_t);
  void (*free_)(void*, void*);
};

void* open_first(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (void* library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  }
  return nullptr;
}

template <class F>
F symbol(void* library, const char* name) {
  return reinterpret_cast<F>(::dlsym(library, name));
}

constexpr std::size_t kSmallest = 16;
constexpr std::size_t kLargest = 512;

// The same random sizes and orders for everyone.
struct Plan {
  std::vector<std::uint16_t> sizes;
  std::vector<std::uint32_t> order;  // a permutation of the live blocks
  std::size_t live;
  std::size_t operations;
};

Plan make_plan(std::size_t live, std::size_t operations, bool shuffled) {
  std::mt19937_64 random(live + operations);
  std::uniform_int_distribution<unsigned> size(kSmallest, kLargest);
  Plan plan{std::vector<std::uint16_t>(std::max(live, std::size_t{1} << 16)),
            std::vector<std::uint32_t>(live), live, operations};
  for (auto& each : plan.sizes) each = static_cast<std::uint16_t>(size(random));
  std::iota(plan.order.begin(), plan.order.end(), 0u);
  if (shuffled) std::shuffle(plan.order.begin(), plan.order.end(), random);
  return plan;
}

// What every program does with a new block.
inline void* fresh(void* p) {
  *static_cast<volatile std::uint64_t*>(p) = 1;
  return p;
}

template <class A>
void run_pairs(const A& a, const Plan& plan) {
  for (std::size_t i = 0; i < plan.operations; ++i) {
    a.deallocate(fresh(a.allocate(plan.sizes[i & 0xffff])));
  }
}

template <class A>
void run_batches(const A& a, const Plan& plan) {
  std::vector<void*> blocks(plan.live);
  for (std::size_t done = 0; done < plan.operations; done += plan.live) {
    for (std::size_t i = 0; i < plan.live; ++i) blocks[i] = fresh(a.allocate(plan.sizes[i]));
    for (const auto i : plan.order) a.deallocate(blocks[i]);
  }
}

template <class A>
void run_churn(const A& a, const Plan& plan, std::vector<void*>& blocks) {
  std::uint64_t state = 88172645463325252u;
  for (std::size_t i = 0; i < plan.operations; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    void*& block = blocks[state % plan.live];
    a.deallocate(block);
    block = fresh(a.allocate(plan.sizes[(state >> 32) & 0xffff]));
  }
}

struct Workload {
  std::string name;
  enum Kind { kPairs, kBatches, kChurn } kind;
  Plan plan;
};

// Processor time of this thread: on a busy machine what others take does not count.
double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double per_operation(double start, std::size_t operations) {
  return (cpu_ns() - start) / static_cast<double>(operations);
}

// Churn starts from a heap that is full and already mixed.
template <class A>
double measure_churn(const A& a, const Plan& plan) {
  std::vector<void*> blocks(plan.live);
  for (std::size_t i = 0; i < plan.live; ++i) {
    blocks[i] = fresh(a.allocate(plan.sizes[i & 0xffff]));
  }
  run_churn(a, plan, blocks);
  const double start = cpu_ns();
  run_churn(a, plan, blocks);
  const double ns = per_operation(start, plan.operations);
  for (void* block : blocks) a.deallocate(block);
  return ns;
}

template <class A>
double measure(const A& a, const Workload& work) {
  if (work.kind == Workload::kChurn) return measure_churn(a, work.plan);
  const double start = cpu_ns();
  work.kind == Workload::kPairs ? run_pairs(a, work.plan) : run_batches(a, work.plan);
  return per_operation(start, work.plan.operations);
}

std::vector<Workload> workloads(double scale) {
  const auto n = [scale](double count) { return static_cast<std::size_t>(count * scale); };
  Plan reverse = make_plan(1000, n(400e3), false);
  std::reverse(reverse.order.begin(), reverse.order.end());
  return {
      {"pair", Workload::kPairs, make_plan(1, n(1e6), false)},
      {"lifo 1,000", Workload::kBatches, reverse},
      {"fifo 1,000", Workload::kBatches, make_plan(1000, n(400e3), false)},
      {"random 1,000", Workload::kBatches, make_plan(1000, n(400e3), true)},
      {"random 100,000", Workload::kBatches, make_plan(100'000, n(400e3), true)},
      {"churn 10,000", Workload::kChurn, make_plan(10'000, n(400e3), true)},
      {"churn 1,000,000", Workload::kChurn, make_plan(1'000'000, n(2e6), true)},
  };
}

struct Row {
  std::string workload;
  std::string allocator;
  std::vector<double> samples;

  double median() const {
    std::vector<double> sorted = samples;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  double spread() const {
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    return (*high - *low) / median();
  }
};

// An allocator in the race.
struct Contender {
  std::string name;
  std::function<double(const Workload&)> measure;  // ns an operation
};

template <class A>
Contender contender(const std::string& name, const A& calls) {
  return {name, [calls](const Workload& work) { return measure(calls, work); }};
}

void add_pymalloc(std::vector<Contender>& all, const std::string& path) {
  void* python = open_first(path.empty() ? std::vector<std::string>{"libpython3.11.so.1.0"}
                                         : std::vector<std::string>{path});
  if (python == nullptr) return;
  constexpr int kObjectDomain = 2;
  PyAllocator allocator{};
  symbol<void (*)(int, PyAllocator*)>(python, "PyMem_GetAllocator")(kObjectDomain, &allocator);
  all.push_back(
      contender("pymalloc", Called{allocator.malloc_, allocator.free_, allocator.context}));
}

void add_plain(std::vector<Contender>& all, const std::string& name, const std::string& file,
               const char* malloc_name, const char* free_name) {
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::cerr << "left out: " << name << " (" << ::dlerror() << ")\n";
    return;
  }
  all.push_back(contender(name, Plain{symbol<void* (*)(std::size_t)>(library, malloc_name),
                                      symbol<void (*)(void*)>(library, free_name)}));
}

// In turning order, so that nobody always follows the same neighbour.
std::vector<Row> run(const std::vector<Contender>& field, const Workload& work, unsigned turns) {
  std::vector<Row> rows;
  for (const Contender& each : field) rows.push_back({work.name, each.name, {}});
  for (unsigned turn = 0; turn < turns; ++turn) {
    for (std::size_t i = 0; i < field.size(); ++i) {
      const std::size_t at = (turn + i) % field.size();
      rows[at].samples.push_back(field[at].measure(work));
    }
  }
  return rows;
}

void print_table(const std::vector<std::vector<Row>>& all) {
  fmt::print("{:<17}", "ns a pair");
  for (const Row& row : all.front()) fmt::print("{:>16}", row.allocator);
  fmt::print("{:>12}\n", "best/ours");
  for (const auto& rows : all) {
    fmt::print("{:<17}", rows.front().workload);
    double best = 1e9;
    for (const Row& row : rows) {
      fmt::print("{:>16.2f}", row.median());
      if (!row.allocator.starts_with("exuvia")) best = std::min(best, row.median());
    }
    fmt::print("{:>12.2f}\n", best / rows.front().median());
  }
}

void write_json(const std::vector<std::vector<Row>>& all, const std::string& path) {
  nlohmann::json results = nlohmann::json::array();
  for (const auto& rows : all) {
    for (const Row& row : rows) {
      results.push_back({{"workload", row.workload},
                         {"allocator", row.allocator},
                         {"ns", row.median()},
                         {"spread", row.spread()},
                         {"samples", row.samples.size()}});
    }
  }
  std::ofstream(path) << nlohmann::json{{"benchmark", "heap"}, {"results", results}}.dump(2)
                      << '\n';
}

// The peers' thread-local storage needs room that the loader sets aside only at program start.
void ensure_static_tls(char** argv) {
  constexpr const char* kTunables = "GLIBC_TUNABLES";
  if (std::getenv(kTunables) != nullptr) return;
  ::setenv(kTunables, "glibc.rtld.optional_static_tls=16384", 1);
  ::execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) {
  ensure_static_tls(argv);
  CLI::App app{
      "Exuvia's heap beside other allocators: ns for a malloc and its free, 16 to 512 bytes"};
  unsigned turns = 9;
  double scale = 1;
  std::string json, python, only;
  bool geometries = false;
  app.add_option("--turns", turns, "samples of each allocator")->check(CLI::Range(1, 1000));
  app.add_option("--scale", scale, "how much work a sample does")->check(CLI::Range(0.01, 100.0));
  app.add_option("--json", json, "write the figures to this file");
  app.add_option("--libpython", python, "the libpython whose pymalloc is measured");
  app.add_option("--only", only, "only workloads whose name contains this");
  app.add_flag("--geometries", geometries, "also 4 KiB and 64 KiB pools");
  CLI11_PARSE(app, argc, argv);

  std::vector<Contender> field{
      contender("exuvia", called<Heap>()),
      contender("exuvia, inlined", Inlined{&the_heap<Heap, true>()}),
  };
  if (geometries) {
    field.push_back(contender("exuvia 4 KiB", called<BasicHeap<LinuxPlatform, Geometry4K>>()));
    field.push_back(contender("exuvia 64 KiB", called<BasicHeap<LinuxPlatform, Geometry64K>>()));
  }
  add_pymalloc(field, python);
  add_plain(field, "mimalloc", "libmimalloc.so.2", "mi_malloc", "mi_free");
  add_plain(field, "jemalloc", "libjemalloc.so.2", "malloc", "free");
  add_plain(field, "tcmalloc", "libtcmalloc_minimal.so.4", "tc_malloc", "tc_free");
  add_plain(field, "glibc", "libc.so.6", "malloc", "free");

  std::vector<std::vector<Row>> all;
  for (const Workload& work : workloads(scale)) {
    if (work.name.find(only) != std::string::npos) all.push_back(run(field, work, turns));
  }
  if (all.empty()) {
    std::cerr << "no workload's name contains '" << only << "'\n";
    return 2;
  }
  print_table(all);
  if (!json.empty()) write_json(all, json);
}
