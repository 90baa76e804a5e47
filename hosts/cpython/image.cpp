#include "cpython/image.hpp"

#include <Python.h>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "exuvia/base/bytes.hpp"

namespace exuvia::cpython {
namespace {

using Header = ElfW(Phdr);

base::AddressRange range_of(const dl_phdr_info& image) noexcept {
  std::uintptr_t first = UINTPTR_MAX;
  std::uintptr_t last = 0;
  for (unsigned i = 0; i != image.dlpi_phnum; ++i) {
    const Header& segment = image.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = image.dlpi_addr + segment.p_vaddr;
    first = std::min(first, begin);
    last = std::max(last, begin + segment.p_memsz);
  }
  return {first, last > first ? last - first : 0};
}

int note_interpreter(dl_phdr_info* image, std::size_t, void* found) noexcept {
  const base::AddressRange range = range_of(*image);
  if (!range.contains(reinterpret_cast<std::uintptr_t>(&PyBaseObject_Type))) return 0;
  *static_cast<base::AddressRange*>(found) = range;
  return 1;
}

base::AddressRange find_interpreter() noexcept {
  base::AddressRange found;
  dl_iterate_phdr(note_interpreter, &found);
  return found;
}

// The pages of the file's own segments. Last those of the headers, which are being read.
int drop_if_own(dl_phdr_info* image, std::size_t, void*) noexcept {
  if (!range_of(*image).contains(reinterpret_cast<std::uintptr_t>(&drop_if_own))) return 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (unsigned i = image->dlpi_phnum; i-- != 0;) {
    const Header& segment = image->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = base::align_down(image->dlpi_addr + segment.p_vaddr, page);
    const std::uintptr_t end = image->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 1;
}

}  // namespace

const base::AddressRange& interpreter_image() noexcept {
  static const base::AddressRange interpreter = find_interpreter();
  return interpreter;
}

void let_own_pages_go() noexcept { dl_iterate_phdr(drop_if_own, nullptr); }

}  // namespace exuvia::cpython
