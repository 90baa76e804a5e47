// The same random program on the runtime and in CPython: what dies, what is told of it in which
// order, and what resurrects must agree after each operation.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia::laws {
namespace {

enum class Kind { kMake, kLink, kUnlink, kDrop, kCollect };

// `kind`, and one or two ids: kMake id saves_itself; kLink from to; kUnlink from; kDrop id.
struct Operation {
  Kind kind;
  std::size_t a = 0;
  std::size_t b = 0;
};

// Reads lines "kind a b"; prints, for each, the events in order (F: finalized, W: the callback of
// its weak reference) and the ids whose weak reference has not expired. Which of the finalizers, or
// of the callbacks, of one collection comes first is nobody's promise: they are sorted.
constexpr const char* kInterpreter = R"(
import gc, itertools, sys, weakref
gc.disable()
roots, events, callbacks, watches = {}, [], {}, {}
def note(id, event): events.append((event, id))
def sort_each_run_of_a_kind():
    events[:] = [e for _, run in itertools.groupby(events, lambda e: e[0]) for e in sorted(run)]
class Node:
    __slots__ = ('id', 'saves', 'edges', '__weakref__')
    def __init__(self, id, saves): self.id, self.saves, self.edges = id, saves, []
    def __del__(self):
        note(self.id, 'F')
        if self.saves: roots.setdefault(self.id, []).append(self)
def make(a, b):
    roots[a] = [Node(a, b)]
    watches[a] = weakref.ref(roots[a][0])
    callbacks[a] = weakref.ref(roots[a][0], lambda _: note(a, 'W'))
def link(a, b): roots[a][0].edges.append(roots[b][0])
def unlink(a, b): roots[a][0].edges.pop()
def drop(a, b): roots[a].pop()
def collect(a, b): gc.collect(); sort_each_run_of_a_kind()
kinds = (make, link, unlink, drop, collect)
# An operation whose root has gone, or which finds no edge, does nothing.
def is_possible(k, a, b):
    if k == 0 or k == 4: return True
    if not roots.get(a): return False
    if k == 1: return bool(roots.get(b))
    return k != 2 or bool(roots[a][0].edges)
for line in open(sys.argv[1]):
    k, a, b = map(int, line.split())
    if is_possible(k, a, b): kinds[k](a, b)
    print(*(f'{e}{i}' for e, i in events),
          '|', *(i for i, w in sorted(watches.items()) if w() is not None))
    events.clear()
)";

struct World;

struct Node {
  World* world;
  std::size_t id;
  bool saves_itself;
  std::vector<Ref<Node>> edges;

  Node(World& w, std::size_t i, bool saves) : world(&w), id(i), saves_itself(saves) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node() {  // from the back, as a list of Python does
    while (!edges.empty()) edges.pop_back();
  }
  void finalize();
  void trace(Visitor& v) const { v(edges); }
};

// The C++ twin of kInterpreter.
struct World {
  explicit World(Policy policy) : scope(heap) {
    heap.collector().set_policy(policy);
    heap.collector().set_thresholds({0, 10, 10});
  }

  Heap heap;
  HeapScope scope;
  std::vector<std::pair<char, std::size_t>> events;
  std::map<std::size_t, Weak<Node>> watches;
  std::map<std::size_t, Weak<Node>> callbacks;
  std::map<std::size_t, std::vector<Ref<Node>>> roots;

  bool is_held(std::size_t id) const {
    const auto found = roots.find(id);
    return found != roots.end() && !found->second.empty();
  }

  void make(std::size_t id, bool saves) {
    const Ref<Node> node = exuvia::make<Node>(*this, id, saves);
    watches[id] = node;
    callbacks[id] = Weak<Node>(node, [this, id] { events.emplace_back('W', id); });
    roots[id].push_back(node);
  }

  void apply(const Operation& operation) {
    const auto [kind, a, b] = operation;
    if (kind == Kind::kMake) return make(a, b != 0);
    if (kind == Kind::kCollect) return collect();
    if (!is_held(a)) return;
    std::vector<Ref<Node>>& edges = roots[a][0]->edges;
    if (kind == Kind::kLink && is_held(b)) edges.push_back(roots[b][0]);
    if (kind == Kind::kUnlink && !edges.empty()) drop_last(edges);
    if (kind == Kind::kDrop) drop_last(roots[a]);
  }

