#include "ledger/writer.hpp"

#include <sys/mman.h>
#include <csignal>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ledger/run_in_tests.hpp"

namespace exuvia::ledger {
namespace {

using testing::start_child;
using testing::TestRun;
using testing::wait_for;

constexpr ProcessFacts kFacts{
    .interpreter = "CPython 3.11.2", .allocator_active = true, .collector_active = false};

std::string interpreter_of(const Slot& slot) {
  char text[sizeof slot.interpreter];
  load_text(slot.interpreter.words, text);
  return text;
}

std::string notes_of(const Slot& slot) {
  char text[sizeof slot.notes];
  load_text(slot.notes.words, text);
  return text;
}

CollectionFigures full_collection(std::uint64_t pause_ns) {
  return {.generation = 2,
          .pause_ns = pause_ns,
          .collected = 3,
          .uncollectable = 1,
          .candidates = 10,
          .ours = true};
}

TEST(Writer, WithoutALedgerEveryCallIsANoOp) {
  unsetenv(environment::kLedger);
  Writer writer = open_from_environment();
  EXPECT_FALSE(writer.is_open());
  writer.begin_process(kFacts);
  writer.after_fork_in_child();
  writer.record_collection(full_collection(5));
  writer.record_heap({});
  writer.note("nothing");
  writer.finish();
  EXPECT_FALSE(writer.is_open());
}

TEST(Writer, RecordsWhatTheHostTellsIt) {
  TestRun run;
  ASSERT_TRUE(run.is_created());
  Writer writer = open_from_environment();
  ASSERT_TRUE(writer.is_open());
  writer.begin_process(kFacts);
  writer.record_collection(full_collection(2'000'000));
  writer.record_heap({.peak = 9,
                      .held = 8,
                      .arenas = 2,
                      .live = 4,
                      .free_blocks = 1,
                      .empty_pools = 2,
                      .metadata = 1,
                      .foreign = 100});
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(interpreter_of(slot), "CPython 3.11.2");
  EXPECT_EQ(slot.active, Word{kAllocatorActive});
  EXPECT_EQ(slot.parent_pid, static_cast<Word>(getppid()));
  EXPECT_EQ(slot.generations[2].collections, 1u);
  EXPECT_EQ(slot.generations[2].ours, 1u);
  EXPECT_EQ(slot.generations[2].collected, 3u);
  EXPECT_EQ(slot.generations[2].uncollectable, 1u);
  EXPECT_EQ(slot.generations[2].candidates, 10u);
  EXPECT_EQ(slot.generations[2].pauses.max_ns, 2'000'000u);
  EXPECT_EQ(slot.generations[0].collections, 0u);
  EXPECT_EQ(slot.heap.peak, 9u);
  EXPECT_EQ(slot.heap.foreign, 100u);
  EXPECT_EQ(slot.state, static_cast<Word>(SlotState::kRunning));
}

TEST(Writer, KeepsTheHighestHeapPeak) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.record_heap({.peak = 100, .held = 50});
  writer.record_heap({.peak = 60, .held = 40});
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.heap.peak, 100u);
  EXPECT_EQ(slot.heap.held, 40u);
}

TEST(Writer, IgnoresAGenerationThatDoesNotExist) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.record_collection({.generation = 3, .pause_ns = 1});
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  for (const GenerationSlot& generation : slot.generations) EXPECT_EQ(generation.collections, 0u);
}

TEST(Writer, JoinsNotesAndSaysEachOnce) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.note("a debug build");
  writer.note("PYTHONMALLOC is set");
  writer.note("a debug build");
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(notes_of(slot), "a debug build; PYTHONMALLOC is set");
}

TEST(Writer, CutsANoteThatDoesNotFit) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.note(std::string(2000, 'x').c_str());
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(notes_of(slot), std::string(sizeof slot.notes - 1, 'x'));
}

TEST(Writer, CountsEveryCollectionOfSeveralThreads) {
  constexpr int kThreads = 4;
  constexpr int kCollections = 2000;
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&writer] {
      for (int n = 1; n <= kCollections; ++n) {
        writer.record_collection(
            {.generation = 1, .pause_ns = static_cast<std::uint64_t>(n), .collected = 2});
        writer.record_heap({.peak = static_cast<std::uint64_t>(n), .held = 1});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.generations[1].collections, static_cast<Word>(kThreads * kCollections));
  EXPECT_EQ(slot.generations[1].collected, static_cast<Word>(2 * kThreads * kCollections));
  EXPECT_EQ(slot.generations[1].pauses.count, static_cast<Word>(kThreads * kCollections));
  EXPECT_EQ(slot.generations[1].pauses.max_ns, static_cast<Word>(kCollections));
  EXPECT_EQ(slot.heap.peak, static_cast<Word>(kCollections));
}

