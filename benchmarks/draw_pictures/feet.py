"""Pictures of feet and lower legs."""

from collections.abc import Callable

from .canvas import (
    BROWN,
    CLAY,
    CORAL,
    CREAM,
    DEEP,
    DUNE,
    GOLD,
    MIST,
    ROSE,
    SAND,
    SEA,
    SKIN,
    TAN,
    TEAL,
    WHITE,
    Canvas,
    curve,
    mix,
    place,
)  # fmt: skip
from .figures import TOES, aches, arrow, floor, foot, hills, oval, plant, shadow, sole, sun, tiptoe


def morning_heel() -> Canvas:
    """A foot beside the bed, the sun through the window, a sore heel."""
    c = Canvas(CREAM, SAND)
    c.box(150, 90, 480, 430, mix(MIST, WHITE, 0.25), 18)
    sun(c, 390, 330, 70)
    c.shape([(150, 470), (300, 420), (450, 460), (630, 400), (630, 520), (150, 520)], SEA, smooth=False)
    c.box(382, 90, 16, 430, WHITE, 0)
    c.box(150, 290, 480, 14, WHITE, 0)
    for x in (110, 612):
        c.shape([(x, 60), (x + 64, 60), (x + 44, 300), (x + 70, 600), (x - 4, 600), (x + 14, 300)], ROSE)
    floor(c, 690, DUNE)
    c.shape([(420, 900), (760, 690), (1180, 690), (1000, 900)], mix(DUNE, WHITE, 0.45), smooth=False)
    c.box(1130, 330, 560, 300, TEAL, 60)
    c.box(1100, 440, 600, 210, MIST, 70)
    c.box(1100, 560, 600, 110, mix(DEEP, TEAL, 0.3), 30)
    shadow(c, 960, 806, 250, mix(DUNE, BROWN, 0.28))
    c.glow(818, 742, 190, CORAL, 0.35)
    foot(c, 940, 800, 1.12)
    c.shape(place([(-110, -330), (68, -330), (104, -760), (-130, -760)], 940, 800, 1.12), DEEP, smooth=False)
    c.box(812, 404, 210, 34, TEAL, 10)
    aches(c, 812, 752, 0.72)
    return c


def foot_strength() -> Canvas:
    """A foot whose arch is a stone bridge over calm water."""
    c = Canvas(CREAM, SAND)
    sun(c, 1240, 230, 90)
    hills(c, 560, MIST, SEA, 3)
    c.shape([(0, 730), (1600, 730), (1600, 900), (0, 900)], TEAL, smooth=False)
    for i, (x, y, w) in enumerate([(250, 790, 180), (1180, 780, 220), (700, 850, 260), (1300, 850, 120)]):
        c.stroke([(x, y), (x + w, y)], 5, mix(TEAL, MIST, 0.35 + 0.1 * (i % 2)))
    c.shape([(0, 700), (470, 716), (500, 740), (470, 770), (0, 800)], CLAY, smooth=False)
    c.shape([(1600, 700), (1130, 716), (1100, 740), (1130, 770), (1600, 800)], CLAY, smooth=False)
    foot(c, 720, 724, 1.75, TAN)
    arch = curve([(592, 724), (660, 690), (760, 660), (850, 684), (925, 722)])
    c.stroke(arch, 26, CREAM, smooth=False)
    for i in range(0, len(arch), 5):
        c.circle(*arch[i], 5, CORAL)
    c.ring(772, 756, 150, 7, GOLD, 205, 335)
    c.ring(772, 756, 182, 4, mix(GOLD, WHITE, 0.4), 212, 328)
    return c


def toe_yoga() -> Canvas:
    """Two feet from above on a mat, the big toes lifted."""
    c = Canvas(SAND, DUNE)
    c.box(270, 70, 1060, 900, TEAL, 40)
    c.box(300, 100, 1000, 900, mix(TEAL, SEA, 0.35), 28)
    for r in (330, 270, 210):
        c.ring(800, 520, r, 4, mix(TEAL, MIST, 0.45))
    for flip, x in ((True, 640), (False, 960)):
        side = -1 if flip else 1
        sole(c, x + 16, 548, 1.45, mix(TEAL, DEEP, 0.75), 4, flip)
        sole(c, x, 530, 1.45, SKIN, 4, flip)
        bx, by = x - side * 70, 256
        c.glow(bx, by, 120, GOLD, 0.7)
        c.shape(
            place([(-46, 20), (-40, -52), (0, -82), (40, -52), (46, 20), (0, 44)], bx, by, 1.0, 0),
            mix(SKIN, WHITE, 0.18),
        )
        c.shape(
            place([(-24, -44), (0, -66), (24, -44), (20, -16), (-20, -16)], bx, by, 1.0),
            mix(ROSE, WHITE, 0.55),
        )
        for dx in (-1, 0, 1):
            c.stroke(
                [(bx + dx * 44, by - 104 - 14 * (dx == 0)), (bx + dx * 58, by - 134 - 18 * (dx == 0))],
                8,
                CORAL,
            )
    return c


