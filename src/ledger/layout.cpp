#include "ledger/layout.hpp"

namespace exuvia::ledger {

void raise_to(Word& word, Word value) noexcept {
  std::atomic_ref<Word> shared(word);
  Word seen = shared.load(std::memory_order_relaxed);
  while (seen < value && !shared.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

void record_pause(PauseHistogram& pauses, std::uint64_t pause_ns) noexcept {
  add(pauses.count, 1);
  add(pauses.total_ns, pause_ns);
  raise_to(pauses.max_ns, pause_ns);
  std::atomic_ref<std::uint32_t>(pauses.buckets[PauseHistogram::bucket_of(pause_ns)])
      .fetch_add(1, std::memory_order_relaxed);
}

PauseHistogram load_pauses(const PauseHistogram& pauses) noexcept {
  PauseHistogram copy{};
  copy.count = load(pauses.count);
  copy.total_ns = load(pauses.total_ns);
  copy.max_ns = load(pauses.max_ns);
  for (std::size_t bucket = 0; bucket < PauseHistogram::kBuckets; ++bucket) {
    std::atomic_ref<std::uint32_t> shared(const_cast<std::uint32_t&>(pauses.buckets[bucket]));
    copy.buckets[bucket] = shared.load(std::memory_order_relaxed);
  }
  return copy;
}

void store_text(std::span<Word> into, const char* text) noexcept {
  std::size_t left = into.size() * sizeof(Word) - 1;
  for (Word& word : into) {
    char characters[sizeof(Word)] = {};
    for (std::size_t i = 0; i < sizeof characters && left > 0 && *text != '\0'; ++i, --left)
      characters[i] = *text++;
    store(word, std::bit_cast<Word>(characters));
  }
}

std::size_t load_text(std::span<const Word> from, char* into) noexcept {
  std::size_t size = 0;
  for (const Word& word : from) {
    const auto characters = std::bit_cast<std::array<char, sizeof(Word)>>(load(word));
    for (const char character : characters) {
      if (character == '\0') {
        into[size] = '\0';
        return size;
      }
      const auto code = static_cast<unsigned char>(character);
      into[size++] = code < ' ' || code == 0x7f ? ' ' : character;
    }
  }
  into[--size] = '\0';
  return size;
}

}  // namespace exuvia::ledger
