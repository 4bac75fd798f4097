"""Pictures of people."""

import random
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
    SKIN,
    TAN,
    TEAL,
    WHITE,
    Canvas,
    mix,
    place,
)  # fmt: skip
from .figures import RUN, STAND, Joints, aches, arrow, floor, hills, person, plant, shadow, sun


def it_band() -> Canvas:
    """A runner going downhill; a band along the outside of the thigh."""
    c = Canvas(CREAM, mix(SAND, ROSE, 0.25))
    sun(c, 300, 220, 80)
    hills(c, 520, MIST, SEA, 3)
    c.shape([(0, 470), (500, 560), (1000, 720), (1600, 860), (1600, 950), (0, 950)], DEEP, smooth=False)
    c.shape(
        [(0, 470), (500, 560), (1000, 720), (1600, 860), (1600, 890), (1000, 748), (500, 586), (0, 498)],
        TEAL,
        smooth=False,
    )
    pose: Joints = {"knee": (92, 60), "ankle": (110, 172), "toe": (158, 188)}
    person(c, 720, 440, 1.35, pose, SKIN, TEAL, mix(DEEP, INK, 0.2), CORAL, BROWN, bun=True)
    c.stroke([(716, 420), (780, 470), (838, 518)], [14, 22, 12], GOLD)
    aches(c, 850, 526, 0.55)
    return c


def running_free() -> Canvas:
    """A runner on a ridge at dawn."""
    c = Canvas(mix(ROSE, WHITE, 0.55), mix(GOLD, WHITE, 0.6))
    sun(c, 1130, 330, 150)
    hills(c, 560, mix(MIST, ROSE, 0.35), DEEP, 4, 120)
    person(c, 620, 560, 1.2, None, BROWN, CORAL, INK, GOLD, INK)
    shadow(c, 640, 806, 150, mix(DEEP, INK, 0.6))
    return c


def calf() -> Canvas:
    """A runner pushes off; the calf is sore."""
    c = Canvas(CREAM, SAND)
    c.circle(780, 400, 330, mix(MIST, WHITE, 0.3))
    floor(c, 770, CORAL)
    for x in range(-60, 1700, 260):
        c.shape([(x, 840), (x + 140, 840), (x + 130, 852), (x - 10, 852)], mix(CORAL, WHITE, 0.6), smooth=False)
    pose: Joints = {"knee": (116, -4), "ankle": (74, 104), "toe": (122, 116), "knee2": (-56, 100),
                    "ankle2": (-128, 190),
                    "toe2": (-96, 222)}  # fmt: skip
    shadow(c, 660, 782, 150, mix(CORAL, BROWN, 0.35))
    person(c, 800, 470, 1.35, pose, TAN, DEEP, TEAL, WHITE, BROWN)
    aches(c, 668, 664, 0.6)
    return c


def hamstring() -> Canvas:
    """A bridge on a mat."""
    c = Canvas(mix(MIST, WHITE, 0.45), SAND)
    c.circle(800, 430, 320, mix(ROSE, WHITE, 0.5))
    floor(c, 700, DUNE)
    c.box(260, 716, 1120, 44, TEAL, 22)
    skin = SKIN
    c.stroke([(850, 560), (1060, 490), (1200, 712)], [110, 84, 46], mix(skin, INK, 0.18))
    c.stroke([(420, 690), (620, 640), (850, 540)], [104, 128, 116], CORAL)
    c.stroke([(850, 540), (940, 508)], [120, 108], DEEP)
    c.stroke([(930, 512), (1080, 462)], [100, 80], skin, smooth=False)
    c.stroke([(1080, 462), (1140, 590), (1176, 712)], [78, 74, 40], skin)
    c.stroke([(1176, 712), (1250, 704)], [46, 34], WHITE)
    c.stroke([(430, 706), (600, 726), (760, 724)], [46, 38, 28], skin)
    c.circle(326, 668, 64, INK)
    c.circle(344, 658, 56, skin)
    c.stroke([(868, 574), (960, 548), (1064, 506)], [8, 30, 8], mix(CORAL, GOLD, 0.35))
    arrow(c, [(850, 450), (852, 390), (850, 330)], 12, GOLD)
    plant(c, 1460, 704, 0.9, DEEP)
    return c


