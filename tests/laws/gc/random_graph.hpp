// Random object graphs, and an oracle that knows what must live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace exuvia::laws {

// A graph as plain numbers: the oracle's view.
struct Graph {
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  std::vector<std::vector<std::size_t>> edges;
  std::vector<bool> is_root;

  // What can be reached from the roots, by a walk that shares nothing with the collector.
  std::vector<bool> reachable() const {
    std::vector<bool> seen = is_root;
    std::vector<std::size_t> pending;
    for (std::size_t i = 0; i < is_root.size(); ++i) {
      if (is_root[i]) pending.push_back(i);
    }
    while (!pending.empty()) {
      const std::size_t parent = pending.back();
      pending.pop_back();
      for (const std::size_t child : edges[parent]) {
        if (child == kNowhere || seen[child]) continue;
        seen[child] = true;
        pending.push_back(child);
      }
    }
    return seen;
  }
};

// Up to `most` objects; every fifth an atom, a few with thousands of edges, some edges null, one in
// `root_share` a root. Half of the edges stay in the neighbourhood, so that components of all sizes
// appear.
inline Graph random_graph(std::uint64_t seed, std::size_t most, unsigned root_share) {
  std::mt19937_64 random(seed);
  Graph graph;
  const std::size_t size = 1 + random() % most;
  graph.edges.resize(size);
  graph.is_root.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t degree =
        random() % 5 == 0 ? 0 : (random() % 2000 == 0 ? 5000 : 1 + random() % 4);
    for (std::size_t e = 0; e < degree; ++e) {
      const std::size_t near = (i + size + random() % 9 - 4) % size;
      const std::size_t any = random() % size;
      const std::size_t choice = random() % 8;
      graph.edges[i].push_back(choice == 0 ? Graph::kNowhere : choice < 5 ? near : any);
    }
    graph.is_root[i] = random() % root_share == 0;
  }
  return graph;
}

// Makes the graph's objects in a world, in shuffled order of memory. Ids of objects that die at
// once dangle.
template <class World>
std::vector<typename World::Id> build(World& world, const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<typename World::Id> ids;
  for (const auto& edges : graph.edges) ids.push_back(world.make(edges.size(), random() % 7 == 0));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t e = 0; e < graph.edges[i].size(); ++e) {
      if (graph.edges[i][e] != Graph::kNowhere) world.link(ids[i], e, ids[graph.edges[i][e]]);
    }
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (graph.is_root[i]) {
      world.hold_as_root(ids[i]);
    } else {
      world.let_go(ids[i]);
    }
  }
  return ids;
}

}  // namespace exuvia::laws
