import type { CurveFigure, CurvePanel } from '../../../dossier/curveFigure.ts';
import { sharedScale } from '../../curveArtifact.ts';
import type { Drive } from './fit.ts';
import { type KineticFit, type KineticModelId, kineticModels } from './models.ts';

/** What is drawn of one region. */
export interface KineticDrawing {
  label: string;
  /** Activity of the region in each frame, corrected for decay. */
  curve: Float64Array;
  voxels: number;
  timesS: Float64Array;
  /** Of the activity. */
  unit: string;
  drive: Drive;
  /** Name of what drives the tissue. */
  driver: string;
  fits: readonly { id: KineticModelId; fit: KineticFit | undefined }[];
}

/** Axes of the plots whose slope is the number. */
const plots: Partial<Record<KineticModelId, { x: string; y: string; unit?: string }>> = {
  patlak: { x: '∫Cp / Cp', y: 'C / Cp', unit: 'mL/cm3' },
  logan: { x: '∫Cp / C', y: '∫C / C' },
};

/** The activity over time with what drives it and the fits to it, and beside it the plot of each graphical method. */
export function kineticFigure(of: KineticDrawing): CurveFigure {
  const { scale, unit } = activityUnit(of.unit);
  const minutes = (timesS: ArrayLike<number>): number[] => Array.from(timesS, (one) => one / 60);
  const scaled = (values: ArrayLike<number>): number[] => Array.from(values, (one) => one * scale);
  const tissue = scaled(of.curve);
  const driving =
    'reference' in of.drive
      ? { timesS: of.drive.reference.timesS, values: of.drive.reference.values }
      : { timesS: of.drive.input.plasma.timesS, values: of.drive.input.plasma.values };
  const driven = scaled(driving.values);
  const last = of.timesS.at(-1)!;
  // One sample beyond the last frame, so that the line reaches it.
  const seen = Array.from(driving.timesS).filter((time) => time <= last).length + 1;
  const course: CurvePanel = {
    x: { label: 'Time after injection', unit: 'min' },
    y: { label: 'Activity', ...(unit && { unit }) },
    series: [
      { name: of.label, as: 'dots', x: minutes(of.timesS), y: tissue },
      ...of.fits.flatMap(({ id, fit }): CurvePanel['series'] =>
        fit && !plots[id]
          ? [
              {
                ...{ name: `fit, ${id.toUpperCase()}`, as: id === 'srtm' ? 'thin-line' : 'line' },
                x: minutes(fit.drawn.x.subarray(fit.drawn.x.length - fit.drawn.fitted.length)),
                y: scaled(fit.drawn.fitted),
              },
            ]
          : [],
      ),
      {
        ...{ name: of.driver, as: 'dashes', x: minutes(driving.timesS).slice(0, seen), y: driven.slice(0, seen) },
        dividedBy: sharedScale(driven, tissue),
      },
    ],
  };
  const graphs = of.fits.flatMap(({ id, fit }): CurvePanel[] => {
    const axes = plots[id];
    return axes && fit ? [plotOf(axes, fit)] : [];
  });
  return { title: `${of.label}: activity over time`, says: saysOf(of), panels: [course, ...graphs] };
}

/** The frames of the line are full dots; earlier ones are open, and those far outside are left out. */
function plotOf(axes: { x: string; y: string; unit?: string }, { drawn: { x, y, fitted } }: KineticFit): CurvePanel {
  const late = x.length - fitted.length;
  const top = Math.max(...fitted, ...y.subarray(late));
  const shown = (at: number): boolean => x[at]! >= 0 && x[at]! <= x.at(-1)! && y[at]! >= 0 && y[at]! <= 1.3 * top;
  const early = [...x.keys()].filter((at) => at < late && shown(at));
  const minutes = (values: Iterable<number>): number[] => Array.from(values, (one) => one / 60);
  // Logan's ordinate is an integral over an activity: a time as well.
  const ordinate = (values: Iterable<number>): number[] => (axes.unit ? [...values] : minutes(values));
  return {
    x: { label: axes.x, unit: 'min' },
    y: { label: axes.y, unit: axes.unit ?? 'min' },
    series: [
      { name: 'frames of the line', as: 'dots', x: minutes(x.subarray(late)), y: ordinate(y.subarray(late)) },
      ...(early.length > 0
        ? [
            {
              ...{ name: 'earlier frames', as: 'open-dots' as const },
              x: minutes(early.map((at) => x[at]!)),
              y: ordinate(early.map((at) => y[at]!)),
            },
          ]
        : []),
      { name: 'line', as: 'line', x: minutes(x.subarray(late)), y: ordinate(fitted) },
    ],
  };
}

function saysOf({ fits, voxels }: KineticDrawing): string {
  const words = fits.map(({ id, fit }) => {
    const { title } = kineticModels[id];
    if (!fit) return `${title}: not determined`;
    const { name, value, unit, standardError } = fit.estimates[0]!;
    const error = Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(2)}` : '';
    return `${title}: ${symbols[name] ?? name} ${value.toPrecision(3)}${error}${unit === '1' ? '' : ` ${unit}`}, R2 ${fit.r2.toFixed(3)} over ${fit.frames} frames`;
  });
  return [`mean of ${voxels} voxels`, ...words].join('; ');
}

const symbols: Record<string, string> = { ki: 'Ki', vt: 'VT', 'bp-nd': 'BPND' };

function activityUnit(stated: string): { scale: number; unit: string } {
  const lower = stated.toLowerCase();
  if (lower === 'bq/ml' || lower === 'bqml') return { scale: 1e-3, unit: 'kBq/mL' };
  if (lower === 'kbq/ml') return { scale: 1, unit: 'kBq/mL' };
  return { scale: 1, unit: stated === '1' ? '' : stated };
}
