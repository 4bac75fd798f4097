"""Quick under the fingers: key to paint in a post of 3,000 words, and the first paint of the write page."""

import pytest
from editor.service import (  # noqa: F401 - fixtures
    context,
    page,
    post,
    saved,
    service,
    signed_in,
    write,
)

pytestmark = pytest.mark.browser

PARAGRAPH = "<p>" + "The arch lifts and the toes stay long while you breathe. " * 6 + "<strong>Bold</strong>.</p>"
PART = "<h2>Part {}</h2>" + PARAGRAPH * 4 + "<ul><li>one</li><li>two</li></ul>"

PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  document.querySelector('.ProseMirror').dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""

# From the key to the first task after the frame that shows it.
WATCH = """() => {
  window.times = [];
  document.addEventListener('keydown', () => {
    const began = performance.now();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => times.push(performance.now() - began);
      channel.port2.postMessage(0);
    });
  }, true);
}"""


def test_keys_are_painted_at_once_in_a_long_post(page, service):
    write(page, service, "Three thousand words", "")
    post(page).click()
    page.evaluate(PASTE, "".join(PART.format(number) for number in range(12)))
    page.get_by_text("Part 11").wait_for()
    saved(page)
    assert len(post(page).inner_text().split()) > 3000
    page.reload()
    page.get_by_role("heading", name="Part 6").click()
    page.keyboard.press("End")
    page.evaluate(WATCH)
    page.keyboard.type("Typing along in the middle of a long post on a quiet afternoon. " * 3, delay=45)
    times = sorted(page.evaluate("() => times"))
    middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
    painted = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    print(f"key to paint: p50 {middle:.1f} ms, p95 {most:.1f} ms; first paint {painted:.0f} ms")
    # The goal is a p95 under 30 ms; a machine that does other work besides may take a little longer.
    assert middle < 30
    assert most < 90
    assert painted < 1000
