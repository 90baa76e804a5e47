#include "exuvia/runtime/visitor.hpp"

#include <gtest/gtest.h>

#include <any>
#include <array>
#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

struct Leaf {
  int value = 0;
};
using LeafRef = Ref<Leaf>;

template <class T>
std::size_t referents_of(const Ref<T>& object) {
  return Collector::get_referents(object).size();
}

LeafRef leaf() { return make<Leaf>(); }

template <class Member>
struct Holder {
  Member member;
};

template <class Member>
Ref<Holder<Member>> hold(Member member) {
  return make<Holder<Member>>(std::move(member));
}

TEST(Visitor, SeesEveryStandardContainerOfRefs) {
  EXPECT_EQ(referents_of(hold(std::vector{leaf(), leaf(), LeafRef()})), 2U);
  EXPECT_EQ(referents_of(hold(std::deque{leaf(), leaf()})), 2U);
  EXPECT_EQ(referents_of(hold(std::list{leaf()})), 1U);
  EXPECT_EQ(referents_of(hold(std::forward_list{leaf(), leaf()})), 2U);
  EXPECT_EQ(referents_of(hold(std::array{leaf(), leaf(), leaf()})), 3U);
  EXPECT_EQ(referents_of(hold(std::set{leaf(), leaf()})), 2U);
  EXPECT_EQ(referents_of(hold(std::unordered_set{leaf(), leaf()})), 2U);
  EXPECT_EQ(referents_of(hold(std::map<int, LeafRef>{{1, leaf()}, {2, leaf()}})), 2U);
  EXPECT_EQ(referents_of(hold(std::unordered_map<LeafRef, LeafRef>{{leaf(), leaf()}})), 2U);
  EXPECT_EQ(referents_of(hold(std::stack<LeafRef>({leaf(), leaf()}))), 2U);
  EXPECT_EQ(referents_of(hold(std::queue<LeafRef>({leaf()}))), 1U);
  EXPECT_EQ(referents_of(hold(std::priority_queue<LeafRef>({}, std::vector{leaf(), leaf()}))), 2U);
}

TEST(Visitor, SeesIntoOptionalsVariantsPairsTuplesAndUniquePointers) {
  using Held = Holder<LeafRef>;
  using Choice = std::variant<int, LeafRef, std::vector<LeafRef>>;
  EXPECT_EQ(referents_of(hold(std::optional(leaf()))), 1U);
  EXPECT_EQ(referents_of(hold(std::optional<LeafRef>())), 0U);
  EXPECT_EQ(referents_of(hold(Choice(1))), 0U);
  EXPECT_EQ(referents_of(hold(Choice(leaf()))), 1U);
  EXPECT_EQ(referents_of(hold(Choice(std::vector{leaf(), leaf()}))), 2U);
  EXPECT_EQ(referents_of(hold(std::pair(leaf(), 1))), 1U);
  EXPECT_EQ(referents_of(hold(std::tuple(leaf(), 1, leaf(), std::string()))), 2U);
  EXPECT_EQ(referents_of(hold(std::unique_ptr<Held>(new Held{leaf()}))), 1U);
  EXPECT_EQ(referents_of(hold(std::unique_ptr<Held>())), 0U);
}

TEST(Visitor, SeesNestedContainers) {
  std::map<std::string, std::vector<std::optional<std::pair<LeafRef, int>>>> nested;
  nested["a"] = {std::pair(leaf(), 1), std::nullopt, std::pair(leaf(), 2)};
  EXPECT_EQ(referents_of(hold(std::move(nested))), 2U);
}

TEST(Visitor, SeesEachElementOfALongArray) {
  std::array<LeafRef, 300> leaves;
  leaves[0] = leaves[299] = leaf();
  EXPECT_EQ(referents_of(hold(std::move(leaves))), 2U);
}

TEST(Visitor, NeedsNoTraceForAggregates) {
  struct Inner {
    LeafRef a;
    int number;
    LeafRef b;
  };
  struct Outer {
    std::string name;
    Inner inner;
    LeafRef array[2];
    std::vector<Inner> more;
  };
  const Ref<Outer> outer = make<Outer>("x", Inner{leaf(), 1, leaf()});
  outer->array[1] = leaf();
  outer->more.push_back({leaf(), 2, nullptr});
  EXPECT_EQ(referents_of(outer), 4U);
}

