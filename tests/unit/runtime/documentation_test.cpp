// The examples of docs/runtime.md, word for word.
#include "documentation.hpp"

#include <map>
#include <mutex>

#include "exuvia/runtime.hpp"

template <class T>
class SmallVector {
 public:
  void push_back(T element) { elements_.push_back(std::move(element)); }
  auto begin() const { return elements_.begin(); }
  auto end() const { return elements_.end(); }

 private:
  std::vector<T> elements_;
};
template <class T>
inline constexpr bool exuvia::owns_elements<SmallVector<T>> = true;

namespace {

// clang-format off
struct Node {
  std::string name;
  exuvia::Ref<Node> parent;
  std::vector<exuvia::Ref<Node>> children;
};

struct Cell {
  int value = 0;
};
struct Code {
  std::string text;
};
struct Closure : exuvia::Tail<Closure, exuvia::Ref<Cell>> {
  exuvia::Ref<Code> code;
  void trace(exuvia::Visitor& v) const { v(code); }   // the tail is seen without it
};

struct User {};
struct Event {};
class Session {
 public:
  void trace(exuvia::Visitor& v) const { v(user_, history_); }
  Session() { history_["login"].push_back(exuvia::make<Event>()); }
 private:
  exuvia::Ref<User> user_ = exuvia::make<User>();
  std::map<std::string, std::vector<exuvia::Ref<Event>>> history_;
  std::mutex mutex_;   // holds no reference: not mentioned
};

TEST(Documentation, ACycleGoesWithACollection) {
auto root = exuvia::make<Node>("root");
auto leaf = exuvia::make<Node>("leaf", root);
root->children.push_back(leaf);
exuvia::Weak<Node> watch = root;

root.reset();
leaf.reset();          // both still there: each holds the other
EXPECT_FALSE(watch.expired());
exuvia::collect();     // now both are gone, and watch has expired
EXPECT_TRUE(watch.expired());
}

TEST(Documentation, AnObjectMayEndInATail) {
const auto code = exuvia::make<Code>("x + y");
auto closure = exuvia::make_with_tail<Closure>(2, code);
closure->tail()[0] = exuvia::make<Cell>();            // a std::span
EXPECT_EQ(exuvia::Collector::get_referents(closure).size(), 2U);
}
// clang-format on

TEST(Documentation, AClassShowsItsMembersInOneLine) {
  EXPECT_EQ(exuvia::Collector::get_referents(exuvia::make<Session>()).size(), 2U);
}

TEST(Documentation, AContainerOfTheProgramIsDeclaredAnOwner) {
  const auto holder = exuvia::make<SmallVector<exuvia::Ref<User>>>();
  holder->push_back(exuvia::make<User>());
  EXPECT_EQ(exuvia::Collector::get_referents(holder).size(), 1U);
}

TEST(Documentation, ItsExamplesAreCompiled) {
  exuvia::expect_examples_are_compiled("docs/runtime.md",
                                       {"tests/unit/runtime/documentation_test.cpp"});
}

}  // namespace
