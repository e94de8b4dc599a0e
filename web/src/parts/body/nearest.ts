import type { FigureRegion } from '../../../../src/report/pain/bodyFigure.ts';

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;

/** The region to go to from one with an arrow key: the nearest that lies mostly in that direction, in the same figure. */
export function nearest(regions: readonly FigureRegion[], from: string, key: string): FigureRegion | undefined {
  const direction = directions[key as keyof typeof directions];
  const start = regions.find(({ code }) => code === from);
  if (direction === undefined || start === undefined) return undefined;
  const [x, y] = middle(start);
  let best: { region: FigureRegion; cost: number } | undefined;
  for (const region of regions) {
    if (region.view !== start.view || region === start) continue;
    const [dx, dy] = [middle(region)[0] - x, middle(region)[1] - y];
    const along = dx * direction[0] + dy * direction[1];
    const across = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    if (along <= 0.5) continue;
    const cost = along + 2 * across;
    if (best === undefined || cost < best.cost) best = { region, cost };
  }
  return best?.region;
}

function middle({ points }: FigureRegion): [number, number] {
  const all = points.split(' ').map((point) => point.split(',').map(Number) as [number, number]);
  const mean = (axis: 0 | 1) => all.reduce((sum, point) => sum + point[axis], 0) / all.length;
  return [mean(0), mean(1)];
}
