"""The authors' portraits, square."""

from collections.abc import Callable

from .canvas import BROWN, CLAY, CORAL, DEEP, GOLD, INK, MIST, ROSE, SAND, SKIN, TAN, TEAL, WHITE, Canvas, mix


def portrait(skin: str, back: str, top: str, style: str) -> Canvas:
    """An author's portrait: shoulders, head, hair."""
    c = Canvas(back, mix(back, WHITE, 0.35), 800, 800)
    c.circle(400, 400, 330, mix(back, WHITE, 0.5))
    hair = {"curly": INK, "short": "#1D2327", "tail": "#B9BEC0"}[style]
    if style == "curly":
        for x, y, r in ((270, 300, 96), (530, 300, 96), (250, 410, 84), (550, 410, 84), (400, 220, 130), (310, 230, 96),
                        (490, 230, 96), (270, 490, 64), (530, 490, 64)):  # fmt: skip
            c.circle(x, y, r, hair)
    if style == "tail":
        c.stroke([(500, 230), (600, 270), (620, 400), (590, 520)], [60, 100, 80, 16], mix(hair, INK, 0.12))
    c.shape([(90, 860), (130, 700), (260, 630), (400, 610), (540, 630), (670, 700), (710, 860)], top)
    c.circle(400, 612, 92, mix(top, INK, 0.16), 52)
    c.circle(400, 604, 78, mix(skin, INK, 0.16), 44)
    c.stroke([(400, 500), (400, 590)], [120, 128], mix(skin, INK, 0.16))
    c.shape(
        [
            (276, 360),
            (290, 260),
            (400, 220),
            (510, 260),
            (524, 360),
            (506, 460),
            (450, 528),
            (400, 544),
            (350, 528),
            (294, 460),
        ],
        skin,
    )
    for x in (274, 526):
        c.circle(x, 390, 24, skin, 34)
    if style == "curly":
        for x, y, r in ((310, 262, 50), (370, 238, 56), (440, 238, 56), (496, 270, 48)):
            c.circle(x, y, r, hair)
    if style == "short":
        c.shape(
            [
                (266, 350),
                (262, 240),
                (330, 178),
                (430, 164),
                (520, 200),
                (540, 280),
                (532, 350),
                (510, 300),
                (440, 272),
                (330, 282),
                (290, 300),
            ],
            hair,
        )
    if style == "tail":
        c.shape(
            [
                (266, 360),
                (270, 240),
                (340, 184),
                (460, 184),
                (530, 240),
                (534, 360),
                (506, 290),
                (400, 262),
                (294, 290),
            ],
            hair,
        )
        c.stroke([(270, 296), (400, 262), (530, 296)], 34, mix(SAND, CLAY, 0.25))
    for x in (350, 450):
        c.circle(x, 384, 11, INK, 13)
        c.stroke([(x - 26, 346), (x, 338), (x + 26, 346)], 8, mix(hair, BROWN, 0.3))
        c.circle(x + (-34 if x < 400 else 34), 440, 26, mix(skin, CORAL, 0.25), 18)
    if style == "short":
        for x in (350, 450):
            c.ring(x, 384, 46, 8, TEAL)
        c.stroke([(396, 380), (404, 380)], 8, TEAL)
    c.stroke([(400, 392), (392, 430), (406, 436)], 6, mix(skin, BROWN, 0.45))
    c.stroke([(356, 470), (400, 492), (444, 470)], 9, mix(CORAL, BROWN, 0.35))
    return c


PICTURES: dict[str, Callable[[], Canvas]] = {
    "portrait-alex": lambda: portrait(TAN, ROSE, CORAL, "curly"),
    "portrait-sam": lambda: portrait(SKIN, MIST, TEAL, "short"),
    "portrait-jo": lambda: portrait(mix(SKIN, WHITE, 0.15), mix(GOLD, WHITE, 0.4), DEEP, "tail"),
}
