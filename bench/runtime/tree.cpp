// Trees with parent links. Each kind of node says how it is made, linked and dropped.
#include <gc/gc.h>
#include <mimalloc.h>

#include <memory>
#include <string>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

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
  static void drop(Owner root) { free_tree(root); }
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

// So many nodes below this one, as evenly as can be.
template <class Kind>
void populate(typename Kind::Owner& node, long below) {
  const long left = (below + 1) / 2;
  const long right = below / 2;
  if (left != 0) node->left = Kind::make(node, below);
  if (right != 0) node->right = Kind::make(node, below);
  if (left != 0) populate<Kind>(node->left, left - 1);
  if (right != 0) populate<Kind>(node->right, right - 1);
}

// Out of line, so that no register keeps a root for the conservative collector.
template <class Kind>
[[gnu::noinline]] void build(typename Kind::Owner& root, long nodes) {
  root = Kind::make(typename Kind::Owner{}, 0);
  populate<Kind>(root, nodes - 1);
}

template <class Kind>
Sample sample(long nodes) {
  const auto count = static_cast<double>(nodes);
  const double before = resident_bytes();
  const auto start = Clock::now();
  typename Kind::Owner root{};
  build<Kind>(root, nodes);
  const double built = ns_since(start);
  const double bytes = resident_bytes() - before;
  const auto dropping = Clock::now();
  Kind::drop(root);
  return {(built + ns_since(dropping)) / count, bytes / count};
}

}  // namespace

Work tree(bool quick) {
  const long nodes = quick ? 250'000 : 5'000'000;
  return {"tree",
          std::to_string(nodes) + " nodes with parent links built and dropped, a node",
          {{"exuvia, parent a plain pointer", [=] { return sample<ExuviaRaw>(nodes); }},
           {"exuvia, parent a Weak", [=] { return sample<ExuviaWeak>(nodes); }},
           {"exuvia, parent a Ref (cycles)", [=] { return sample<ExuviaCyclic>(nodes); }},
           {"shared_ptr + weak_ptr, mimalloc", [=] { return sample<SharedMimalloc>(nodes); }},
           {"shared_ptr + weak_ptr, glibc", [=] { return sample<SharedGlibc>(nodes); }},
           {"new and delete, mimalloc", [=] { return sample<RawMimalloc>(nodes); }},
           {"Boehm collector", [=] { return sample<Boehm>(nodes); }}}};
}

}  // namespace exuvia::bench
