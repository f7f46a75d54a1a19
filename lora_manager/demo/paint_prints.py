"""Painters of prints: comic dots, travel posters, isometric towns, watercolour flowers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lora_manager.demo.canvas import (
    Picture,
    Point,
    Random,
    below,
    blurred,
    coordinates,
    curve,
    disc,
    distance,
    flat,
    gradient,
    light,
    noise,
    over,
    pen,
    rgb,
    smooth,
)

Palette = Sequence[str]


def halftone_sun(random: Random, colours: Palette) -> Picture:
    """Comic print: rays, dots, a burst. Colours: paper, ray, dot, burst, line."""
    xs, ys = coordinates()
    angle, away = np.arctan2(ys + 0.1, xs), distance(0, -0.1)
    picture = over(flat(colours[0]), colours[1], smooth(-0.05, 0.05, np.sin(angle * 14)))
    turn = xs * 0.8 + ys * 0.6, ys * 0.8 - xs * 0.6
    dots = np.hypot((turn[0] * 22) % 1 - 0.5, (turn[1] * 22) % 1 - 0.5)
    picture = over(picture, colours[2], smooth(0.03, -0.03, dots - 0.62 * smooth(0.25, 1.5, away)), 0.9)
    spikes = 13
    burst = (
        0.5 + 0.14 * np.abs(((angle / np.pi * spikes) % 2) - 1) + 0.05 * np.sin(angle * 3 + float(random.uniform(0, 6)))
    )
    picture = over(picture, colours[4], smooth(0.008, -0.008, away - burst - 0.035))
    picture = over(picture, colours[3], smooth(0.008, -0.008, away - burst))
    bolt = [(-0.06, -0.52), (0.2, -0.52), (0.06, -0.2), (0.24, -0.2), (-0.16, 0.36), (-0.03, -0.03), (-0.2, -0.03)]
    mark = pen(lambda tool: tool.polygon(bolt))
    picture = over(picture, colours[4], np.clip(blurred(mark, 4) * 6, 0, 1))
    return over(picture, colours[0], mark)


def isometric(random: Random, colours: Palette) -> Picture:
    """A little town of blocks. Colours: ground, top, left, right, lamp."""
    picture = gradient([colours[0], colours[0]])
    wide, half = 0.17, 0.095
    for diagonal in range(-9, 13):
        for across in range(-7, 8):
            if (diagonal + across) % 2:
                continue
            x, y = across * wide, diagonal * half
            tall = float(random.choice([0.03, 0.1, 0.22, 0.4, 0.62])) * float(np.exp(-1.5 * (x * x + y * y)))
            picture = _block(random, picture, colours, (x, y + 0.12), (wide, half), tall)
    return picture


def _block(random: Random, picture: Picture, colours: Palette, at: Point, size: Point, tall: float) -> Picture:
    (x, y), (wide, half) = at, size
    rows = slice(max(0, int((y - tall - half + 1.22) * 256)), max(0, int((y + half + 1.28) * 256)))
    columns = slice(max(0, int((x - wide + 0.98) * 256)), max(0, int((x + wide + 1.02) * 256)))
    xs, ys = (axis[rows, columns] for axis in coordinates())
    part = picture[rows, columns]
    across = np.abs(xs - x) / wide
    top = smooth(0.02, -0.02, across + np.abs(ys - (y - tall)) / half - 1)
    roof_edge, foot = y - tall + half * (1 - across), y + half * (1 - across)
    side = smooth(1.0, 0.97, across) * smooth(-0.004, 0.004, ys - (y - tall)) * smooth(0.004, -0.004, ys - foot)
    faces = np.where((xs < x)[..., None], rgb(colours[2]), rgb(colours[3]))
    part = over(part, faces * (1 - 0.35 * smooth(0.0, 0.5, ys - roof_edge))[..., None], side)
    panes = smooth(0.2, 0.45, np.sin(across * 12 + 1)) * smooth(0.2, 0.5, np.sin((ys - roof_edge) * 75 - 1.2))
    if tall > 0.12 and random.random() < 0.75:
        part = light(
            part, colours[4], panes * side * smooth(0.015, 0.03, ys - roof_edge) * smooth(0.0, -0.02, ys - foot), 0.85
        )
    picture[rows, columns] = over(part, colours[1], top)
    return picture


def watercolour(random: Random, colours: Palette) -> Picture:
    """Flowers in wet paint. Colours: paper, then petals, last the leaves."""
    picture = over(flat(colours[0]), "#ffffff", noise(random, 50, 2), 0.5)
    for colour in colours[1:]:
        picture = over(picture, colour, smooth(0.55, 0.95, noise(random, 1.6, 4)), 0.22)
    xs, ys = coordinates()
    for _ in range(9):
        stem = _stem(random)
        picture = over(picture, colours[-1], pen(lambda tool: tool.line(stem, 0.013), 0.7), 0.6)  # noqa: B023
        x, y, size = stem[-1][0], stem[-1][1], random.uniform(0.13, 0.27)
        angle = np.arctan2(ys - y, xs - x) + float(random.uniform(0, 6))
        petals = size * (0.62 + 0.38 * np.abs(np.cos(angle * 2.5))) * (0.9 + 0.2 * noise(random, 6, 2))
        away = distance(x, y)
        bloom = smooth(0.02, -0.02, away - petals)
        colour = colours[1 + int(random.integers(0, len(colours) - 2))]
        wet = 0.35 + 0.5 * smooth(0.1, 1.0, away / petals) + 0.25 * (noise(random, 8, 3) - 0.5)
        picture = over(picture, colour, bloom * wet)
        picture = over(picture, colours[1], smooth(0.3, 0.0, away / size) * 0.8)
    return picture


def _stem(random: Random) -> list[Point]:
    top = (random.uniform(-0.8, 0.8), random.uniform(-0.9, 0.4))
    return curve([(random.uniform(-0.3, 0.3), 1.3), (random.uniform(-0.5, 0.5), 0.5), top], 60)


def land_print(random: Random, colours: Palette) -> Picture:
    """A travel poster: flat hills, a road of light. Colours: sky top, sky low, sun, then hills from far to near."""
    picture = gradient([colours[0], colours[1]])
    picture = over(picture, colours[2], disc(random.uniform(-0.4, 0.4), -0.4, 0.36, 0.004))
    for number, colour in enumerate(colours[3:]):
        xs = coordinates()[0][0]
        line = (
            -0.12
            + 0.3 * number
            + 0.13 * np.sin(xs * random.uniform(1.5, 3.5) + random.uniform(0, 6))
            + 0.05 * np.sin(xs * 6 + random.uniform(0, 6))
        )
        hill = below(line.astype(np.float32), 0.003)
        bands = gradient([colour, colours[1]], 0.22 * smooth(0.5, 0.52, (coordinates()[1] - line[None, :]) * 5 % 1))
        picture = over(picture, bands, hill)
    return picture
