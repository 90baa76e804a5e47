#include "cpython/collector/type_plans.hpp"

#include <structmember.h>

#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

Layout builtin_layout(const PyTypeObject* type) noexcept {
  if (type == &PyBaseObject_Type) return Layout::kNothing;
  if (type == &PyList_Type) return Layout::kList;
  if (type == &PyTuple_Type) return Layout::kTuple;
  if (type == &PyDict_Type) return Layout::kDict;
  if (type == &PySet_Type || type == &PyFrozenSet_Type) return Layout::kSet;
  if (type == &PyFunction_Type) return Layout::kFunction;
  if (type == &PyMethod_Type) return Layout::kMethod;
  if (type == &PyCell_Type) return Layout::kCell;
  return Layout::kOther;
}

// Adds the __slots__ that `type` itself defines; false when they do not fit.
bool try_add_slots(PyTypeObject* type, TypePlan& plan) noexcept {
  // They lie behind the type object itself.
  const auto* member = reinterpret_cast<const PyMemberDef*>(reinterpret_cast<const char*>(type) +
                                                            Py_TYPE(type)->tp_basicsize);
  for (Py_ssize_t i = 0; i < Py_SIZE(type); ++i, ++member) {
    if (member->type != T_OBJECT_EX) continue;
    if (plan.slot_count == TypePlan::kMostSlots || member->offset < 0 ||
        member->offset > UINT16_MAX)
      return false;
    plan.offsets[plan.slot_count++] = static_cast<std::uint16_t>(member->offset);
  }
  return true;
}

bool has(const PyTypeObject* type, unsigned long flag) noexcept {
  return (type->tp_flags & flag) != 0;
}

Nature nature_of(const PyTypeObject* type) noexcept {
  if (!has(type, Py_TPFLAGS_HAVE_GC)) return Nature::kAtom;
  if (type->tp_is_gc == nullptr) return Nature::kContainer;
  return has(type, Py_TPFLAGS_TYPE_SUBCLASS) ? Nature::kUnknown : Nature::kLocked;
}

Shape shape_of(const TypePlan& plan) noexcept {
  if (plan.is_instance) {
    if (plan.base != Layout::kNothing || plan.dict_offset != 0) return Shape::kRare;
    return plan.has_attributes ? Shape::kAttributes : Shape::kSlots;
  }
  if (plan.base == Layout::kTuple) return Shape::kTuple;
  if (plan.base == Layout::kList) return Shape::kList;
  return plan.base == Layout::kDict ? Shape::kDict : Shape::kRare;
}

}  // namespace

TypePlans::TypePlans(traverseproc subtype_traverse)
    : subtype_traverse_(subtype_traverse),
      other_{},
      buckets_(std::make_unique<std::atomic<const TypePlan*>[]>(kBuckets)),
      plans_(std::make_unique_for_overwrite<TypePlan[]>(kMostTypes)) {}

const TypePlan& TypePlans::add(PyTypeObject* type) const noexcept {
  const std::lock_guard lock(mutex_);
  if (count_ == kMostTypes) return other_;
  std::size_t at = hash(type);
  for (; const TypePlan* plan = buckets_[at].load(std::memory_order_relaxed);
       at = (at + 1) % kBuckets) {
    if (plan->type == type) return *plan;
  }
  TypePlan& plan = plans_[count_++];
  plan = make(type);
  plan.shape = shape_of(plan);
  // Release: pairs with the acquire in find().
  buckets_[at].store(&plan, std::memory_order_release);
  return plan;
}

TypePlan TypePlans::make(PyTypeObject* type) const noexcept {
  TypePlan plan{};
  plan.type = type;
  plan.nature = nature_of(type);
  plan.base = builtin_layout(type);
  plan.is_shareable = plan.base != Layout::kOther;
  if (plan.is_shareable || type->tp_traverse != subtype_traverse_) return plan;

  TypePlan other = plan;
  PyTypeObject* base = type;
  for (; base != nullptr && base->tp_traverse == subtype_traverse_; base = base->tp_base) {
    if (!try_add_slots(base, plan)) return other;
  }
  if (base == nullptr) return other;
  plan.base = builtin_layout(base);
  // The parts that a class in C may have traced itself are only known to be absent in these.
  if (plan.base == Layout::kOther || has(base, Py_TPFLAGS_MANAGED_DICT) || base->tp_dictoffset != 0)
    return other;
  plan.is_instance = true;
  plan.is_shareable = true;
  plan.owns_type = has(type, Py_TPFLAGS_HEAPTYPE);
  plan.has_attributes = has(type, Py_TPFLAGS_MANAGED_DICT);
  if (!plan.has_attributes) plan.dict_offset = type->tp_dictoffset;
  // Counted from the end of an object of varying size: leave it to tp_traverse.
  if (plan.dict_offset < 0) return other;
  return plan;
}

}  // namespace exuvia::cpython
