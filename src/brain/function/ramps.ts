/** Colours between which a ramp runs, from the low end. */
const ramps = {
  warm: ['#8c0000', '#e63900', '#ff9900', '#ffff66'],
  cold: ['#00207a', '#0066cc', '#33b5e6', '#b3f0ff'],
  signed: ['#1a4a8a', '#79add2', '#f7f7f7', '#e58368', '#8c0d25'],
} as const;

/** Colour of a share 0..1 of a ramp as red, green, blue. */
export function rampColor(ramp: keyof typeof ramps, share: number): [number, number, number] {
  const stops = ramps[ramp];
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const before = Math.min(stops.length - 2, Math.floor(place));
  const [low, high] = [rgbOf(stops[before]!), rgbOf(stops[before + 1]!)];
  return [0, 1, 2].map((channel) =>
    Math.round(low[channel]! + (place - before) * (high[channel]! - low[channel]!)),
  ) as [number, number, number];
}

/** `#rrggbb` as three numbers. */
export function rgbOf(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number, number];
}
