/** What lies beyond the border of an image (IBSI 2 manual, 3.2): nothing, the border voxel, the other side, the mirror image. */
export type Boundary = 'zero' | 'nearest' | 'periodic' | 'mirror';

/** Which voxel of a line of `length` stands at a place beyond its ends; -1 for nothing. The mirror repeats the border voxel. */
export function placeBeyond(at: number, length: number, boundary: Boundary): number {
  if (at >= 0 && at < length) return at;
  switch (boundary) {
    case 'zero':
      return -1;
    case 'nearest':
      return at < 0 ? 0 : length - 1;
    case 'periodic':
      return ((at % length) + length) % length;
    case 'mirror': {
      const period = 2 * length;
      const place = ((at % period) + period) % period;
      return place < length ? place : period - 1 - place;
    }
  }
}
