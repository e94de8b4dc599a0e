import type { Drawing } from './drawing.ts';

/** One measure with how far it lies from its reference: z of a person, or d of a group. */
export interface Cell {
  name: string;
  value: number;
}

const groups = ['Frontal', 'Cingulate', 'Insula', 'Parietal', 'Temporal', 'Occipital', 'Volumes'] as const;
type Group = (typeof groups)[number];

/** Beyond the cortex everything stands among the volumes. */
function groupOf(name: string): Group {
  if (!/^([lr]h[_ ]|[LR]_)/.test(name)) return 'Volumes';
  if (/cing|pericallosal/i.test(name)) return 'Cingulate';
  if (/[_ ]ins|insula|circular/i.test(name)) return 'Insula';
  if (/pariet|postcentral|precuneus|supramarginal|angular|interm|jensen/i.test(name)) return 'Parietal';
  if (/temp|entorhinal|fusiform|parahip|bankssts|collat|lat[_ ]fis/i.test(name)) return 'Temporal';
  if (/occip|[_ ]oc[_ -]|cuneus|calcarine|lingual/i.test(name)) return 'Occipital';
  return 'Frontal';
}

function sideOf(name: string): 'left' | 'right' | 'middle' {
  if (/^(lh|left|L[_a-z])/.test(name) || /^Left/.test(name)) return 'left';
  return /^(rh|right|R[_a-z])/.test(name) || /^Right/.test(name) ? 'right' : 'middle';
}

const tile = 13;
const perRow = 12;
const [labelWidth, blockWidth] = [62, perRow * tile + 10];

/** Blue below, orange above, stronger the farther; `full` is where colour ends. */
export function colourOf(value: number, full: number): string {
  const share = Math.min(Math.abs(value) / full, 1);
  const [red, green, blue] = value < 0 ? [33, 102, 172] : [179, 88, 6];
  const mix = (one: number) => Math.round(247 + (one - 247) * share);
  return `rgb(${mix(red)},${mix(green)},${mix(blue)})`;
}

/**
 * A schematic brain: lobes from the front backwards, left beside right, one tile a measure. A sign marks tiles beyond
 * `mark`, so that the chart reads in black and white; every tile has its name and number for those who point at it.
 */
export function regionChart(cells: readonly Cell[], what: 'z' | 'd', full: number, mark: number): Drawing {
  const drawing: Drawing = {
    width: labelWidth + 2 * blockWidth,
    height: 0,
    described: '',
    rects: [],
    lines: [],
    dots: [],
    texts: [],
  };
  drawing.texts.push(
    { x: labelWidth, y: 10, text: 'Left', anchor: 'start' },
    { x: labelWidth + blockWidth, y: 10, text: 'Right', anchor: 'start' },
  );
  let y = 16;
  for (const group of groups) {
    const own = cells
      .filter(({ name }) => groupOf(name) === group)
      .sort((a, b) => (plain(a.name) < plain(b.name) ? -1 : 1));
    if (own.length === 0) continue;
    drawing.texts.push({ x: 0, y: y + 10, text: group, anchor: 'start' });
    // What has no side follows the left block of its group.
    const blocks = [
      own.filter(({ name }) => sideOf(name) !== 'right'),
      own.filter(({ name }) => sideOf(name) === 'right'),
    ];
    for (const [side, list] of blocks.entries()) {
      for (const [k, { name, value }] of list.entries()) {
        const at = { x: labelWidth + side * blockWidth + (k % perRow) * tile, y: y + Math.floor(k / perRow) * tile };
        const words = `${name.replaceAll('_', ' ')}: ${what} ${value.toFixed(2)}`;
        drawing.rects.push({ ...at, width: tile - 1, height: tile - 1, fill: colourOf(value, full), words });
        if (Math.abs(value) > mark)
          drawing.texts.push({ x: at.x + 6, y: at.y + 10, text: value < 0 ? '−' : '+', anchor: 'middle' });
      }
    }
    y += Math.ceil(Math.max(...blocks.map((list) => list.length)) / perRow) * tile + 5;
  }
  drawing.height = y;
  const far = cells.filter(({ value }) => Math.abs(value) > mark).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const named = far.slice(0, 10).map(({ name, value }) => `${name.replaceAll('_', ' ')} ${value.toFixed(1)}`);
  drawing.described = `${cells.length} measures by lobe, left and right; ${far.length} beyond ${what} ${mark}${named.length > 0 ? `: ${named.join(', ')}` : ''}.`;
  return drawing;
}

const plain = (name: string): string => name.replace(/^([lr]h|[LR]|Left|Right)[-_ ]?/, '');
