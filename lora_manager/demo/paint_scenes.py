"""Painters of places: mountains, sea, city, sky, forest, rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lora_manager.demo.canvas import (
    HEIGHT,
    WIDTH,
    Pen,
    Picture,
    Random,
    below,
    blurred,
    coordinates,
    disc,
    distance,
    glow,
    gradient,
    light,
    noise,
    over,
    pen,
    rgb,
    ridge,
    ring,
    smooth,
)

Palette = Sequence[str]


def mountains(random: Random, colours: Palette) -> Picture:
    """Ridges behind ridges in mist, a sun or moon above. Colours: sky top, sky low, far, near, light."""
    picture = gradient([colours[0], colours[1], colours[1]])
    x, y = random.uniform(-0.5, 0.5), random.uniform(-0.85, -0.5)
    picture = light(picture, colours[4], glow(x, y, 0.35), 0.6)
    picture = over(picture, colours[4], disc(x, y, random.uniform(0.14, 0.24)), 0.95)
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        line = ridge(random, 0.52 + 0.04 * depth) * (0.34 - 0.1 * depth) + (-0.2 + 1.15 * depth)
        shade = gradient([colours[2], colours[3]], np.full_like(coordinates()[0], depth))
        mist = smooth(0.0, 0.55, coordinates()[1] - line[None, :])
        shade = over(shade, colours[1], mist, 0.75 * (1 - depth))
        picture = over(picture, shade, below(line))
    return over(picture, colours[1], noise(random, 2) * smooth(0.2, 0.6, coordinates()[1]), 0.25)


def waves(random: Random, colours: Palette) -> Picture:
    """A woodblock sea. Colours: sky, paper, deep, mid, foam, sun."""
    picture = gradient([colours[0], colours[1]])
    picture = over(picture, colours[5], disc(random.uniform(-0.4, 0.4), -0.55, 0.34))
    xs, ys = coordinates()
    for row in range(7):
        depth = row / 6
        phase = random.uniform(0, 6)
        swing = 0.05 + 0.09 * depth
        line = (
            -0.15 + 1.15 * depth + swing * np.sin(xs[0] * (9 - 4 * depth) + phase) + 0.02 * np.sin(xs[0] * 31 + phase)
        )
        edge = ys - line[None, :]
        water = gradient([colours[3], colours[2]], smooth(0.0, 0.5, edge))
        stripes = smooth(0.35, 0.5, np.abs(np.sin((edge * (24 - 8 * depth)) + np.sin(xs * 6 + phase))))
        water = over(water, colours[4], stripes * smooth(0.3, 0.0, edge), 0.3)
        picture = over(picture, water, below(line.astype(np.float32)))
        crest = smooth(0.035 + 0.02 * depth, 0.0, np.abs(edge - 0.012 + 0.02 * (noise(random, 26, 2) - 0.5)))
        picture = over(picture, colours[4], crest * below(line.astype(np.float32) - 0.03), 0.95)
    return over(picture, colours[1], noise(random, 60, 2), 0.08)


def city(random: Random, colours: Palette) -> Picture:
    """A street at night between lit towers. Colours: night, haze, tower, window, sign, sign."""
    picture = gradient([colours[0], colours[1], colours[0]])
    xs, ys = coordinates()
    picture = light(picture, colours[4], glow(0, 0.1, 0.35), 0.55)
    for layer in range(4):
        far = 1 - layer / 3
        picture = _towers(random, picture, colours, far)
    floor = smooth(0.44, 0.48, ys)
    wet = picture[::-1][np.clip(np.arange(HEIGHT) - 50, 0, HEIGHT - 1)]
    picture = over(picture, wet * 0.6 + rgb(colours[0]) * 0.2, floor, 0.9)
    ripple = smooth(0.5, 0.9, noise(random, 5, 3)) * floor * smooth(1.3, 0.5, ys)
    picture = light(picture, colours[5], ripple * np.exp(-np.abs(xs) * 2), 0.4)
    rain = pen(lambda tool: _rain(random, tool))
    return light(picture, "#cfe6ff", rain, 0.16)


def _towers(random: Random, picture: Picture, colours: Palette, far: float) -> Picture:
    blocks = [block for side in (-1, 1) for block in _row_of_blocks(random, side, far)]

    def bodies(tool: Pen) -> None:
        for block in blocks:
            tool.box(*block, 0.5)

    def signs(tool: Pen) -> None:
        for left, top, right in blocks:
            if random.random() < 0.7 and far < 0.7:
                edge = right - 0.07 if left < 0 else left + 0.01
                tool.box(edge, top + 0.25, edge + 0.05, top + 0.25 + random.uniform(0.2, 0.5))

    picture = over(picture, colours[2], pen(bodies), 1 - 0.65 * far)
    picture = light(picture, colours[3], pen(lambda tool: _windows(random, tool, blocks)), 0.75 - 0.5 * far)
    sign = pen(signs)
    picture = light(picture, colours[4 if far > 0.3 else 5], blurred(sign, 14), 0.9)
    return light(picture, colours[4 if far > 0.3 else 5], sign, 0.9)


def _row_of_blocks(random: Random, side: int, far: float) -> Iterator[tuple[float, float, float]]:
    """Left, top and right of each tower from the street outwards."""
    edge = 0.12 + 0.32 * (1 - far)
    while edge < 1.1:
        width = random.uniform(0.18, 0.34)
        left, right = sorted((side * edge, side * (edge + width)))
        yield left, random.uniform(-1.1, -0.2) * (1.25 - 0.75 * far), right
        edge += width + 0.01


def _windows(random: Random, tool: Pen, blocks: Sequence[tuple[float, float, float]]) -> None:
    for left, top, right in blocks:
        for row in np.arange(top + 0.06, 0.4, 0.055).tolist():
            for column in np.arange(left + 0.03, right - 0.03, 0.05).tolist():
                if random.random() < 0.38:
                    tool.box(column, row, column + 0.024, row + 0.028, int(random.integers(110, 255)))


def _rain(random: Random, tool: Pen) -> None:
    for _ in range(170):
        x, y = random.uniform(-1, 1.1), random.uniform(-1.25, 1.2)
        length = random.uniform(0.05, 0.14)
        tool.line([(x, y), (x - length * 0.18, y + length)], 0.004)


def sky(random: Random, colours: Palette) -> Picture:
    """Nebula, stars, gold orbits and a crescent. Colours: dark, cloud, cloud, gold."""
    cloud, second = noise(random, 2.5, 5), noise(random, 3, 5)
    picture = gradient([colours[0], colours[1]], smooth(0.35, 0.95, cloud))
    picture = light(picture, colours[2], smooth(0.5, 0.95, second) * smooth(0.2, 0.8, cloud), 0.8)

    def stars(tool: Pen) -> None:
        for _ in range(320):
            size = float(random.uniform(0.001, 0.006))
            x, y = random.uniform(-1, 1), random.uniform(-1.25, 1.25)
            tool.ellipse(x, y, size, size, int(random.integers(90, 255)))
        for _ in range(9):
            x, y, reach = random.uniform(-0.9, 0.9), random.uniform(-1.1, 1.1), random.uniform(0.03, 0.09)
            tool.polygon([(x - reach, y), (x, y - 0.006), (x + reach, y), (x, y + 0.006)])
            tool.polygon([(x, y - reach), (x - 0.006, y), (x, y + reach), (x + 0.006, y)])

    field = pen(stars)
    picture = light(light(picture, "#ffffff", field), colours[3], blurred(field, 6), 0.8)
    for radius in (0.42, 0.58, 0.82):
        picture = over(picture, colours[3], ring(0, -0.1, radius, 0.006), 0.7)
        angle = random.uniform(0, 6.28)
        spot = disc(radius * float(np.cos(angle)), -0.1 + radius * float(np.sin(angle)), random.uniform(0.02, 0.045))
        picture = over(picture, colours[3], spot)
    picture = light(picture, colours[3], glow(0, -0.1, 0.2), 0.6)
    crescent = disc(0, -0.1, 0.27) * (1 - disc(0.11, -0.15, 0.235))
    return over(picture, "#fff4d6", crescent)


def forest(random: Random, colours: Palette) -> Picture:
    """Trunks in light that falls through the leaves. Colours: dark, mid, bright, light."""
    xs, ys = coordinates()
    picture = gradient([colours[1], colours[2], colours[1]], (ys + 1.25) / 2.5)
    picture = light(picture, colours[3], glow(0.1, -0.35, 0.5), 0.9)
    angle = np.arctan2(ys + 1.5, xs - 0.5)
    shafts = smooth(0.2, 1.0, np.sin(angle * 26 + 3 * noise(random, 2, 2))) * smooth(1.2, -0.9, ys)
    for layer in range(4):
        near = layer / 3
        trunks = pen(lambda tool, near=near: _trunks(random, tool, near))  # type: ignore[misc]
        shade = gradient([colours[2], colours[0]], np.full_like(xs, 0.25 + 0.75 * near))
        leaves = smooth(0.62 - 0.06 * near, 0.7, noise(random, 7 + 4 * near, 4) + 0.35 * smooth(-0.2, -1.2, ys))
        picture = over(picture, shade, np.maximum(trunks, leaves * smooth(0.1, -0.7, ys)), 0.55 + 0.45 * near)
        if layer == 1:
            picture = light(picture, colours[3], shafts, 0.35)
    ground = (0.85 + 0.12 * ridge(random, 0.55)).astype(np.float32)
    picture = over(picture, colours[0], below(ground, 0.02), 0.95)

    def fireflies(tool: Pen) -> None:
        for _ in range(26):
            tool.ellipse(random.uniform(-0.9, 0.9), random.uniform(-0.3, 1.1), 0.008, 0.008)

    spots = pen(fireflies)
    return light(light(picture, colours[3], blurred(spots, 7), 1.0), "#ffffff", spots, 0.9)


def _trunks(random: Random, tool: Pen, near: float) -> None:
    for _ in range(7 - int(near * 3)):
        x, width = random.uniform(-1, 1), random.uniform(0.02, 0.05) * (1 + 2.2 * near)
        lean = random.uniform(-0.08, 0.08)
        tool.polygon(
            [(x - width, 1.3), (x + width, 1.3), (x + lean + width * 0.7, -1.3), (x + lean - width * 0.7, -1.3)]
        )


def lanterns(random: Random, colours: Palette) -> Picture:
    """Paper lanterns over dark water. Colours: night, dusk, lantern, core."""
    picture = gradient([colours[0], colours[1], colours[0]])
    spots = [(random.uniform(-0.9, 0.9), random.uniform(-1.1, 0.45), random.uniform(0.03, 0.13)) for _ in range(19)]
    for x, y, size in sorted(spots, key=lambda spot: spot[2]):
        _lantern(picture, colours, x, y, size)
    ys = coordinates()[1]
    mirror = picture[::-1][np.clip(np.arange(HEIGHT) - 160, 0, HEIGHT - 1)]
    ripples = 0.55 + 0.45 * np.sin(ys * 90 + 6 * noise(random, 4, 3))
    return over(picture, mirror * ripples[..., None] * np.float32(0.75), smooth(0.62, 0.66, ys))


def _lantern(picture: Picture, colours: Palette, x: float, y: float, size: float) -> None:
    """Paint one lantern into the picture, touching only the pixels that its light reaches."""
    across, down = coordinates()
    reach = size * 6
    rows = slice(max(0, int((y - reach + 1.25) * 256)), max(0, int((y + reach + 1.25) * 256)))
    columns = slice(max(0, int((x - reach + 1) * 256)), max(0, int((x + reach + 1) * 256)))
    xs, ys, part = across[rows, columns] - x, down[rows, columns] - y, picture[rows, columns]
    falloff = np.clip(1 - np.hypot(xs, ys) / reach, 0, 1) ** 4
    part = light(part, colours[2], falloff, 0.75)
    body = smooth(1.0, 0.9, (xs / (size * 0.85)) ** 4 + (ys / size) ** 4)
    shade = gradient([colours[3], colours[2]], np.hypot(xs, ys - size * 0.3) / (size * 1.2))
    ribs = 1 - 0.12 * smooth(0.6, 1.0, np.sin(ys / size * 12))
    picture[rows, columns] = over(part, shade * ribs[..., None], body, 0.95)


def synthwave(random: Random, colours: Palette) -> Picture:
    """A striped sun over a grid. Colours: sky top, sky low, sun top, sun low, grid."""
    xs, ys = coordinates()
    picture = gradient([colours[0], colours[1], colours[1]])
    stars = smooth(0.9985, 0.9995, random.random((HEIGHT, WIDTH), np.float32)) * smooth(0.1, -0.6, ys)
    picture = light(picture, "#ffffff", stars)
    sun = disc(0, -0.2, 0.55) * (1 - smooth(0.0, 0.4, np.sin(ys * 46)) * smooth(-0.35, -0.25, ys))
    picture = light(picture, colours[2], glow(0, -0.2, 0.5), 0.4)
    picture = over(picture, gradient([colours[2], colours[3]], smooth(-0.75, 0.3, ys)), sun)
    line = (0.18 - 0.22 * np.abs(ridge(random, 0.5)) * smooth(0.15, 0.8, np.abs(xs[0]))).astype(np.float32)
    picture = over(picture, colours[0], below(line))
    floor = smooth(0.17, 0.18, ys)
    depth = np.clip(ys - 0.16, 0.004, None)
    rows = smooth(0.035, 0.0, np.abs((0.75 / depth) % 1 - 0.5) * depth**1.5) * smooth(0.01, 0.06, depth)
    columns = smooth(0.06, 0.0, np.abs((xs / depth * 1.2) % 1 - 0.5) * depth * 1.6)
    picture = over(picture, gradient([colours[1], colours[0]], smooth(0.1, 1.25, ys)), floor)
    return light(picture, colours[4], np.maximum(rows, columns) * floor, 0.95)


def deep_sea(random: Random, colours: Palette) -> Picture:
    """Jellyfish in shafts of light. Colours: surface, deep, jelly, glow."""
    xs, ys = coordinates()
    picture = gradient([colours[0], colours[1], colours[1]])
    angle = np.arctan2(ys + 1.9, xs + 0.2)
    picture = light(
        picture, colours[3], smooth(0.1, 1.0, np.sin(angle * 30 + noise(random, 2) * 4)) * smooth(0.6, -1.2, ys), 0.3
    )
    for _ in range(5):
        x, y, size = random.uniform(-0.75, 0.75), random.uniform(-0.9, 0.6), random.uniform(0.12, 0.3)
        bell = smooth(1.0, 0.86, ((xs - x) / size) ** 2 + ((ys - y) / (size * 0.8)) ** 2) * smooth(0.03, -0.03, ys - y)
        arms = pen(lambda tool, x=x, y=y, size=size: _arms(random, tool, x, y, size))  # type: ignore[misc]
        picture = light(picture, colours[3], glow(x, y, size * 0.9) ** 2, 0.5)
        picture = light(picture, colours[2], blurred(arms, 2), 0.65)
        picture = light(picture, colours[2], bell * (0.35 + 0.65 * smooth(0.0, size, distance(x, y))), 0.85)
    motes = smooth(0.9985, 0.9995, random.random((HEIGHT, WIDTH), np.float32))
    return light(picture, "#ffffff", blurred(motes, 1) * 2, 0.5)


def _arms(random: Random, tool: Pen, x: float, y: float, size: float) -> None:
    for start in np.linspace(-0.8, 0.8, 9):
        phase, length = random.uniform(0, 6), random.uniform(1.2, 2.8) * size
        steps = np.linspace(0, 1, 40)
        points = [
            (x + start * size * (1 - 0.3 * t) + 0.1 * size * np.sin(phase + 9 * t), y + length * t) for t in steps
        ]
        tool.line([(float(a), float(b)) for a, b in points], 0.008)
