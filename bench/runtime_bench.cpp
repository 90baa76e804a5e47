// The runtime against what a C++ program would use instead: shared_ptr and weak_ptr on glibc and on
// mimalloc, new and delete on mimalloc, the Boehm collector, and CPython's own objects where an
// interpreter is at hand.
//
//   runtime_bench [--quick] [--rounds N] [WORK...]     works: tree gcbench cycles full pause
//   handle
//
// Each sample runs in a process of its own, forked from one that has done nothing; the peers take
// turns, so that drifts of the machine meet all of them. Printed are medians, the spread of the
// middle half, and the ratio to the runtime.

#include <gc/gc.h>
#include <gc/gc_allocator.h>
#include <mimalloc.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"

namespace {

// CPU time of the process: other programs' load does not count. Where several threads work, wall
// time is taken instead.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
  static time_point now() {
    timespec time{};
    clock_gettime(id, &time);
    return time_point(duration(time.tv_sec * 1'000'000'000 + time.tv_nsec));
  }
  inline static clockid_t id = CLOCK_PROCESS_CPUTIME_ID;
};

struct Sample {
  double ns = 0;     // for each object or operation
  double bytes = 0;  // for each object, at the peak; 0 where it says nothing
};

struct Peer {
  std::string name;
  std::function<Sample()> run;
};

struct Work {
  std::string name;
  std::string what;
  std::vector<Peer> peers;  // the runtime first
};

double ns_since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Runs one sample in a child process; NaN if it died.
Sample sample_of(const Peer& peer) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const Sample sample = peer.run();
    const bool written =
        write(ends[1], &sample, sizeof sample) == static_cast<ssize_t>(sizeof sample);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Sample sample{std::nan(""), 0};
  if (read(ends[0], &sample, sizeof sample) != static_cast<ssize_t>(sizeof sample))
    sample.ns = std::nan("");
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return sample;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

void run(const Work& work, int rounds) {
  std::vector<std::vector<double>> times(work.peers.size());
  std::vector<double> bytes(work.peers.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < work.peers.size(); ++i) {
      const Sample sample = sample_of(work.peers[i]);
      times[i].push_back(sample.ns);
      bytes[i] = sample.bytes;
    }
  }
  std::printf("%s: %s, %d rounds\n", work.name.c_str(), work.what.c_str(), rounds);
  const double ours = quantile(times[0], 0.5);
  for (std::size_t i = 0; i < work.peers.size(); ++i) {
    std::printf("  %-36s %9.2f ns  [%.2f .. %.2f]", work.peers[i].name.c_str(),
                quantile(times[i], 0.5), quantile(times[i], 0.25), quantile(times[i], 0.75));
    if (bytes[i] > 0) std::printf("  %6.1f B", bytes[i]);
    std::printf("  %6.2fx\n", quantile(times[i], 0.5) / ours);
  }
  std::printf("\n");
}

// Trees with parent links. Each kind of node says how it is made, linked and dropped.

struct ExuviaRaw {
  struct Node {
    exuvia::Ref<Node> left, right;
    Node* parent;
    long value;
  };
  using Owner = exuvia::Ref<Node>;
  static Owner make(const Owner& parent, long value) {
    return exuvia::make<Node>(nullptr, nullptr, parent.get(), value);
  }
  static void drop(Owner& root) { root.reset(); }
};

struct ExuviaWeak {
  struct Node {
    exuvia::Ref<Node> left, right;
    exuvia::Weak<Node> parent;
    long value;
  };
  using Owner = exuvia::Ref<Node>;
  static Owner make(const Owner& parent, long value) {
    return exuvia::make<Node>(nullptr, nullptr, parent, value);
  }
  static void drop(Owner& root) { root.reset(); }
};

struct ExuviaCyclic {
  struct Node {
    exuvia::Ref<Node> left, right, parent;
    long value;
  };
  using Owner = exuvia::Ref<Node>;
  static Owner make(const Owner& parent, long value) {
    return exuvia::make<Node>(nullptr, nullptr, parent, value);
  }
  static void drop(Owner& root) {
    root.reset();
    exuvia::collect();
  }
};

struct SharedGlibc {
  struct Node {
    std::shared_ptr<Node> left, right;
    std::weak_ptr<Node> parent;
    long value;
  };
  using Owner = std::shared_ptr<Node>;
  static Owner make(const Owner& parent, long value) {
    return std::make_shared<Node>(Node{nullptr, nullptr, parent, value});
  }
  static void drop(Owner& root) { root.reset(); }
};

struct SharedMimalloc {
  using Node = SharedGlibc::Node;
  using Owner = std::shared_ptr<Node>;
  static Owner make(const Owner& parent, long value) {
    return std::allocate_shared<Node>(mi_stl_allocator<Node>(),
                                      Node{nullptr, nullptr, parent, value});
  }
  static void drop(Owner& root) { root.reset(); }
};

struct RawMimalloc {
  struct Node {
    Node* left;
    Node* right;
    Node* parent;
    long value;
  };
  using Owner = Node*;
  static Owner make(Owner parent, long value) {
    return new (mi_malloc(sizeof(Node))) Node{nullptr, nullptr, parent, value};
  }
  static void drop(Owner root) {
    if (root == nullptr) return;
    drop(root->left);
    drop(root->right);
    mi_free(root);
  }
};

struct Boehm {
  using Node = RawMimalloc::Node;
  using Owner = Node*;
  static Owner make(Owner parent, long value) {
    return new (GC_MALLOC(sizeof(Node))) Node{nullptr, nullptr, parent, value};
  }
  static void drop(Owner& root) {
    root = nullptr;
    GC_gcollect();
  }
};

template <class Kind>
void populate(typename Kind::Owner& node, int depth) {
  if (depth == 0) return;
  node->left = Kind::make(node, depth);
  node->right = Kind::make(node, depth);
  populate<Kind>(node->left, depth - 1);
  populate<Kind>(node->right, depth - 1);
}

// Out of line, so that no register keeps a root for the conservative collector.
template <class Kind>
[[gnu::noinline]] void build(typename Kind::Owner& root, int depth) {
  root = Kind::make(typename Kind::Owner{}, 0);
  populate<Kind>(root, depth);
}

template <class Kind>
Sample tree(int depth) {
  const double nodes = static_cast<double>((2UL << depth) - 1);
  const double before = resident_bytes();
  const auto start = Clock::now();
  typename Kind::Owner root{};
  build<Kind>(root, depth);
  const double built = ns_since(start);
  const double bytes = resident_bytes() - before;
  const auto dropping = Clock::now();
  Kind::drop(root);
  return {(built + ns_since(dropping)) / nodes, bytes / nodes};
}

// Boehm's GCBench: a long-lived tree, and short-lived ones of growing depth, made top-down and
// bottom-up.

struct ExuviaPlain {
  struct Node {
    exuvia::Ref<Node> left, right;
    int i, j;
  };
  using Owner = exuvia::Ref<Node>;
  static Owner make(Owner left, Owner right) {
    return exuvia::make<Node>(std::move(left), std::move(right), 0, 0);
  }
  static void drop(Owner&) {}
};

struct SharedPlain {
  struct Node {
    std::shared_ptr<Node> left, right;
    int i, j;
  };
  using Owner = std::shared_ptr<Node>;
  static Owner make(Owner left, Owner right) {
    return std::allocate_shared<Node>(mi_stl_allocator<Node>(),
                                      Node{std::move(left), std::move(right), 0, 0});
  }
  static void drop(Owner&) {}
};

struct RawPlain {
  struct Node {
    Node* left;
    Node* right;
    int i, j;
  };
  using Owner = Node*;
  static Owner make(Owner left, Owner right) {
    return new (mi_malloc(sizeof(Node))) Node{left, right, 0, 0};
  }
  static void drop(Owner node) {
    if (node == nullptr) return;
    drop(node->left);
    drop(node->right);
    mi_free(node);
  }
};

struct BoehmPlain {
  using Node = RawPlain::Node;
  using Owner = Node*;
  static Owner make(Owner left, Owner right) {
    return new (GC_MALLOC(sizeof(Node))) Node{left, right, 0, 0};
  }
  static void drop(Owner&) {}
};

template <class Kind>
typename Kind::Owner bottom_up(int depth) {
  if (depth == 0) return Kind::make({}, {});
  auto left = bottom_up<Kind>(depth - 1);
  auto right = bottom_up<Kind>(depth - 1);
  return Kind::make(std::move(left), std::move(right));
}

template <class Kind>
void top_down(const typename Kind::Owner& node, int depth) {
  if (depth == 0) return;
  node->left = Kind::make({}, {});
  node->right = Kind::make({}, {});
  top_down<Kind>(node->left, depth - 1);
  top_down<Kind>(node->right, depth - 1);
}

template <class Kind>
Sample gcbench(int longest) {
  double nodes = 0;
  const auto size = [](int depth) { return static_cast<double>((2UL << depth) - 1); };
  const auto start = Clock::now();
  typename Kind::Owner long_lived = Kind::make({}, {});
  top_down<Kind>(long_lived, longest);
  nodes += size(longest);
  std::vector<double> array(500'000);
  for (std::size_t i = 1; i < array.size(); ++i) array[i] = 1.0 / static_cast<double>(i);
  for (int depth = 4; depth <= longest; depth += 2) {
    const int count = static_cast<int>(2 * size(longest) / size(depth));
    for (int i = 0; i < count; ++i) {
      typename Kind::Owner down = Kind::make({}, {});
      top_down<Kind>(down, depth);
      Kind::drop(down);
      typename Kind::Owner up = bottom_up<Kind>(depth);
      Kind::drop(up);
    }
    nodes += 2 * count * size(depth);
  }
  const double ns = ns_since(start);
  Kind::drop(long_lived);
  return {ns / nodes, 0};
}

// Cycles of two, made and collected.

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

// A script for CPython that prints nanoseconds for each object.
Sample python(const std::string& script) {
  const std::string command = "python3 -c '" + script + "'";
  FILE* const output = popen(command.c_str(), "r");
  double ns = std::nan("");
  if (output != nullptr) {
    if (std::fscanf(output, "%lf", &ns) != 1) ns = std::nan("");
    pclose(output);
  }
  return {ns, 0};
}

std::string python_cycles(int count, bool automatic) {
  return "import gc,time\nclass P:\n  __slots__=(\"other\",\"value\")\n" +
         std::string(automatic ? "" : "gc.disable()\n") +
         "def f(n):\n  for i in range(n):\n    a=P(); b=P(); a.other=b; b.other=a\n"
         "t=time.process_time(); f(" +
         std::to_string(count) + "); gc.collect(); print((time.process_time()-t)*1e9/(2*" +
         std::to_string(count) + "))";
}

// A full collection of live objects: a graph of nodes of three references.

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

template <class Collect>
double median_ns(Collect&& collect) {
  std::vector<double> times;
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    collect();
    times.push_back(ns_since(start));
  }
  return quantile(times, 0.5);
}

Sample exuvia_full(std::size_t count, bool shuffled, unsigned workers) {
  if (workers > 1) Clock::id = CLOCK_MONOTONIC;
  exuvia::collector().disable();
  exuvia::collector().set_workers(workers);
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

// Pauses of automatic collections while a program of many live objects replaces some of them by
// others, one in eight of them in a cycle with a twin.

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

// A handle copied and dropped.

template <class Handle>
Sample handle_copies(const Handle& handle, int count) {
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    Handle copy = handle;
    asm volatile("" : : "r"(copy.get()) : "memory");
  }
  return {ns_since(start) / count, 0};
}

std::vector<Work> works(bool quick) {
  const int depth = quick ? 17 : 21;
  const int cycles = quick ? 200'000 : 2'000'000;
  const std::size_t live = quick ? 200'000 : 5'000'000;
  const int copies = 50'000'000;
  std::vector<Work> all;
  all.push_back(
      {"tree",
       "nodes with parent links built and dropped, 2^" + std::to_string(depth + 1) + " nodes",
       {{"exuvia, parent a plain pointer", [=] { return tree<ExuviaRaw>(depth); }},
        {"exuvia, parent a Weak", [=] { return tree<ExuviaWeak>(depth); }},
        {"exuvia, parent a Ref (cycles)", [=] { return tree<ExuviaCyclic>(depth); }},
        {"shared_ptr + weak_ptr, mimalloc", [=] { return tree<SharedMimalloc>(depth); }},
        {"shared_ptr + weak_ptr, glibc", [=] { return tree<SharedGlibc>(depth); }},
        {"new and delete, mimalloc", [=] { return tree<RawMimalloc>(depth); }},
        {"Boehm collector", [=] { return tree<Boehm>(depth); }}}});
  const int longest = quick ? 12 : 16;
  all.push_back({"gcbench",
                 "a node, trees up to depth " + std::to_string(longest),
                 {{"exuvia", [=] { return gcbench<ExuviaPlain>(longest); }},
                  {"shared_ptr, mimalloc", [=] { return gcbench<SharedPlain>(longest); }},
                  {"new and delete, mimalloc", [=] { return gcbench<RawPlain>(longest); }},
                  {"Boehm collector", [=] { return gcbench<BoehmPlain>(longest); }}}});
  all.push_back(
      {"cycles",
       std::to_string(cycles) + " cycles of two made and collected, an object",
       {{"exuvia, automatic collections", [=] { return exuvia_cycles(cycles, true); }},
        {"exuvia, one collection at the end", [=] { return exuvia_cycles(cycles, false); }},
        {"Boehm collector", [=] { return boehm_cycles(cycles); }},
        {"CPython, automatic collections", [=] { return python(python_cycles(cycles, true)); }},
        {"CPython, one collection at the end",
         [=] { return python(python_cycles(cycles, false)); }}}});
  for (const bool shuffled : {false, true}) {
    all.push_back(
        {"full",
         std::to_string(live) + " live objects, " + (shuffled ? "shuffled" : "in order") +
             ", an object",
         {{"exuvia, one thread", [=] { return exuvia_full(live, shuffled, 1); }},
          {"exuvia, two threads, wall time", [=] { return exuvia_full(live, shuffled, 2); }},
          {"Boehm collector", [=] { return boehm_full(live, shuffled); }},
          {"CPython", [=] { return python(python_full(live, shuffled)); }}}});
  }
  all.push_back(
      {"pause",
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
        {"CPython, 99 of 100 are shorter", [=] { return python(python_pauses(live, 0.99)); }}}});
  all.push_back({"handle",
                 "a copy and a drop",
                 {{"exuvia::Ref", [=] { return handle_copies(exuvia::make<long>(1), copies); }},
                  {"shared_ptr", [=] { return handle_copies(std::make_shared<long>(1), copies); }},
                  {"shared_ptr after a thread", [=] {
                     std::thread([] {}).join();
                     return handle_copies(std::make_shared<long>(1), copies);
                   }}}});
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  bool quick = false;
  int rounds = 5;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--quick") {
      quick = true;
    } else if (argument == "--rounds" && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else {
      wanted.push_back(argument);
    }
  }
  GC_INIT();
  for (const Work& work : works(quick)) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), work.name) != wanted.end())
      run(work, rounds);
  }
}
