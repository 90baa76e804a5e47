// Cycles of two, made and collected.
#include <gc/gc.h>

#include <string>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

struct Pair {
  exuvia::Ref<Pair> other;
  long value = 0;
};

Sample exuvia_cycles(int count, bool automatic) {
  if (!automatic) exuvia::collector().disable();
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    const auto a = exuvia::make<Pair>();
    a->other = exuvia::make<Pair>(a);
  }
  exuvia::collect();
  return {ns_since(start) / (2.0 * count), 0};
}

struct BoehmPair {
  BoehmPair* other;
  long value;
};

Sample boehm_cycles(int count) {
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    auto* const a = new (GC_MALLOC(sizeof(BoehmPair))) BoehmPair{nullptr, 0};
    a->other = new (GC_MALLOC(sizeof(BoehmPair))) BoehmPair{a, 0};
  }
  GC_gcollect();
  return {ns_since(start) / (2.0 * count), 0};
}

std::string python_cycles(int count, bool automatic) {
  return "import gc,time\nclass P:\n  __slots__=(\"other\",\"value\")\n" +
         std::string(automatic ? "" : "gc.disable()\n") +
         "def f(n):\n  for i in range(n):\n    a=P(); b=P(); a.other=b; b.other=a\n"
         "t=time.process_time(); f(" +
         std::to_string(count) + "); gc.collect(); print((time.process_time()-t)*1e9/(2*" +
         std::to_string(count) + "))";
}

}  // namespace

Work cycles(bool quick) {
  const int count = quick ? 200'000 : 2'000'000;
  return {"cycles",
          std::to_string(count) + " cycles of two made and collected, an object",
          {{"exuvia, automatic collections", [=] { return exuvia_cycles(count, true); }},
           {"exuvia, one collection at the end", [=] { return exuvia_cycles(count, false); }},
           {"Boehm collector", [=] { return boehm_cycles(count); }},
           {"CPython, automatic collections", [=] { return python(python_cycles(count, true)); }},
           {"CPython, one collection at the end",
            [=] { return python(python_cycles(count, false)); }}}};
}

}  // namespace exuvia::bench
