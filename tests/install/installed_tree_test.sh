#!/usr/bin/env bash
# usage: installed_tree_test.sh BUILD-FOLDER COMPILER
# Installs a build, moves the installed tree, and uses it as a C++ and a Python programmer would.
set -euo pipefail
build=$1 compiler=$2
here=$(dirname "$(readlink -f "$0")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/moved

cmake --install "$build" --prefix "$scratch/first" >/dev/null
mv "$scratch/first" "$prefix"

echo "every installed header stands alone"
cd "$prefix/include"
find exuvia -name '*.hpp' | sort | while read -r header; do
  echo "#include \"$header\"" | "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I . -x c++ - ||
    { echo "FAILED: $header does not compile by itself" >&2 && exit 1; }
done
cd "$scratch"

echo "find_package"
cmake -S "$here/consumer" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" >/dev/null
cmake --build "$scratch/consumer" >/dev/null
"$scratch/consumer/consumer"
"$scratch/consumer/values"

echo "pkg-config"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra flags <<<"$(pkg-config --cflags --libs exuvia)"
"$compiler" -std=c++20 "$here/consumer/consumer.cpp" "${flags[@]}" -o "$scratch/by-pkg-config"
"$scratch/by-pkg-config"

echo "a program that disagrees about checks does not link"
if [[ ${flags[*]} == *-DEXUVIA_CHECKS=1* ]]; then
  other=("${flags[@]}" -UEXUVIA_CHECKS)
else
  other=("${flags[@]}" -DEXUVIA_CHECKS=1)
fi
if "$compiler" -std=c++20 "$here/consumer/consumer.cpp" "${other[@]}" -o "$scratch/other" 2>"$scratch/refusal"; then
  echo "FAILED: it linked" >&2 && exit 1
fi
grep -q 'the_library_is_\(a\|no\)_checking_build' "$scratch/refusal"

if [[ -x $prefix/bin/exuvia ]]; then
  echo "the command"
  [[ $("$prefix/bin/exuvia" run -q -c 'print(6 * 7)') == 42 ]]
  "$prefix/bin/exuvia" info >/dev/null
fi
echo "passed"
