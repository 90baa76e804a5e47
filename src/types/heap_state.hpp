// What the types keep for each heap.
#pragma once

#include "types/finalizer_list.hpp"
#include "types/string_table.hpp"

namespace exuvia::types {

class HeapState final : public runtime::Attachment {
 public:
  explicit HeapState(runtime::Storage& storage) noexcept : strings(storage) {}

  // Null when memory is exhausted.
  [[nodiscard]] static HeapState* of(runtime::HeapCore& core) noexcept {
    if (core.attachment() == nullptr) {
      core.attach(
          std::unique_ptr<runtime::Attachment>(::new (std::nothrow) HeapState(core.storage())));
    }
    return find(core);
  }
  // Null if there was no need for it so far.
  [[nodiscard]] static HeapState* find(const runtime::HeapCore& core) noexcept {
    return static_cast<HeapState*>(core.attachment());
  }

  void heap_ends() noexcept override { finalizers.run_at_exit(); }

  StringTable strings;
  FinalizerList finalizers;
};

}  // namespace exuvia::types
