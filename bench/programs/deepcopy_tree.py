"""Copies a tree of configuration-like objects deeply."""
import copy


class Section:
    def __init__(self, name, depth):
        self.name = name
        self.options = {f"option{i}": [i, str(i), (i, depth)] for i in range(6)}
        self.children = [Section(f"{name}.{i}", depth - 1) for i in range(4)] if depth else []

    def size(self):
        return 1 + sum(child.size() for child in self.children)


def main():
    root = Section("root", 5)
    for _ in range(20):
        root = copy.deepcopy(root)
    print(root.size())


if __name__ == "__main__":
    main()
