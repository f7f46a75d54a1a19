"""Painters of subjects: creatures, a figure in a film, clothes, a machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lora_manager.demo.canvas import (
    Field,
    Pen,
    Picture,
    Point,
    Random,
    below,
    blurred,
    coordinates,
    curve,
    disc,
    flat,
    glow,
    gradient,
    light,
    noise,
    over,
    pen,
    ridge,
    ring,
    smooth,
)
from lora_manager.demo.paint_figures import mass

Palette = Sequence[str]


def creature(random: Random, colours: Palette, kind: str) -> Picture:
    """One of ANIMALS before a great moon. Colours: sky, sky low, animal, moon."""
    picture = gradient([colours[0], colours[1]])
    picture = light(picture, colours[3], glow(0, -0.25, 0.5), 0.55)
    picture = over(picture, colours[3], disc(0, -0.25, 0.62, 0.005))
    picture = over(picture, colours[1], disc(0, -0.25, 0.62) * smooth(0.5, 0.9, noise(random, 3, 4)), 0.28)
    animal = ANIMALS[kind]
    far = (0.5 + 0.12 * ridge(random)).astype(np.float32)
    picture = over(
        picture,
        over(flat(colours[2]), colours[1], np.full_like(far[None, :], 0.55) + np.zeros_like(coordinates()[0])),
        below(far),
    )
    near = (0.74 + 0.05 * ridge(random, 0.45)).astype(np.float32)
    shape = np.maximum(pen(animal), below(near))
    rim = np.clip(shape - np.roll(blurred(shape, 2), 6, axis=0), 0, 1)
    picture = over(picture, colours[2], shape)
    picture = light(picture, colours[3], rim, 0.55)
    picture = light(picture, colours[3], pen(_eyes), 0.9) if animal in (_cat, _owl) else picture
    grass = pen(lambda tool: _grass(random, tool))
    return over(picture, colours[2], grass)


def _cat(tool: Pen) -> None:
    tool.polygon(
        curve([(-0.3, 0.85), (-0.34, 0.45), (-0.2, 0.12), (0, 0.04), (0.2, 0.12), (0.34, 0.45), (0.3, 0.85)], 90)
    )
    tool.ellipse(0, -0.08, 0.235, 0.2)
    for side in (-1, 1):
        tool.polygon([(side * 0.22, -0.1), (side * 0.215, -0.4), (side * 0.05, -0.24)])
    tail = curve([(0.25, 0.75), (0.6, 0.7), (0.66, 0.35), (0.52, 0.2)], 80)
    tool.stroke(tail, np.linspace(0.12, 0.06, len(tail)).tolist())


def _owl(tool: Pen) -> None:
    tool.polygon(
        curve([(-0.2, 0.86), (-0.38, 0.4), (-0.33, -0.05), (0, -0.26), (0.33, -0.05), (0.38, 0.4), (0.2, 0.86)], 90)
    )
    for side in (-1, 1):
        tool.polygon([(side * 0.33, -0.02), (side * 0.36, -0.36), (side * 0.08, -0.2)])
    tool.ellipse(0, -0.05, 0.34, 0.23)


def _eyes(tool: Pen) -> None:
    for side in (-1, 1):
        tool.ellipse(side * 0.1, -0.08, 0.045, 0.036)
        tool.ellipse(side * 0.1, -0.08, 0.012, 0.03, 0)


def _fox(tool: Pen) -> None:
    tool.polygon(curve([(-0.45, 0.85), (-0.3, 0.35), (0.0, 0.2), (0.2, 0.1), (0.24, 0.85)], 80))
    tool.polygon(
        [
            (0.0, 0.2),
            (-0.02, -0.12),
            (0.06, -0.38),
            (0.17, -0.18),
            (0.26, -0.36),
            (0.34, -0.12),
            (0.62, 0.06),
            (0.3, 0.16),
            (0.2, 0.3),
        ]
    )
    tail = curve([(-0.36, 0.74), (-0.74, 0.66), (-0.84, 0.3), (-0.66, 0.1)], 80)
    tool.stroke(tail, (0.07 + 0.17 * np.sin(np.linspace(0, np.pi, len(tail)))).tolist())


def _deer(tool: Pen) -> None:
    tool.polygon(
        curve([(-0.5, 0.42), (-0.48, 0.2), (-0.1, 0.18), (0.2, 0.14), (0.3, 0.3), (0.16, 0.45), (-0.2, 0.46)], 90)
    )
    tool.polygon([(0.1, 0.3), (0.2, -0.14), (0.34, -0.2), (0.52, -0.06), (0.5, 0.0), (0.36, 0.0), (0.3, 0.34)])
    for x in (-0.45, -0.34, 0.1, 0.22):
        tool.polygon([(x - 0.04, 0.36), (x + 0.05, 0.36), (x + 0.02, 0.88), (x - 0.02, 0.88)])
    for side in (-1, 1):
        beam = curve([(0.3, -0.2), (0.3 + side * 0.2, -0.4), (0.3 + side * 0.16, -0.75)], 60)
        tool.stroke(beam, np.linspace(0.035, 0.012, len(beam)).tolist())
        for at in (22, 38):
            x, y = beam[at]
            tool.line([(x, y), (x + side * 0.15, y - 0.1)], 0.02)


def _whale(tool: Pen) -> None:
    body = curve(
        [
            (-0.72, 0.2),
            (-0.6, -0.1),
            (-0.2, -0.24),
            (0.25, -0.12),
            (0.6, 0.02),
            (0.62, 0.08),
            (0.2, 0.26),
            (-0.3, 0.34),
            (-0.72, 0.2),
        ],
        160,
    )
    tool.polygon(body)
    tool.polygon(
        curve([(0.55, 0.06), (0.84, -0.16), (0.92, -0.12), (0.78, 0.06), (0.9, 0.24), (0.8, 0.24), (0.55, 0.06)], 80)
    )
    tool.polygon(curve([(-0.25, 0.26), (-0.1, 0.5), (0.06, 0.52), (-0.02, 0.28), (-0.25, 0.26)], 60))


ANIMALS: dict[str, Callable[[Pen], None]] = {"cat": _cat, "fox": _fox, "stag": _deer, "owl": _owl, "whale": _whale}
"""Silhouettes."""


def _grass(random: Random, tool: Pen) -> None:
    for _ in range(150):
        x, length = random.uniform(-1, 1), random.uniform(0.1, 0.3)
        lean = random.uniform(-0.08, 0.08)
        tool.polygon([(x - 0.009, 1.27), (x + 0.009, 1.27), (x + lean, 1.25 - length)])


def film_still(random: Random, colours: Palette) -> Picture:
    """Someone against the lights of a night, letterboxed. Colours: shadow, light, black, lamp."""
    picture = gradient([colours[0], colours[0], colours[2]])
    for _ in range(30):
        x, y, size = random.uniform(-1, 1), random.uniform(-0.8, 0.5), random.uniform(0.03, 0.13)
        _bokeh(picture, colours[3] if random.random() < 0.5 else colours[1], (x, y), size, random.uniform(0.15, 0.55))
    picture = light(picture, colours[1], glow(0.5, -0.1, 0.3), 0.6)

    def person(tool: Pen) -> None:
        tool.polygon(
            curve(
                [
                    (-0.75, 1.3),
                    (-0.6, 0.5),
                    (-0.3, 0.3),
                    (-0.12, 0.2),
                    (0.16, 0.2),
                    (0.34, 0.3),
                    (0.6, 0.55),
                    (0.7, 1.3),
                ],
                90,
            )
        )
        tool.ellipse(0.02, -0.08, 0.2, 0.27)
        tool.polygon([(0.17, -0.12), (0.26, 0.0), (0.18, 0.03), (0.16, 0.14)])
        tool.polygon(
            curve(
                [
                    (-0.34, -0.2),
                    (-0.1, -0.26),
                    (0.2, -0.25),
                    (0.4, -0.17),
                    (0.22, -0.2),
                    (0.17, -0.42),
                    (-0.12, -0.43),
                    (-0.2, -0.2),
                    (-0.34, -0.2),
                ],
                90,
            )
        )

    shape = pen(person)
    picture = over(picture, colours[2], shape, 0.97)
    rim = np.clip(shape - np.roll(blurred(shape, 3), -10, axis=1), 0, 1)
    picture = light(picture, colours[1], rim, 0.9)
    bars = smooth(0.955, 0.95, np.abs(coordinates()[1]))
    scratch = smooth(0.9993, 0.9999, np.broadcast_to(random.random((1, bars.shape[1]), np.float32), bars.shape))
    return light(picture, "#ffffff", scratch, 0.25) * bars[..., None]


def _bokeh(picture: Picture, colour: str, at: Point, size: float, strength: float) -> None:
    rows = slice(max(0, int((at[1] - size + 1.2) * 256)), int((at[1] + size + 1.3) * 256))
    columns = slice(max(0, int((at[0] - size + 0.95) * 256)), max(0, int((at[0] + size + 1.05) * 256)))
    xs, ys = (axis[rows, columns] for axis in coordinates())
    away = np.hypot(xs - at[0], ys - at[1])
    spot = smooth(0.012, -0.012, away - size) * (0.6 + 0.4 * smooth(size * 0.7, size, away))
    picture[rows, columns] = light(picture[rows, columns], colour, spot, strength)


def garment(random: Random, colours: Palette, pattern: str) -> Picture:
    """A dress with one of PATTERNS on a stand before cloth. Colours: wall, cloth, shade, trim."""
    xs, ys = coordinates()
    folds = 0.5 + 0.5 * np.sin(xs * 17 + 2.2 * noise(random, 2, 3) * (1 + ys))
    picture = over(flat(colours[0]), colours[2], folds, 0.18)
    picture = light(picture, "#ffffff", glow(-0.4, -0.7, 0.5), 0.3)
    flare = random.uniform(0.55, 0.85)
    right = [(0.09, -0.72), (0.34, -0.66), (0.44, -0.3), (0.3, -0.32), (0.22, -0.02), (flare, 0.98), (0.2, 1.04)]
    dress = pen(mass(right))
    picture = over(picture, "#000000", np.roll(blurred(dress, 14), (12, 14), axis=(0, 1)), 0.35)
    drape = 0.5 + 0.5 * np.sin((xs / (0.25 + 0.5 * smooth(-0.1, 1.0, ys))) * 13 + 3 * noise(random, 2, 2))
    body = gradient([colours[1], colours[2]], 0.15 + 0.6 * drape * smooth(-0.2, 0.4, ys) + 0.25 * np.abs(xs))
    picture = over(picture, body, dress)
    picture = over(picture, colours[3], PATTERNS[pattern]() * dress * smooth(-0.05, 0.0, ys), 0.8)
    belt = smooth(0.05, 0.04, np.abs(ys + 0.02)) * dress
    picture = over(picture, colours[3], belt)

    def pole(tool: Pen) -> None:
        tool.box(-0.012, 1.0, 0.012, 1.25)
        tool.ellipse(0, -0.78, 0.05, 0.06)

    stand = pen(pole)
    return over(picture, colours[2], stand * (1 - dress))


def _stars() -> Field:
    xs, ys = coordinates()
    x, y = (xs * 7) % 1 - 0.5, (ys * 7 + 0.5 * np.floor(xs * 7)) % 1 - 0.5
    return smooth(0.03, -0.03, np.hypot(x, y) - 0.13 * (1 + 0.6 * np.cos(5 * np.arctan2(y, x))))


def _tartan() -> Field:
    xs, ys = coordinates()
    return np.maximum(smooth(0.44, 0.47, np.abs((xs * 6) % 1 - 0.5)), smooth(0.44, 0.47, np.abs((ys * 6) % 1 - 0.5)))


def _waves() -> Field:
    xs, ys = coordinates()
    x, y = (xs * 5 + 0.5 * (np.floor(ys * 10) % 2)) % 1 - 0.5, (1 - (ys * 10) % 1) * 0.5
    away = np.hypot(x, y)
    return smooth(0.1, 0.02, np.abs((away * 6) % 1 - 0.5)) * smooth(0.52, 0.48, away)


PATTERNS: dict[str, Callable[[], Field]] = {"stars": _stars, "tartan": _tartan, "waves": _waves}
"""What cloth is printed with."""


def mecha(random: Random, colours: Palette) -> Picture:
    """A machine's head on a blueprint. Colours: ground, line, bright line, mark."""
    xs, ys = coordinates()
    picture = gradient([colours[0], colours[0]])
    for step, strength in ((0.05, 0.08), (0.25, 0.2)):
        lines = np.maximum(
            smooth(0.006, 0.002, np.abs((xs / step) % 1 - 0.5) * step),
            smooth(0.006, 0.002, np.abs((ys / step) % 1 - 0.5) * step),
        )
        picture = light(picture, colours[1], lines, strength)

    plates: tuple[Sequence[Point], ...] = (
        ((0, -0.72), (0.26, -0.62), (0.4, -0.3), (0.38, -0.02), (0.3, 0.02), (0, -0.1)),
        ((0, -0.1), (0.3, 0.02), (0.36, 0.1), (0.2, 0.2), (0, 0.14)),
        ((0.3, 0.14), (0.42, 0.02), (0.46, 0.3), (0.3, 0.5), (0.2, 0.3)),
        ((0, 0.24), (0.16, 0.28), (0.24, 0.46), (0.12, 0.6), (0, 0.62)),
        ((0.3, -0.62), (0.56, -1.0), (0.5, -0.4), (0.42, -0.3)),
        ((0.2, 0.66), (0.62, 0.6), (0.92, 0.86), (0.95, 1.2), (0.3, 1.2)),
    )
    fill, outline = _plates(plates)
    picture = light(picture, colours[1], fill, 0.22)
    picture = over(picture, colours[2], outline, 0.95)
    eyes = pen(_visor)
    picture = light(light(picture, colours[3], blurred(eyes, 12), 1.0), colours[3], eyes)
    for radius in (0.82, 0.86):
        arc = ring(0, -0.1, radius, 0.006) * smooth(-0.2, 0.2, np.sin(np.arctan2(ys + 0.1, xs) * 6))
        picture = over(picture, colours[3], arc, 0.7)
    return picture


def _visor(tool: Pen) -> None:
    for side in (-1, 1):
        tool.polygon([(side * 0.07, 0.06), (side * 0.27, 0.0), (side * 0.25, 0.08), (side * 0.09, 0.11)])


def _plates(plates: Sequence[Sequence[Point]]) -> tuple[Field, Field]:
    def filled(tool: Pen) -> None:
        for number, plate in enumerate(plates):
            for side in (-1, 1):
                tool.polygon([(side * x, y) for x, y in plate], 90 + 25 * (number % 4) + (40 if side < 0 else 0))

    def lines(tool: Pen) -> None:
        for plate in plates:
            for side in (-1, 1):
                points = [(side * x, y) for x, y in plate]
                tool.line([*points, points[0]], 0.011)
                middle = np.mean(points, axis=0)
                inner = [
                    (float(middle[0] + (x - middle[0]) * 0.72), float(middle[1] + (y - middle[1]) * 0.72))
                    for x, y in points
                ]
                tool.line([*inner, inner[0]], 0.004)

    return pen(filled), pen(lines)