def short_foot() -> Canvas:
    """A foot whose arch lifts into a dome."""
    c = Canvas(CREAM, mix(SAND, MIST, 0.25))
    c.circle(800, 520, 390, mix(MIST, WHITE, 0.3))
    c.circle(800, 520, 300, mix(MIST, WHITE, 0.55))
    floor(c, 760, TEAL)
    shadow(c, 800, 768, 420, DEEP)
    foot(c, 720, 764, 1.6, SKIN, lift=42)
    c.stroke([(560, 752), (680, 690), (790, 650), (880, 684), (965, 752)], [3, 12, 3], CORAL)
    arrow(c, [(792, 742), (792, 704), (790, 676)], 10, CORAL)
    arrow(c, [(1150, 690), (1090, 668), (1030, 664)], 10, GOLD)
    arrow(c, [(380, 690), (430, 668), (470, 664)], 10, GOLD)
    return c


def heel_raise() -> Canvas:
    """A heel raise on a step with a towel under the toes."""
    c = Canvas(CREAM, SAND)
    c.circle(520, 360, 300, mix(ROSE, WHITE, 0.55))
    floor(c, 800, DUNE)
    c.box(700, 620, 1000, 260, DEEP, 18)
    c.box(700, 620, 1000, 46, TEAL, 18)
    tiptoe(c, 800, 624, 1.25, TAN, 22)
    c.circle(900, 592, 34, CREAM)
    c.ring(900, 592, 23, 5, ROSE)
    c.ring(900, 592, 11, 5, ROSE)
    arrow(c, [(300, 600), (286, 480), (308, 360)], 12, CORAL)
    arrow(c, [(216, 380), (200, 480), (220, 600)], 12, SEA)
    plant(c, 1420, 622, 0.85)
    return c


def shin() -> Canvas:
    """A lower leg with its shin bone, sore along the inner edge."""
    c = Canvas(CREAM, mix(SAND, ROSE, 0.25))
    hills(c, 640, mix(MIST, WHITE, 0.3), SEA, 3)
    floor(c, 812, TEAL)
    foot(c, 560, 818, 1.72, SKIN)
    c.stroke([(560, -40), (556, 230), (540, 400), (526, 500)], [64, 50, 44, 58], CREAM)
    c.stroke([(560, -40), (556, 230), (540, 400), (526, 500)], [40, 28, 24, 34], WHITE)
    c.glow(546, 350, 210, CORAL, 0.75)
    for y in (260, 310, 360, 410):
        c.stroke([(512, y), (578, y + 10)], 9, CORAL)
    for i, high in enumerate((90, 130, 170, 300)):
        c.box(1150 + i * 92, 760 - high, 66, high, CORAL if i == 3 else mix(SEA, DEEP, i / 5), 14)
    return c


def achilles() -> Canvas:
    """Two lower legs from behind; the tendon stands out like a cord."""
    c = Canvas(mix(MIST, WHITE, 0.35), SAND)
    floor(c, 770, DUNE)
    for x, flip in ((600, False), (1000, True)):
        leg = [(-84, -760), (-104, -560), (-88, -400), (-52, -250), (-46, -150), (-62, -90), (-78, -40), (-70, 0),
               (70, 0), (78, -40), (62, -90), (46, -150), (52, -250), (96, -400), (116, -560), (84, -760)]  # fmt: skip
        shadow(c, x, 792, 150, mix(DUNE, BROWN, 0.3))
        c.shape(place(leg, x, 790, 1.1, 0, flip), BROWN)
        tendon = place([(0, -370), (0, -250), (0, -150), (0, -60)], x, 790, 1.1)
        c.stroke(tendon, [64, 24, 20, 44], mix(BROWN, SKIN, 0.55))
        for side in (-1, 1):
            c.stroke(place([(side * 14, -700), (side * 34, -560), (side * 26, -430), (side * 5, -340)], x, 790, 1.1),
                     [10, 44, 36, 8], mix(BROWN, TAN, 0.5))  # fmt: skip
    aches(c, 1000, 610, 0.7)
    c.stroke([(1000, 470), (1000, 520)], 8, CORAL)
    return c


