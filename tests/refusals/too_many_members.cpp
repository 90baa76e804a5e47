// too many members to see
#include "exuvia/runtime.hpp"

struct Row {
  exuvia::Ref<Row> a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u;
};

const auto made = exuvia::make<Row>();
