#include "types/sequence_iterator.hpp"

#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

namespace {

struct SequenceIterator : Object {
  static const Type type;

  Value sequence;  // empty once the end has been seen
  std::int64_t position;

  void trace(Visitor& v) const { v(sequence); }

  static Result<Value> next(Object& object) {
    auto& self = static_cast<SequenceIterator&>(object);
    const Value sequence = self.sequence;
    if (!sequence) return Value();
    const Ref<Int> index = make_int(self.position);
    if (!index) return out_of_memory();
    Result<Value> item = getitem(sequence, index);
    if (item) {
      ++self.position;
    } else if (item.error().kind == ErrorKind::kIndexError) {
      self.sequence.reset();
      return Value();
    }
    return item;
  }
};
constinit const Type SequenceIterator::type = native_type<SequenceIterator>(
    "iterator", {.iterate = &iterate_itself, .next = &SequenceIterator::next});

}  // namespace

Result<Value> iterate_by_items(const Value& sequence) {
  Ref<SequenceIterator> iterator =
      try_build<SequenceIterator>(SequenceIterator::type, sizeof(SequenceIterator), sequence, 0);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

}  // namespace exuvia::types
