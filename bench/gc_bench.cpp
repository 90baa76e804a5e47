// Full collections of live heaps on the tiny host: nanoseconds an object, and side memory.
//
//   gc_bench [--objects N] [--repeat N] [--workers N...]
//
// For each shape the objects lie in the order in which they are reached, or shuffled. `no roots` is
// the collection that knows no roots, so that every object is a candidate and the search for cycles
// does all the work.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "hosts/tiny/host.hpp"
#include "hosts/tiny/rootless.hpp"

namespace exuvia {
namespace {

using tiny::Object;

// Hands out objects of given lengths, in order of memory or shuffled.
class Supply {
 public:
  Supply(tiny::Host& host, bool shuffled, std::size_t expected)
      : host_(host), shuffled_(shuffled), expected_(expected) {}

  Object* make(std::size_t length) {
    if (!shuffled_) return host_.try_make(length);
    if (length >= pools_.size()) return host_.try_make(length);
    std::vector<Object*>& pool = pools_[length];
    if (pool.empty()) refill(pool, length);
    Object* object = pool.back();
    pool.pop_back();
    return object;
  }

  // Lets go of what was made and not asked for.
  void drop_rest() {
    for (auto& pool : pools_) {
      for (Object* object : pool) host_.release(object);
      pool.clear();
    }
  }

 private:
  void refill(std::vector<Object*>& pool, std::size_t length) {
    for (std::size_t i = 0; i < expected_ / 2; ++i) pool.push_back(host_.try_make(length));
    std::shuffle(pool.begin(), pool.end(), random_);
  }

  tiny::Host& host_;
  const bool shuffled_;
  const std::size_t expected_;
  std::mt19937_64 random_{1};
  std::vector<std::vector<Object*>> pools_{std::vector<std::vector<Object*>>(16)};
};

void give(tiny::Host& host, Object* parent, std::size_t edge, Object* child) {
  host.link(parent, edge, child);
  host.release(child);
}

// Records of a JSON file: a list of dictionaries, each with strings, numbers, a list of tags and a
// nested dictionary.
Object* json(tiny::Host& host, Supply& supply, std::size_t objects) {
  const std::size_t records = std::max<std::size_t>(objects / 3, 1);
  Object* list = supply.make(records);
  for (std::size_t i = 0; i < records; ++i) {
    Object* record = supply.make(6);
    give(host, list, i, record);
    for (std::size_t e = 0; e < 4; ++e) give(host, record, e, supply.make(0));
    Object* tags = supply.make(3);
    give(host, record, 4, tags);
    for (std::size_t e = 0; e < 3; ++e) give(host, tags, e, supply.make(0));
    Object* nested = supply.make(3);
    give(host, record, 5, nested);
    for (std::size_t e = 0; e < 2; ++e) give(host, nested, e, supply.make(0));
  }
  return list;
}

// One long linked list of nodes with a value each.
Object* linked(tiny::Host& host, Supply& supply, std::size_t objects) {
  Object* first = supply.make(2);
  Object* last = first;
  for (std::size_t i = 1; i < objects; ++i) {
    Object* node = supply.make(2);
    give(host, last, 0, supply.make(0));
    give(host, last, 1, node);
    last = node;
  }
  return first;
}

// A binary tree whose nodes know their parents.
Object* tree(tiny::Host& host, Supply& supply, std::size_t objects) {
  std::vector<Object*> nodes{supply.make(3)};
  for (std::size_t i = 1; i < objects; ++i) {
    Object* node = supply.make(3);
    Object* parent = nodes[(i - 1) / 2];
    host.link(node, 2, parent);
    give(host, parent, (i - 1) % 2, node);
    nodes.push_back(node);
  }
  return nodes[0];
}

// Tuples of tuples of numbers.
Object* tuples(tiny::Host& host, Supply& supply, std::size_t objects) {
  const std::size_t groups = std::max<std::size_t>(objects / 5, 1);
  Object* list = supply.make(groups);
  for (std::size_t i = 0; i < groups; ++i) {
    Object* group = supply.make(4);
    give(host, list, i, group);
    for (std::size_t e = 0; e < 4; ++e) {
      Object* pair = supply.make(2);
      give(host, group, e, pair);
      give(host, pair, 0, supply.make(0));
      give(host, pair, 1, supply.make(0));
    }
  }
  return list;
}

struct Shape {
  std::string name;
  Object* (*build)(tiny::Host&, Supply&, std::size_t);
};

// Report the shortest time instead of the median: for comparing two builds on a machine that others
// use.
bool take_best = false;

struct Measured {
  double ns_per_object;
  double side_percent;
};

template <class Host>
Measured measure(Host& host, gc::Workers& workers, std::size_t heap_bytes, unsigned repeat) {
  std::vector<double> times;
  gc::Collection done;
  for (unsigned i = 0; i < repeat; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    done = gc::Collector<Host>(host, workers).collect();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    times.push_back(took.count() / static_cast<double>(std::max(done.marked, done.candidates)));
  }
  std::sort(times.begin(), times.end());
  return {take_best ? times.front() : times[times.size() / 2],
          100.0 * static_cast<double>(done.side_bytes) / static_cast<double>(heap_bytes)};
}

void run_shape(const Shape& shape, bool shuffled, std::size_t objects, unsigned repeat,
               const std::vector<unsigned>& worker_counts) {
  tiny::Host host;
  Supply supply(host, shuffled, objects);
  host.add_root(shape.build(host, supply, objects));
  supply.drop_rest();
  const std::size_t heap_bytes = host.heap().arena_bytes();
  std::string line = fmt::format("{:<8} {:<9}", shape.name, shuffled ? "shuffled" : "in order");
  tiny::Rootless rootless{host};
  for (const unsigned count : worker_counts) {
    gc::Workers workers(count);
    const Measured known = measure(host, workers, heap_bytes, repeat);
    const Measured unknown = measure(rootless, workers, heap_bytes, std::max(repeat / 2, 1u));
    line += fmt::format("  {:>2}: {:6.1f} ns {:4.1f} %   no roots {:6.1f} ns {:4.1f} %", count,
                        known.ns_per_object, known.side_percent, unknown.ns_per_object,
                        unknown.side_percent);
  }
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

}  // namespace
}  // namespace exuvia

int main(int argc, char** argv) {
  std::size_t objects = 5'000'000;
  unsigned repeat = 5;
  std::vector<unsigned> workers{1, 2};
  std::string only;
  CLI::App app{"Full collections of live heaps on the tiny host"};
  app.add_option("--objects", objects, "containers in each heap");
  app.add_option("--repeat", repeat, "collections, of which the median is taken");
  app.add_option("--workers", workers, "numbers of workers");
  app.add_option("--shape", only, "json, linked, tree or tuples; default: all");
  app.add_flag("--best", exuvia::take_best, "the shortest collection instead of the median");
  CLI11_PARSE(app, argc, argv);

  using exuvia::Shape;
  const std::vector<Shape> shapes{{"json", exuvia::json},
                                  {"linked", exuvia::linked},
                                  {"tree", exuvia::tree},
                                  {"tuples", exuvia::tuples}};
  fmt::print("{} containers; workers: ns a container, side memory of the heap\n", objects);
  for (const Shape& shape : shapes) {
    if (!only.empty() && only != shape.name) continue;
    for (const bool shuffled : {false, true}) {
      exuvia::run_shape(shape, shuffled, objects, repeat, workers);
    }
  }
}