def hip_strength() -> Canvas:
    """Standing on one leg, the pelvis level."""
    c = Canvas(CREAM, mix(SAND, MIST, 0.3))
    for r, share in ((380, 0.35), (290, 0.6), (200, 0.8)):
        c.circle(800, 430, r, mix(MIST, WHITE, share))
    floor(c, 800, TEAL)
    c.box(636, 740, 196, 62, DEEP, 12)
    skin, dark = BROWN, mix(BROWN, INK, 0.25)
    c.stroke([(846, 430), (874, 590), (868, 706)], [86, 66, 34], dark)
    c.stroke([(868, 712), (888, 746)], [36, 32], mix(WHITE, INK, 0.15))
    c.stroke([(762, 430), (756, 580), (758, 700)], [88, 68, 34], skin)
    c.stroke([(740, 724), (774, 724)], 36, WHITE)
    c.stroke([(846, 430), (862, 520)], [96, 86], mix(DEEP, INK, 0.3))
    c.stroke([(762, 430), (757, 530)], [98, 86], DEEP)
    c.stroke([(804, 236), (804, 330), (804, 420)], [128, 104, 136], CORAL)
    c.stroke([(752, 226), (704, 330), (760, 410)], [46, 38, 28], skin)
    c.stroke([(856, 226), (904, 330), (848, 410)], [46, 38, 28], skin)
    c.stroke([(804, 190), (804, 160)], 42, dark)
    c.circle(804, 100, 62, INK)
    c.circle(804, 112, 54, skin)
    c.shape([(748, 96), (780, 60), (828, 60), (860, 96), (830, 92), (790, 84)], INK)
    c.stroke([(560, 418), (1048, 418)], 8, GOLD)
    for x in (560, 1048):
        c.circle(x, 418, 16, GOLD)
    c.glow(730, 400, 100, GOLD, 0.5)
    return c


def hip_flexor() -> Canvas:
    """A high knee, the front of the hip at work."""
    c = Canvas(mix(ROSE, WHITE, 0.7), SAND)
    hills(c, 600, MIST, TEAL, 3, 900)
    floor(c, 790, DEEP)
    shadow(c, 800, 806, 130, mix(DEEP, INK, 0.6))
    pose: Joints = {**STAND, "neck": (14, -150), "head": (28, -216), "knee": (98, -44),
                    "ankle": (94, 62), "toe": (142, 64),
                    "elbow": (-58, -92), "hand": (-34, -28), "elbow2": (76, -88), "hand2": (112, -146),
                    "knee2": (0, 106), "ankle2": (-14, 214), "toe2": (32, 222)}  # fmt: skip
    person(c, 790, 476, 1.42, pose, TAN, GOLD, TEAL, WHITE, INK, bun=True)
    c.stroke([(812, 410), (830, 446), (866, 452)], [6, 18, 6], CORAL)
    aches(c, 832, 450, 0.5)
    return c


def balance() -> Canvas:
    """Someone balances on one leg on a smooth stone by the water."""
    c = Canvas(CREAM, mix(SAND, ROSE, 0.3))
    sun(c, 420, 300, 100)
    hills(c, 560, MIST, SEA, 3, 500)
    c.shape([(0, 740), (1600, 740), (1600, 900), (0, 900)], TEAL, smooth=False)
    for x, y, w in ((160, 790, 200), (1200, 780, 240), (420, 850, 160), (1060, 850, 260)):
        c.stroke([(x, y), (x + w, y)], 5, mix(TEAL, MIST, 0.4))
    c.circle(830, 830, 250, DEEP, 66)
    c.circle(820, 780, 190, CLAY, 58)
    c.circle(800, 764, 150, mix(CLAY, WHITE, 0.25), 30)
    pose: Joints = {**STAND, "knee": (6, 108), "ankle": (0, 216), "toe": (46, 226), "knee2": (72, 60),
                    "ankle2": (2, 96),
                    "toe2": (14, 136), "elbow": (-86, -150), "hand": (-168, -176), "elbow2": (88, -150),
                    "hand2": (168, -180)}  # fmt: skip
    person(c, 800, 466, 1.28, pose, SKIN, CORAL, DEEP, SKIN, BROWN, bun=True, barefoot=True)
    return c


def warm_up() -> Canvas:
    """A leg swing against a tree in the morning."""
    c = Canvas(mix(GOLD, WHITE, 0.75), SAND)
    sun(c, 1180, 260, 110)
    hills(c, 600, MIST, SEA, 3, 200)
    floor(c, 790, TEAL)
    c.stroke([(452, 800), (456, 560), (440, 300)], [74, 52, 40], BROWN)
    for x, y, r, share in (
        (400, 220, 150, 0.0),
        (540, 190, 120, 0.25),
        (460, 110, 130, 0.4),
        (330, 130, 100, 0.3),
    ):
        c.circle(x, y, r, mix(TEAL, SEA, share))
    shadow(c, 760, 806, 130, DEEP)
    pose: Joints = {**STAND, "neck": (-8, -150), "head": (-6, -218), "knee": (96, 58),
                    "ankle": (190, 104), "toe": (216, 66),
                    "elbow2": (-92, -110), "hand2": (-196, -132), "elbow": (-40, -72), "hand": (8, -14),
                    "knee2": (-2, 108), "ankle2": (-8, 218), "toe2": (38, 228)}  # fmt: skip
    person(c, 760, 478, 1.36, pose, BROWN, CORAL, DEEP, WHITE, INK)
    c.ring(770, 500, 330, 8, GOLD, 4, 66)
    arrow(c, [(1094, 560), (1098, 540), (1099, 522)], 9, GOLD)
    return c


