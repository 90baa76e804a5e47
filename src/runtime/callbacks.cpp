// Whom the collector tells of its collections, and of what code that it called has thrown.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>

#include "exuvia/runtime/collector.hpp"
#include "runtime/guarded_call.hpp"

namespace exuvia {

std::size_t Collector::add_callback(CollectionCallback callback) {
  core_.check_thread();
  callbacks_.emplace_back(next_callback_,
                          std::make_shared<CollectionCallback>(std::move(callback)));
  return next_callback_++;
}

void Collector::remove_callback(std::size_t number) noexcept {
  core_.check_thread();
  const auto found = std::find_if(callbacks_.begin(), callbacks_.end(),
                                  [number](const auto& entry) { return entry.first == number; });
  if (found == callbacks_.end()) return;
  const auto gone = std::move(found->second);  // last, as what it holds may change the callbacks
  callbacks_.erase(found);
}

void Collector::tell_callbacks(CollectionPhase phase, const CollectionInfo& info) noexcept {
  for (std::size_t i = 0; i < callbacks_.size(); ++i) {
    const auto callback = callbacks_[i].second;  // shared, as it may remove itself
    runtime::call_guarded(core_, "a callback of the collector", [&] { (*callback)(phase, info); });
  }
}

void Collector::set_unraisable_hook(UnraisableHook hook) {
  core_.check_thread();
  unraisable_hook_ = hook ? std::make_shared<UnraisableHook>(std::move(hook)) : nullptr;
}

void Collector::report_unraisable(const char* where, std::exception_ptr exception) noexcept {
  try {
    // Shared, as it may set another.
    if (const auto hook = unraisable_hook_) return (*hook)(where, std::move(exception));
    std::rethrow_exception(exception);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "exuvia: exception ignored in %s: %s\n", where, thrown.what());
  } catch (...) {
    std::fprintf(stderr, "exuvia: exception ignored in %s\n", where);
  }
}

}  // namespace exuvia
