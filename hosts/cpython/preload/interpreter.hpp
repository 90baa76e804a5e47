// Which CPython a process holds, told by the symbols it exports.
#pragma once

namespace exuvia::preload {

struct Interpreter {
  unsigned long version = 0;      // as PY_VERSION_HEX; 0: before 3.11, which does not say
  bool is_debug_build = false;    // its objects have other layouts
  bool is_free_threaded = false;  // likewise

  unsigned major() const { return static_cast<unsigned>(version >> 24); }
  unsigned minor() const { return static_cast<unsigned>(version >> 16) & 0xFF; }
  unsigned micro() const { return static_cast<unsigned>(version >> 8) & 0xFF; }
  bool is_prerelease() const { return version != 0 && (version >> 4 & 0xF) != 0xF; }
};

// The interpreter whose symbols everyone in the process sees. False if there is none.
bool try_find_global_interpreter(Interpreter& found) noexcept;

// As above; but if a plugin brought a libpython that only it sees, makes that one visible to all
// first.
bool try_find_any_interpreter(Interpreter& found) noexcept;

}  // namespace exuvia::preload
