"""The painter of people: flat shapes, a little light from the side, six ways to wear one's hair."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lora_manager.demo.canvas import (
    Pen,
    Picture,
    Point,
    Random,
    blurred,
    coordinates,
    curve,
    disc,
    glow,
    gradient,
    light,
    noise,
    over,
    pen,
    ring,
    smooth,
)

Palette = Sequence[str]


def portrait(random: Random, colours: Palette, hair_style: str) -> Picture:
    """Someone with a style of HAIR. Colours: ground, ground low, hair, skin, cloth, accent."""
    xs, ys = coordinates()
    picture = gradient([colours[0], colours[1]])
    picture = _backdrop(random, picture, colours)
    back, front = HAIR[hair_style]
    side = float(random.choice([-1.0, 1.0]))
    hair = pen(back)
    picture = over(picture, colours[2], hair)
    picture = over(picture, "#000000", hair, 0.18)
    cloth = pen(_shoulders)
    picture = over(picture, colours[4], cloth)
    picture = over(picture, colours[5], pen(_collar), 0.9)
    skin = pen(_face)
    picture = over(picture, colours[3], skin)
    picture = over(picture, "#5a1f2e", skin * smooth(0.26, 0.42, ys) * smooth(0.5, 0.4, ys), 0.35)
    picture = over(picture, "#7a2d3a", skin * smooth(0.02, 0.3, side * xs), 0.28)
    picture = _features(picture, colours)
    fringe = pen(front)
    picture = over(picture, "#000000", np.clip(blurred(fringe, 7), 0, 1) * skin, 0.25)
    picture = over(picture, colours[2], fringe)
    strands = smooth(0.55, 0.9, np.sin(xs * 34 + 5 * np.sin(ys * 3) + 3 * noise(random, 3, 2)))
    picture = light(picture, colours[5], strands * np.maximum(fringe, hair * (1 - cloth) * (1 - skin)), 0.14)
    body = np.maximum.reduce([hair, cloth, skin, fringe])
    rim = np.clip(body - np.roll(blurred(body, 2), int(-9 * side), axis=1), 0, 1)
    return light(picture, colours[5], rim, 0.85)


def _backdrop(random: Random, picture: Picture, colours: Palette) -> Picture:
    kind = int(random.integers(0, 4))
    xs, ys = coordinates()
    if kind == 0:
        picture = over(picture, colours[5], disc(0, -0.25, 0.72, 0.005), 0.85)
        return over(picture, colours[0], ring(0, -0.25, 0.8, 0.012))
    if kind == 1:
        rays = smooth(-0.06, 0.06, np.sin(np.arctan2(ys + 0.25, xs) * 18))
        return over(picture, colours[5], rays * smooth(1.5, 0.2, np.hypot(xs, ys + 0.25)), 0.4)
    if kind == 2:
        for _ in range(16):
            spot = disc(random.uniform(-1, 1), random.uniform(-1.2, 0.9), random.uniform(0.04, 0.17), 0.015)
            picture = light(picture, colours[5], spot, random.uniform(0.1, 0.4))
        return picture
    tiles = smooth(0.42, 0.46, np.maximum(np.abs((xs * 4 + ys * 4) % 1 - 0.5), np.abs((xs * 4 - ys * 4) % 1 - 0.5)))
    return over(picture, colours[5], tiles, 0.28)


def _face(tool: Pen) -> None:
    tool.polygon([(-0.13, 0.1), (0.13, 0.1), (0.17, 0.62), (-0.17, 0.62)])
    jaw = [
        (-0.305, -0.3),
        (-0.3, -0.08),
        (-0.235, 0.12),
        (-0.09, 0.27),
        (0, 0.3),
        (0.09, 0.27),
        (0.235, 0.12),
        (0.3, -0.08),
        (0.305, -0.3),
    ]
    tool.polygon(curve(jaw, 80))
    tool.ellipse(0, -0.3, 0.305, 0.32)
    for side in (-1, 1):
        tool.ellipse(side * 0.31, -0.1, 0.045, 0.085)


def _shoulders(tool: Pen) -> None:
    outline = [
        (-1.0, 1.4),
        (-0.86, 0.86),
        (-0.55, 0.66),
        (-0.2, 0.54),
        (0, 0.62),
        (0.2, 0.54),
        (0.55, 0.66),
        (0.86, 0.86),
        (1.0, 1.4),
    ]
    tool.polygon(curve(outline, 120))


def _collar(tool: Pen) -> None:
    for side in (-1, 1):
        tool.polygon([(side * 0.2, 0.5), (side * 0.3, 0.58), (0, 1.02), (0, 0.86)])


def _features(picture: Picture, colours: Palette) -> Picture:
    def dark(tool: Pen) -> None:
        for side in (-1, 1):
            lid = curve([(side * 0.06, -0.085), (side * 0.13, -0.125), (side * 0.215, -0.075)], 30)
            tool.stroke(lid, np.linspace(0.012, 0.026, len(lid)).tolist())
            brow = curve([(side * 0.06, -0.212), (side * 0.14, -0.232), (side * 0.23, -0.2)], 30)
            tool.stroke(brow, np.linspace(0.019, 0.009, len(brow)).tolist())
            tool.ellipse(side * 0.135, -0.07, 0.042, 0.052)

    def iris(tool: Pen) -> None:
        for side in (-1, 1):
            tool.ellipse(side * 0.135, -0.058, 0.03, 0.036)

    def sparkle(tool: Pen) -> None:
        for side in (-1, 1):
            tool.ellipse(side * 0.135 - 0.014, -0.088, 0.013, 0.015)

    def mouth(tool: Pen) -> None:
        lips = curve([(-0.075, 0.147), (-0.03, 0.16), (0, 0.163), (0.03, 0.16), (0.075, 0.147)], 40)
        tool.stroke(lips, (0.008 + 0.02 * np.sin(np.linspace(0, np.pi, len(lips)))).tolist())
        nose = curve([(0.012, 0.0), (0.028, 0.055), (0.0, 0.07)], 20)
        tool.stroke(nose, [0.008] * len(nose))

    picture = over(picture, "#1c1220", pen(dark), 0.92)
    picture = over(picture, colours[5], pen(iris), 0.9)
    picture = over(picture, "#ffffff", pen(sparkle))
    cheeks = np.maximum(glow(-0.18, 0.06, 0.05), glow(0.18, 0.06, 0.05)) ** 2
    picture = over(picture, "#ff6b81", cheeks, 0.32)
    return over(picture, "#8c2f45", pen(mouth), 0.85)


def mass(points: Sequence[Point]) -> Callable[[Pen], None]:
    """A mirrored outline: given for the right side from top to bottom."""
    outline = [*points, *((-x, y) for x, y in reversed(points))]
    return lambda tool: tool.polygon(curve([*outline, outline[0]], 240))


def _fringe(*locks: Sequence[Point]) -> Callable[[Pen], None]:
    cap = [(0, -0.66), (0.2, -0.63), (0.345, -0.46), (0.36, -0.22), (0.31, -0.24), (0.27, -0.36)]

    def draw(tool: Pen) -> None:
        top = [*cap, *((-x, y) for x, y in reversed(cap))]
        tool.polygon([*curve(cap, 60), *curve([(-x, y) for x, y in reversed(cap)], 60)])
        tool.polygon([*top])
        for lock in locks:
            tool.polygon(curve([*lock, lock[0]], 60))

    return draw


def _buns(tool: Pen) -> None:
    mass([(0, -0.7), (0.3, -0.6), (0.39, -0.3), (0.34, 0.0), (0.2, 0.12)])(tool)
    for side in (-1, 1):
        tool.ellipse(side * 0.34, -0.66, 0.17, 0.16)


def _tails(tool: Pen) -> None:
    mass([(0, -0.7), (0.3, -0.6), (0.39, -0.3), (0.32, 0.0), (0.2, 0.1)])(tool)
    for side in (-1, 1):
        tail = curve([(side * 0.34, -0.46), (side * 0.62, -0.4), (side * 0.7, 0.1), (side * 0.6, 0.75)], 120)
        tool.stroke(tail, (0.06 + 0.2 * np.sin(np.linspace(0.2, np.pi, len(tail))) ** 0.8).tolist())


_SWEPT = ((-0.3, -0.5), (0.1, -0.62), (0.34, -0.4), (0.3, -0.2), (0.1, -0.33), (-0.12, -0.36), (-0.29, -0.18))
_STRAIGHT = (
    (-0.32, -0.5),
    (0, -0.62),
    (0.32, -0.5),
    (0.33, -0.24),
    (0.2, -0.21),
    (0, -0.2),
    (-0.2, -0.21),
    (-0.33, -0.24),
)
_PARTED = ((0.02, -0.62), (0.33, -0.5), (0.36, 0.05), (0.3, 0.1), (0.26, -0.2))
_PARTED_LEFT = tuple((-x, y) for x, y in _PARTED)

HAIR: dict[str, tuple[Callable[[Pen], None], Callable[[Pen], None]]] = {
    "long": (
        mass([(0, -0.72), (0.32, -0.62), (0.43, -0.3), (0.45, 0.2), (0.56, 0.7), (0.5, 1.15), (0.2, 1.2)]),
        _fringe(_SWEPT),
    ),
    "bob": (
        mass([(0, -0.72), (0.33, -0.62), (0.45, -0.25), (0.47, 0.1), (0.36, 0.3), (0.1, 0.25)]),
        _fringe(_STRAIGHT),
    ),
    "tails": (_tails, _fringe(_STRAIGHT)),
    "short": (mass([(0, -0.72), (0.3, -0.64), (0.41, -0.4), (0.38, -0.1), (0.26, 0.0)]), _fringe(_SWEPT)),
    "buns": (_buns, _fringe(_PARTED, _PARTED_LEFT)),
    "full": (
        mass([(0, -0.74), (0.34, -0.64), (0.5, -0.3), (0.62, 0.1), (0.6, 0.5), (0.4, 0.66), (0.2, 0.6)]),
        _fringe(_PARTED, _PARTED_LEFT),
    ),
}
"""What lies behind the head and what before it, by the name of the style."""
