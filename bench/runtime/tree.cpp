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
Sample sample(int depth) {
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

}  // namespace

Work tree(bool quick) {
  const int depth = quick ? 17 : 21;
  return {"tree",
          "nodes with parent links built and dropped, 2^" + std::to_string(depth + 1) + " nodes",
          {{"exuvia, parent a plain pointer", [=] { return sample<ExuviaRaw>(depth); }},
           {"exuvia, parent a Weak", [=] { return sample<ExuviaWeak>(depth); }},
           {"exuvia, parent a Ref (cycles)", [=] { return sample<ExuviaCyclic>(depth); }},
           {"shared_ptr + weak_ptr, mimalloc", [=] { return sample<SharedMimalloc>(depth); }},
           {"shared_ptr + weak_ptr, glibc", [=] { return sample<SharedGlibc>(depth); }},
           {"new and delete, mimalloc", [=] { return sample<RawMimalloc>(depth); }},
           {"Boehm collector", [=] { return sample<Boehm>(depth); }}}};
}

}  // namespace exuvia::bench
