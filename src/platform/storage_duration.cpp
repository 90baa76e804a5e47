#include "exuvia/platform/storage_duration.hpp"

#include <link.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>

namespace exuvia::platform {

namespace {

int is_in_module(dl_phdr_info* module, std::size_t, void* data) noexcept {
  const auto address = *static_cast<const std::uintptr_t*>(data);
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const auto& segment = module->dlpi_phdr[i];
    const bool is_loaded = segment.p_type == PT_LOAD;
    if (is_loaded && address - (module->dlpi_addr + segment.p_vaddr) < segment.p_memsz) return 1;
  }
  return 0;
}

// Between the variables lies what sanitizers forbid to be read, and other threads may write.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] int has_value(dl_phdr_info* module,
                                                                    std::size_t,
                                                                    void* data) noexcept {
  const auto value = *static_cast<const std::uintptr_t*>(data);
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const auto& segment = module->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) == 0) continue;
    const std::uintptr_t begin = module->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t end = begin + segment.p_memsz;
    constexpr std::uintptr_t kWord = sizeof value;
    for (std::uintptr_t at = (begin + kWord - 1) / kWord * kWord; at + kWord <= end; at += kWord) {
      if (*reinterpret_cast<const volatile std::uintptr_t*>(at) == value) return 1;
    }
  }
  return 0;
}

}  // namespace

bool is_value_of_static(std::uintptr_t value) noexcept {
  return dl_iterate_phdr(&has_value, &value) != 0;
}

bool is_static(const void* p) noexcept {
  auto address = reinterpret_cast<std::uintptr_t>(p);
  return dl_iterate_phdr(&is_in_module, &address) != 0;
}

bool is_on_this_stack(const void* p) noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  void* lowest = nullptr;
  std::size_t bytes = 0;
  const bool is_known = pthread_attr_getstack(&attributes, &lowest, &bytes) == 0;
  pthread_attr_destroy(&attributes);
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  return is_known && address - reinterpret_cast<std::uintptr_t>(lowest) < bytes;
}

}  // namespace exuvia::platform
