"""What the demo's painters paint with: float pictures in numpy, shapes drawn by Pillow at twice the size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 512, 640
_SUPERSAMPLING = 2

Field = NDArray[np.floating[Any]]
"""One number per pixel, mostly from 0 to 1: a mask, a height, a distance."""
Picture = NDArray[np.floating[Any]]
"""Red, green and blue per pixel from 0 to 1."""
Point = tuple[float, float]
Random = np.random.Generator


@lru_cache(maxsize=1)
def coordinates() -> tuple[Field, Field]:
    """`x` from -1 at the left to 1 at the right, `y` from -1.25 at the top to 1.25 at the bottom."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return x / (WIDTH / 2) - 1, y / (WIDTH / 2) - HEIGHT / WIDTH


def rgb(colour: str) -> NDArray[np.float32]:
    """`#rrggbb` as three numbers."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def flat(colour: str) -> Picture:
    """A picture of one colour."""
    return np.broadcast_to(rgb(colour), (HEIGHT, WIDTH, 3)).copy()


def gradient(colours: Sequence[str], along: Field | None = None) -> Picture:
    """Colours in equal steps from top to bottom, or along a field from 0 to 1."""
    steps = _steps(tuple(colours))
    if along is None:
        rows = steps[np.linspace(0, len(steps) - 1, HEIGHT).astype(np.intp)]
        return np.broadcast_to(rows[:, None, :], (HEIGHT, WIDTH, 3)).copy()
    return np.asarray(steps[(np.clip(along, 0, 1) * (len(steps) - 1)).astype(np.intp)], np.float32)


@lru_cache(maxsize=64)
def _steps(colours: tuple[str, ...], count: int = 2048) -> NDArray[np.float32]:
    at, stops = np.linspace(0, 1, count), np.linspace(0, 1, len(colours))
    channels = np.stack([rgb(colour) for colour in colours])
    return np.stack([np.interp(at, stops, channels[:, i]) for i in range(3)], axis=-1).astype(np.float32)


def smooth(low: float, high: float, values: Field) -> Field:
    """0 below `low`, 1 above `high` (or the other way round), a soft step between."""
    position = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(position * position * (3 - 2 * position), np.float32)


def over(picture: Picture, colour: str | Picture, mask: Field, strength: float = 1.0) -> Picture:
    """Paint a colour (or another picture) where the mask is."""
    alpha = np.clip(mask * strength, 0, 1)[..., None]
    paint = rgb(colour) if isinstance(colour, str) else colour
    return np.asarray(picture + (paint - picture) * alpha, np.float32)


def light(picture: Picture, colour: str, mask: Field, strength: float = 1.0) -> Picture:
    """Add light of a colour; bright stays below white."""
    return np.asarray(1 - (1 - picture) * (1 - rgb(colour) * np.clip(mask * strength, 0, 1)[..., None]), np.float32)


def noise(random: Random, cells: float = 4, octaves: int = 4) -> Field:
    """Clouds from 0 to 1; `cells` is how many fit across."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    weight = 1.0
    for octave in range(octaves):
        across = max(2, round(cells * 2**octave))
        grid = random.random((max(2, round(across * HEIGHT / WIDTH)), across), np.float32)
        layer = Image.fromarray(grid).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += np.asarray(layer, np.float32) * weight
        weight /= 2
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / (high - low), np.float32)


def ridge(random: Random, roughness: float = 0.5, steps: int = 9) -> NDArray[np.float32]:
    """A mountain line: one height from -1 to 1 per column."""
    heights = random.uniform(-1, 1, 3)
    spread = 1.0
    for _ in range(steps):
        spread *= roughness
        middles = (heights[:-1] + heights[1:]) / 2 + random.uniform(-spread, spread, len(heights) - 1)
        heights = np.insert(heights, np.arange(1, len(heights)), middles)
    line = np.interp(np.linspace(0, len(heights) - 1, WIDTH), np.arange(len(heights)), heights)
    return np.asarray(np.clip(line, -1.2, 1.2), np.float32)


def below(line: NDArray[np.float32], softness: float = 0.006) -> Field:
    """The mask of everything below a line given by one `y` per column."""
    return smooth(-softness, softness, coordinates()[1] - line[None, :])


