// Whom the collector tells of its collections, and of what code that it called has thrown.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

#include "exuvia/runtime/collector.hpp"
#include "runtime/guarded_call.hpp"

namespace exuvia {

std::size_t Collector::add_callback(CollectionCallback callback) {
  callbacks_.emplace_back(next_callback_, std::move(callback));
  return next_callback_++;
}

void Collector::remove_callback(std::size_t number) noexcept {
  std::erase_if(callbacks_, [number](const auto& entry) { return entry.first == number; });
}

void Collector::tell_callbacks(CollectionPhase phase, const CollectionInfo& info) noexcept {
  for (std::size_t i = 0; i < callbacks_.size(); ++i) {
    runtime::call_guarded(core_, "a callback of the collector", [&] {
      // A copy: a callback may remove itself.
      const CollectionCallback callback = callbacks_[i].second;
      callback(phase, info);
    });
  }
}

void Collector::report_unraisable(const char* where, std::exception_ptr exception) noexcept {
  try {
    if (unraisable_hook_) return unraisable_hook_(where, std::move(exception));
    std::rethrow_exception(exception);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "exuvia: exception ignored in %s: %s\n", where, thrown.what());
  } catch (...) {
    std::fprintf(stderr, "exuvia: exception ignored in %s\n", where);
  }
}

}  // namespace exuvia
