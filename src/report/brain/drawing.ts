/** A picture as shapes, in units of its own frame: the report and the page draw the same. */
export interface Drawing {
  width: number;
  height: number;
  /** All that it shows, for those who cannot see it. */
  described: string;
  rects: { x: number; y: number; width: number; height: number; fill: string; words: string }[];
  lines: { points: string; strong: boolean }[];
  dots: { x: number; y: number; words: string; latest: boolean }[];
  texts: { x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end' }[];
}
