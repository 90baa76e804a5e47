#include "cpython/collector/side_memory_choice.hpp"

namespace exuvia::cpython {
namespace {

constexpr std::size_t kDenseFrom = 2'000'000;

class ThriftySideMemory final : public gc::SideMemory {
 public:
  void* try_map(std::size_t bytes, std::size_t alignment) noexcept override {
    return system_.try_map(bytes, alignment);
  }
  void unmap(void* memory, std::size_t bytes) noexcept override { system_.unmap(memory, bytes); }
  void advise_dense(void*, std::size_t) noexcept override {}
  bool try_discard(void* memory, std::size_t bytes) noexcept override {
    return system_.try_discard(memory, bytes);
  }

 private:
  gc::SideMemory& system_ = gc::system_side_memory();
};

}  // namespace

gc::SideMemory& side_memory_for(std::size_t objects) noexcept {
  static ThriftySideMemory thrifty;
  return objects < kDenseFrom ? static_cast<gc::SideMemory&>(thrifty) : gc::system_side_memory();
}

}  // namespace exuvia::cpython
