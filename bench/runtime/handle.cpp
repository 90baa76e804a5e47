// A handle copied and dropped.
#include <memory>
#include <thread>

#include "exuvia/runtime.hpp"
#include "works.hpp"

namespace exuvia::bench {

namespace {

template <class Handle>
Sample handle_copies(const Handle& handle, int count) {
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    Handle copy = handle;
    asm volatile("" : : "r"(copy.get()) : "memory");
  }
  return {ns_since(start) / count, 0};
}

constexpr int kCopies = 50'000'000;

}  // namespace

Work handle() {
  return {"handle",
          "a copy and a drop",
          {{"exuvia::Ref", [] { return handle_copies(exuvia::make<long>(1), kCopies); }},
           {"shared_ptr", [] { return handle_copies(std::make_shared<long>(1), kCopies); }},
           {"shared_ptr after a thread", [] {
              std::thread([] {}).join();
              return handle_copies(std::make_shared<long>(1), kCopies);
            }}}};
}

}  // namespace exuvia::bench
