"""Pictures of places and things: paths, shoes, calendars, a room."""

from collections.abc import Callable

from .canvas import (
    BROWN,
    CLAY,
    CORAL,
    CREAM,
    DEEP,
    DUNE,
    GOLD,
    INK,
    MIST,
    ROSE,
    SAND,
    SEA,
    TEAL,
    WHITE,
    Canvas,
    curve,
    mix,
    place,
)  # fmt: skip
from .figures import arrow, floor, hills, plant, shadow, shoe, sun


def return_path() -> Canvas:
    """A path winds over the hills; the markers stand farther and farther apart."""
    c = Canvas(mix(ROSE, WHITE, 0.65), CREAM)
    sun(c, 1120, 260, 110)
    hills(c, 430, mix(MIST, ROSE, 0.2), TEAL, 5, 300)
    path = [
        (560, 960),
        (760, 820),
        (1010, 740),
        (930, 660),
        (780, 610),
        (860, 550),
        (960, 520),
        (930, 490),
        (900, 470),
    ]
    c.stroke(path, [200, 130, 84, 60, 44, 30, 20, 12, 8], CREAM)
    for x, y, s in ((430, 860, 1.0), (1130, 760, 0.62), (690, 622, 0.42), (1004, 526, 0.26)):
        c.stroke([(x, y), (x, y - 150 * s)], 14 * s, BROWN)
        c.shape(
            place([(0, -160), (110, -160), (150, -126), (110, -92), (0, -92)], x - 30 * s, y, s),
            CORAL,
            smooth=False,
        )
    return c


def stress_fracture() -> Canvas:
    """A long bone with a fine crack, and the weeks of waiting counted."""
    c = Canvas(mix(DEEP, INK, 0.3), mix(TEAL, DEEP, 0.5))
    for r, share in ((400, 0.12), (300, 0.2), (200, 0.3)):
        c.circle(800, 450, r, mix(DEEP, SEA, share))
    c.glow(820, 440, 260, CORAL, 0.7)
    for x, y, r in ((330, 330, 88), (300, 490, 92), (1270, 400, 92), (1300, 560, 86)):
        c.circle(x, y, r, CREAM)
    c.stroke([(330, 412), (560, 428), (800, 446), (1040, 462), (1280, 480)], [150, 104, 92, 104, 150], CREAM)
    c.stroke([(420, 398), (640, 410), (760, 420)], 12, WHITE)
    crack = [(846, 388), (826, 418), (852, 440), (830, 466), (846, 486)]
    c.stroke(crack, [3, 10, 9, 8, 3], CORAL, smooth=False)
    for i in range(7):
        x = 440 + i * 120
        c.ring(x, 780, 30, 5, mix(GOLD, WHITE, 0.25))
        if i < 3:
            c.circle(x, 780, 18, GOLD)
    return c


def training_load() -> Canvas:
    """Weeks as bars: three up, one down, a gentle climb."""
    c = Canvas(CREAM, SAND)
    c.box(170, 110, 1260, 690, WHITE, 36)
    c.box(170, 110, 1260, 96, TEAL, 36)
    c.box(170, 166, 1260, 60, WHITE, 0)
    for x in (360, 700, 900, 1240):
        c.box(x - 8, 76, 16, 84, DEEP, 8)
    for y in (330, 450, 570, 690):
        c.stroke([(240, y), (1360, y)], 3, SAND)
    tops = [150, 178, 205, 150, 215, 250, 285, 210, 300, 345]
    for i, high in enumerate(tops):
        rest = i in (3, 7)
        c.box(262 + i * 110, 720 - high, 70, high, mix(MIST, WHITE, 0.1) if rest else mix(SEA, TEAL, i / 9), 16)
    line = [(297 + i * 110, 690 - high) for i, high in enumerate(tops)]
    c.stroke(line, 9, CORAL)
    for i, point in enumerate(line):
        c.circle(*point, 15, WHITE)
        c.circle(*point, 10, GOLD if i in (3, 7) else CORAL)
    return c


def minimal_shoes() -> Canvas:
    """Three shoes, each with a thinner sole, on steps down."""
    c = Canvas(mix(MIST, WHITE, 0.4), SAND)
    for i, (x, y) in enumerate(((30, 560), (560, 650), (1090, 740))):
        c.box(x, y, 1700, 500, mix(DUNE, CLAY, i * 0.22), 20)
        c.circle(x + 255, y - 130, 220, mix(WHITE, ROSE, 0.18 * i + 0.1))
    shoe(c, 290, 562, 1.05, CORAL, 92)
    shoe(c, 820, 652, 1.0, GOLD, 58)
    shoe(c, 1340, 742, 0.95, TEAL, 26)
    arrow(c, [(500, 330), (640, 348), (720, 396)], 10, DEEP)
    arrow(c, [(1040, 420), (1180, 440), (1260, 486)], 10, DEEP)
    return c


