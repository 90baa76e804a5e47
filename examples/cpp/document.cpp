// A document whose parts know their parent. With shared_ptr the parent link would have to be a
// weak_ptr, and a part that is kept could lose its document; here every link is a Ref, and the
// collector takes care of the cycles.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"

using exuvia::Ref;

// An aggregate: its references are seen without a line of ours.
struct Part {
  std::string title;
  Ref<Part> parent;
  std::vector<Ref<Part>> children;
};

Ref<Part> add(const Ref<Part>& parent, std::string title) {
  Ref<Part> child = exuvia::make<Part>(std::move(title), parent);
  parent->children.push_back(child);
  return child;
}

std::string path_of(const Ref<Part>& part) {
  return part->parent ? path_of(part->parent) + " / " + part->title : part->title;
}

// Builds a document and keeps one section of it.
Ref<Part> kept_section() {
  const Ref<Part> book = exuvia::make<Part>("Insects");
  const Ref<Part> chapter = add(book, "Growth");
  add(book, "Flight");
  return add(chapter, "Moulting");
}

int main() {
  Ref<Part> section = kept_section();
  // The section keeps the whole document alive, through its parent.
  std::printf("%s\n", path_of(section).c_str());
  std::printf("unreachable while a section is kept: %zu\n", exuvia::collect());
  section.reset();
  std::printf("unreachable once it is dropped: %zu\n", exuvia::collect());
}