TEST(Visitor, SeesAggregatesOfManyMembers) {
  struct Wide {
    LeafRef a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t;
  };
  const Ref<Wide> wide = make<Wide>();
  wide->a = wide->k = wide->t = leaf();
  EXPECT_EQ(referents_of(wide), 3U);
}

struct Packet {
  unsigned char from[16], to[16];
};

TEST(Visitor, SeesAggregatesWithArraysOfAnySize) {
  struct Connection {
    Ref<Connection> peer;
    Packet last;
    float matrix[4][4];
  };
  struct NameLast {
    LeafRef child[2];
    char name[32];
  };
  struct NameFirst {
    char name[1 << 16];
    LeafRef child[2];
  };
  struct BetweenNumbers {
    int keys[3];
    LeafRef child[256];
    int size;
  };
  struct BTreeNode {
    int size;
    int keys[31];
    LeafRef value;
    LeafRef children[4][8];
  };
  EXPECT_FALSE(Collector::is_tracked(make<Packet>()));
  EXPECT_FALSE(Collector::is_tracked(make<std::vector<Packet>>()));
  const auto connection = make<Connection>();
  connection->peer = make<Connection>();
  const auto last = make<NameLast>();
  const auto first = make<NameFirst>();
  const auto between = make<BetweenNumbers>();
  const auto node = make<BTreeNode>();
  last->child[1] = first->child[1] = between->child[255] = leaf();
  node->value = node->children[3][7] = leaf();
  EXPECT_EQ(referents_of(connection), 1U);
  EXPECT_EQ(referents_of(last), 1U);
  EXPECT_EQ(referents_of(first), 1U);
  EXPECT_EQ(referents_of(between), 1U);
  EXPECT_EQ(referents_of(node), 2U);
}

TEST(Visitor, SeesAggregatesWithMembersThatNeedAnInitialiser) {
  struct NeedsNumber {
    explicit NeedsNumber(int) {}
  };
  struct Borrower {
    LeafRef held;
    int& number;
    std::unique_ptr<int>& pointer;
    NeedsNumber needs;
    const std::string& text;
    char name[32];
    LeafRef more[2];
  };
  int number = 0;
  std::unique_ptr<int> pointer;
  const std::string text;
  const auto borrower = make<Borrower>(leaf(), number, pointer, NeedsNumber(1), text);
  borrower->more[1] = leaf();
  EXPECT_EQ(referents_of(borrower), 2U);
}

TEST(Visitor, SeesAggregatesWithArraysWhoseElementsNeedAnInitialiser) {
  struct NeedsNumber {
    explicit NeedsNumber(int) {}
  };
  struct NeedsSome {
    explicit NeedsSome(int) {}
    explicit NeedsSome(const char*) {}
    NeedsSome(int, int) {}
  };
  struct Borrowed {
    int& number;
    LeafRef held;
  };
  struct Borrower {
    NeedsSome some;
    NeedsNumber pair[2];
    LeafRef held;
    NeedsNumber square[2][2];
    Borrowed borrowed[2];
    LeafRef more[2];
    NeedsNumber one[1];
  };
  int number = 0;
  const NeedsNumber needs(1);
  const auto borrower =
      make<Borrower>(NeedsSome(1, 1), needs, needs, leaf(), needs, needs, needs, needs,
                     Borrowed{number, leaf()}, Borrowed{number, leaf()}, leaf(), leaf(), needs);
  EXPECT_EQ(referents_of(borrower), 5U);
}

struct TakesAnything {
  TakesAnything() = default;
  template <class Any>
  explicit(false) TakesAnything(Any&&) {}  // NOLINT(bugprone-forwarding-reference-overload)
};

TEST(Visitor, SeesAggregatesWithMembersThatTakeAnything) {
  struct Greedy {
    TakesAnything first;
    LeafRef held;
    TakesAnything last;
  };
  const auto greedy = make<Greedy>();
  greedy->held = leaf();
  EXPECT_EQ(referents_of(greedy), 1U);
}

struct Tree {
  LeafRef own;
  std::vector<Tree> branches;
};

TEST(Visitor, SeesATypeThatContainsItself) {
  const Ref<Tree> tree = make<Tree>(leaf());
  tree->branches.push_back({leaf(), {}});
  tree->branches[0].branches.push_back({leaf(), {}});
  EXPECT_EQ(referents_of(tree), 3U);
}

class Base {
 public:
  virtual ~Base() = default;
  virtual void trace(Visitor& v) const { v(one_); }
  void fill() { one_ = leaf(); }

 private:
  LeafRef one_;
};

