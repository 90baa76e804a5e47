// the elements of a tail are made before their object, without arguments
#include "exuvia/runtime.hpp"

struct Cell {
  explicit Cell(int) {}
};
struct Row : exuvia::Tail<Row, Cell> {
  explicit Row(const exuvia::TailSize& size) : Tail(size) {}
};

const auto made = exuvia::make_with_tail<Row>(3);
