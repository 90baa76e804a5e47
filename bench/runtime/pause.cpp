// Pauses of automatic collections while a program of many live objects replaces some of them by
// others, one in eight of them in a cycle with a twin.
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

struct Shop {
  exuvia::Ref<Shop> next;
  exuvia::Ref<Shop> twin;
  long value = 0;
};

Sample exuvia_pauses(std::size_t live, double share, exuvia::Policy policy) {
  std::vector<double> pauses;
  exuvia::collector().set_policy(policy);
  exuvia::collector().disable();
  std::vector<exuvia::Ref<Shop>> table(live);
  for (auto& entry : table) entry = exuvia::make<Shop>();
  exuvia::collect();
  Clock::time_point start;
  exuvia::collector().add_callback(
      [&](exuvia::CollectionPhase phase, const exuvia::CollectionInfo&) {
        if (phase == exuvia::CollectionPhase::kStart) {
          start = Clock::now();
        } else {
          pauses.push_back(ns_since(start));
        }
      });
  exuvia::collector().enable();
  std::mt19937 random(1);
  for (std::size_t i = 0; i < live; ++i) {
    auto fresh = exuvia::make<Shop>(table[random() % live]->next);
    if (i % 8 == 0) fresh->twin = exuvia::make<Shop>(nullptr, fresh);
    table[random() % live] = std::move(fresh);
  }
  exuvia::collector().disable();
  return {quantile(pauses, share), 0};
}

std::string python_pauses(std::size_t live, double share) {
  return "import gc,time,random\nclass S:\n  __slots__=(\"next\",\"twin\")\n"
         "  def __init__(s,n,t=None): s.next=n; s.twin=t\n"
         "gc.disable()\nn=" +
         std::to_string(live) +
         "\nx=[S(None) for i in range(n)]\ngc.collect()\np=[]\ns=0\n"
         "def f(phase,info):\n  global s\n  if phase==\"start\": s=time.process_time_ns()\n"
         "  else: p.append(time.process_time_ns()-s)\n"
         "gc.callbacks.append(f)\ngc.enable()\nr=random.Random(1).randrange\n"
         "for i in range(n):\n  a=S(x[r(n)].next)\n  if i%8==0: a.twin=S(None,a)\n  x[r(n)]=a\n"
         "p.sort()\nprint(p[int(" +
         std::to_string(share) + "*(len(p)-1)+0.5)])";
}

}  // namespace

Work pause(bool quick) {
  const std::size_t live = quick ? 200'000 : 5'000'000;
  return {"pause",
          "of a collection, " + std::to_string(live) + " live objects",
          {{"exuvia, incremental, 99 of 100 are shorter",
            [=] { return exuvia_pauses(live, 0.99, exuvia::Policy::kIncremental); }},
           {"exuvia, incremental, longest",
            [=] { return exuvia_pauses(live, 1, exuvia::Policy::kIncremental); }},
           {"exuvia, generational, 99 of 100 are shorter",
            [=] { return exuvia_pauses(live, 0.99, exuvia::Policy::kGenerational); }},
           {"exuvia, generational, longest",
            [=] { return exuvia_pauses(live, 1, exuvia::Policy::kGenerational); }},
           {"CPython, longest", [=] { return python(python_pauses(live, 1)); }},
           {"CPython, 99 of 100 are shorter", [=] { return python(python_pauses(live, 0.99)); }}}};
}

}  // namespace exuvia::bench
