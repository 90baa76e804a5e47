// How the benchmarks of the runtime measure: works, their peers, and samples of them.
#pragma once

#include <mimalloc.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace exuvia::bench {

// CPU time of the process: other programs' load does not count.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
  static time_point now();
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

double ns_since(Clock::time_point start);
double resident_bytes();
double quantile(std::vector<double> values, double q);

// The median time of three calls.
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

// Runs a script, which prints nanoseconds for each object, on an interpreter of the PATH; NaN where
// there is none.
Sample python(const std::string& script, const std::string& interpreter = "python3");

// Runs the peers in turns and prints what they took.
void run(const Work& work, int rounds);

// Gives the nodes of a binary tree back to mimalloc.
template <class Node>
void free_tree(Node* node) {
  if (node == nullptr) return;
  free_tree(node->left);
  free_tree(node->right);
  mi_free(node);
}

}  // namespace exuvia::bench