def shoe_shelf() -> Canvas:
    """A shelf of running shoes with a plant."""
    c = Canvas(CREAM, SAND)
    c.box(150, 60, 1300, 860, mix(DUNE, WHITE, 0.35), 30)
    colors = iter((TEAL, CORAL, GOLD, DEEP, SEA))
    for row, y in enumerate((400, 760)):
        c.box(190, y - 300, 1220, 300, mix(SAND, WHITE, 0.55 - row * 0.15), 16)
        c.box(150, y, 1300, 34, CLAY, 10)
        for i in range(3):
            x = 380 + i * 400
            if row == 0 and i == 2:
                plant(c, x + 20, y, 0.95)
                continue
            shadow(c, x, y + 2, 180, mix(CLAY, INK, 0.12))
            shoe(c, x, y, 0.86, next(colors), 50 + 14 * i)
    return c


def masters() -> Canvas:
    """A kettlebell, weights and a water glass in the light of a window."""
    c = Canvas(CREAM, SAND)
    c.shape([(900, 0), (1300, 0), (900, 700), (420, 700)], mix(SAND, WHITE, 0.55), smooth=False)
    floor(c, 690, DUNE)
    c.shape([(420, 690), (900, 690), (760, 900), (200, 900)], mix(DUNE, WHITE, 0.4), smooth=False)
    shadow(c, 560, 782, 230, mix(DUNE, BROWN, 0.3))
    c.ring(560, 400, 116, 46, DEEP)
    c.circle(560, 610, 178, DEEP, 170)
    c.circle(520, 560, 66, mix(DEEP, SEA, 0.35), 50)
    c.box(476, 752, 168, 34, DEEP, 8)
    c.circle(560, 620, 70, CORAL)
    c.ring(560, 620, 50, 6, WHITE)
    shadow(c, 1080, 800, 290, mix(DUNE, BROWN, 0.3))
    c.stroke([(840, 730), (1320, 730)], 30, mix(INK, SEA, 0.4))
    for x, high, color in ((880, 150, TEAL), (940, 110, CORAL), (1220, 110, CORAL), (1280, 150, TEAL)):
        c.box(x - 26, 730 - high / 2, 52, high, color, 16)
    plant(c, 1440, 700, 1.05, GOLD, TEAL)
    return c


def recovery() -> Canvas:
    """Night: a bed by the window, moon and stars, shoes at rest."""
    c = Canvas(mix(DEEP, INK, 0.35), mix(TEAL, DEEP, 0.6))
    c.box(180, 90, 560, 400, INK, 20)
    c.glow(520, 230, 240, GOLD, 0.45)
    c.circle(520, 230, 74, mix(GOLD, WHITE, 0.5))
    c.circle(500, 214, 16, mix(GOLD, WHITE, 0.3))
    c.circle(546, 250, 10, mix(GOLD, WHITE, 0.3))
    for x, y, r in (
        (260, 160, 5),
        (330, 300, 4),
        (400, 150, 4),
        (650, 160, 5),
        (670, 340, 4),
        (240, 400, 3),
        (600, 400, 4),
    ):
        c.circle(x, y, r, CREAM)
    c.shape(
        [(180, 470), (320, 420), (460, 450), (620, 400), (740, 440), (740, 490), (180, 490)],
        DEEP,
        smooth=False,
    )
    c.box(452, 90, 12, 400, TEAL, 0)
    c.box(180, 286, 560, 12, TEAL, 0)
    floor(c, 740, mix(DEEP, INK, 0.45))
    c.box(640, 470, 60, 330, CLAY, 16)
    c.box(640, 640, 900, 120, CLAY, 20)
    c.box(690, 570, 840, 120, CREAM, 40)
    c.box(716, 516, 230, 96, WHITE, 44)
    c.shape([(930, 560), (1050, 490), (1260, 500), (1450, 540), (1540, 590), (1540, 700), (930, 700)], CORAL)
    c.stroke([(960, 580), (1080, 540), (1260, 552), (1480, 600)], 8, ROSE)
    c.circle(880, 528, 44, mix(INK, BROWN, 0.3))
    c.circle(890, 540, 36, mix(ROSE, CLAY, 0.5))
    shoe(c, 330, 842, 0.6, SEA, 50)
    shoe(c, 480, 866, 0.6, SEA, 50)
    return c


