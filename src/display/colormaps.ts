/** Colours of values from dark to bright: 256 times red, green, blue. */
export type Lut = Uint8Array;

/** Points between which colours are interpolated; the first stands for the lower end of the window. */
const points = {
  grey: ['#000000', '#ffffff'],
  'grey inverted': ['#ffffff', '#000000'],
  hot: ['#000000', '#b30000', '#ff8c00', '#ffe066', '#ffffff'],
  'red-yellow': ['#8c0000', '#e63900', '#ff9900', '#ffff66'],
  'blue-cyan': ['#00207a', '#0066cc', '#33b5e6', '#b3f0ff'],
  // Equal steps to the eye, also without colour vision; anchors of matplotlib's viridis (CC0).
  viridis: ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'],
  'blue-white-red': ['#1a4a8a', '#79add2', '#f7f7f7', '#e58368', '#8c0d25'],
} as const satisfies Record<string, readonly string[]>;

export type ColormapName = keyof typeof points;
export const colormapNames = Object.keys(points) as [ColormapName, ...ColormapName[]];

const made = new Map<ColormapName, Lut>();

export function lutOf(name: ColormapName): Lut {
  const known = made.get(name);
  if (known) return known;
  const stops = points[name].map(rgbOf);
  const lut = new Uint8Array(256 * 3);
  for (let at = 0; at < 256; at++) {
    const place = (at / 255) * (stops.length - 1);
    const before = Math.min(stops.length - 2, Math.floor(place));
    const share = place - before;
    for (let channel = 0; channel < 3; channel++) {
      lut[at * 3 + channel] = Math.round((1 - share) * stops[before]![channel]! + share * stops[before + 1]![channel]!);
    }
  }
  made.set(name, lut);
  return lut;
}

/** Colours along a tone curve: 256 grey levels for even steps of the value. */
export function tonedLut(name: ColormapName, tone: readonly number[] | undefined): Lut {
  const lut = lutOf(name);
  if (tone?.length !== 256) return lut;
  return Uint8Array.from(lut, (_, at) => {
    const level = Math.min(255, Math.max(0, Math.round(tone[Math.floor(at / 3)]!)));
    return lut[3 * level + (at % 3)]!;
  });
}

/** `#rrggbb` as three numbers. */
export function rgbOf(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number, number];
}

/** Colours of regions that state none: told apart on grey, also with the common kinds of colour blindness (Okabe and Ito 2008). */
const regionColors = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#9ad1ff',
  '#b3e05a',
];

export function regionColor(index: number): string {
  return regionColors[((index % regionColors.length) + regionColors.length) % regionColors.length]!;
}
