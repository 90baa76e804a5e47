"""Finds the host library that fits this interpreter: two folders up, in the build tree as when installed."""

import functools
import os
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec


@functools.lru_cache(maxsize=None)
def load():
    """Return the host library's module. Under ``exuvia run`` the library is in the process already."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.path.join(folder, "libexuvia-cpython-%d%d.so" % sys.version_info[:2])
    if not os.path.exists(path):
        raise ImportError("Exuvia is not built for this Python: there is no " + path)
    loader = ExtensionFileLoader("_exuvia", path)
    module = module_from_spec(ModuleSpec("_exuvia", loader, origin=path))
    loader.exec_module(module)
    return module
