#include "cpython/collector/static_objects.hpp"

#include <link.h>

#include <algorithm>

#include "cpython/collector/heads.hpp"

namespace exuvia::cpython {
namespace {

StaticObjects image_range(const dl_phdr_info& image) noexcept {
  Address begin = ~Address{0};
  Address end = 0;
  for (int i = 0; i < image.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = image.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    begin = std::min<Address>(begin, image.dlpi_addr + segment.p_vaddr);
    end = std::max<Address>(end, image.dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return {begin, end > begin ? end - begin : 0};
}

int note_if_ours(dl_phdr_info* image, std::size_t, void* result) noexcept {
  const StaticObjects range = image_range(*image);
  if (!range.contains(to_address(&PyBaseObject_Type))) return 0;
  *static_cast<StaticObjects*>(result) = range;
  return 1;
}

}  // namespace

StaticObjects find_static_objects() noexcept {
  StaticObjects found;
  dl_iterate_phdr(note_if_ours, &found);
  return found;
}

}  // namespace exuvia::cpython