TEST(Writer, CanBeReadWhileItWrites) {
  TestRun run;
  const LedgerFile& file = run.file();
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  std::atomic<bool> is_done = false;
  std::thread reader([&] {
    Slot slot;
    while (!is_done.load()) {
      if (!try_read_process(file, getpid(), slot)) continue;
      EXPECT_EQ(interpreter_of(slot), "CPython 3.11.2");
    }
  });
  for (int i = 0; i < 5000; ++i) writer.record_collection({.generation = 0, .pause_ns = 7});
  is_done.store(true);
  reader.join();
}

TEST(Writer, AForkedChildRecordsInASlotOfItsOwn) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.record_collection(full_collection(1));
  writer.note("a debug build");
  const pid_t child = start_child([&] {
    writer.after_fork_in_child();
    writer.record_collection(full_collection(2));
    writer.record_collection(full_collection(3));
    writer.finish();
  });
  EXPECT_EQ(wait_for(child), 0);
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), child, slot));
  EXPECT_EQ(slot.generations[2].collections, 2u);
  EXPECT_EQ(slot.parent_pid, static_cast<Word>(getpid()));
  EXPECT_EQ(interpreter_of(slot), "CPython 3.11.2");
  EXPECT_EQ(notes_of(slot), "a debug build");
  EXPECT_EQ(slot.state, static_cast<Word>(SlotState::kFinished));
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.generations[2].collections, 1u);
  EXPECT_EQ(slot.state, static_cast<Word>(SlotState::kRunning));
}

TEST(Writer, ManyProcessesClaimDistinctSlots) {
  constexpr int kProcesses = 40;
  TestRun run;
  std::vector<pid_t> children;
  for (int i = 1; i <= kProcesses; ++i) {
    children.push_back(start_child([i] {
      Writer writer = open_from_environment();
      writer.begin_process(kFacts);
      for (int n = 0; n < i; ++n) writer.record_collection({.generation = 0, .pause_ns = 1});
      writer.finish();
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(claimed_slots(run.file()), static_cast<std::size_t>(kProcesses));
  EXPECT_EQ(unrecorded_processes(run.file()), 0u);
  for (int i = 1; i <= kProcesses; ++i) {
    Slot slot;
    ASSERT_TRUE(try_read_process(run.file(), children[static_cast<std::size_t>(i - 1)], slot));
    EXPECT_EQ(slot.generations[0].collections, static_cast<Word>(i));
  }
}

TEST(Writer, FiguresSurviveAKilledProcess) {
  TestRun run;
  const pid_t child = start_child([] {
    Writer writer = open_from_environment();
    writer.begin_process(kFacts);
    writer.record_collection(full_collection(77));
    writer.record_heap({.peak = 5, .held = 5});
    raise(SIGKILL);
  });
  EXPECT_TRUE(WIFSIGNALED(wait_for(child)));
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), child, slot));
  EXPECT_EQ(slot.generations[2].pauses.max_ns, 77u);
  EXPECT_EQ(slot.heap.held, 5u);
  EXPECT_EQ(slot.state, static_cast<Word>(SlotState::kRunning));
}

TEST(Writer, AProcessThatBeginsAgainAfterExecKeepsItsSlot) {
  TestRun run;
  Writer before = open_from_environment();
  before.begin_process({.interpreter = "CPython 3.11.2"});
  before.record_collection(full_collection(1));
  Writer after = open_from_environment();
  after.begin_process({.interpreter = "CPython 3.13.0"});
  after.record_collection(full_collection(1));
  EXPECT_EQ(claimed_slots(run.file()), 1u);
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.generations[2].collections, 2u);
  EXPECT_EQ(interpreter_of(slot), "CPython 3.13.0");
}

TEST(Writer, CountsProcessesThatFindNoSlot) {
  TestRun run;
  Writer writer = open_from_environment();
  LedgerFile* file = map_ledger(run.path(), Access::kReadWrite).file;
  ASSERT_NE(file, nullptr);
  store(file->header.claimed, kSlotCapacity);
  writer.begin_process(kFacts);
  writer.record_collection(full_collection(1));
  writer.finish();
  EXPECT_EQ(load(file->header.claimed), kSlotCapacity + 1);
  Slot slot;
  EXPECT_FALSE(try_read_process(run.file(), getpid(), slot));
  unmap_ledger(file);
}

