import { z } from 'zod';

const numbers = z.array(z.number()).max(20_000);

/** Values of one thing over the horizontal axis. */
const Series = z.object({
  name: z.string().min(1),
  /** `open-dots`: measured, but not part of the fit. `dashes`: what drives the tissue. */
  as: z.enum(['dots', 'open-dots', 'line', 'dashes', 'thin-line']),
  x: numbers,
  y: numbers,
  /** Drawn by so much lower than it is, to share the axis. */
  dividedBy: z.number().positive().optional(),
});
export type CurveSeries = z.infer<typeof Series>;

const Axis = z.object({ label: z.string().min(1), unit: z.string().optional(), log: z.boolean().optional() });

const Panel = z.object({ x: Axis, y: Axis, series: z.array(Series).min(1).max(12) });
export type CurvePanel = z.infer<typeof Panel>;

/** Curves that an analysis fitted, as numbers: content of the artifacts of role {@link curveRole}. */
export const CurveFigure = z.object({
  title: z.string().min(1),
  /** What the fit found and how far to trust it, in one sentence. */
  says: z.string(),
  panels: z.array(Panel).min(1).max(4),
});
export type CurveFigure = z.infer<typeof CurveFigure>;

/** Role of an artifact of type `curve` whose bytes are a {@link CurveFigure} as JSON. */
export const curveRole = 'curve-figure';

/** Six digits are more than any plot shows and any fit deserves. */
const digits = 6;

/** The figure as bytes. Points with a value that is no number are left out: JSON has none. */
export function curveBytes(figure: CurveFigure): Uint8Array {
  const rounded = (value: number): number => Number(value.toPrecision(digits));
  const panels = figure.panels.map((panel) => ({
    ...panel,
    series: panel.series.map(({ x, y, ...rest }) => {
      const known = [...x.keys()].filter((at) => Number.isFinite(x[at]) && Number.isFinite(y[at]));
      return { ...rest, x: known.map((at) => rounded(x[at]!)), y: known.map((at) => rounded(y[at]!)) };
    }),
  }));
  return new TextEncoder().encode(JSON.stringify(CurveFigure.parse({ ...figure, panels })));
}

/** Undefined for bytes that are no figure. */
export function curveOfBytes(bytes: Uint8Array): CurveFigure | undefined {
  try {
    return CurveFigure.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
