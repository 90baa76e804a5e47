"""Writes into FOLDER/once a compile_commands.json that names each source of FOLDER's once, and prints the sources.

What is compiled for several interpreters would else be examined for each. Sources of interpreters that are not
installed are not compiled, and so not named.
"""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
commands = json.loads((folder / "compile_commands.json").read_text())
once = {command["file"]: command for command in commands}
(folder / "once").mkdir(exist_ok=True)
(folder / "once/compile_commands.json").write_text(json.dumps(list(once.values())))
print(*sorted(once), sep="\n")
