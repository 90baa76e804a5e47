#include "exuvia/types/bytes.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "types/bytes_view.hpp"
#include "types/index_iterator.hpp"
#include "types/sequence_operators.hpp"
#include "types/text_hash.hpp"

namespace exuvia::types {

namespace {

std::size_t size_of_bytes(const void* object) noexcept {
  return sizeof(Bytes) + static_cast<const Bytes*>(object)->size + 1;
}

Ref<Bytes> try_bytes(std::size_t size) noexcept {
  Ref<Bytes> bytes = try_atom_of<Bytes>(sizeof(Bytes) + size + 1, Hash{0}, size);
  if (bytes) reinterpret_cast<char*>(bytes.get() + 1)[size] = '\0';
  return bytes;
}

Result<bool> equal_bytes(const Object& self, const Object& other) {
  const auto there = view_of(other);
  return there && *view_of(self) == *there;
}

Result<Ordering> order_bytes(const Object& self, const Object& other) {
  const auto there = view_of(other);
  if (!there) return Ordering::kUnsupported;
  const int ordering = view_of(self)->compare(*there);
  return ordering < 0 ? Ordering::kLess : ordering > 0 ? Ordering::kGreater : Ordering::kEqual;
}

Result<Hash> hash_of_bytes(const Object& object) {
  const auto& self = static_cast<const Bytes&>(object);
  if (self.hash == 0) self.hash = hash_bytes(self.view().data(), self.size);
  return self.hash;
}

// A bytearray's repr escapes every single quote.
void append_quoted_bytes(std::string_view bytes, std::string& out, bool escapes_quotes = false) {
  const auto has = [bytes](char c) { return bytes.find(c) != std::string_view::npos; };
  const char quote = has('\'') && !has('"') ? '"' : '\'';
  out.append("b").append(1, quote);
  for (const char c : bytes) {
    char escaped[8];
    if (c == quote || c == '\\' || (c == '\'' && escapes_quotes)) {
      out.append("\\").append(1, c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
      out += escaped;
    }
  }
  out += quote;
}

Result<void> repr_bytes(const Object& self, std::string& out) {
  append_quoted_bytes(*view_of(self), out);
  return {};
}

Result<void> repr_bytearray(const Object& self, std::string& out) {
  out += "bytearray(";
  append_quoted_bytes(*view_of(self), out, true);
  out += ')';
  return {};
}

Result<std::size_t> length_of_bytes(const Object& self) { return view_of(self)->size(); }

Result<bool> bytes_contain(const Object& self, const Object& item) {
  if (const auto part = view_of(item)) return view_of(self)->find(*part) != std::string_view::npos;
  const Result<Value> number = try_index(Value::to(const_cast<Object&>(item)));
  if (!number) return number.failure();
  if (!*number) return type_error("a bytes-like object is required, not '" + type_name(item) + "'");
  const Result<char> byte = to_byte(*number);
  if (!byte) return byte.failure();
  return view_of(self)->find(*byte) != std::string_view::npos;
}

template <class T>
struct Numbers {
  using Sequence = T;
  static std::size_t size(const T& bytes) noexcept { return bytes.size; }
  static Result<Value> at(const T& bytes, std::size_t i) {
    return made(make_int(static_cast<unsigned char>(bytes.view()[i])));
  }
  static constexpr bool is_bytes = std::is_same_v<T, Bytes>;
  static constexpr const char* kName = is_bytes ? "bytes_iterator" : "bytearray_iterator";
  static constexpr const char* kIndexed = is_bytes ? "byte" : "bytearray";
  static constexpr const char* kRange = is_bytes ? "" : "bytearray ";
};

// A new object of the type of `like`.
Result<Value> made_like(const Object& like, std::string_view bytes) {
  return is<Bytes>(like) ? made(make_bytes(bytes)) : made(make_bytearray(bytes));
}

Result<Value> repeated(const Object& self, const Int& times) {
  const std::string_view bytes = *view_of(self);
  const Result<std::size_t> copies =
      repetitions(times, bytes.size(), "repeated bytes are too long");
  if (!copies) return copies.failure();
  if (*copies > kMostBytes / std::max<std::size_t>(bytes.size(), 1)) return out_of_memory();
  std::string whole;
  whole.reserve(bytes.size() * *copies);
  for (std::size_t i = 0; i < *copies; ++i) whole += bytes;
  return made_like(self, whole);
}

Result<Value> binary_bytes(Operator op, const Value& left, const Value& right) {
  const auto a = view_of(*left);
  const auto b = view_of(*right);
  if (op == Operator::kAdd && a && b) {
    std::string whole(*a);
    return made_like(*left, whole.append(*b));
  }
  if (op != Operator::kMultiply) return Value();
  const auto operands = sequence_and_times(left, right, a.has_value());
  if (!operands) return operands.failure();
  if (!operands->second) return Value();
  return repeated(*operands->first, *as_integer(operands->second));
}

Result<Value> change_bytearray(Operator op, const Value& left, const Value& right) {
  ByteArray& array = *as<ByteArray>(left);
  if (op == Operator::kAdd) {
    const auto more = view_of(*right);
    if (!more) return Value();
    if (Result<void> done = extend(array, *more); !done) return done.failure();
    return left;
  }
  if (op != Operator::kMultiply) return Value();
  const OnHeapOf same_heap(array);
  Result<Value> whole = binary_bytes(op, left, right);
  if (!whole || !*whole) return whole;
  ByteArray& other = *as<ByteArray>(*whole);
  std::swap(array.storage, other.storage);
  std::swap(array.size, other.size);
  std::swap(array.capacity, other.capacity);
  return left;
}

ByteArray& array_in(Object& object) noexcept { return static_cast<ByteArray&>(object); }

bool try_set_capacity(ByteArray& array, std::size_t capacity) noexcept {
  runtime::Storage& storage = heap_of(array).storage();
  auto* const bytes = static_cast<char*>(storage.allocate(capacity));
  if (bytes == nullptr) return false;
  std::copy_n(array.storage, std::min(array.size, capacity), bytes);
  if (array.storage != nullptr) storage.deallocate(array.storage, array.capacity);
  array.storage = bytes;
  array.capacity = capacity;
  return true;
}

}  // namespace

// CPython's PyByteArray_Resize, whose arrays end in a 0. Without memory for a smaller block the
// larger stays.
bool try_resize(ByteArray& array, std::size_t size) noexcept {
  if (size == array.size) return true;
  const bool is_far_less = size < array.capacity / 2;
  if (is_far_less || size >= array.capacity) {
    const bool is_little_more = !is_far_less && size <= array.capacity + array.capacity / 8;
    const std::size_t grown = size + (size >> 3) + (size < 9 ? 3 : 6);
    if (!try_set_capacity(array, is_little_more ? grown : size + 1) && !is_far_less) return false;
  }
  array.size = size;
  return true;
}

namespace {

// Asking the key and the value may change the array, which is looked at after that.  The slot's
// signature.  NOLINTNEXTLINE(performance-unnecessary-value-param)
Result<void> setitem_bytearray(Object& self, const Value& key, Value value) {
  using Items = Numbers<ByteArray>;
  const Result<std::int64_t> index = index_of_key(key, Items::kIndexed);
  if (!index) return index.failure();
  const Result<char> byte = value ? to_byte(value) : '\0';
  if (!byte) return byte.failure();
  ByteArray& array = array_in(self);
  const Result<std::size_t> position = position_of(*index, array.size, Items::kRange);
  if (!position) return position.failure();
  if (value) {
    array.storage[*position] = *byte;
  } else {
    std::copy(array.storage + *position + 1, array.storage + array.size, array.storage + *position);
    try_resize(array, array.size - 1);
  }
  return {};
}

template <class T>
constexpr Protocol bytes_protocol() noexcept {
  return {.equal = &equal_bytes,
          .order = &order_bytes,
          .repr = &repr_bytes,
          .length = &length_of_bytes,
          .iterate = &iterate_by_index<Numbers<T>>,
          .contains = &bytes_contain,
          .getitem = &item_at<Numbers<T>>,
          .binary = &binary_bytes,
          .is_sequence = true};
}

constexpr Protocol immutable_protocol() noexcept {
  Protocol protocol = bytes_protocol<Bytes>();
  protocol.hash = &hash_of_bytes;
  return protocol;
}

constexpr Protocol array_protocol() noexcept {
  Protocol protocol = bytes_protocol<ByteArray>();
  protocol.repr = &repr_bytearray;
  protocol.setitem = &setitem_bytearray;
  protocol.in_place = &change_bytearray;
  protocol.extra_bytes = [](const Object& self) noexcept {
    return static_cast<const ByteArray&>(self).capacity;
  };
  return protocol;
}

}  // namespace

constinit const Type Bytes::type{
    {.name = "bytes", .size = sizeof(Bytes), .size_of = &size_of_bytes}, immutable_protocol()};
constinit const Type ByteArray::type{
    {.name = "bytearray",
     .size = sizeof(ByteArray),
     .destroy = [](void* object) noexcept { clear(*static_cast<ByteArray*>(object)); }},
    array_protocol()};

Ref<Bytes> make_bytes(std::string_view bytes) noexcept {
  Ref<Bytes> made_bytes = try_bytes(bytes.size());
  if (made_bytes)
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(made_bytes.get() + 1));
  return made_bytes;
}

Ref<ByteArray> make_bytearray(std::string_view bytes) noexcept {
  Ref<ByteArray> array = try_atom<ByteArray>(nullptr, 0U, 0U);
  if (!array || bytes.empty()) return array;
  return extend(*array, bytes) ? array : nullptr;
}

Result<char> to_byte(const Value& number, const char* word) {
  const Result<Value> whole = index(number);
  if (!whole) return whole.failure();
  const auto byte = as_integer(*whole)->to_int64();
  if (!byte || *byte < 0 || *byte > 255)
    return value_error(std::string(word) + " must be in range(0, 256)");
  return static_cast<char>(*byte);
}

Result<std::string> gather_bytes(const Value& value, const char* name) {
  if (const auto view = view_of(*value)) return std::string(*view);
  if (is<Str>(value)) return type_error("string argument without an encoding");
  const Result<Value> iterator = iterate(value);
  if (!iterator && iterator.error().kind == ErrorKind::kTypeError)
    return type_error("cannot convert '" + type_name(*value) + "' object to " + name);
  if (!iterator) return iterator.failure();
  std::string bytes;
  const char* const word = std::string_view(name) == "bytes" ? "bytes" : "byte";  // as CPython
  for (;;) {
    const Result<Value> number = next(*iterator);
    if (!number) return number.failure();
    if (!*number) return bytes;
    const Result<char> byte = to_byte(*number, word);
    if (!byte) return byte.failure();
    bytes += *byte;
  }
}

namespace {

// How many zeros a number asks for; nothing for what is no number.
Result<std::optional<std::size_t>> zeros_for(const Value& value) {
  const Result<Value> number = try_index(value);
  if (!number && number.error().kind != ErrorKind::kTypeError) return number.failure();
  if (!number || !*number) return std::optional<std::size_t>();
  const auto zeros = as_integer(*number)->to_int64();
  if (!zeros) {
    return Error{ErrorKind::kOverflowError,
                 "cannot fit '" + type_name(*value) + "' into an index-sized integer"};
  }
  if (*zeros < 0) return value_error("negative count");
  if (static_cast<std::uint64_t>(*zeros) > kMostBytes) return out_of_memory();
  return std::optional(static_cast<std::size_t>(*zeros));
}

Result<Ref<Bytes>> zero_bytes(std::size_t size) {
  Ref<Bytes> bytes = try_bytes(size);
  if (!bytes) return out_of_memory();
  std::fill_n(reinterpret_cast<char*>(bytes.get() + 1), size, '\0');
  return bytes;
}

Result<Ref<ByteArray>> zero_bytearray(std::size_t size) {
  Ref<ByteArray> array = make_bytearray({});
  if (!array || !try_resize(*array, size)) return out_of_memory();
  std::fill_n(array->storage, size, '\0');
  return array;
}

}  // namespace

Result<Ref<Bytes>> bytes_of(const Value& value) {
  if (is<Bytes>(value)) return cast<Bytes>(value);
  const Result<std::optional<std::size_t>> zeros = zeros_for(value);
  if (!zeros) return zeros.failure();
  if (*zeros) return zero_bytes(**zeros);
  const Result<std::string> gathered = gather_bytes(value, "bytes");
  if (!gathered) return gathered.failure();
  Ref<Bytes> bytes = make_bytes(*gathered);
  if (!bytes) return out_of_memory();
  return bytes;
}

Result<Ref<ByteArray>> bytearray_of(const Value& value) {
  const Result<std::optional<std::size_t>> zeros = zeros_for(value);
  if (!zeros) return zeros.failure();
  if (*zeros) return zero_bytearray(**zeros);
  const Result<std::string> gathered = gather_bytes(value, "bytearray");
  if (!gathered) return gathered.failure();
  Ref<ByteArray> array = make_bytearray(*gathered);
  if (!array) return out_of_memory();
  return array;
}

Result<void> append(ByteArray& array, std::uint8_t byte) {
  const char c = static_cast<char>(byte);
  return extend(array, {&c, 1});
}

Result<void> extend(ByteArray& array, std::string_view bytes) {
  // What is added may be of the array's own bytes, which move when it grows.
  const auto offset = reinterpret_cast<std::uintptr_t>(bytes.data()) -
                      reinterpret_cast<std::uintptr_t>(array.storage);
  const std::size_t size = array.size;
  const bool is_own = offset < size;
  if (!try_resize(array, size + bytes.size())) return out_of_memory();
  std::copy_n(is_own ? array.storage + offset : bytes.data(), bytes.size(), array.storage + size);
  return {};
}

void clear(ByteArray& array) noexcept {
  if (array.storage != nullptr)
    heap_of(array).storage().deallocate(std::exchange(array.storage, nullptr), array.capacity);
  array.size = array.capacity = 0;
}

Ref<Bytes> encode(const Str& text) { return make_bytes(text.to_utf8()); }

Result<Ref<Str>> decode(const Value& bytes) {
  const auto view = view_of(*bytes);
  if (!view) return type_error("a bytes-like object is required, not '" + type_name(*bytes) + "'");
  return make_str(*view);
}

}  // namespace exuvia::types