  void collect() {
    heap.collector().collect();
    for (auto run = events.begin(); run != events.end();) {
      const auto end =
          std::find_if(run, events.end(), [run](auto event) { return event.first != run->first; });
      std::sort(run, end);
      run = end;
    }
  }

  static void drop_last(std::vector<Ref<Node>>& refs) {
    const Ref<Node> gone = std::move(refs.back());
    refs.pop_back();
  }

  std::string line() {
    std::ostringstream text;
    for (const auto& [event, id] : events) text << event << id << ' ';
    text << '|';
    for (const auto& [id, watch] : watches) {
      if (!watch.expired()) text << ' ' << id;
    }
    events.clear();
    return text.str();
  }
};

void Node::finalize() {
  world->events.emplace_back('F', id);
  if (saves_itself) world->roots[id].push_back(ref_to(*this));
}

std::vector<Operation> random_program(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Operation> program;
  std::size_t made = 0;
  for (int i = 0; i < 400; ++i) {
    const std::uint64_t choice = random() % 16;
    const std::size_t a = made == 0 ? 0 : random() % made;
    const std::size_t b = made == 0 ? 0 : random() % made;
    if (choice < 4 || made == 0) {
      program.push_back({Kind::kMake, made++, random() % 5 == 0 ? 1U : 0U});
    } else if (choice < 9) {
      program.push_back({Kind::kLink, a, b});
    } else if (choice < 10) {
      program.push_back({Kind::kUnlink, a});
    } else if (choice < 15) {
      program.push_back({Kind::kDrop, a});
    } else {
      program.push_back({Kind::kCollect});
    }
  }
  program.push_back({Kind::kCollect});
  return program;
}

class LifetimesInCPython : public testing::TestWithParam<Policy> {
 protected:
  LifetimesInCPython() {
    const auto folder = std::filesystem::temp_directory_path();
    path_ = (folder / ("exuvia-lifetimes-" + std::to_string(::getpid()))).string();
    std::ofstream(path_ + ".py") << kInterpreter;
  }
  ~LifetimesInCPython() override {
    std::filesystem::remove(path_ + ".py");
    std::filesystem::remove(path_ + ".txt");
  }

  std::vector<std::string> run_in_cpython(const std::vector<Operation>& program) {
    {
      std::ofstream file(path_ + ".txt");
      for (const Operation& operation : program) {
        file << static_cast<int>(operation.kind) << ' ' << operation.a << ' ' << operation.b
             << '\n';
      }
    }
    const std::string command =
        std::string("'") + EXUVIA_PYTHON + "' '" + path_ + ".py' '" + path_ + ".txt' 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    std::string output;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      output.append(buffer, n);
    EXPECT_EQ(::pclose(pipe), 0) << output.substr(0, 1000);
    std::vector<std::string> lines;
    std::istringstream text(output);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

 private:
  std::string path_;
};

INSTANTIATE_TEST_SUITE_P(Policies, LifetimesInCPython,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(LifetimesInCPython, EndAndResurrectInTheSameOrderAfterEveryOperation) {
  std::size_t finalized = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<Operation> program = random_program(seed);
    const std::vector<std::string> theirs = run_in_cpython(program);
    ASSERT_GE(theirs.size(), program.size());
    World world(GetParam());
    for (std::size_t i = 0; i < program.size(); ++i) {
      world.apply(program[i]);
      const std::string ours = world.line();
      ASSERT_EQ(ours, theirs[i]) << "operation " << i;
      finalized += static_cast<std::size_t>(std::count(ours.begin(), ours.end(), 'F'));
    }
    for (auto& [id, refs] : world.roots) {
      for (Ref<Node>& ref : refs) ref->saves_itself = false;
    }
    world.callbacks.clear();
    std::exchange(world.roots, {}).clear();
    world.heap.collector().collect();
  }
  EXPECT_GT(finalized, 100U);
}

}  // namespace
}  // namespace exuvia::laws
