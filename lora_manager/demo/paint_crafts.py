"""Painters of manners: ink, glass, gold, paper, print, clay, pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from lora_manager.demo.canvas import (
    HEIGHT,
    WIDTH,
    Field,
    Pen,
    Picture,
    Point,
    Random,
    blurred,
    coordinates,
    curve,
    disc,
    distance,
    flat,
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


def ink_dragon(random: Random, colours: Palette) -> Picture:
    """A dragon in ink on paper. Colours: paper, wash, ink, seal."""
    picture = _paper(random, colours)
    picture = over(picture, colours[1], smooth(0.5, 0.95, noise(random, 2, 4)), 0.45)
    flip = random.choice([-1.0, 1.0])
    places = [
        (-0.75, 0.95),
        (0.1, 0.8),
        (0.62, 0.42),
        (0.0, 0.12),
        (-0.55, -0.1),
        (-0.2, -0.5),
        (0.35, -0.62),
        (0.42, -0.9),
    ]
    spine = curve([(flip * x + random.uniform(-0.06, 0.06), y) for x, y in places], 400)
    along = np.linspace(0, 1, len(spine))
    widths = 0.02 + 0.17 * np.sin(np.pi * np.clip(along, 0, 1) ** 0.75) ** 1.1

    def body(tool: Pen) -> None:
        tool.stroke(spine, widths.tolist())
        for at in range(12, len(spine) - 24, 9):
            _spike(tool, spine, at, float(widths[at]))
        _head(tool, spine[-1], flip)
        for at in (110, 250):
            _claw(tool, spine[at], flip)

    shape = pen(body)
    dry = smooth(0.28, 0.55, noise(random, 22, 3))
    picture = over(picture, colours[1], blurred(shape, 16), 0.55)
    picture = over(picture, colours[2], shape * (0.55 + 0.45 * dry), 0.94)
    scales = smooth(0.5, 0.9, np.sin(distance(spine[-1][0], spine[-1][1]) * 70) * np.sin(coordinates()[0] * 60))
    picture = over(picture, colours[0], scales * blurred(shape, 3) * smooth(0.7, 1.0, blurred(shape, 6)), 0.4)
    return _seal(random, _splashes(random, picture, colours[2]), colours[3])


def _spike(tool: Pen, spine: Sequence[Point], at: int, width: float) -> None:
    (x, y), (nx, ny) = spine[at], spine[at + 8]
    dx, dy = nx - x, ny - y
    length = float(np.hypot(dx, dy)) or 1.0
    ox, oy = -dy / length, dx / length
    edge = width * 0.45
    tip = (x + ox * (edge + 0.035 + width * 0.22) - dx, y + oy * (edge + 0.035 + width * 0.22) - dy)
    tool.polygon([(x + ox * edge, y + oy * edge), (nx + ox * edge, ny + oy * edge), tip])


def _head(tool: Pen, at: Point, flip: float) -> None:
    x, y = at
    snout = [
        (-0.1, 0.02),
        (-0.02, -0.1),
        (0.08, -0.1),
        (0.26, -0.03),
        (0.33, 0.03),
        (0.2, 0.05),
        (0.31, 0.1),
        (0.12, 0.13),
        (0, 0.1),
    ]
    tool.polygon([(x + flip * dx, y + dy) for dx, dy in snout])
    for lift in (0.0, 0.07):
        horn = curve([(x, y - 0.06), (x - flip * 0.12, y - 0.17 + lift), (x - flip * 0.28, y - 0.2 + lift)], 40)
        tool.stroke(horn, np.linspace(0.045, 0.006, len(horn)).tolist())
        whisker = curve(
            [(x + flip * 0.28, y + 0.03), (x + flip * 0.42, y + 0.18 + lift), (x + flip * 0.3, y + 0.36 + lift)], 60
        )
        tool.stroke(whisker, np.linspace(0.014, 0.004, len(whisker)).tolist())
    tool.ellipse(x + flip * 0.09, y - 0.035, 0.018, 0.014, 0)


def _claw(tool: Pen, at: Point, flip: float) -> None:
    x, y = at
    limb = curve([(x, y), (x + flip * 0.14, y + 0.12), (x + flip * 0.1, y + 0.26)], 40)
    tool.stroke(limb, np.linspace(0.09, 0.035, len(limb)).tolist())
    for reach in (-0.09, -0.02, 0.06, 0.12):
        end = (limb[-1][0] + reach, limb[-1][1] + 0.09)
        claw = curve([limb[-1], ((limb[-1][0] + end[0]) / 2 + 0.02, end[1] - 0.05), end], 20)
        tool.stroke(claw, np.linspace(0.03, 0.006, len(claw)).tolist())


def bamboo(random: Random, colours: Palette) -> Picture:
    """Bamboo or a blossoming branch in ink. Colours: paper, wash, ink, seal."""
    picture = _paper(random, colours)
    picture = over(picture, colours[1], disc(0.35, -0.55, 0.36, 0.02), 0.5)
    for depth in (0.35, 0.65, 1.0):
        stems = pen(lambda tool: _stems(random, tool), 1.5 * (1 - depth))
        texture = 0.75 + 0.25 * smooth(0.3, 0.6, noise(random, 30, 2))
        picture = over(picture, colours[2], stems * texture, depth * 0.9)
    return _seal(random, _splashes(random, picture, colours[2]), colours[3])


def _stems(random: Random, tool: Pen) -> None:
    for _ in range(2):
        x, lean, width = random.uniform(-0.8, 0.8), random.uniform(-0.25, 0.25), random.uniform(0.03, 0.07)
        y = 1.3
        while y > -1.3:
            top = y - random.uniform(0.26, 0.4)
            bottom_x, top_x = x + lean * (1.3 - y) / 2.6, x + lean * (1.3 - top) / 2.6
            tool.polygon(
                [
                    (bottom_x - width / 2, y - 0.012),
                    (bottom_x + width / 2, y - 0.012),
                    (top_x + width / 2, top + 0.012),
                    (top_x - width / 2, top + 0.012),
                ]
            )
            for _ in range(int(random.integers(1, 4))):
                angle, length = random.uniform(-0.6, 0.9), random.uniform(0.18, 0.4)
                side = float(random.choice([-1, 1]))
                end = (top_x + side * length * float(np.cos(angle)), top + length * float(np.sin(angle)))
                leaf = curve([(top_x, top), ((top_x + end[0]) / 2, (top + end[1]) / 2 - 0.03), end], 36)
                tool.stroke(leaf, (0.004 + 0.05 * np.sin(np.linspace(0, np.pi, len(leaf))) ** 0.8).tolist())
            y = top


def _paper(random: Random, colours: Palette) -> Picture:
    return over(flat(colours[0]), colours[1], noise(random, 40, 3), 0.12)


def _splashes(random: Random, picture: Picture, ink: str) -> Picture:
    def drops(tool: Pen) -> None:
        x, y = random.uniform(-0.6, 0.6), random.uniform(-0.8, 0.8)
        for _ in range(40):
            size = float(random.exponential(0.007))
            tool.ellipse(x + float(random.normal(0, 0.35)), y + float(random.normal(0, 0.35)), size, size)

    return over(picture, ink, pen(drops), 0.75)


def _seal(random: Random, picture: Picture, colour: str) -> Picture:
    def stamp(tool: Pen) -> None:
        tool.box(0.68, 0.9, 0.86, 1.1)
        for line in range(3):
            tool.box(0.71, 0.935 + line * 0.052, 0.83 - 0.04 * (line % 2), 0.955 + line * 0.052, 0)
        tool.box(0.755, 0.92, 0.775, 1.08, 0)

    return over(picture, colour, pen(stamp) * smooth(0.2, 0.4, noise(random, 40, 2)), 0.9)


def stained_glass(random: Random, colours: Palette) -> Picture:
    """Leaded glass with light behind it. Colours: lead, then glass."""
    count = 90
    points = np.stack([random.uniform(-1.05, 1.05, count), random.uniform(-1.3, 1.3, count)], axis=1)
    angles = np.linspace(0, 2 * np.pi, 13)[:-1]
    points = np.concatenate([points[np.hypot(points[:, 0], points[:, 1] + 0.25) > 0.5], [[0, -0.25]]])
    for radius in (0.24, 0.44):
        points = np.concatenate([points, np.stack([radius * np.cos(angles), radius * np.sin(angles) - 0.25], axis=1)])
    first, second, nearest = _two_nearest(points)
    lead = smooth(0.03, 0.016, second - first)
    pane = random.integers(1, len(colours), len(points))
    pane[-24:] = 1 + np.arange(24) % (len(colours) - 1)
    glass = np.stack([rgb(colours[index]) for index in pane])[nearest]
    bright = (0.72 + 0.5 * random.random(len(points)))[nearest] * (0.8 + 0.4 * noise(random, 6, 3))
    picture = np.clip(glass * bright[..., None], 0, 1)
    picture = light(picture, "#fff1c4", glow(0, -0.25, 0.45), 0.45)
    return over(picture, colours[0], np.maximum(lead, ring(0, -0.25, 0.56, 0.03) * 0.9))


def _two_nearest(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[Field, Field, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]:
    """For each pixel the distances to the two nearest points, and which is the nearest; at half size, then enlarged."""
    xs, ys = (axis[::2, ::2] for axis in coordinates())
    first, second = np.full(xs.shape, 9.0, np.float32), np.full(xs.shape, 9.0, np.float32)
    nearest = np.zeros(xs.shape, np.intp)
    for index, (x, y) in enumerate(points):
        away = np.hypot(xs - np.float32(x), ys - np.float32(y))
        closer = away < first
        second = np.where(closer, first, np.minimum(second, away))
        nearest[closer] = index
        first = np.where(closer, away, first)
    return _doubled(first), _doubled(second), nearest.repeat(2, 0).repeat(2, 1)


def _doubled(field: Field) -> Field:
    return np.asarray(Image.fromarray(field.astype(np.float32)).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def gold_fans(random: Random, colours: Palette) -> Picture:
    """Art deco fans. Colours: ground, fan, gold, light."""
    xs, ys = coordinates()
    picture = gradient([colours[0], colours[1]], smooth(-1.25, 1.25, ys))
    size = 0.4
    gold = np.zeros_like(xs)
    for row in range(9):
        offset = 0.0 if row % 2 else size
        y = -1.25 + row * size * 0.8 + 0.2
        local = (xs + offset + 8 * size) % (2 * size) - size
        away = np.hypot(local, ys - y)
        inside = smooth(size * 1.01, size, away) * smooth(0.005, -0.005, ys - y)
        picture = over(picture, gradient([colours[1], colours[0]], away / size), inside)
        angle = np.arctan2(ys - y, local)
        rays = smooth(0.75, 0.95, np.cos(angle * 22)) * smooth(0.1, 0.16, away) * smooth(size * 0.8, size * 0.72, away)
        rings = smooth(0.012, 0.004, np.abs((away / size * 5) % 1 - 0.5) * size / 5) * smooth(
            size * 0.72, size * 0.8, away
        )
        gold = gold * (1 - inside) + inside * np.maximum(
            rays * 0.9, np.maximum(rings, smooth(0.02, 0.008, np.abs(away - size * 0.97)))
        )
    metal = gradient([colours[2], colours[3], colours[2]], 0.5 + 0.5 * np.sin((xs + ys) * 4 + 3 * noise(random, 2, 2)))
    return over(picture, metal, gold)


def paper_layers(random: Random, colours: Palette) -> Picture:
    """Cut paper, layer over layer, lit from within. Colours: back, then layers from back to front."""
    picture = flat(colours[0])
    picture = light(picture, "#fff3cf", glow(0, -0.1, 0.4), 0.9)
    layers = colours[1:]
    for number, colour in enumerate(layers):
        xs, ys = coordinates()
        angle = np.arctan2(ys + 0.1, xs)
        radius = 0.28 + 0.17 * number
        wobble = sum(
            float(random.uniform(0.02, 0.055)) * np.sin(angle * lobes + float(random.uniform(0, 6)))
            for lobes in (2, 3, 5, 7)
        )
        hole = np.hypot(xs, (ys + 0.1) * 0.82) - radius - wobble
        sheet = smooth(-0.004, 0.004, hole)
        picture = over(picture, "#000000", blurred(sheet, 12), 0.4)
        picture = over(picture, over(flat(colour), "#ffffff", noise(random, 60, 2), 0.08), sheet)
        picture = light(picture, "#ffffff", smooth(0.012, 0.0, np.abs(hole - 0.008)), 0.25)
    trees = pen(lambda tool: _paper_trees(random, tool))
    return over(over(picture, "#000000", blurred(trees, 9), 0.35), colours[-1], trees)


def _paper_trees(random: Random, tool: Pen) -> None:
    for x in np.linspace(-0.95, 0.95, 11).tolist():
        foot, size = 1.3, random.uniform(0.3, 0.62)
        for level in range(4):
            half, top = size * (0.34 - 0.06 * level), foot - size * (0.55 + 0.28 * level)
            tool.polygon([(x - half, top + size * 0.42), (x + half, top + size * 0.42), (x, top)])
        tool.box(x - 0.02, foot - 0.4, x + 0.02, foot)


def pixel_land(random: Random, colours: Palette) -> Picture:
    """A landscape of 64 pixels across. Colours: sky, sky low, sun, hill far, hill near, ground, accent."""
    wide, high = 64, 80
    tile = np.zeros((high, wide, 3), np.float32)
    bands = np.linspace(0, 0.999, high) * 5
    tile[:] = (np.stack([rgb(colours[0]) + (rgb(colours[1]) - rgb(colours[0])) * int(band) / 4 for band in bands]))[
        :, None
    ]
    ys, xs = np.mgrid[0:high, 0:wide]
    tile[np.hypot(xs - 44, ys - 22) < 9.5] = rgb(colours[2])
    for colour, base, swing in ((3, 44, 9), (4, 54, 7), (5, 66, 3)):
        line = base + swing * ridge(random, 0.5)[:: WIDTH // wide]
        tile[ys > line[None, :]] = rgb(colours[colour])
        edge = (ys > line[None, :]) & (ys <= line[None, :] + 1.2)
        tile[edge] = rgb(colours[colour]) * 0.55 + 0.45
    for x in random.integers(4, wide - 5, 8).tolist():
        foot, size = int(random.integers(66, 77)), int(random.integers(8, 15))
        for level in range(size):
            half = (size - level) // 3 + (1 if level % 3 == 0 else 0)
            tile[foot - level - 2, x - half : x + half + 1] = rgb(colours[6]) * (0.65 + 0.35 * (level % 3 > 0))
        tile[foot - 2 : foot, x] = rgb(colours[0]) * 0.4
    return tile.repeat(HEIGHT // high, 0).repeat(WIDTH // wide, 1)


def low_poly(random: Random, colours: Palette) -> Picture:
    """Facets in a gradient: crystal, ice, obsidian. Colours: dark to light."""
    count = 110
    points = np.stack([random.uniform(-1.1, 1.1, count), random.uniform(-1.35, 1.35, count)], axis=1)
    first, second, nearest = _two_nearest(points)
    slope = random.uniform(-1, 1, (count, 2))
    xs, ys = coordinates()
    towards = (xs - points[nearest, 0]) * slope[nearest, 0] + (ys - points[nearest, 1]) * slope[nearest, 1]
    level = (
        0.5
        + 0.28 * (points[nearest, 1] - points[nearest, 0]) / 1.5
        + 0.3 * (random.random(count)[nearest] - 0.5)
        + 0.8 * towards
    )
    picture = gradient(list(colours), level)
    picture = light(picture, colours[-1], smooth(0.02, 0.0, second - first), 0.5)
    return light(picture, colours[-1], glow(-0.35, -0.6, 0.3) ** 1.5, 0.5)


def clay(random: Random, colours: Palette) -> Picture:
    """Soft round forms under a studio light. Colours: ground, then clay."""
    picture = gradient([colours[0], colours[0]])
    picture = light(picture, "#ffffff", glow(-0.3, -0.7, 0.7), 0.35)
    xs, ys = coordinates()
    forms = [(random.uniform(-0.7, 0.7), random.uniform(-0.8, 0.9), random.uniform(0.16, 0.4)) for _ in range(9)]
    for number, (x, y, size) in enumerate(sorted(forms, key=lambda form: form[1])):
        stretch = random.uniform(0.8, 1.2)
        bump = 1 + 0.06 * np.sin(np.arctan2(ys - y, xs - x) * 3 + float(random.uniform(0, 6)))
        away = np.hypot((xs - x) * stretch, ys - y) / (size * bump)
        picture = over(
            picture,
            "#1a1020",
            smooth(1.5, 0.6, np.hypot((xs - x - 0.06) * stretch, (ys - y - size * 0.75) * 2.2) / size),
            0.35,
        )
        height = np.sqrt(np.clip(1 - away**2, 0, 1))
        shade = np.clip(0.35 + 0.5 * height + 0.35 * (-(xs - x) - (ys - y)) / size, 0, 1.25)
        body = rgb(colours[1 + number % (len(colours) - 1)]) * shade[..., None]
        picture = over(picture, np.clip(body, 0, 1), smooth(1.0, 0.97, away))
        picture = light(
            picture, "#ffffff", smooth(0.25, 0.0, np.hypot(xs - x + size * 0.35, ys - y + size * 0.4) / size), 0.5
        )
    return picture


def kintsugi(random: Random, colours: Palette) -> Picture:
    """A porcelain vessel with cracks of gold. Colours: ground, porcelain, glaze, gold."""
    picture = gradient([colours[0], colours[0]])
    picture = light(picture, "#ffffff", glow(-0.5, -0.5, 0.6), 0.3)
    xs, ys = coordinates()
    heights = [-0.85, -0.75, -0.6, -0.35, 0.0, 0.4, 0.75, 0.9]
    halves = [0.26, 0.22, 0.24, 0.46, 0.6, 0.52, 0.32, 0.3]
    half = np.interp(ys, heights, halves)
    body = smooth(0.006, -0.006, np.abs(xs) - half) * smooth(-0.86, -0.85, ys) * smooth(0.9, 0.89, ys)
    picture = over(picture, "#000000", smooth(1.0, 0.3, np.hypot(xs / 0.75, (ys - 0.92) * 5)), 0.35)
    shade = np.clip(1.05 - 0.55 * (xs / np.maximum(half, 0.01) + 0.25) ** 2, 0.25, 1)
    glaze = over(flat(colours[1]), colours[2], smooth(0.45, 0.75, noise(random, 3, 4) + 0.25 * smooth(-0.2, 0.7, ys)))
    picture = over(picture, glaze * shade[..., None], body)
    points = np.stack([random.uniform(-0.7, 0.7, 16), random.uniform(-0.9, 0.9, 16)], axis=1)
    first, second, _ = _two_nearest(points)
    cracks = smooth(0.022, 0.008, second - first + 0.02 * (noise(random, 24, 2) - 0.5)) * body
    picture = over(picture, colours[3], cracks, 0.95)
    picture = light(picture, "#fff6d0", cracks * smooth(0.3, -0.4, xs), 0.4)
    return light(
        picture,
        "#ffffff",
        smooth(0.12, 0.0, np.abs(xs + half * 0.55)) * body * smooth(-0.7, -0.3, ys) * smooth(0.6, 0.1, ys),
        0.35,
    )
