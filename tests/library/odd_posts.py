"""Files as authors write them on bad days."""
# ruff: noqa: E501 - lines stand as the files have them

ODD = {
    "2026-01-01-crlf.md": b"---\nid: CRLF\ntitle: Lines\nstatus: published\npublished_at: 2026-01-01\n---\nOne\n\nTwo\n".replace(
        b"\n", b"\r\n"
    ),
    "bom.md": b"\xef\xbb\xbf---\nid: BOM\ntitle: Marked\n---\nText",
    "no-newline-at-the-end.md": b"---\nid: NNL\ntitle: Cut\n---\nText without an end",
    "empty-body.md": b"---\nid: EMPTY\ntitle: Nothing\nstatus: published\npublished_at: 2026-01-01T00:00:00Z\n---\n",
    "2025-12-31-comments.md": b"""---
# Written in a hurry
id: COMMENTS
zebra: 1.10          # unknown, and in an odd place
title: 'It''s: "quoted"'   # a title

mood:
  - calm
  - {deep: [1, 2, {x: y}], when: 2026-01-01, yes: no}
status: published
tags:
  # the first is the main one
  - Foot strength
  - "Injury prevention"
published_at:   2026-01-01 08:00:00 +02:00
a b c: |
  kept
    as it is

last: ~
---

Body.
""",
    "flow.md": b'---\n{id: FLOW, title: "In one line", status: published, published_at: 2026-02-02, odd: [1, 2]}'
    b"\n---\nText.\n",
    "anchors.md": b"---\nid: ANCHORS\ntitle: Anchors\nfirst: &x [1, 2]\n"
    b"second: *x\nseo: &s {title: T}\nother: *s\n---\nText.\n",
    "unicode.md": "---\nid: UNI\ntitle: 1️⃣ Toe Yoga 🦶🏽 — “Füße” 足\u200d \u2028 שלום\nstatus: published\npublished_at: 2026-01-05T00:00:00.123456Z\nhashtags: [RunStronger, 足の力]\n---\n## 1️⃣ One\n\n👩🏽‍⚕️ e\u0301 é \u00a0 \u200f\n\n#足の力 #RunStronger #Füße\n".encode(),
    "folder/deep.markdown": b"---\nid: DEEP\ntitle: Deep\nslug: Deep_Slug\n---\nText.\n",
    "blocks.md": b"""---
id: BLOCKS
title: All blocks
status: published
published_at: 2026-01-06T00:00:00Z
updated_at: 2026-02-06T00:00:00Z
cover: {src: media/x.png, alt: "A: b", caption: c, focal_point: [0.25, 1], credit: me}
featured: yes
authors: new-author
reviewed_by: New Reviewer
last_reviewed_at: 2026-01-01
next_review_due: 2027-01-01
excerpt: >
  Folded
  text.
seo: {title: T, description: D, canonical_url: "https://example.com/x", robots: noindex}
references:
  - {text: One, url: "https://example.com/1"}
  - text: Two
    doi: 10.1000/2
    year: 2020
related: {pinned: [unicode], excluded: [flow]}
old_slugs: [blocks-old, older]
---
Text with a ![picture](media/x.png "t") inside.

```exercise
id: short-foot
```

```question
question: "Why?"
answer: |
  Because.
```

```video
provider: youtube
video_id: abc123def45
title: A film
```

```booking
label: Book
url: https://example.com/book
```

```reference
id: r1
text: A study
doi: 10.1/1
```

| a | b |
|---|--:|
| 1 | *2* |

<figure><img src="media/x.png" alt="x"><figcaption>c</figcaption></figure>

<script>alert(1)</script>

~~~python
<b>&amp;</b>
~~~
""",
    "planned.md": b"---\nid: PLANNED\ntitle: A draft with a plan\npublished_at: 2027-01-01\nupdated_at: 2027-01-02\n---\nText.\n",
    "withdrawn.md": b"---\nid: WITHDRAWN\ntitle: Gone\nstatus: draft\nwithdrawn: true\npublished_at: 2026-01-01T00:00:00Z\n---\nText.\n",
    "no-title.md": b"---\nid: NOTITLE\ntitle:\n---\nText.\n",
}
SCHEDULED = "---\nid: SCHEDULED\ntitle: Later\nstatus: published\npublished_at: {}\n---\nText.\n"


SHELF = {
    "site.yaml": """# Our site
name: Stride
motto: run well   # unknown
time_zone: America/Denver
booking: {label: Book, url: https://example.com/book, note: kept}
""",
    "authors.yaml": """# People
- slug: alex
  name: Alex Rivera
  credentials: [PT, DPT]
  bio: |
    Runs.

    Slowly.
  picture: {src: media/x.png, alt: "Alex: smiling"}
  pronouns: she

# He reviews
- {slug: sam, name: Sam Lee}
""",
    "tags.yaml": "- name: Foot strength\n  aliases: [foot core, Foot-Strength, feet]\n  colour: red\n- slug: toes\n  name: Toes\n",
    "vocabulary.yaml": "- concept: heel\n  say: [heel pain]\n  means: [plantar fasciitis]\n- concept: toe\n",
    "redirects.yaml": "- {from: /a, to: /b}\n- from: /c\n  to: https://example.com/c\n  status: 302\n",
    "exercises.yaml": "- id: short-foot\n  name: Short foot\n  steps:\n    - Sit.\n    - Lift: slowly?\n"
    if False
    else '- id: short-foot\n  name: Short foot\n  steps:\n    - Sit.\n    - "Lift: slowly"\n  dose: {sets: 3, reps: 8 to 12, hold: 5 seconds}\n  level: 2\n',
    "search.yaml": "- query: heel pain\n  pins: [unicode, blocks]\n  exclude: [flow]\n",
    "media.yaml": "- name: x.png\n  alt: Red\n  caption: A red field\n  focal_point: [0.5, 0.25]\n- name: missing.png\n  alt: waits\n",
}
