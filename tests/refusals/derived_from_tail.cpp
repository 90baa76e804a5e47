// a class derived from one with a tail has its members where the tail lies
#include "exuvia/runtime.hpp"

struct Row : exuvia::Tail<Row, int> {
  explicit Row(const exuvia::TailSize& size) : Tail(size) {}
};
struct WideRow : Row {
  using Row::Row;
  int number = 0;
};

const auto made = exuvia::make_with_tail<WideRow>(3);
