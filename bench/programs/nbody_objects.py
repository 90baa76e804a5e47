"""Moves bodies whose positions are vector objects: every operation makes a new small object."""


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def squared(self):
        return self.x * self.x + self.y * self.y + self.z * self.z


class Body:
    def __init__(self, position, velocity, mass):
        self.position, self.velocity, self.mass = position, velocity, mass


def pull(body, other, seconds):
    gap = other.position - body.position
    body.velocity = body.velocity + gap * (seconds * other.mass / (gap.squared() + 0.1) ** 1.5)


def step(bodies, seconds):
    for body in bodies:
        for other in bodies:
            if body is not other:
                pull(body, other, seconds)
    for body in bodies:
        body.position = body.position + body.velocity * seconds


def main():
    bodies = [Body(Vector(i * 1.5, (i * 7) % 5, (i * 3) % 4), Vector(0.0, 0.1 * i, 0.0), 1.0 + i) for i in range(8)]
    for _ in range(12_000):
        step(bodies, 0.001)
    energy = sum(body.mass * body.velocity.squared() / 2 for body in bodies)
    print(f"{energy:.9f}")


if __name__ == "__main__":
    main()