def knee() -> Canvas:
    """A bent knee on the stairs, with its kneecap."""
    c = Canvas(CREAM, SAND)
    c.circle(900, 370, 320, mix(MIST, WHITE, 0.35))
    for i in range(5):
        c.shape([(i * 330 - 40, 820 - i * 130), (1700, 820 - i * 130), (1700, 900), (i * 330 - 40, 900)],
                mix(SEA, DEEP, i / 4), smooth=False)  # fmt: skip
    thigh = [(100, 20), (480, 180), (850, 330)]
    c.stroke(thigh, [230, 205, 158], TAN)
    c.stroke([(850, 330), (840, 480), (800, 640)], [158, 150, 88], TAN)
    c.stroke([(100, 20), (400, 146), (580, 220)], [270, 240, 210], DEEP)
    c.stroke([(802, 660), (920, 668)], [88, 54], CORAL)
    c.box(762, 676, 196, 22, CREAM, 11)
    c.glow(880, 328, 170, CORAL, 0.6)
    c.shape(
        place([(0, -50), (40, -20), (30, 34), (0, 54), (-30, 34), (-38, -18)], 884, 330, 1.0, -20),
        mix(TAN, WHITE, 0.72),
    )
    for r in (82, 106):
        c.ring(886, 330, r, 6, CORAL, -80, 50)
    return c


def big_toe() -> Canvas:
    """Push-off: the heel is high and the big toe bends."""
    c = Canvas(CREAM, mix(SAND, ROSE, 0.2))
    hills(c, 600, MIST, SEA, 3, 400)
    floor(c, 800, DEEP)
    tiptoe(c, 860, 806, 1.35, SKIN)
    aches(c, 866, 752, 0.6)
    c.ring(866, 752, 250, 8, GOLD, 275, 352)
    arrow(c, [(906, 505), (890, 503), (876, 503)], 9, GOLD)
    return c


def blisters() -> Canvas:
    """Toes, a plaster and a sock: small troubles."""
    c = Canvas(mix(MIST, WHITE, 0.4), SAND)
    c.circle(560, 500, 380, mix(ROSE, WHITE, 0.6))
    sole(c, 560, 560, 1.9, SKIN, -6)
    for i, (tx, ty, wide, high) in enumerate(TOES):
        nail = place(oval(tx, ty - high * 0.25, wide * 0.6, high * 0.42), 560, 560, 1.9, -6)
        c.shape(nail, DEEP if i == 0 else mix(ROSE, WHITE, 0.6))
    c.stroke([(628, 640), (690, 590)], 74, mix(CLAY, SKIN, 0.2))
    c.box(634, 588, 50, 54, mix(SKIN, WHITE, 0.5), 10)
    for dx in (-20, 0, 20):
        for dy in (-14, 14):
            c.circle(659 + dx * 0.7, 615 + dy * 0.9, 3, CLAY)
    c.stroke([(1130, 180), (1120, 420), (1130, 560), (1260, 660), (1380, 690)], [180, 176, 186, 170, 130], TEAL)
    c.stroke([(1130, 150), (1128, 250)], 186, CREAM)
    for y in (170, 206, 242):
        c.stroke([(1044, y), (1216, y)], 8, CORAL)
    c.circle(1126, 566, 88, mix(TEAL, DEEP, 0.4))
    c.circle(1404, 690, 62, mix(TEAL, DEEP, 0.4))
    return c


def orthotics() -> Canvas:
    """A pair of insoles and a folded foam print."""
    c = Canvas(SAND, DUNE)
    c.box(180, 120, 1240, 660, mix(SAND, WHITE, 0.5), 60)
    for x, flip, color in ((620, True, TEAL), (980, False, TEAL)):
        side = -1 if flip else 1
        form = [(-70, 300), (0, 330), (66, 300), (82, 200), (74, 80), (104, -80), (128, -190), (80, -290), (-20, -310),
                (-104, -250), (-118, -140), (-70, 20), (-58, 160)]  # fmt: skip
        c.shape(place(form, x + 14, 468, 1.0, 3, flip), mix(DUNE, BROWN, 0.25))
        c.shape(place(form, x, 452, 1.0, 3, flip), color)
        c.shape(place([(px * 0.82, py * 0.86) for px, py in form], x, 452, 1.0, 3, flip), mix(color, MIST, 0.4))
        c.shape(
            place([(-86, -60), (-40, -110), (0, 0), (-10, 130), (-52, 170), (-64, 40)], x, 452, 1.0, 3, flip),
            CORAL,
        )
        c.circle(x + side * 6, 668, 44, GOLD)
        c.circle(x + side * 6, 668, 26, mix(GOLD, WHITE, 0.4))
    plant(c, 1420, 800, 0.8, DEEP, SEA)
    return c


PICTURES: dict[str, Callable[[], Canvas]] = {
    "morning-heel": morning_heel, "foot-strength": foot_strength, "toe-yoga": toe_yoga, "short-foot": short_foot,
    "heel-raise": heel_raise, "shin": shin, "achilles": achilles, "knee": knee, "big-toe": big_toe,
    "blisters": blisters, "orthotics": orthotics,
}  # fmt: skip
