// The runtime against what a C++ program would use instead: shared_ptr and weak_ptr on glibc and on
// mimalloc, new and delete on mimalloc, the Boehm collector, and CPython's own objects where an
// interpreter is at hand.
//
//   runtime_bench [--quick] [--rounds N] [--peer NAME] [WORK...]     works: tree gcbench cycles
//   full full_large pause handle
//
// Each sample runs in a process of its own, forked from one that has done nothing; the peers take
// turns, so that drifts of the machine meet all of them. Printed are medians, the spread of the
// middle half, and the ratio to the runtime.
#include <gc/gc.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "works.hpp"

namespace {

// Of the peers only those whose name contains `name`.
exuvia::bench::Work only(exuvia::bench::Work work, const std::string& name) {
  std::erase_if(work.peers, [&](const auto& peer) { return peer.name.find(name) == name.npos; });
  return work;
}

}  // namespace

int main(int argc, char** argv) {
  bool quick = false;
  int rounds = 5;
  std::string peer;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--quick") {
      quick = true;
    } else if (argument == "--rounds" && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--peer" && i + 1 < argc) {
      peer = argv[++i];
    } else {
      wanted.push_back(argument);
    }
  }
  GC_INIT();
  using namespace exuvia::bench;
  for (Work work :
       {tree(quick), gcbench(quick), cycles(quick), full(quick, false), full(quick, true),
        full_large(quick, false), full_large(quick, true), pause(quick), handle()}) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), work.name) != wanted.end())
      run(only(std::move(work), peer), rounds);
  }
}
