import type { CurveFigure, CurvePanel } from '../../dossier/curveFigure.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type GradientTable, shellsOf } from './gradients.ts';
import { ivimFitter } from './ivimKernel.ts';

/** Mean logarithm of the signal of each place in each volume of the table; NaN where no voxel has a signal. */
export async function meanLogs(
  image: ImageHandle,
  { volumes }: Pick<GradientTable, 'volumes'>,
  places: readonly (readonly number[])[],
): Promise<Float64Array[]> {
  const found = places.map(() => new Float64Array(volumes.length));
  for (const [entry, t] of volumes.entries()) {
    const volume = await image.readVolume(t);
    for (const [place, inside] of places.entries()) {
      let sum = 0;
      let count = 0;
      for (const voxel of inside) {
        const value = volume[voxel]!;
        if (!(value > 0 && Number.isFinite(value))) continue;
        sum += Math.log(value);
        count++;
      }
      found[place]![entry] = count > 0 ? sum / count : Number.NaN;
    }
  }
  return found;
}

/** Points of a fitted line. */
const steps = 60;

/**
 * The decay of a region's signal with weighting: the mean of each shell (geometric over voxels and directions, as the
 * trace-weighted image of a scanner), single directions, and the fits to the means - mono-exponential, with kurtosis, IVIM.
 * Undefined with fewer than two shells that have a signal.
 */
export function decayFigure(
  label: string,
  voxels: number,
  table: Pick<GradientTable, 'b'>,
  logs: ArrayLike<number>,
  models: { kurtosis: boolean; ivim: boolean },
): CurveFigure | undefined {
  const shells = shellsOf(table)
    .map(({ b, entries }) => {
      const known = entries.filter((entry) => Number.isFinite(logs[entry]!));
      return { b, count: known.length, log: known.reduce((sum, entry) => sum + logs[entry]!, 0) / known.length };
    })
    .filter(({ count }) => count > 0);
  const single = line(shells);
  if (!single) return undefined;
  const bent = models.kurtosis && shells.length > 2 ? parabola(shells) : undefined;
  const two =
    models.ivim && shells.length > 3
      ? ivimFitter(
          shells.map(({ b }) => b),
          shells.map(({ count }) => count),
          'full',
        )(Float64Array.from(shells, ({ log }) => Math.exp(log)))
      : undefined;
  const s0 = two ? two.s0 : Math.exp(bent ? bent.top : single.top);
  const share = (log: number): number => Math.exp(log) / s0;
  const highest = shells.at(-1)!.b;
  const b = Array.from({ length: steps + 1 }, (_, at) => (highest * at) / steps);
  const directions = table.b.flatMap((one, at) => {
    const isOneOfMany = (shells.find((shell) => Math.abs(shell.b - one) < 1 + 0.05 * one)?.count ?? 0) > 1;
    return isOneOfMany && Number.isFinite(logs[at]!) ? [{ b: one, log: logs[at]! }] : [];
  });
  const series: CurvePanel['series'] = [
    ...(directions.length > 0
      ? [
          {
            ...{ name: 'single volumes', as: 'open-dots' as const },
            x: directions.map((one) => one.b),
            y: directions.map(({ log }) => share(log)),
          },
        ]
      : []),
    {
      ...{ name: 'mean of each b-value', as: 'dots' as const },
      x: shells.map((shell) => shell.b),
      y: shells.map(({ log }) => share(log)),
    },
    {
      ...{ name: 'one exponential', as: bent || two ? ('dashes' as const) : ('line' as const) },
      ...{ x: b, y: b.map((one) => share(single.top - single.slope * one)) },
    },
  ];
  const says = [
    `mean of ${voxels} voxels; ADC by its fit ${(1000 * single.slope).toPrecision(3)} × 10⁻³ mm²/s over ${shells.length} b-values up to ${Math.round(highest)} s/mm²`,
  ];
  if (bent) {
    const kurtosis = (6 * bent.bend) / bent.slope ** 2;
    series.push({
      ...{ name: 'with kurtosis', as: 'line' },
      ...{ x: b, y: b.map((one) => share(bent.top - bent.slope * one + bent.bend * one * one)) },
    });
    says.push(`with kurtosis D ${(1000 * bent.slope).toPrecision(3)} × 10⁻³ mm²/s, K ${kurtosis.toPrecision(2)}`);
  }
  if (two) {
    const at = (one: number): number =>
      two.f * Math.exp((-one * two.dStar) / 1000) + (1 - two.f) * Math.exp((-one * two.d) / 1000);
    series.push({ name: 'IVIM', as: bent ? 'thin-line' : 'line', x: b, y: b.map(at) });
    const error = two.fSe === undefined ? '' : ` ± ${two.fSe.toPrecision(2)}`;
    says.push(
      `IVIM D ${two.d.toPrecision(3)} × 10⁻³ mm²/s, perfusion fraction ${two.f.toPrecision(2)}${error}${two.atBound ? ', at a bound' : ''}`,
    );
  }
  if (shells.length === 2) says.push('two b-values leave nothing to judge the fit by');
  return {
    title: `${label}: signal over diffusion weighting`,
    says: says.join('; '),
    panels: [{ x: { label: 'b', unit: 's/mm²' }, y: { label: 'Signal / signal at b 0', log: true }, series }],
  };
}

