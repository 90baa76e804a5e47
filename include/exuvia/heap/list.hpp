// A doubly linked list through the links that its elements carry.
#pragma once

namespace exuvia::heap {

template <class T>
struct Links {
  T* next = nullptr;
  T* previous = nullptr;
};

// Links<T> T::*Member says which links of the element this list uses. Owns nothing.
template <class T, Links<T> T::*Member>
class List {
 public:
  bool is_empty() const noexcept { return first_ == nullptr; }
  T* front() const noexcept { return first_; }
  static T* after(const T* element) noexcept { return (element->*Member).next; }

  void push_front(T* element) noexcept {
    element->*Member = {first_, nullptr};
    (first_ == nullptr ? last_ : (first_->*Member).previous) = element;
    first_ = element;
  }

  void push_back(T* element) noexcept {
    element->*Member = {nullptr, last_};
    (last_ == nullptr ? first_ : (last_->*Member).next) = element;
    last_ = element;
  }

  // `element` must be in this list.
  void remove(T* element) noexcept {
    const Links<T> links = element->*Member;
    (links.previous == nullptr ? first_ : (links.previous->*Member).next) = links.next;
    (links.next == nullptr ? last_ : (links.next->*Member).previous) = links.previous;
    element->*Member = {};
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace exuvia::heap
