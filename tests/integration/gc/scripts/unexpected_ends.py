"""Garbage that alone holds something whose end runs the program's code, in places where nobody expects it.

That code sees no garbage that is half gone, and what it holds afterwards is whole.
"""
import gc
import types

NODES = 50
visible, kept = [], []


class Node:
    def __init__(self, held=None):
        self.me = [self]
        self.held = held


class Witness:
    """Looks around when it dies."""

    def __del__(self):
        found = [one for one in gc.get_objects() if type(one) is Node]
        visible.append(len(found))
        kept.append(found)


class Container(Witness):
    pass


class Text(Witness, str):
    __slots__ = ()


class TextWithAttributes(Witness, str):
    pass


class Bytes(Witness, bytes):
    __slots__ = ()


class Number(Witness, int):
    __slots__ = ()


class Trigger:
    def __del__(self):
        gc.collect()


def function():
    try:
        return Node
    except ValueError:
        pass


def function_with(**parts):
    code = function.__code__
    originals = {name: getattr(code, name) for name in parts}
    return types.FunctionType(code.replace(**{name: kind(originals[name]) for name, kind in parts.items()}), {})


def named_function(name):
    made = types.FunctionType(function.__code__, {})
    setattr(made, name, Text("odd"))
    return made


def with_defaults(value):
    made = types.FunctionType(function.__code__, {}, argdefs=(value,))
    made.__kwdefaults__ = {"a": value}
    return made


def litter(held):
    """Garbage; one node in its midst holds something."""
    for number in range(NODES):
        Node(held() if number == NODES // 2 else None)


def collect(what):
    gc.collect()
    print(what, len(visible), max(visible, default=0), [len(repr(node.me)) > 0 for found in kept for node in found])
    visible.clear()
    kept.clear()


HELD = {
    "the name of a code": lambda: function_with(co_name=Text),
    "the name of a code, with attributes": lambda: function_with(co_name=TextWithAttributes),
    "the qualified name of a code": lambda: function_with(co_qualname=Text),
    "the file of a code": lambda: function_with(co_filename=Text),
    "the lines of a code": lambda: function_with(co_linetable=Bytes),
    "the handlers of a code": lambda: function_with(co_exceptiontable=Bytes),
    "the constants of a code": lambda: function_with(co_consts=lambda consts: (*consts, Number(3))),
    "a code within the constants of a code": lambda: function_with(
        co_consts=lambda consts: (*consts, function_with(co_name=Text).__code__)
    ),
    "the name of a function": lambda: named_function("__name__"),
    "the qualified name of a function": lambda: named_function("__qualname__"),
    "the text of a function": lambda: named_function("__doc__"),
    "the module of a function": lambda: named_function("__module__"),
    "the defaults of a function": lambda: with_defaults(Number(1)),
    "a key": lambda: {Number(3): 1},
    "a key of text": lambda: {Text("a"): 1, "b": 2},
    "a member": lambda: {Number(3), 1},
    "a value": lambda: {"a": Number(3)},
    "an item of a tuple": lambda: (1, Number(3)),
    "an attribute's name": lambda: types.SimpleNamespace(**{"a": Number(3)}),
}


def frozen():
    """Exempt from collection; yet the garbage alone holds it."""
    held = [Container()]
    gc.freeze()
    litter(held.pop)
    collect("what is frozen")
    gc.unfreeze()


def released_operands():
    """The interpreter drops a call's operands one by one. The first is in garbage by then; the next collects."""
    holder = [Node(Container())]
    gc.get_referents(holder[0].held, Trigger(), holder.clear(), litter(lambda: None))
    collect("what an instruction has released")


gc.disable()
gc.collect()
for what, make in HELD.items():
    litter(make)
    collect(what)
frozen()
released_operands()
