#include "harness.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace exuvia::bench {

Clock::time_point Clock::now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time_point(duration(time.tv_sec * 1'000'000'000 + time.tv_nsec));
}

double ns_since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

namespace {

// A hypervisor may take memory that has been free for a while, and who touches it next waits until
// it is back: several times as long as the kernel takes to clear a page. Lest that falls to whose
// turn it happens to be, each sample begins with memory that is there.
void fetch_free_memory() {
  constexpr std::size_t kBytes = std::size_t{1} << 30;
  constexpr std::size_t kPage = std::size_t{1} << 12;
  void* const memory =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  madvise(memory, kBytes, MADV_HUGEPAGE);
  for (std::size_t i = 0; i < kBytes; i += kPage) static_cast<volatile char*>(memory)[i] = 1;
  munmap(memory, kBytes);
}

// Runs one sample in a child process; NaN if it died.
Sample sample_of(const Peer& peer) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    fetch_free_memory();
    const Sample sample = peer.run();
    const bool written =
        write(ends[1], &sample, sizeof sample) == static_cast<ssize_t>(sizeof sample);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Sample sample{std::nan(""), 0};
  if (read(ends[0], &sample, sizeof sample) != static_cast<ssize_t>(sizeof sample))
    sample.ns = std::nan("");
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return sample;
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

void run(const Work& work, int rounds) {
  if (work.peers.empty()) return;
  std::vector<std::vector<double>> times(work.peers.size());
  std::vector<double> bytes(work.peers.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < work.peers.size(); ++i) {
      const Sample sample = sample_of(work.peers[i]);
      times[i].push_back(sample.ns);
      bytes[i] = sample.bytes;
    }
  }
  std::printf("%s: %s, %d rounds\n", work.name.c_str(), work.what.c_str(), rounds);
  const double ours = quantile(times[0], 0.5);
  for (std::size_t i = 0; i < work.peers.size(); ++i) {
    std::printf("  %-36s %9.2f ns  [%.2f .. %.2f]", work.peers[i].name.c_str(),
                quantile(times[i], 0.5), quantile(times[i], 0.25), quantile(times[i], 0.75));
    if (bytes[i] > 0) std::printf("  %6.1f B", bytes[i]);
    std::printf("  %6.2fx\n", quantile(times[i], 0.5) / ours);
  }
  std::printf("\n");
}

Sample python(const std::string& script, const std::string& interpreter) {
  const std::string command = interpreter + " -c '" + script + "'";
  FILE* const output = popen(command.c_str(), "r");
  double ns = std::nan("");
  if (output != nullptr) {
    if (std::fscanf(output, "%lf", &ns) != 1) ns = std::nan("");
    pclose(output);
  }
  return {ns, 0};
}

}  // namespace exuvia::bench