TEST(Writer, AFullFileSystemCostsTheFiguresAndNotTheProcess) {
  TestRun run;
  const pid_t child = start_child([&] {
    Writer writer = open_from_environment();
    // A page that cannot be had: to the kernel a file cut short is the same as a file system that
    // is full.
    if (truncate(run.path(), static_cast<off_t>(kSlotsOffset)) != 0) _exit(1);
    writer.begin_process(kFacts);
    writer.record_collection(full_collection(1));
    writer.finish();
  });
  EXPECT_EQ(wait_for(child), 0);
  ASSERT_EQ(truncate(run.path(), static_cast<off_t>(kLedgerBytes)), 0);
  EXPECT_EQ(unrecorded_processes(run.file()), 1u);
}

TEST(Writer, WhatComesAfterTheProgramsEndDoesNotCount) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.record_heap({.peak = 9, .held = 8});
  writer.record_collection(full_collection(1));
  writer.end_program();
  writer.record_heap({.peak = 20, .held = 1});
  writer.record_collection(full_collection(2));
  Slot before;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), before));
  EXPECT_EQ(before.heap.held, 8u);
  EXPECT_EQ(before.heap.peak, 9u);
  EXPECT_EQ(before.generations[2].collections, 1u);
  EXPECT_GT(before.resident, 0u);
  writer.finish();
  Slot after;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), after));
  EXPECT_EQ(after.resident, before.resident);
  EXPECT_EQ(after.state, static_cast<Word>(SlotState::kFinished));
}

TEST(Writer, AnotherProgramInTheSameProcessCountsAgain) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  writer.end_program();
  writer.begin_process(kFacts);
  writer.record_collection(full_collection(1));
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.generations[2].collections, 1u);
}

TEST(Writer, FinishesOnce) {
  TestRun run;
  const std::string text = testing::captured([](int descriptor) {
    setenv(environment::kRootPid, std::to_string(getpid()).c_str(), 1);
    dup2(descriptor, STDERR_FILENO);
    Writer writer = open_from_environment();
    writer.begin_process(kFacts);
    writer.finish();
    writer.finish();
  });
  EXPECT_THAT(text, ::testing::StartsWith("exuvia: "));
  EXPECT_EQ(text.find("exuvia: ", 1), std::string::npos);
  EXPECT_NE(access(run.path(), F_OK), 0);
}

TEST(Writer, OnlyTheRootPrintsAndRemovesTheLedger) {
  TestRun run;
  const std::string text = testing::captured([](int descriptor) {
    setenv(environment::kRootPid, "1", 1);
    dup2(descriptor, STDERR_FILENO);
    Writer writer = open_from_environment();
    writer.begin_process(kFacts);
    writer.finish();
  });
  EXPECT_EQ(text, "");
  EXPECT_EQ(access(run.path(), F_OK), 0);
}

TEST(Writer, AVforkedChildDoesNotFinishItsParent) {
  TestRun run;
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  const pid_t child = start_child([&] { writer.finish(); });
  EXPECT_EQ(wait_for(child), 0);
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.state, static_cast<Word>(SlotState::kRunning));
}

TEST(Writer, MeasuresWhatAChildUnshares) {
  constexpr std::size_t kBytes = std::size_t{32} << 20;
  auto* memory = static_cast<char*>(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  TestRun run;
  setenv(environment::kMeasureUnshared, "1", 1);
  Writer writer = open_from_environment();
  writer.begin_process(kFacts);
  const auto unshared_by_writing = [&](std::size_t bytes) {
    const pid_t child = start_child([&] {
      writer.after_fork_in_child();
      for (std::size_t at = 0; at < bytes; at += 4096) memory[at] = 1;
      writer.finish();
    });
    EXPECT_EQ(wait_for(child), 0);
    Slot slot;
    EXPECT_TRUE(try_read_process(run.file(), child, slot));
    EXPECT_EQ(slot.unshared_known, 1u);
    return slot.unshared;
  };
  EXPECT_GE(unshared_by_writing(kBytes / 2), kBytes / 2);
  EXPECT_LT(unshared_by_writing(0), kBytes / 4);
  Slot slot;
  ASSERT_TRUE(try_read_process(run.file(), getpid(), slot));
  EXPECT_EQ(slot.unshared_known, 0u);
  munmap(memory, kBytes);
}

TEST(Writer, LeavesErrnoAlone) {
  TestRun run;
  Writer writer = open_from_environment();
  errno = EDOM;
  writer.begin_process(kFacts);
  writer.record_collection(full_collection(1));
  writer.finish();
  EXPECT_EQ(errno, EDOM);
}

}  // namespace
}  // namespace exuvia::ledger
