import type { RunContext } from '../dossier/analysis.ts';
import { type CurveFigure, curveBytes, curveRole } from '../dossier/curveFigure.ts';
import type { Source } from '../dossier/source.ts';

/** A figure of one region; gives the id of its artifact, so that the region's numbers can rest on it. */
export function emitCurve(
  { emit }: RunContext,
  source: Source,
  fileName: string,
  figure: CurveFigure,
  derivedFrom: readonly string[],
): string {
  return emit.artifact({
    ...{ type: 'curve', role: curveRole, title: figure.title, mediaType: 'application/json', issues: [] },
    ...(source.acquiredAt && { time: source.acquiredAt }),
    ...{ fileName, derivedFrom: [...derivedFrom], bytes: curveBytes(figure) },
  });
}

/** A part of a file name made of a label. */
export function fileWord(label: string): string {
  const word = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return word.slice(0, 40) || 'region';
}

/** A round number by which an input is drawn lower, so that it does not press the tissue flat: 1, 2, 5, 10, ... */
export function sharedScale(input: ArrayLike<number>, tissue: ArrayLike<number>): number {
  const highest = (of: ArrayLike<number>): number =>
    Array.from(of).reduce((top, one) => (one > top ? one : top), Number.NEGATIVE_INFINITY);
  const ratio = highest(input) / highest(tissue);
  if (!(ratio > 1.5) || !Number.isFinite(ratio)) return 1;
  const decade = 10 ** Math.floor(Math.log10(ratio));
  return [1, 2, 5, 10].map((one) => one * decade).find((one) => one >= ratio / 1.2)!;
}
