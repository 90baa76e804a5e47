#!/usr/bin/env python3
"""The layer check must be able to fail: each case is a small tree with one thing wrong with it."""
import pathlib
import tempfile
import unittest

import check_layers

TABLE = """
| layer | may use | what it is |
|---|---|---|
| `base` | — | bottom |
| `heap` | base | middle |
| `gc` | base, heap | above |
| `hosts/tiny` | base, heap, gc | a host |
| `hosts/cpython` | all of the above but tiny | the host |
"""


class LayerCheck(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name).resolve()
        self.write("ARCHITECTURE.md", TABLE)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def errors(self):
        return check_layers.check_tree(self.root)[0]

    def test_an_edge_that_points_down_passes(self):
        self.write("src/gc/marker.cpp", '#include "exuvia/heap/heap.hpp"\n#include "base/sizes.hpp"\n#include <vector>\n')
        self.assertEqual(self.errors(), [])

    def test_a_public_header_from_above_fails(self):
        self.write("include/exuvia/heap/heap.hpp", '#include "exuvia/gc/collector.hpp"\n')
        self.assertIn("include/exuvia/heap/heap.hpp:1: layer 'heap' may not use 'gc'", self.errors()[0])

    def test_a_private_header_from_above_fails(self):
        self.write("src/base/check.cpp", '\n#include "heap/pool.hpp"\n')
        self.assertIn("src/base/check.cpp:2", self.errors()[0])

    def test_a_relative_path_upwards_fails(self):
        self.write("src/gc/marker.hpp", "")
        self.write("src/heap/pool.cpp", '#include "../gc/marker.hpp"\n')
        self.assertEqual(len(self.errors()), 1)

    def test_a_host_may_not_use_one_it_is_denied(self):
        self.write("hosts/cpython/host.cpp", '#include "hosts/tiny/heap.hpp"\n#include "gc/marker.hpp"\n')
        self.assertEqual(len(self.errors()), 1)

    def test_python_headers_fail_outside_the_cpython_host(self):
        self.write("hosts/cpython/host.cpp", "#include <Python.h>\n")
        self.assertEqual(self.errors(), [])
        self.write("tests/unit/gc/marker_test.cpp", "#include <Python.h>\n")
        self.assertIn("outside hosts/cpython", self.errors()[0])

    def test_a_folder_that_is_no_layer_fails(self):
        self.write("src/misc/things.cpp", "")
        self.assertIn("'misc' is not in the table", self.errors()[0])

    def test_a_table_that_uses_a_later_row_is_refused(self):
        with self.assertRaises(ValueError):
            check_layers.read_table("| `base` | heap | x |\n| `heap` | — | y |\n")

    def test_a_file_without_a_table_fails(self):
        self.write("ARCHITECTURE.md", "nothing here\n")
        self.assertEqual(self.errors(), ["ARCHITECTURE.md: no table of layers found"])


if __name__ == "__main__":
    unittest.main()