class Derived final : public Base {
 public:
  Derived() { fill(); }
  void trace(Visitor& v) const override {
    Base::trace(v);
    v(two_, three_);
  }

 private:
  LeafRef two_ = leaf();
  int three_ = 3;
};

TEST(Visitor, AsksADerivedClassThroughItsOwnTrace) {
  const Ref<Base> base = make<Derived>();
  EXPECT_EQ(referents_of(base), 2U);
}

TEST(Visitor, LeavesTypesWithoutReferencesUntracked) {
  EXPECT_FALSE(Collector::is_tracked(make<int>(1)));
  EXPECT_FALSE(Collector::is_tracked(make<std::string>("s")));
  EXPECT_FALSE(Collector::is_tracked(make<std::vector<std::string>>()));
  EXPECT_FALSE(Collector::is_tracked(make<Leaf>()));
  EXPECT_TRUE(Collector::is_tracked(make<std::vector<LeafRef>>()));
  EXPECT_TRUE(Collector::is_tracked(make<Tree>()));
}

TEST(Visitor, DoesNotFollowWhatAnObjectDoesNotOwn) {
  struct Borrower {
    Leaf* raw;
    std::shared_ptr<Leaf> shared;
  };
  static_assert(!runtime::holds_refs<Borrower>);
  static_assert(!runtime::holds_refs<std::span<LeafRef>>);
  static_assert(runtime::holds_refs<std::vector<std::array<LeafRef, 2>>>);
}

// A span of the program's own, no std::ranges::view.
template <class T>
struct Slice {
  const T* first = nullptr;
  const T* last = nullptr;
  const T* begin() const { return first; }
  const T* end() const { return last; }
};
template <class T>
class OwnVector {
 public:
  void push_back(T element) { elements_.push_back(std::move(element)); }
  auto begin() const { return elements_.begin(); }
  auto end() const { return elements_.end(); }

 private:
  std::vector<T> elements_;
};
template <class T>
struct GiveBack {
  void operator()(T* object) const {
    if (object != nullptr) ++object->given_back;
  }
};
template <class T>
struct AsDefault {
  void operator()(T* object) const { delete object; }
};
struct Lent {
  std::vector<LeafRef> leaves;
  int given_back = 0;
};

template <class Member>
struct Cyclic {
  Ref<Cyclic> self;
  Member member;
};

// How many objects are garbage once a cycle with that member is.
template <class Member>
std::size_t garbage_with(Member member) {
  auto cycle = make<Cyclic<Member>>(nullptr, std::move(member));
  cycle->self = cycle;
  cycle.reset();
  return collect();
}

TEST(Visitor, NeverTakesWhatAnObjectBorrowsForItsOwn) {
  collect();
  Lent lent{{leaf(), leaf()}};
  EXPECT_EQ(garbage_with(Slice<LeafRef>{lent.leaves.data(), lent.leaves.data() + 2}), 1U);
  EXPECT_EQ(garbage_with(std::tie(lent.leaves)), 1U);
  EXPECT_EQ(garbage_with(std::pair<int, std::vector<LeafRef>&>(1, lent.leaves)), 1U);
  EXPECT_EQ(garbage_with(std::unique_ptr<Lent, GiveBack<Lent>>(&lent)), 1U);
  EXPECT_EQ(lent.given_back, 1);
  EXPECT_EQ(lent.leaves.size(), 2U);
  EXPECT_TRUE(lent.leaves[0] && lent.leaves[1]);
}

TEST(Visitor, NeverTakesAReferenceForAMember) {
  struct Reader {
    Ref<Reader> self;
    const std::vector<LeafRef>& borrowed;
    const LeafRef& one;
  };
  collect();
  const std::vector<LeafRef> owner{leaf()};
  auto reader = make<Reader>(nullptr, owner, owner[0]);
  reader->self = reader;
  reader.reset();
  EXPECT_EQ(collect(), 1U);
  EXPECT_TRUE(owner[0]);
}

}  // namespace

template <>
inline constexpr bool owns_elements<OwnVector<LeafRef>> = true;
template <class T>
inline constexpr bool owns_elements<std::unique_ptr<T, AsDefault<T>>> = true;

