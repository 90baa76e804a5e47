// libFuzzer entry: the first byte chooses the heap's policies, the rest is the model's script.
#include "fuzz/heap_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exuvia::heap;  // NOLINT
  if (size == 0) return 0;
  const Script script(data + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      HeapModel<Geometry4K>().run(script);
      break;
    case 1:
      HeapModel<Geometry16K>().run(script);
      break;
    case 2:
      HeapModel<Geometry64K>().run(script);
      break;
    case 3:
      HeapModel<GeometryNarrow>().run(script);
      break;
    default:
      HeapModel<Geometry16K, HardenedChecks>().run(script);
      break;
  }
  return 0;
}