def postpartum() -> Canvas:
    """A walk with a pram on a park path."""
    c = Canvas(CREAM, mix(SAND, MIST, 0.3))
    sun(c, 1260, 220, 90)
    hills(c, 560, MIST, SEA, 3, 700)
    floor(c, 770, DUNE)
    shadow(c, 800, 816, 400, mix(DUNE, BROWN, 0.22))
    pose: Joints = {"neck": (14, -150), "head": (26, -216), "knee": (52, 98), "ankle": (66, 212),
                    "toe": (112, 216),
                    "knee2": (-18, 110), "ankle2": (-84, 196), "toe2": (-52, 228), "elbow": (64, -78),
    "hand": (150, -66),
                    "elbow2": (70, -80), "hand2": (152, -72)}  # fmt: skip
    person(c, 580, 486, 1.4, pose, TAN, TEAL, DEEP, WHITE, BROWN, bun=True)
    c.stroke([(790, 392), (880, 470), (930, 560)], 16, INK)
    c.shape([(870, 500), (1200, 500), (1180, 610), (1100, 660), (960, 660), (886, 600)], CORAL)
    c.shape([(1040, 500), (1060, 360), (1180, 350), (1262, 430), (1250, 500)], mix(CORAL, INK, 0.18))
    for dx in (60, 120, 170):
        c.stroke([(1046, 496), (1046 + dx * 1.05, 372 + abs(dx - 100) * 0.5)], 4, CORAL)
    for x in (930, 1140):
        c.stroke([(x, 660), (x + 6, 750)], 12, INK)
        c.circle(x + 6, 756, 62, INK)
        c.circle(x + 6, 756, 46, SAND)
        c.circle(x + 6, 756, 14, CORAL)
    return c


def marathon() -> Canvas:
    """Runners under the finish arch, paper in the air."""
    c = Canvas(mix(MIST, WHITE, 0.4), CREAM)
    hills(c, 560, mix(MIST, WHITE, 0.2), SEA, 2)
    floor(c, 760, mix(DEEP, SEA, 0.3))
    for x in (210, 1330):
        c.box(x, 170, 60, 640, CORAL, 12)
    c.box(170, 130, 1260, 120, CORAL, 26)
    for i in range(22):
        for row in range(2):
            if (i + row) % 2 == 0:
                c.box(250 + i * 50, 160 + row * 30, 50, 30, WHITE, 0)
    chance = random.Random(11)  # the same confetti every time
    for i in range(60):
        x, y = chance.randint(20, 1580), chance.randint(20, 640)
        c.shape(
            place([(-9, -5), (9, -5), (9, 5), (-9, 5)], x, y, 1.1, i * 47),
            (GOLD, CORAL, TEAL, ROSE)[i % 4],
            smooth=False,
        )
    cheer: Joints = {"elbow": (-62, -196), "hand": (-84, -290), "elbow2": (74, -196), "hand2": (104, -290)}
    person(c, 470, 560, 0.98, None, BROWN, GOLD, INK, WHITE, INK)
    person(c, 1160, 560, 0.98, None, SKIN, MIST, DEEP, CORAL, CLAY, bun=True)
    person(c, 800, 545, 1.16, cheer, TAN, TEAL, INK, GOLD, INK)
    c.box(790, 420, 66, 54, WHITE, 8)
    c.stroke([(806, 448), (840, 448)], 10, CORAL)
    return c


def cadence() -> Canvas:
    """A runner's many positions in one row, like notes."""
    c = Canvas(CREAM, SAND)
    floor(c, 760, DEEP)
    for i in range(5):
        c.stroke([(0, 300 + i * 90), (1600, 300 + i * 90)], 3, mix(DUNE, WHITE, 0.2))
    step: Joints = {"knee": (64, 84), "ankle": (30, 190), "toe": (76, 200), "knee2": (40, 96),
                    "ankle2": (-66, 110),
                    "toe2": (-92, 150), "elbow": (-30, -72), "hand": (40, -50), "elbow2": (52, -72),
    "hand2": (100, -110)}  # fmt: skip
    for i, x in enumerate((290, 800, 1310)):
        pale = (0.55, 0.3, 0.0)[i]
        person(c, x, 480, 1.28, step if i % 2 else RUN, mix(TAN, SAND, pale), mix(CORAL, SAND, pale),
               mix(DEEP, SAND, pale),
               WHITE, mix(INK, SAND, pale))  # fmt: skip
    for i in range(9):
        x = 120 + i * 170
        c.circle(x, 822, 20 if i % 2 == 0 else 13, GOLD if i % 2 == 0 else mix(TEAL, MIST, 0.4))
    return c


PICTURES: dict[str, Callable[[], Canvas]] = {
    "it-band": it_band, "running-free": running_free, "calf": calf, "hamstring": hamstring,
    "hip-strength": hip_strength,
    "hip-flexor": hip_flexor, "balance": balance, "warm-up": warm_up, "postpartum": postpartum, "marathon": marathon,
    "cadence": cadence,
}  # fmt: skip
