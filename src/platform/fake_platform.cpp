#include "exuvia/platform/fake_platform.hpp"

#include <atomic>

namespace exuvia::platform {
namespace {

// Adds to a figure of the control and returns what it was. Threads under test may call at once; the
// test reads when they have ended, so no order is needed.
template <class T>
T add(T& figure, T amount) noexcept {
  return std::atomic_ref(figure).fetch_add(amount, std::memory_order_relaxed);
}

}  // namespace

bool FakePlatform::must_fail() noexcept {
  if (control_ == nullptr) return false;
  const std::uint64_t call = add(control_->calls, std::uint64_t{1});
  const bool fails =
      call >= control_->fail_from && call - control_->fail_from < control_->fail_count;
  if (fails) add(control_->failures, std::uint64_t{1});
  return fails;
}

void* FakePlatform::try_reserve(std::size_t bytes, std::size_t alignment) noexcept {
  if (must_fail()) return nullptr;
  if (control_ != nullptr && control_->refuse_reservations &&
      bytes > control_->largest_reservation) {
    return nullptr;
  }
  void* p = real_.try_reserve(bytes, alignment);
  if (p != nullptr && control_ != nullptr) add(control_->reserved, bytes);
  return p;
}

bool FakePlatform::try_commit(void* p, std::size_t bytes) noexcept {
  return !must_fail() && real_.try_commit(p, bytes);
}

bool FakePlatform::try_decommit(void* p, std::size_t bytes) noexcept {
  if (must_fail() || !real_.try_decommit(p, bytes)) return false;
  if (control_ != nullptr) {
    add(control_->decommit_calls, std::uint64_t{1});
    add(control_->decommitted, bytes);
  }
  return true;
}

bool FakePlatform::try_uncommit(void* p, std::size_t bytes) noexcept {
  if (must_fail() || !real_.try_uncommit(p, bytes)) return false;
  if (control_ != nullptr) {
    add(control_->decommit_calls, std::uint64_t{1});
    add(control_->decommitted, bytes);
  }
  return true;
}

void FakePlatform::release(void* p, std::size_t bytes) noexcept {
  real_.release(p, bytes);
  if (control_ != nullptr) add(control_->reserved, std::size_t{0} - bytes);
}

void FakePlatform::populate(void*, std::size_t bytes) noexcept {
  if (control_ != nullptr) add(control_->populated, bytes);
}

}  // namespace exuvia::platform
