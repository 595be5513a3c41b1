// An invented page: its picture as SVG, and where each word stands on it.

export type Word = { text: string; x: number; y: number; width: number };

const [WIDTH, HEIGHT, MARGIN, SIZE, LEADING] = [595, 842, 72, 10.5, 17];

export function setPage(paragraphs: string[]): Word[] {
  const words: Word[] = [];
  let [x, y] = [MARGIN, 150];
  for (const paragraph of paragraphs) {
    for (const text of paragraph.split(" ")) {
      const width = text.length * SIZE * 0.5;
      if (x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + LEADING];
      words.push({ text, x, y, width });
      x += width + SIZE * 0.32;
    }
    [x, y] = [MARGIN, y + LEADING * 1.7];
  }
  return words;
}

export function boxOf({ x, y, width }: Word): [number, number, number, number] {
  return [x / WIDTH, (y - SIZE * 0.8) / HEIGHT, (x + width) / WIDTH, (y + SIZE * 0.25) / HEIGHT];
}

export function picture(page: number, words: Word[], scan: boolean): string {
  const text = words.map((word) => `<text x="${word.x}" y="${word.y}" textLength="${word.width}" lengthAdjust="spacingAndGlyphs">${escape(word.text)}</text>`);
  const holes = scan ? '<circle cx="28" cy="290" r="10" fill="#c9c2b2"/><circle cx="28" cy="552" r="10" fill="#c9c2b2"/>' : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH * 2}" height="${HEIGHT * 2}">
<rect width="100%" height="100%" fill="${scan ? "#f6f2e8" : "#fff"}"/>${holes}
<g font-family="serif" font-size="${SIZE}" fill="#2a2824">
<text x="72" y="92" font-family="sans-serif" font-weight="bold" font-size="12">LINDENHOF AUFZUGSTECHNIK</text>
<path d="M72 112h451" stroke="#55504a" stroke-width=".7"/>${text.join("")}
<text x="292" y="806" font-size="9">– ${page} –</text></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
