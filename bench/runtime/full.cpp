// A full collection of live objects: a graph of nodes of three references.
#include <gc/gc.h>
#include <gc/gc_allocator.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

struct Live {
  exuvia::Ref<Live> a, b, c;
  long value = 0;
};

struct BoehmLive {
  BoehmLive *a, *b, *c;
  long value;
};

// Links each node to the two next ones in `order` and to an earlier one.
template <class Nodes>
void link(Nodes& nodes, bool shuffled) {
  std::vector<std::uint32_t> order(nodes.size());
  std::iota(order.begin(), order.end(), 0U);
  if (shuffled) std::shuffle(order.begin(), order.end(), std::mt19937(1));
  const std::size_t n = nodes.size();
  for (std::size_t i = 0; i < n; ++i) {
    auto& node = *nodes[order[i]];
    if (2 * i + 1 < n) node.a = nodes[order[2 * i + 1]];
    if (2 * i + 2 < n) node.b = nodes[order[2 * i + 2]];
    node.c = nodes[order[i / 2]];
  }
  std::swap(nodes[0], nodes[order[0]]);
  nodes.resize(1);
}

Sample exuvia_full(std::size_t count, bool shuffled) {
  exuvia::collector().disable();
  std::vector<exuvia::Ref<Live>> nodes(count);
  for (auto& node : nodes) node = exuvia::make<Live>();
  link(nodes, shuffled);
  exuvia::collect();
  return {median_ns([] { exuvia::collect(); }) / static_cast<double>(count), 0};
}

Sample boehm_full(std::size_t count, bool shuffled) {
  BoehmLive* root = nullptr;
  {
    std::vector<BoehmLive*, gc_allocator<BoehmLive*>> nodes(count);
    for (auto& node : nodes) node = new (GC_MALLOC(sizeof(BoehmLive))) BoehmLive{};
    link(nodes, shuffled);
    root = nodes[0];
  }
  const double ns = median_ns([] { GC_gcollect(); });
  return {ns / static_cast<double>(count) + (root == nullptr ? 1 : 0), 0};
}

std::string python_full(std::size_t count, bool shuffled) {
  return "import gc,time,random\nclass N:\n  __slots__=(\"a\",\"b\",\"c\",\"value\")\n"
         "gc.disable()\nn=" +
         std::to_string(count) + "\nx=[N() for i in range(n)]\no=list(range(n))\n" +
         std::string(shuffled ? "random.seed(1); random.shuffle(o)\n" : "") +
         "for i in range(n):\n  m=x[o[i]]\n  if 2*i+1<n: m.a=x[o[2*i+1]]\n  if 2*i+2<n: "
         "m.b=x[o[2*i+2]]\n"
         "  m.c=x[o[i//2]]\nr=x[o[0]]\ndel x,o,m\ngc.collect()\nt=[]\n"
         "for i in range(3):\n  s=time.process_time(); gc.collect(); "
         "t.append(time.process_time()-s)\n"
         "print(sorted(t)[1]*1e9/n)";
}

Work collection_of(const char* name, std::size_t live, bool shuffled) {
  return {name,
          std::to_string(live) + " live objects, " + (shuffled ? "shuffled" : "in order") +
              ", an object",
          {{"exuvia", [=] { return exuvia_full(live, shuffled); }},
           {"Boehm collector", [=] { return boehm_full(live, shuffled); }},
           {"CPython", [=] { return python(python_full(live, shuffled)); }}}};
}

}  // namespace

Work full(bool quick, bool shuffled) {
  return collection_of("full", quick ? 200'000 : 5'000'000, shuffled);
}

Work full_large(bool quick, bool shuffled) {
  return collection_of("full_large", quick ? 600'000 : 15'000'000, shuffled);
}

}  // namespace exuvia::bench
