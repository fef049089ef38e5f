"""Judging pages by axe, without saying twice what was said before.

Contrast is three quarters of axe's work, and the same text on the same ground is the same wherever
it stands: it is judged once. Everything else is judged on every page.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# What the contrast of a text hangs on: the element and its own letters, and what lies behind.
KINDS_OF_TEXT = """() => {
  const behind = new Map([[document.documentElement, ""]]);
  const kinds = [];
  for (const one of document.documentElement.querySelectorAll("*")) {
    const style = getComputedStyle(one);
    const shown = style.display !== "none" && style.visibility === "visible";
    const ground = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter];
    if (style.position !== "static") ground.push(style.position, one.className);
    const own = ground.join() === "rgba(0, 0, 0, 0),none,1,none" ? "" : " on " + ground.join();
    behind.set(one, own + behind.get(one.parentElement));
    const speaks = one.matches("input, select, textarea")
      || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!shown || !speaks) continue;
    const letters = [style.color, style.fontSize, style.fontWeight, style.textShadow];
    kinds.push([one, [one.tagName, one.className, ...letters].join() + behind.get(one)]);
  }
  window.kindsOfText = kinds;
  return kinds.map(([_one, kind]) => kind);
}"""

JUDGE = """async (chosen) => {
  const options = {resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}};
  const found = (await axe.run(options)).violations;
  if (!chosen.length) return found;
  const include = chosen.map((n) => window.kindsOfText[n][0]);
  const contrast = {resultTypes: ["violations"], runOnly: ["color-contrast"]};
  return found.concat((await axe.run({include}, contrast)).violations);
}"""


class Judge:
    """axe, and the kinds of text that it has judged."""

    def __init__(self) -> None:
        self._judged: set[str] = set()

    def attend(self, page: Any) -> None:
        """Have axe at hand on whatever this page goes to."""
        page.add_init_script(AXE_SCRIPT)

    def violations(self, page: Any) -> list[str]:
        """What axe says against the page that is open."""
        fresh = []
        for n, kind in enumerate(page.evaluate(KINDS_OF_TEXT)):
            if kind not in self._judged:
                self._judged.add(kind)
                fresh.append(n)
        return [
            f"{one['id']}: {one['help']}: {node['html'][:150]} {node['any'][:1]}"
            for one in page.evaluate(JUDGE, fresh)
            for node in one["nodes"][:3]
        ]
