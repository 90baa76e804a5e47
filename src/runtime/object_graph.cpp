// What the collector tells of the objects and of who refers to whom.
#include "exuvia/runtime/checks.hpp"
#include "exuvia/runtime/collector.hpp"
#include "runtime/object_model.hpp"

namespace exuvia {

using object::Place;
using runtime::Edge;
using runtime::EdgeReader;
using runtime::Header;
using runtime::ref_to_header;

namespace {

// Of an object whose heap the calling thread owns.
const Header& header_here(const Ref<void>& object) noexcept {
  if constexpr (runtime::kChecks) runtime::check_thread(object.header());
  return *object.header();
}

}  // namespace

std::vector<Ref<void>> Collector::get_objects(unsigned generation) const {
  core_.check_thread();
  const runtime::Generations& all = core_.generations_;
  std::vector<Ref<void>> found;
  const auto take = [&found](const Header* header) { found.push_back(ref_to_header(header)); };
  const std::uint32_t old_end = all.log.old_end();
  const std::uint32_t young_begin = all.log.young_begin();
  const auto take_logged = [&take](std::span<Header* const> entries) {
    for (const Header* header : entries) {
      if (header != nullptr) take(header);
    }
  };
  if (generation == 0) take_logged(all.log.entries(young_begin));
  if (generation == 1) take_logged(all.log.entries(old_end).first(young_begin - old_end));
  if (generation == 1) all.candidates.for_each(take);
  if (generation == 2) take_logged(all.log.entries().first(old_end));
  if (generation == 2) all.old.for_each(take);
  return found;
}

std::vector<Ref<void>> Collector::get_objects() const {
  std::vector<Ref<void>> found;
  for (unsigned generation = 0; generation < kGenerations; ++generation) {
    for (Ref<void>& object : get_objects(generation)) found.push_back(std::move(object));
  }
  return found;
}

std::vector<Ref<void>> Collector::get_referrers(const std::vector<Ref<void>>& objects) const {
  std::vector<Ref<void>> found;
  bool refers = false;
  EdgeReader reader([&](const Edge& edge) {
    for (const Ref<void>& object : objects) refers = refers || object.header() == edge.target;
  });
  for (Ref<void>& candidate : get_objects()) {
    refers = false;
    reader.read(candidate.header());
    if (refers) found.push_back(std::move(candidate));
  }
  return found;
}

std::vector<Ref<void>> Collector::get_referents(const Ref<void>& object) {
  std::vector<Ref<void>> found;
  if (!object) return found;
  EdgeReader reader([&found](const Edge& edge) { found.push_back(ref_to_header(edge.target)); });
  reader.read(&header_here(object));
  return found;
}

bool Collector::is_tracked(const Ref<void>& object) noexcept {
  if (!object) return false;
  const Header& header = header_here(object);
  return header.place() != Place::kUntracked || header.has(Header::kCondemned);
}

bool Collector::is_finalized(const Ref<void>& object) noexcept {
  if (!object) return false;
  const Header& header = header_here(object);
  return header.binding->type->finalize != nullptr && !header.has(Header::kToFinalize);
}

}  // namespace exuvia
