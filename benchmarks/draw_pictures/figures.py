"""What stands in many pictures: hills, plants, feet, shoes, people."""

import math

from .canvas import (
    BROWN,
    CORAL,
    CREAM,
    DEEP,
    DUNE,
    GOLD,
    INK,
    MIST,
    ROSE,
    SKIN,
    TAN,
    TEAL,
    WHITE,
    Canvas,
    Point,
    curve,
    mix,
    place,
)  # fmt: skip

Joints = dict[str, Point]

# The outline of a foot from its inner side, heel at the left, standing on y = 0.
FOOT: list[Point] = [
    (-90, -700), (-98, -520), (-84, -360), (-92, -240), (-104, -175), (-140, -110), (-152, -50), (-128, -4), (-70, 0),
    (-20, -22), (50, -44), (112, -18), (160, 0), (205, -4), (262, 0), (286, -22), (270, -50),
    (215, -64), (160, -88), (95, -140), (45, -200), (26, -280), (44, -380), (66, -520), (70, -700),
]  # fmt: skip
# A running shoe, heel at the left, standing on y = 0: upper part and sole.
UPPER: list[Point] = [
    (-165, -60), (-172, -130), (-158, -205), (-130, -212), (-100, -180), (-60, -178), (-25, -205), (0, -212),
    (35, -180), (95, -128), (170, -104), (222, -78), (236, -48), (120, -40), (-60, -40),
]  # fmt: skip
# A bare sole or a foot from above: the right one, toes up, around (0, 0).
SOLE: list[Point] = [
    (-20, 190), (30, 196), (58, 150), (52, 70), (62, -20), (84, -90), (60, -140), (0, -160), (-62, -150),
    (-82, -100), (-70, -20), (-48, 60), (-54, 140),
]  # fmt: skip
TOES: list[tuple[float, float, float, float]] = [
    (-60, -186, 31, 42), (-8, -196, 20, 30), (30, -184, 18, 26), (60, -164, 16, 23), (84, -136, 14, 19),
]  # fmt: skip


def sun(c: Canvas, x: float, y: float, radius: float, color: str = GOLD) -> None:
    """A sun in its haze."""
    c.glow(x, y, radius * 3, mix(color, WHITE, 0.45), 0.8)
    c.circle(x, y, radius, mix(color, WHITE, 0.35))


def hills(c: Canvas, base: float = 620, far: str = MIST, near: str = DEEP, layers: int = 4, sway: float = 0) -> None:
    """Layers of hills, paler the farther they are."""
    for i in range(layers):
        y = base + i * (900 - base) / layers
        high = 120 - i * 14
        shift = sway + i * 310
        line = [(x, y - high * wave((x + shift) / 520 + i * 1.7)) for x in range(-200, 1900, 100)]
        c.shape([*curve(line), (1900, 1000), (-200, 1000)], mix(far, near, i / max(1, layers - 1)), smooth=False)


def wave(t: float) -> float:
    """A gentle wave between 0 and 1 that does not repeat soon."""
    return 0.5 + 0.32 * math.sin(t * 2.1) + 0.18 * math.sin(t * 3.7 + 1)


def floor(c: Canvas, y: float, color: str = DUNE) -> None:
    """A plain floor from y downward, with a soft edge of light."""
    c.shape([(0, y), (1600, y), (1600, 900), (0, 900)], color, smooth=False)
    c.shape([(0, y), (1600, y), (1600, y + 6), (0, y + 6)], mix(color, WHITE, 0.4), smooth=False)


def shadow(c: Canvas, x: float, y: float, wide: float, color: str) -> None:
    """The flat shadow under a thing."""
    c.circle(x, y, wide, color, wide * 0.09 + 4)


def plant(c: Canvas, x: float, y: float, size: float = 1.0, pot: str = CORAL, leaf: str = TEAL) -> None:
    """A pot plant that stands at (x, y)."""
    for turn, long in [(-58, 150), (-30, 215), (-6, 250), (20, 220), (48, 165)]:
        blade = place([(0, 0), (-26, -long * 0.5), (0, -long), (26, -long * 0.5)], x, y - 100 * size, size, turn)
        c.shape(blade, mix(leaf, MIST, abs(turn) / 150))
        c.stroke(place([(0, 0), (0, -long * 0.85)], x, y - 100 * size, size, turn), 3 * size, mix(leaf, INK, 0.3))
    c.shape(place([(-66, -110), (66, -110), (48, 0), (-48, 0)], x, y, size), pot, smooth=False)
    c.box(x - 74 * size, y - 126 * size, 148 * size, 34 * size, mix(pot, INK, 0.12), 10 * size)