def disc(x: float, y: float, radius: float, softness: float = 0.008) -> Field:
    """A filled circle."""
    return smooth(softness, -softness, distance(x, y) - radius)


def ring(x: float, y: float, radius: float, width: float, softness: float = 0.006) -> Field:
    """A circle's line."""
    return smooth(softness, -softness, np.abs(distance(x, y) - radius) - width / 2)


def glow(x: float, y: float, radius: float) -> Field:
    """Light that falls off from a point, a half at `radius`."""
    return np.asarray(1 / (1 + (distance(x, y) / radius) ** 2) ** 1.0, np.float32)


def distance(x: float, y: float) -> Field:
    """How far each pixel is from a point."""
    xs, ys = coordinates()
    return np.asarray(np.hypot(xs - x, ys - y), np.float32)


class Pen:
    """Draws white on a black mask in the coordinates of `coordinates()`."""

    def __init__(self) -> None:
        self._scale = WIDTH / 2 * _SUPERSAMPLING
        self._image = Image.new("L", (WIDTH * _SUPERSAMPLING, HEIGHT * _SUPERSAMPLING))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], value: int = 255) -> None:
        """A filled polygon."""
        self._draw.polygon([self._at(point) for point in points], fill=value)

    def line(self, points: Sequence[Point], width: float, value: int = 255) -> None:
        """A line through the points."""
        pixels = max(1, round(width * self._scale))
        self._draw.line([self._at(point) for point in points], fill=value, width=pixels, joint="curve")

    def ellipse(self, x: float, y: float, across: float, down: float, value: int = 255) -> None:
        """A filled ellipse by its centre and half axes."""
        self._draw.ellipse([self._at((x - across, y - down)), self._at((x + across, y + down))], fill=value)

    def box(self, left: float, top: float, right: float, bottom: float, value: int = 255) -> None:
        """A filled rectangle."""
        self._draw.rectangle([self._at((left, top)), self._at((right, bottom))], fill=value)

    def stroke(self, points: Sequence[Point], widths: Sequence[float], value: int = 255) -> None:
        """A brush stroke along the points whose width changes."""
        for (x, y), width in zip(points, widths, strict=True):
            self.ellipse(x, y, width / 2, width / 2, value)

    def mask(self, blur: float = 0.0) -> Field:
        """What was drawn, from 0 to 1."""
        image = self._image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        if blur:
            image = image.filter(ImageFilter.GaussianBlur(blur))
        return _to_field(image)

    def _at(self, point: Point) -> Point:
        return (point[0] + 1) * self._scale, (point[1] + HEIGHT / WIDTH) * self._scale


def _to_field(image: Image.Image) -> Field:
    return np.asarray(np.asarray(image, np.float32) / np.float32(255), np.float32)


def pen(draw: Callable[[Pen], None], blur: float = 0.0) -> Field:
    """The mask that a function draws."""
    tool = Pen()
    draw(tool)
    return tool.mask(blur)


def blurred(mask: Field, radius: float) -> Field:
    """The mask, softened."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return _to_field(image.filter(ImageFilter.GaussianBlur(radius)))


def curve(points: Sequence[Point], count: int = 120) -> list[Point]:
    """A smooth curve through the points (Catmull-Rom)."""
    nodes = np.array([points[0], *points, points[-1]])
    result: list[Point] = []
    spans = len(points) - 1
    for span in range(spans):
        a, b, c, d = nodes[span : span + 4]
        for t in np.linspace(0, 1, max(2, count // spans), endpoint=span == spans - 1):
            at = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            result.append((float(at[0]), float(at[1])))
    return result


def finish(random: Random, picture: Picture, grain: float = 0.02, vignette: float = 0.25) -> Image.Image:
    """Darken the corners a little, add grain and turn the picture into an image."""
    xs, ys = coordinates()
    shade = 1 - vignette * np.clip((xs**2 + (ys / 1.25) ** 2) / 2, 0, 1) ** 1.5
    shaded = picture * shade[..., None] + random.standard_normal((HEIGHT, WIDTH, 1), np.float32) * grain
    return Image.fromarray((np.clip(shaded, 0, 1) * 255).astype(np.uint8))
