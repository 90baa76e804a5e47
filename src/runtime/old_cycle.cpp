#include "runtime/old_cycle.hpp"

#include <utility>

namespace exuvia::runtime {

namespace {

// So few candidates are searched without another look.
constexpr std::size_t kFew = 1000;
constexpr unsigned kMostRounds = 4;

}  // namespace

void OldCycle::start() noexcept {
  round_ = 0;
  joined_ = 0;
  if (!abandon()) return;
  if (try_mark(all_.old)) {
    phase_ = Phase::kMarking;
  } else if (all_.candidates.try_absorb(storage_, all_.old)) {
    end_round();
  }
}

bool OldCycle::try_mark(const ObjectSet& set) noexcept {
  if (!marks_.try_begin(set)) return false;
  ++round_;
  examined_ = set.count();
  return true;
}

void OldCycle::advance(std::size_t& work) noexcept {
  work += std::exchange(joined_, 0) * OldMarks::kTrace;
  while (work != 0 && has_marks()) {
    phase_ == Phase::kMarking ? mark(work) : gather(work);
  }
}

void OldCycle::mark(std::size_t& work) noexcept {
  const bool is_done = marks_.advance(is_first_round() ? all_.old : all_.candidates, work);
  if (marks_.is_short()) {
    end_round();
  } else if (is_done) {
    phase_ = Phase::kGathering;
    cursor_ = 0;
  }
}

// The first round takes the unmarked out of the old, the others take the marked back.
void OldCycle::gather(std::size_t& work) noexcept {
  ObjectSet& from = is_first_round() ? all_.old : all_.candidates;
  ObjectSet& to = is_first_round() ? all_.candidates : all_.old;
  cursor_ = from.visit_from(cursor_, [&](Header* header) {
    if (marks_.is_marked(header) != is_first_round()) (void)try_move(from, to, header);
    return --work != 0;
  });
  if (cursor_ == ObjectSet::kEnd) end_round();
}

bool OldCycle::try_move(ObjectSet& from, ObjectSet& to, Header* header) noexcept {
  return to.try_insert(storage_, header) && from.erase(header);
}

void OldCycle::end_round() noexcept {
  const bool again = phase_ == Phase::kGathering && is_doubtful() && try_mark(all_.candidates);
  if (again) {
    phase_ = Phase::kMarking;
    return;
  }
  marks_.release();
  phase_ = all_.candidates.count() == 0 ? Phase::kIdle : Phase::kHandingOver;
  cursor_ = 0;
}

// Whether many candidates may be mistakes: always after the first round; later, if the last one has
// found many.
bool OldCycle::is_doubtful() const noexcept {
  const std::size_t left = all_.candidates.count();
  if (left <= kFew || round_ == kMostRounds) return false;
  return is_first_round() || examined_ - left > left / 16;
}

bool OldCycle::try_log(Header* candidate) noexcept {
  if (!all_.candidates.erase(candidate)) return false;
  candidate->move_to(object::Place::kUntracked);
  if (all_.log.try_push(storage_, candidate)) return true;
  candidate->move_to(object::Place::kOld);
  (void)all_.candidates.try_insert(storage_, candidate);  // where it has just been
  return false;
}

void OldCycle::hand_over(std::size_t most) noexcept {
  const std::uint32_t begin = all_.log.size();
  std::uint32_t closed = begin;
  cursor_ = all_.candidates.visit_from(cursor_, [&](Header* candidate) {
    // One that an earlier one reaches may have left since.
    if (candidate->place() == object::Place::kOld && !try_log(candidate)) return false;
    closed = log_reachable(closed);
    return closed - begin < most;
  });
  if (cursor_ == ObjectSet::kEnd) cursor_ = 0;  // for those that memory did not suffice for
  if (all_.candidates.count() == 0) phase_ = Phase::kIdle;
}

// Adds the candidates that the log reaches from `begin` on; returns its end.
std::uint32_t OldCycle::log_reachable(std::uint32_t begin) noexcept {
  EdgeReader reader([this](const Edge& edge) {
    if (edge.target->place() == object::Place::kOld) (void)try_log(edge.target);
  });
  for (; begin < all_.log.size(); ++begin) reader.read(all_.log.entries()[begin]);
  return begin;
}

bool OldCycle::abandon() noexcept {
  marks_.release();
  phase_ = Phase::kIdle;
  return all_.old.try_absorb(storage_, all_.candidates);
}

}  // namespace exuvia::runtime
