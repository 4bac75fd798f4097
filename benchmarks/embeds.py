"""The search box of the embeds in a real Chromium: from the last key to painted results. Prints one line of JSON.

    python -m benchmarks.embeds http://127.0.0.1:8000

asks a running service with the starter blog, near (loopback) and far (a round trip of 150 ms, a processor four
times slower), with 15 questions each; and says how large the script is.
"""

import gzip
import json
import sys
import urllib.request
from statistics import median, quantiles

from playwright.sync_api import Browser, sync_playwright

WORDS = (
    "heel pain", "shin splints", "toe yoga", "marathon", "shoes", "knee", "calf", "hip strength", "sleep", "cadence",
    "plantar fasciitis", "warm up", "stress fracture", "race week", "orthotics",
)  # fmt: skip
FAR = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}

LAST_KEY = """async (word) => {
  const host = document.querySelector('cms-search'), input = host.shadowRoot.querySelector('input');
  const list = host.shadowRoot.querySelector('[role=listbox]');
  for (const letter of word.slice(0, -1)) {
    input.value += letter; input.dispatchEvent(new Event('input'));
    await new Promise(done => setTimeout(done, 25));
  }
  const painted = new Promise(done => new MutationObserver((_, watch) => {
    if (list.childElementCount) { watch.disconnect(); requestAnimationFrame(() => setTimeout(done)) }
  }).observe(list, { childList: true }));
  list.replaceChildren();
  const start = performance.now();
  input.value += word.at(-1); input.dispatchEvent(new Event('input'));
  await painted;
  return performance.now() - start;
}"""


def main() -> None:
    """Measure and print."""
    address = sys.argv[1].rstrip("/")
    with urllib.request.urlopen(f"{address}/embed.js") as answer:
        size = len(gzip.compress(answer.read(), 9))
    figures: dict[str, float] = {"embed_js_gzip_bytes": size}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, far in (("near", False), ("far", True)):
            times = [last_key(browser, address, word, far=far) for word in WORDS]
            figures[f"{name}_median_ms"] = round(median(times))
            figures[f"{name}_p90_ms"] = round(quantiles(times, n=10)[-1])
        browser.close()
    print(json.dumps(figures))


def last_key(browser: Browser, address: str, word: str, *, far: bool) -> float:
    """Milliseconds from the last letter of `word` to the frame in which the results have been painted."""
    context = browser.new_context(viewport={"width": 360 if far else 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/embed/demo/blog", wait_until="networkidle")
    if far:
        tools = context.new_cdp_session(page)
        tools.send("Network.emulateNetworkConditions", FAR)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    time = float(page.evaluate(LAST_KEY, word))
    context.close()
    return time


if __name__ == "__main__":
    main()