def first_visit() -> Canvas:
    """The room: a treatment table, a chart of a foot, a plant, evening light."""
    c = Canvas(CREAM, mix(SAND, MIST, 0.25))
    floor(c, 700, DUNE)
    c.box(150, 110, 320, 400, WHITE, 14)
    c.stroke([(196, 440), (240, 390), (300, 360), (360, 396), (420, 440)], [6, 16, 20, 16, 6], CORAL)
    c.stroke([(190, 452), (430, 452)], 6, DEEP)
    for y in (170, 210, 250):
        c.stroke([(200, y), (420 - (y == 250) * 90, y)], 9, mix(MIST, SEA, 0.3))
    c.box(1090, 90, 360, 330, mix(MIST, WHITE, 0.2), 14)
    sun(c, 1300, 250, 50)
    c.shape([(1090, 360), (1200, 310), (1320, 350), (1450, 300), (1450, 420), (1090, 420)], SEA, smooth=False)
    c.box(1264, 90, 10, 330, WHITE, 0)
    c.box(520, 500, 640, 66, TEAL, 30)
    c.shape([(520, 530), (470, 420), (510, 400), (600, 510)], TEAL)
    c.box(540, 560, 600, 26, DEEP, 10)
    for x in (600, 1060):
        c.stroke([(x, 586), (x - 20, 770)], 20, CLAY)
        c.stroke([(x, 586), (x + 40, 770)], 20, mix(CLAY, BROWN, 0.4))
    c.box(940, 452, 160, 50, CREAM, 20)
    c.circle(330, 690, 92, CORAL)
    c.circle(300, 655, 30, mix(CORAL, WHITE, 0.3))
    shadow(c, 330, 786, 110, mix(DUNE, BROWN, 0.25))
    plant(c, 1360, 772, 1.25, DEEP)
    return c


def race_week() -> Canvas:
    """The kit laid out the night before: shirt, number, shoes, bottle, watch."""
    c = Canvas(mix(SAND, WHITE, 0.3), DUNE)
    c.box(120, 70, 1360, 760, mix(MIST, WHITE, 0.15), 40)
    shirt = [(320, 210), (400, 170), (470, 210), (540, 170), (620, 210), (710, 320), (640, 380), (600, 340), (604, 680),
             (336, 680), (340, 340), (300, 380), (230, 320)]  # fmt: skip
    c.shape([(x + 12, y + 14) for x, y in shirt], mix(MIST, TEAL, 0.35), smooth=False)
    c.shape(shirt, TEAL, smooth=False)
    c.box(384, 380, 172, 130, WHITE, 12)
    c.box(384, 380, 172, 34, CORAL, 12)
    for x, color in ((416, INK), (456, INK), (500, INK)):
        c.box(x, 436, 26, 50, color, 8)
    shoe(c, 960, 420, 0.9, CORAL, 60)
    shoe(c, 1010, 640, 0.9, CORAL, 60)
    c.box(1290, 330, 110, 300, GOLD, 30)
    c.box(1310, 280, 70, 70, DEEP, 14)
    c.box(1290, 420, 110, 90, CREAM, 0)
    c.stroke([(1330, 465), (1362, 465)], 12, CORAL)
    c.stroke([(790, 690), (790, 800)], 34, DEEP)
    c.stroke([(790, 560), (790, 640)], 34, DEEP)
    c.circle(790, 668, 46, DEEP)
    c.circle(790, 668, 34, CREAM)
    c.stroke([(790, 668), (790, 646)], 5, CORAL)
    c.stroke([(790, 668), (806, 676)], 5, INK)
    return c


def downhill() -> Canvas:
    """Long waves of hills and a thin path: a quiet picture for quiet topics."""
    c = Canvas(mix(ROSE, WHITE, 0.4), mix(GOLD, WHITE, 0.7))
    sun(c, 460, 300, 120)
    hills(c, 460, mix(ROSE, MIST, 0.4), INK, 6, 1300)
    trail = curve([(1500, 900), (1240, 820), (1330, 740), (1130, 690), (1180, 640), (1060, 610)])
    c.stroke(trail, [50, 34, 24, 15, 9, 4], mix(GOLD, WHITE, 0.5), smooth=False)
    for x, y, s in ((240, 830, 1.0), (330, 850, 0.8), (170, 860, 0.7), (700, 800, 0.5), (752, 806, 0.4)):
        c.shape(place([(0, -190), (46, -20), (-46, -20)], x, y, s), mix(DEEP, INK, 0.75), smooth=False)
        c.stroke([(x, y), (x, y - 30 * s)], 10 * s, mix(BROWN, INK, 0.6))
    return c


PICTURES: dict[str, Callable[[], Canvas]] = {
    "return-path": return_path, "stress-fracture": stress_fracture, "training-load": training_load,
    "minimal-shoes": minimal_shoes, "shoe-shelf": shoe_shelf, "masters": masters, "recovery": recovery,
    "first-visit": first_visit, "race-week": race_week, "downhill": downhill,
}  # fmt: skip
