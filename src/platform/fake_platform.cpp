#include "exuvia/platform/fake_platform.hpp"

namespace exuvia::platform {

bool FakePlatform::must_fail() noexcept {
  if (control_ == nullptr) return false;
  const std::uint64_t call = control_->calls++;
  const bool fails =
      call >= control_->fail_from && call - control_->fail_from < control_->fail_count;
  control_->failures += fails;
  return fails;
}

void* FakePlatform::try_reserve(std::size_t bytes, std::size_t alignment) noexcept {
  if (must_fail()) return nullptr;
  if (control_ != nullptr && control_->refuse_reservations &&
      bytes > control_->largest_reservation) {
    return nullptr;
  }
  void* p = real_.try_reserve(bytes, alignment);
  if (p != nullptr && control_ != nullptr) control_->reserved += bytes;
  return p;
}

bool FakePlatform::try_commit(void* p, std::size_t bytes) noexcept {
  return !must_fail() && real_.try_commit(p, bytes);
}

bool FakePlatform::try_decommit(void* p, std::size_t bytes) noexcept {
  if (must_fail() || !real_.try_decommit(p, bytes)) return false;
  if (control_ != nullptr) {
    ++control_->decommit_calls;
    control_->decommitted += bytes;
  }
  return true;
}

bool FakePlatform::try_uncommit(void* p, std::size_t bytes) noexcept {
  if (must_fail() || !real_.try_uncommit(p, bytes)) return false;
  if (control_ != nullptr) {
    ++control_->decommit_calls;
    control_->decommitted += bytes;
  }
  return true;
}

void FakePlatform::release(void* p, std::size_t bytes) noexcept {
  real_.release(p, bytes);
  if (control_ != nullptr) control_->reserved -= bytes;
}

}  // namespace exuvia::platform
