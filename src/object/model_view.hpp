// One way to ask models that classify objects and models that do not.
#pragma once

#include <cstddef>

#include "object/model.hpp"

namespace exuvia::object {

template <class Model>
struct ClassOf {
  using Type = Unclassified;
};
template <Classifying Model>
struct ClassOf<Model> {
  using Type = typename Model::Class;
};

// A model whose questions all take an object's class, which is empty where the model has none; and
// which has an answer to the optional ones.
template <Traceable Model>
class ModelView {
  static constexpr bool kClassifies = Classifying<Model>;

 public:
  using Class = typename ClassOf<Model>::Type;

  static constexpr bool kHasShareable = Shareable<Model>;
  static constexpr bool kHasBodies = BodyPrefetchable<Model>;
  static constexpr bool kHasCommon = CommonlyTraceable<Model>;
  static constexpr bool kHasSlices = Sliceable<Model>;

  explicit ModelView(const Model& model) noexcept : model_(model) {}

  Class classify([[maybe_unused]] Address object) const noexcept {
    if constexpr (kClassifies) {
      return model_.classify(object);
    } else {
      return {};
    }
  }

  bool is_container(Address object, [[maybe_unused]] Class known) const noexcept {
    if constexpr (kClassifies) {
      return model_.is_container(object, known);
    } else {
      return model_.is_container(object);
    }
  }

  bool is_shareable([[maybe_unused]] Address object, [[maybe_unused]] Class known) const noexcept {
    if constexpr (!kHasShareable) {
      return false;
    } else if constexpr (kClassifies) {
      return model_.is_shareable(object, known);
    } else {
      return model_.is_shareable(object);
    }
  }

  // Whether there is a body to wait for.
  bool prefetch_body([[maybe_unused]] Address object, [[maybe_unused]] Class known) const noexcept {
    if constexpr (kHasBodies) {
      return model_.prefetch_body(object, known);
    } else {
      return false;
    }
  }

  std::size_t length([[maybe_unused]] Address object, [[maybe_unused]] Class known) const noexcept {
    if constexpr (!kHasSlices) {
      return 0;
    } else if constexpr (kClassifies) {
      return model_.length(object, known);
    } else {
      return model_.length(object);
    }
  }

  // Whether trace_common may be called instead of trace.
  bool is_common([[maybe_unused]] Class known) const noexcept {
    if constexpr (kHasCommon) {
      return model_.is_common(known);
    } else {
      return true;
    }
  }

  template <class Visit>
  [[gnu::always_inline]] void trace_common(Address object, Class known,
                                           Visit&& visit) const noexcept {
    if constexpr (kHasCommon) {
      model_.trace_common(object, known, visit);
    } else {
      trace(object, known, visit);
    }
  }

  template <class Visit>
  [[gnu::always_inline]] void trace(Address object, [[maybe_unused]] Class known,
                                    Visit&& visit) const noexcept {
    if constexpr (kClassifies) {
      model_.trace(object, known, visit);
    } else {
      model_.trace(object, visit);
    }
  }

 private:
  const Model& model_;
};

}  // namespace exuvia::object
