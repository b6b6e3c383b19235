// Whatever text is cut off in the window now: outside a box that hides what does not fit, outside the button or tag that it
// is on, or beyond the edge of the window where no pane scrolls to it. Panes of text may not scroll sideways either.
const cut = new Set();
const shown = (text) => `“${text.replace(/\s+/g, ' ').trim().slice(0, 60)}”`;
const isHidden = (element) =>
  element.closest('.govuk-visually-hidden, .govuk-skip-link, svg, [hidden], dialog:not([open]), option') !== null ||
  !element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
// A long summary is shortened in lists, by three dots; the whole of it is a step away.
const isShortened = (style) => style.webkitLineClamp !== 'none' || style.textOverflow === 'ellipsis';

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode;
  if (!text.data.trim() || isHidden(text.parentElement)) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
  if (rects.length === 0) continue;
  const [left, right] = [Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right))];
  const [top, bottom] = [Math.min(...rects.map((rect) => rect.top)), Math.max(...rects.map((rect) => rect.bottom))];
  let [scrollsX, scrollsY] = [false, false];
  for (let box = text.parentElement; box; box = box.parentElement) {
    const style = getComputedStyle(box);
    if (isShortened(style)) break;
    const edge = box.getBoundingClientRect();
    const isWindow = box === document.body;
    if (style.display !== 'inline' && box.matches('button, .govuk-button, .govuk-tag, .g-chip, a.door') && (left < edge.left - 1 || right > edge.right + 1)) {
      cut.add(`${shown(text.data)} runs out of its box`);
    }
    if ((isWindow || /hidden|clip/.test(style.overflowX)) && !scrollsX && (left < edge.left - 1 || right > edge.right + 1)) {
      cut.add(`${shown(text.data)} is cut off at a side of ${box.tagName.toLowerCase()}.${box.classList[0] ?? ''}`);
    }
    if ((isWindow || /hidden|clip/.test(style.overflowY)) && !scrollsY && (top < edge.top - 1 || bottom > edge.bottom + 1)) {
      cut.add(`${shown(text.data)} is cut off above or below in ${box.tagName.toLowerCase()}.${box.classList[0] ?? ''}`);
    }
    scrollsX ||= /auto|scroll/.test(style.overflowX);
    scrollsY ||= /auto|scroll/.test(style.overflowY);
  }
}

for (const pane of document.querySelectorAll('.pane, .g-page, .page, .bare, .scroll')) {
  const wide = pane.scrollWidth - pane.clientWidth;
  if (wide > 1 && !pane.querySelector('table, .board') && !pane.matches('.board')) {
    cut.add(`a pane scrolls sideways by ${wide} px: ${shown(pane.innerText)}`);
  }
}
return [...cut].slice(0, 20);