def foot(
    c: Canvas,
    x: float,
    y: float,
    size: float = 1.0,
    skin: str = SKIN,
    turn: float = 0,
    lift: float = 0,
    flip: bool = False,
) -> None:
    """A bare foot and lower leg from the inner side; `lift` raises the arch."""
    points = [(px, py - lift * max(0.0, 1 - abs(px - 45) / 90)) if py > -60 else (px, py) for px, py in FOOT]
    c.shape(place(points, x, y, size, turn, flip), skin)
    shade = mix(skin, BROWN, 0.3)
    c.stroke(place([(236, -20), (262, -22)], x, y, size, turn, flip), 3 * size, shade)
    c.shape(place([(256, -50), (274, -46), (282, -30), (264, -36)], x, y, size, turn, flip), mix(skin, WHITE, 0.5))
    c.stroke(place([(-28, -128), (-8, -112), (-6, -92)], x, y, size, turn, flip), 6 * size, shade)


def shoe(
    c: Canvas,
    x: float,
    y: float,
    size: float = 1.0,
    color: str = TEAL,
    thick: float = 56,
    turn: float = 0,
    flip: bool = False,
) -> None:
    """A running shoe; `thick` is the height of its sole."""
    raised = [(px, py + 56 - thick) for px, py in UPPER]
    c.shape(place(raised, x, y, size, turn, flip), color)
    swoosh = [
        (-120, -60 - thick + 56),
        (-40, -110 - thick + 56),
        (40, -120 - thick + 56),
        (120, -84 - thick + 56),
    ]
    c.stroke(place(swoosh, x, y, size, turn, flip), [4 * size, 22 * size, 4 * size], mix(color, WHITE, 0.55))
    sole = [(-178, -thick), (-60, -thick * 0.86), (80, -thick * 0.84), (238, -thick * 0.9), (248, -thick * 0.5),
            (210, -6), (120, 0), (0, -2), (-140, 0), (-180, -10)]  # fmt: skip
    c.shape(place(sole, x, y, size, turn, flip), CREAM)
    grip = [(-172, -12), (-140, 0), (0, -2), (120, 0), (212, -8), (120, -13), (-40, -13)]
    c.shape(place(grip, x, y, size, turn, flip), CORAL, smooth=False)
    for i in range(4):
        a, b = (8 + i * 26, -196 + i * 22 - thick + 56), (-22 + i * 30, -168 + i * 20 - thick + 56)
        c.stroke(place([a, b], x, y, size, turn, flip), 9 * size, WHITE)


def sole(
    c: Canvas, x: float, y: float, size: float = 1.0, skin: str = SKIN, turn: float = 0, flip: bool = False
) -> None:
    """A foot from above."""
    c.shape(place(SOLE, x, y, size, turn, flip), skin)
    for tx, ty, wide, high in TOES:
        c.shape(place(oval(tx, ty + 8, wide, high), x, y, size, turn, flip), skin)


def oval(x: float, y: float, wide: float, high: float) -> list[Point]:
    """The outline of an ellipse, to be placed and turned."""
    return [(x + wide * math.cos(i * math.pi / 6), y + high * math.sin(i * math.pi / 6)) for i in range(12)]


def tiptoe(c: Canvas, x: float, y: float, size: float = 1.0, skin: str = SKIN, toes: float = 0) -> None:
    """A foot with its heel high, the ball standing at (x, y); `toes` bends the toes up by degrees."""
    outline = [(-330, -760), (-300, -560), (-296, -420), (-318, -330), (-330, -270), (-300, -214),
               (-236, -204), (-170, -190),
               (-110, -130), (-66, -56), (-40, -10), (0, 0), (34, -16), (40, -52), (10, -110), (-20, -200),
               (-60, -290), (-110, -360), (-150, -450), (-140, -570), (-100, -760)]  # fmt: skip
    c.shape(place(outline, x, y, size), skin)
    c.stroke(place([(0, -34), (52, -32), (100, -26)], x, y, size, -toes), [68 * size, 56 * size, 44 * size], skin)
    c.shape(place([(90, -46), (112, -42), (120, -28), (100, -32)], x, y, size, -toes), mix(ROSE, WHITE, 0.5))
    c.stroke(place([(-236, -318), (-214, -306), (-208, -284)], x, y, size), 6 * size, mix(skin, BROWN, 0.3))


