// Boehm's GCBench: a tree that stretches the memory, a long-lived tree and array, and short-lived
// trees of growing depth, made top-down and then bottom-up.
#include <gc/gc.h>
#include <mimalloc.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

struct ExuviaPlain {
  struct Node {
    exuvia::Ref<Node> left, right;
    int i, j;
  };
  using Owner = exuvia::Ref<Node>;
  static Owner make(Owner left, Owner right) {
    return exuvia::make<Node>(std::move(left), std::move(right), 0, 0);
  }
  static void drop(Owner& tree) { tree.reset(); }
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
  static void drop(Owner& tree) { tree.reset(); }
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
  static void drop(Owner node) { free_tree(node); }
};

struct BoehmPlain {
  using Node = RawPlain::Node;
  using Owner = Node*;
  static Owner make(Owner left, Owner right) {
    return new (GC_MALLOC(sizeof(Node))) Node{left, right, 0, 0};
  }
  static void drop(Owner& tree) { tree = nullptr; }
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

double nodes_of(int depth) { return static_cast<double>((2UL << depth) - 1); }

template <class Kind>
Sample sample(int longest) {
  const int stretch = longest + 2;
  double nodes = 0;
  const auto start = Clock::now();
  typename Kind::Owner stretched = bottom_up<Kind>(stretch);
  Kind::drop(stretched);
  nodes += nodes_of(stretch);
  typename Kind::Owner long_lived = Kind::make({}, {});
  top_down<Kind>(long_lived, longest);
  nodes += nodes_of(longest);
  std::vector<double> array(500'000);
  for (std::size_t i = 1; i < array.size() / 2; ++i) array[i] = 1.0 / static_cast<double>(i);
  for (int depth = 4; depth <= longest; depth += 2) {
    const int count = static_cast<int>(2 * nodes_of(stretch) / nodes_of(depth));
    for (int i = 0; i < count; ++i) {
      typename Kind::Owner down = Kind::make({}, {});
      top_down<Kind>(down, depth);
      Kind::drop(down);
    }
    for (int i = 0; i < count; ++i) {
      typename Kind::Owner up = bottom_up<Kind>(depth);
      Kind::drop(up);
    }
    nodes += 2 * count * nodes_of(depth);
  }
  const double ns = ns_since(start);
  Kind::drop(long_lived);
  return {ns / nodes, 0};
}

std::string script(int longest) {
  return "import time\nclass N:\n  __slots__=(\"left\",\"right\",\"i\",\"j\")\n"
         "  def __init__(s,l=None,r=None): s.left=l; s.right=r; s.i=0; s.j=0\n"
         "def up(d): return N(up(d-1),up(d-1)) if d else N()\n"
         "def down(n,d):\n  if d: n.left=N(); n.right=N(); down(n.left,d-1); down(n.right,d-1)\n"
         "def size(d): return (2<<d)-1\n"
         "m=" +
         std::to_string(longest) +
         "\nt=time.process_time()\ns=m+2; a=up(s); a=None\nlive=N(); down(live,m); "
         "n=size(s)+size(m)\n"
         "array=[0.0]*500000\nfor i in range(1,250000): array[i]=1.0/i\n"
         "for d in range(4,m+1,2):\n  k=2*size(s)//size(d)\n"
         "  for i in range(k): a=N(); down(a,d); a=None\n"
         "  for i in range(k): a=up(d); a=None\n  n+=2*k*size(d)\n"
         "print((time.process_time()-t)*1e9/n)";
}

}  // namespace

Work gcbench(bool quick) {
  const int longest = quick ? 12 : 16;
  return {"gcbench",
          "a node, trees up to depth " + std::to_string(longest),
          {{"exuvia", [=] { return sample<ExuviaPlain>(longest); }},
           {"shared_ptr, mimalloc", [=] { return sample<SharedPlain>(longest); }},
           {"new and delete, mimalloc", [=] { return sample<RawPlain>(longest); }},
           {"Boehm collector", [=] { return sample<BoehmPlain>(longest); }},
           {"CPython", [=] { return python(script(longest)); }},
           {"CPython 3.13", [=] { return python(script(longest), "python3.13"); }}}};
}

}  // namespace exuvia::bench
