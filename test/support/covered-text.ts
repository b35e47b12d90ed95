import type { Page } from 'playwright-core';

/**
 * Texts with something else over them: three points of each line are looked at. What is cut off at the edge of a part that
 * scrolls is not there to be seen, what is transparent covers nothing, and a dialog is meant to. As text, since the tests do
 * not have the globals of a page.
 */
const coveredTexts = `(() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isCutOff = (element, line) => {
    for (let part = element; part !== null && part !== document.body; part = part.parentElement) {
      if (!/auto|scroll|hidden|clip/.test(getComputedStyle(part).overflow)) continue;
      const edge = part.getBoundingClientRect();
      if (line.left < edge.left - 1 || line.right > edge.right + 1) return true;
      if (line.top < edge.top - 1 || line.bottom > edge.bottom + 1) return true;
    }
    return false;
  };
  const over = (element, x, y) => {
    const top = document.elementFromPoint(x, y);
    if (top === null || top.contains(element) || element.contains(top)) return null;
    return top.closest('dialog') !== null || getComputedStyle(top).opacity === '0' ? null : top;
  };
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (text.data.trim() === '' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const line of range.getClientRects()) {
      if (line.width < 4 || isCutOff(element, line)) continue;
      const y = (line.top + line.bottom) / 2;
      const cover = [line.left + 2, (line.left + line.right) / 2, line.right - 2]
        .map((x) => over(element, x, y))
        .find((each) => each !== null);
      if (cover !== undefined) found.push(text.data.trim() + ' is under ' + (cover.textContent.trim() || cover.tagName));
    }
  }
  return [...new Set(found)];
})()`;

/** Of what is in the window now; nothing when all can be read. */
export async function coveredText(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(coveredTexts);
}