RUN: Joints = {
    "neck": (30, -150), "head": (52, -214), "knee": (104, 34), "ankle": (92, 146), "toe": (142, 150),
    "knee2": (-22, 106), "ankle2": (-128, 138), "toe2": (-146, 184), "elbow": (-46, -84), "hand": (10, -26),
    "elbow2": (84, -78), "hand2": (134, -130),
}  # fmt: skip
STAND: Joints = {
    "neck": (0, -152), "head": (6, -220), "knee": (4, 110), "ankle": (0, 222), "toe": (44, 230),
    "knee2": (6, 110), "ankle2": (2, 222), "toe2": (46, 230), "elbow": (-26, -74), "hand": (-4, -4),
    "elbow2": (28, -76), "hand2": (30, 0),
}  # fmt: skip


def person(
    c: Canvas, x: float, y: float, size: float = 1.0, pose: Joints | None = None, skin: str = TAN, top: str = CORAL,
    shorts: str = DEEP, shoes: str = WHITE, hair: str = INK, flip: bool = False, bun: bool = False,
    barefoot: bool = False,
) -> None:  # fmt: skip
    """A person whose hip is at (x, y); the pose tells where the joints are."""
    j = {**RUN, **(pose or {})}
    dark, dark_top, dark_shorts = mix(skin, INK, 0.22), mix(top, INK, 0.22), mix(shorts, INK, 0.35)

    def at(*points: Point) -> list[Point]:
        return place(points, x, y, size, 0, flip)

    def half(a: Point, b: Point, share: float = 0.55) -> Point:
        return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)

    def leg(knee: Point, ankle: Point, toe: Point, tone: str, cloth: str) -> None:
        c.stroke(at((0, 0), knee), [58 * size, 42 * size], tone)
        c.stroke(at(knee, half(knee, ankle, 0.35), ankle), [41 * size, 40 * size, 21 * size], tone, smooth=False)
        c.stroke(at((0, 0), half((0, 0), knee)), [64 * size, 56 * size], cloth)
        c.stroke(
            at(ankle, toe),
            [27 * size, 19 * size],
            tone if barefoot else mix(shoes, INK, 0.1 if tone == dark else 0),
        )

    def arm(elbow: Point, hand: Point, tone: str, cloth: str) -> None:
        shoulder = (j["neck"][0] - 2, j["neck"][1] + 18)
        c.stroke(at(shoulder, elbow), [34 * size, 26 * size], tone)
        c.stroke(at(elbow, hand), [26 * size, 18 * size], tone)
        c.stroke(at(shoulder, half(shoulder, elbow, 0.5)), [40 * size, 34 * size], cloth)

    arm(j["elbow2"], j["hand2"], dark, dark_top)
    leg(j["knee2"], j["ankle2"], j["toe2"], dark, dark_shorts)
    c.stroke(at(j["neck"], half(j["neck"], j["head"], 0.7)), 27 * size, dark)
    leg(j["knee"], j["ankle"], j["toe"], skin, shorts)
    c.stroke(
        at((j["neck"][0], j["neck"][1] + 14), half(j["neck"], (0, 0), 0.45), (0, -8)),
        [66 * size, 68 * size, 56 * size],
        top,
    )
    arm(j["elbow"], j["hand"], skin, mix(top, INK, 0.07))
    hx, hy = j["head"]
    if bun:
        c.circle(*at((hx - 36, hy - 26))[0], 19 * size, hair)
    c.circle(*at((hx - 6, hy - 5))[0], 39 * size, hair)
    c.circle(*at((hx + 5, hy + 4))[0], 34 * size, skin)
    c.shape(
        at(
            (hx - 42, hy + 8),
            (hx - 38, hy - 34),
            (hx, hy - 48),
            (hx + 34, hy - 24),
            (hx - 2, hy - 16),
            (hx - 16, hy + 12),
        ),
        hair,
    )


def aches(c: Canvas, x: float, y: float, size: float = 1.0) -> None:
    """The sign for a sore spot: rings in coral."""
    c.glow(x, y, 120 * size, CORAL, 0.75)
    c.ring(x, y, 50 * size, 5 * size, CORAL)
    c.ring(x, y, 74 * size, 4 * size, mix(CORAL, ROSE, 0.5))
    c.circle(x, y, 22 * size, CORAL)


def arrow(c: Canvas, points: list[Point], width: float, color: str) -> None:
    """A curved line with a head at its end."""
    c.stroke(points, width, color)
    (ax, ay), (bx, by) = points[-2], points[-1]
    turn = math.degrees(math.atan2(by - ay, bx - ax))
    c.stroke(place([(-34, -26), (0, 0)], bx, by, width / 12, turn), width, color)
    c.stroke(place([(-34, 26), (0, 0)], bx, by, width / 12, turn), width, color)