namespace {

TEST(Visitor, FollowsWhatTheProgramSaysOwnsItsElements) {
  OwnVector<LeafRef> own;
  own.push_back(leaf());
  EXPECT_EQ(referents_of(hold(std::move(own))), 1U);
  static_assert(!runtime::holds_refs<OwnVector<Ref<int>>>);

  std::unique_ptr<Lent, AsDefault<Lent>> pointer(new Lent{{leaf(), leaf()}});
  EXPECT_EQ(referents_of(hold(std::move(pointer))), 2U);
}

TEST(Visitor, SeesARangeThatShowsItsMembersByThem) {
  struct Children {
    std::vector<LeafRef> all;
    auto begin() const { return all.begin(); }
    auto end() const { return all.end(); }
  };
  EXPECT_EQ(referents_of(hold(Children{{leaf(), leaf()}})), 2U);
}

TEST(Visitor, KnowsARangeThatOnlyLends) {
  static_assert(runtime::lends_refs<Slice<LeafRef>>());
  static_assert(runtime::lends_refs<std::span<const LeafRef>>());
  static_assert(runtime::lends_refs<std::initializer_list<LeafRef>>());
  static_assert(!runtime::lends_refs<std::vector<LeafRef>>());
  static_assert(!runtime::lends_refs<std::string_view>());
  static_assert(!runtime::lends_refs<Slice<int>>());
}

class AddsNothing : public Base {};
class AddsAMember : public Base {
  LeafRef forgotten_;
};

TEST(Make, RefusesAClassWhoseInheritedTraceForgetsItsMembers) {
  static_assert(!runtime::adds_members_to_traced_base<AddsNothing>());
  static_assert(runtime::adds_members_to_traced_base<AddsAMember>());
  static_assert(!runtime::adds_members_to_traced_base<Derived>());
}

struct Children : std::vector<LeafRef> {
  using vector::vector;
};
struct NamedChildren : std::vector<LeafRef> {
  std::string name;
  NamedChildren() = default;
  explicit NamedChildren(int) {}
};
struct TracedChildren : std::map<int, LeafRef> {
  LeafRef first;
  void trace(Visitor& v) const { v(static_cast<const map&>(*this), first); }
};

TEST(Make, RefusesAContainerWithMembersOfItsOwn) {
  static_assert(runtime::adds_members_to_container<NamedChildren>());
  static_assert(!runtime::adds_members_to_container<Children>());
  static_assert(!runtime::adds_members_to_container<std::vector<LeafRef>>());
  EXPECT_EQ(referents_of(make<Children>(2, leaf())), 2U);
  const auto traced = make<TracedChildren>();
  traced->emplace(1, leaf());
  traced->first = leaf();
  EXPECT_EQ(referents_of(traced), 2U);
}

template <class Derived>
struct TracesDerived {
  void trace(Visitor& v) const { static_cast<const Derived&>(*this).show(v); }
};
struct Mixed : TracesDerived<Mixed> {
  LeafRef held;
  void show(Visitor& v) const { v(held); }
};

TEST(Make, TrustsABaseThatIsMadeForTheClass) {
  const auto mixed = make<Mixed>();
  mixed->held = leaf();
  EXPECT_EQ(referents_of(mixed), 1U);
}

struct HidesItsAddress {
  LeafRef held;
  void operator&() const {}  // NOLINT(google-runtime-operator)
};

TEST(Visitor, SeesAnAggregateWithMembersOfEveryKind) {
  struct Unusual {
    std::any first;
    LeafRef held;
    volatile int flag = 0;
    HidesItsAddress shy;
  };
  const auto unusual = make<Unusual>();
  unusual->held = unusual->shy.held = leaf();
  EXPECT_EQ(referents_of(unusual), 2U);
  EXPECT_EQ(referents_of(hold(std::any(1))), 0U);
}

TEST(Visitor, KnowsAPointerThatDoesNotOwn) {
  static_assert(runtime::only_points<LeafRef*>);
  static_assert(runtime::only_points<std::shared_ptr<Lent>>);
  static_assert(runtime::only_points<std::reference_wrapper<LeafRef>>);
  static_assert(runtime::only_points<std::unique_ptr<Lent, GiveBack<Lent>>>);
  static_assert(!runtime::only_points<std::unique_ptr<Lent>>);
  static_assert(!runtime::only_points<std::unique_ptr<Lent, AsDefault<Lent>>>);
  static_assert(!runtime::only_points<const char*>);
}

TEST(Visitor, PassesOverTheViewsOfAnAggregate) {
  struct Reader {
    std::string_view text;
    LeafRef held;
    std::span<const LeafRef> borrowed;
  };
  const std::vector<LeafRef> owner{leaf(), leaf()};
  EXPECT_EQ(referents_of(make<Reader>("text", leaf(), owner)), 1U);
}

// What a class says of itself in a way that cannot be heard.
class HidesTrace {
  void trace(Visitor&) const {}
};
struct ChangesInTrace {
  void trace(Visitor&) {}
};
struct OneTraced {
  LeafRef one;
  void trace(Visitor& v) const { v(one); }
};
struct OtherTraced {
  LeafRef other;
  void trace(Visitor& v) const { v(other); }
};
class TracedTwice : public OneTraced, public OtherTraced {};
struct TracesItself : OneTraced, OtherTraced {
  void trace(Visitor& v) const {
    OneTraced::trace(v);
    OtherTraced::trace(v);
  }
};
struct TakesACopy {
  void trace(Visitor) const {}
};
struct TakesATemporary {
  void trace(Visitor&&) const noexcept {}
};
struct TakesAPointer {
  void trace(Visitor*) {}
};
struct TakesMore {
  void trace(Visitor&, int) const& {}
};
struct TakesTheObject {
  static void trace(const TakesTheObject&, Visitor&) {}
};
struct HasAFlagOfThatName {
  bool trace = false;
};
struct LogsUnderThatName {
  void trace(const char*) {}
};

TEST(Make, RefusesATraceThatCannotBeCalled) {
  static_assert(runtime::has_unusable_trace<HidesTrace>());
  static_assert(runtime::has_unusable_trace<ChangesInTrace>());
  static_assert(runtime::has_unusable_trace<TracedTwice>());
  static_assert(runtime::has_unusable_trace<TakesACopy>());
  static_assert(runtime::has_unusable_trace<TakesATemporary>());
  static_assert(runtime::has_unusable_trace<TakesAPointer>());
  static_assert(runtime::has_unusable_trace<TakesMore>());
  static_assert(runtime::has_unusable_trace<TakesTheObject>());
  static_assert(!runtime::has_unusable_trace<TracesItself>());
  static_assert(!runtime::has_unusable_trace<HasAFlagOfThatName>());
  static_assert(!runtime::has_unusable_trace<LogsUnderThatName>());
  static_assert(!runtime::has_unusable_trace<Derived>());
  static_assert(!runtime::has_unusable_trace<int>());
}

class HidesFinalize {
  void finalize() {}
};
struct FinalizesWith {
  void finalize(int) {}
};
struct Finalizes {
  void finalize() {}
};
struct FinalizesConstant {
  void finalize() const noexcept {}
  void finalize(int) {}
};
struct GivesADigest {
  int finalize() { return 1; }
};
struct FinalizesTemporaries {
  void finalize() && {}
};
struct FinalizesTheLibrary {
  static void finalize() {}
};
struct HasANumberOfThatName {
  int finalize = 0;
};

TEST(Make, RefusesAFinalizeThatCannotBeCalled) {
  static_assert(runtime::has_unusable_finalize<HidesFinalize>());
  static_assert(runtime::has_unusable_finalize<FinalizesWith>());
  static_assert(runtime::has_unusable_finalize<GivesADigest>());
  static_assert(runtime::has_unusable_finalize<FinalizesTemporaries>());
  static_assert(!runtime::has_unusable_finalize<Finalizes>());
  static_assert(!runtime::has_unusable_finalize<FinalizesConstant>());
  static_assert(runtime::HasFinalize<Finalizes>);
  static_assert(runtime::HasFinalize<FinalizesConstant>);
}

TEST(Make, TakesNoStaticFinalizeAndNoDataForItsOwn) {
  static_assert(!runtime::HasFinalize<FinalizesTheLibrary>);
  static_assert(!runtime::has_unusable_finalize<FinalizesTheLibrary>());
  static_assert(!runtime::has_unusable_finalize<HasANumberOfThatName>());
}

struct Plain {
  int number = 0;
};
struct OnAPlainBase : Plain {
  int more = 0;
};
struct HoldsOnABase : Plain {
  LeafRef held;
};
struct NeedsArgument {
  explicit NeedsArgument(int) {}
};
struct NeedsArgumentOnABase : Plain {
  NeedsArgument more;
  LeafRef held;
};

TEST(Make, RefusesAnAggregateWhoseMembersAreBehindABase) {
  static_assert(runtime::hides_members_behind_base<HoldsOnABase>());
  static_assert(runtime::hides_members_behind_base<NeedsArgumentOnABase>());
  static_assert(!runtime::hides_members_behind_base<OnAPlainBase>());
  static_assert(!runtime::hides_members_behind_base<TracesItself>());
}

}  // namespace
}  // namespace exuvia
