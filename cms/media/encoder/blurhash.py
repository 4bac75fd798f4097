"""BlurHash: a picture as some 30 letters, to be drawn blurred while it loads.

Written from the format's description (https://github.com/woltapp/blurhash/blob/master/Algorithm.md).
"""

from math import cos, pi

from PIL import Image

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[float, float, float]


def blurhash(image: Image.Image, across: int = 4, down: int = 3) -> str:
    """The hash of a small RGB image (32 × 32 pixels are plenty)."""
    width, height = image.size
    data = image.tobytes()
    light = [_linear(value) for value in data]
    waves_x = [[cos(pi * i * x / width) for x in range(width)] for i in range(across)]
    waves_y = [[cos(pi * j * y / height) for y in range(height)] for j in range(down)]
    factors: list[Colour] = []
    for j in range(down):
        for i in range(across):
            scale = (1.0 if i == 0 and j == 0 else 2.0) / (width * height)
            factors.append(_factor(light, width, waves_x[i], waves_y[j], scale))
    first, rest = factors[0], factors[1:]
    largest = max((abs(value) for factor in rest for value in factor), default=0.0)
    quantised = max(0, min(82, int(largest * 166 - 0.5)))
    most = (quantised + 1) / 166
    text = _digits((across - 1) + (down - 1) * 9, 1) + _digits(quantised, 1)
    red, green, blue = (_srgb(value) for value in first)
    text += _digits((red << 16) + (green << 8) + blue, 4)
    return text + "".join(_digits(_squeezed(factor, most), 2) for factor in rest)


def _factor(light: list[float], width: int, wave_x: list[float], wave_y: list[float], scale: float) -> Colour:
    sums = [0.0, 0.0, 0.0]
    at = 0
    for tall in wave_y:
        for x in range(width):
            basis = tall * wave_x[x]
            sums[0] += basis * light[at]
            sums[1] += basis * light[at + 1]
            sums[2] += basis * light[at + 2]
            at += 3
    return sums[0] * scale, sums[1] * scale, sums[2] * scale


def _squeezed(colour: Colour, most: float) -> int:
    number = 0
    for value in colour:
        share = value / most
        root = (abs(share) ** 0.5) * (1 if share >= 0 else -1)
        number = number * 19 + max(0, min(18, int(root * 9 + 9.5)))
    return number


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    curve = share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055
    return int(curve * 255 + 0.5)


def _digits(number: int, length: int) -> str:
    return "".join(DIGITS[number // 83**place % 83] for place in range(length - 1, -1, -1))