interface ShellMean {
  b: number;
  count: number;
  log: number;
}

/** log S = top - slope b; weights as those of the ADC map: volumes of a shell, times the square of its signal. */
function line(shells: readonly ShellMean[]): { top: number; slope: number } | undefined {
  let found = weightedLine(shells, (shell) => shell.count);
  if (found && shells.length > 2) {
    const { slope } = found;
    found = weightedLine(shells, ({ b, count }) => count * Math.exp(-2 * slope * b));
  }
  return found;
}

function weightedLine(
  shells: readonly ShellMean[],
  weight: (shell: ShellMean) => number,
): { top: number; slope: number } | undefined {
  let [sum, sumB, sumY] = [0, 0, 0];
  for (const shell of shells) {
    const w = weight(shell);
    sum += w;
    sumB += w * shell.b;
    sumY += w * shell.log;
  }
  const [meanB, meanY] = [sumB / sum, sumY / sum];
  let [spread, along] = [0, 0];
  for (const shell of shells) {
    const w = weight(shell);
    spread += w * (shell.b - meanB) ** 2;
    along += w * (shell.b - meanB) * (shell.log - meanY);
  }
  if (!(spread > 0)) return undefined;
  const slope = -along / spread;
  return { slope, top: meanY + slope * meanB };
}

/** log S = top - slope b + bend b^2, by the same weights; undefined where it is not determined. */
function parabola(shells: readonly ShellMean[]): { top: number; slope: number; bend: number } | undefined {
  const first = weightedLine(shells, ({ count }) => count);
  if (!first) return undefined;
  const scale = shells.at(-1)!.b;
  const normal = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
  for (const { b, count, log } of shells) {
    const w = count * Math.exp(-2 * first.slope * b);
    const row = [1, b / scale, (b / scale) ** 2];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) normal[i]![j]! += w * row[i]! * row[j]!;
      normal[i]![3]! += w * row[i]! * log;
    }
  }
  for (let i = 0; i < 3; i++) {
    if (!(Math.abs(normal[i]![i]!) > 1e-12)) return undefined;
    for (let r = 0; r < 3; r++) {
      if (r === i) continue;
      const factor = normal[r]![i]! / normal[i]![i]!;
      for (let j = i; j < 4; j++) normal[r]![j]! -= factor * normal[i]![j]!;
    }
  }
  const [top, rise, bend] = normal.map((row, i) => row[3]! / row[i]!) as [number, number, number];
  const slope = -rise / scale;
  return slope > 0 ? { top, slope, bend: bend / scale ** 2 } : undefined;
}
