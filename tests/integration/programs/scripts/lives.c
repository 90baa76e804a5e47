/* Starts and ends an embedded interpreter several times; each life makes garbage, some of which
 * outlives it. */
#include <Python.h>

static const char* program =
    "import gc, json, re, weakref\n"
    "class Node: pass\n"
    "def ring(number):\n"
    "    node = Node()\n"
    "    node.me, node.text = node, json.dumps({'a': [1, 2, {'b': re.sub('x', 'y', 'x' * "
    "number)}]})\n"
    "for number in range(2000): ring(number % 9)\n"
    "print(gc.collect() >= 0, len(gc.get_objects()) > 1000, flush=True)\n";

int main(void) {
  for (int life = 0; life < 4; ++life) {
    Py_Initialize();
    if (PyRun_SimpleString(program) != 0) return 1;
    if (Py_FinalizeEx() != 0) return 2;
  }
  return 0;
}
