#!/usr/bin/env bash
# usage: package_test.sh BUILD-FOLDER
# Builds the Debian package of a build and checks what is in it and what it depends on.
set -euo pipefail
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cpack --config "$build/CPackConfig.cmake" -B "$scratch" >/dev/null
package=$(find "$scratch" -maxdepth 1 -name '*.deb')
dpkg-deb --contents "$package" >"$scratch/contents"

contains() {
  grep -q " \./usr/$1\$" "$scratch/contents" || { echo "FAILED: the package has no /usr/$1" >&2 && exit 1; }
}
contains 'bin/exuvia'
contains 'lib/exuvia/libexuvia-preload.so'
contains 'lib/exuvia/libexuvia-cpython-3[0-9]*.so'
contains 'lib/exuvia/python/exuvia/__init__.py'
contains 'lib/python3/dist-packages/exuvia.pth'
contains 'include/exuvia/heap/heap.hpp'
contains 'lib/.*libexuvia_heap.a'
contains 'lib/.*pkgconfig/exuvia.pc'
contains 'lib/.*cmake/exuvia/exuvia-config.cmake'
contains 'share/doc/exuvia/LICENSE'
contains 'share/doc/exuvia/docs/runtime.md'
contains 'share/doc/exuvia/docs/how-to/host-a-language.md'
contains 'share/man/man1/exuvia.1'
contains 'share/bash-completion/completions/exuvia'

if grep -vE '(root/root| \./$)' "$scratch/contents"; then
  echo "FAILED: these files do not belong to root" >&2
  exit 1
fi
if grep -E '\.(pyc|o|py\.in)$|__pycache__|gtest|/home/|_test' "$scratch/contents"; then
  echo "FAILED: these files do not belong in a package" >&2
  exit 1
fi
dpkg-deb --field "$package" Depends | grep -q 'libc6 (>= ' ||
  { echo "FAILED: the package does not depend on the C library it was linked with" >&2 && exit 1; }
echo "passed: $(dpkg-deb --field "$package" Package Version Depends | tr '\n' ' ')"
