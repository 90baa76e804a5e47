#include "exuvia/heap/debug_heap.hpp"

#include "exuvia/base/message.hpp"

namespace exuvia::heap {
namespace {

template <class T>
T load(const unsigned char* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void store(unsigned char* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace

std::size_t DebugBlock::size() const noexcept {
  return static_cast<std::size_t>(load<std::uint64_t>(raw_));
}

std::uint64_t DebugBlock::serial() const noexcept {
  return state() == kDead ? load<std::uint64_t>(raw_ + 8) >> 8
                          : load<std::uint64_t>(data() + size() + 8);
}

void DebugBlock::begin(std::size_t size, std::uint64_t serial) noexcept {
  if (block_size_ != 0 && state() == kDead) verify_fill_of_freed();
  store(raw_, std::uint64_t{size});
  state() = kLive;
  std::memset(raw_ + 9, kRedZone, 7);
  std::memset(data(), kNew, size);
  std::memset(data() + size, kRedZone, 8);
  store(data() + size + 8, serial);
}

void DebugBlock::verify() const noexcept {
  if (state() == kDead) report("double free of the block");
  if (state() != kLive) report("free of an address that is not a block");
  verify_zone(raw_ + 9, 7, "was written before its start");
  if (block_size_ != 0 && size() + kExtra > block_size_)
    report("lost its size, written before its start");
  verify_zone(data() + size(), 8, "was written past its end");
}

void DebugBlock::end() noexcept {
  verify();
  const std::size_t extent = block_size_ == 0 ? size() : block_size_ - kBefore;
  store(raw_ + 8, std::uint64_t{kDead} | serial() << 8);
  std::memset(data(), kFreed, extent);
}

void DebugBlock::verify_zone(const unsigned char* from, std::size_t size,
                             const char* what) const noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    if (from[i] != kRedZone) report_byte(what, from + i);
  }
}

void DebugBlock::verify_fill_of_freed() const noexcept {
  if (size() + kExtra > block_size_)
    return;  // of a larger class that the memory belonged to before
  for (const unsigned char* p = data(); p != data() + size(); ++p) {
    if (*p != kFreed && *p != 0) report_byte("was written after it was freed", p);
  }
}

namespace {

base::Message described(const unsigned char* data, std::size_t block_size) noexcept {
  base::Message message;
  message.text("exuvia: block at ").address(data);
  if (block_size != 0) message.text(", size class ").decimal(block_size).text(" bytes");
  return message;
}

}  // namespace

// The size and serial number of a broken block are not to be believed, nor followed.
void DebugBlock::report(const char* what) const noexcept {
  base::Message message = described(data(), block_size_);
  if (block_size_ != 0 && size() + kExtra <= block_size_) {
    message.text(", ").decimal(size()).text(" bytes, serial ").decimal(serial());
  }
  message.text(": ").text(what).die();
}

void DebugBlock::report_byte(const char* what, const unsigned char* at) const noexcept {
  base::Message message = described(data(), block_size_);
  message.text(", ").decimal(size()).text(" bytes, serial ").decimal(serial());
  message.text(": ").text(what).text(" (").hex(*at).text(" at offset ");
  if (at < data())
    message.text("-").decimal(static_cast<std::uint64_t>(data() - at));
  else
    message.decimal(static_cast<std::uint64_t>(at - data()));
  message.text(")").die();
}

}  // namespace exuvia::heap
