import { IdiographError } from '../dossier/errors.ts';
import { curveTable } from '../imaging/perfusion/curveTable.ts';
import type { Convolution } from '../imaging/pet/kinetics/compartments.ts';
import { bloodInput } from '../imaging/pet/kinetics/curves.ts';
import type { Drive, KineticOptions } from '../imaging/pet/kinetics/fit.ts';
import type { TStar } from '../imaging/pet/kinetics/lateFit.ts';
import type { KineticFit, KineticModelId } from '../imaging/pet/kinetics/models.ts';
import { inputFunction } from '../kinetics/input.ts';
import type { Given } from './given.ts';
import { textFile } from './perfusionInput.ts';

/** Columns of a table by their names, with the time in seconds. */
export interface Columns {
  timesS: Float64Array;
  columns: ReadonlyMap<string, Float64Array>;
}

/** Reads a table of curves: one column of times (`t_s`, `t_min`, or `t` with a stated unit), others by name. */
export function readColumns(path: string, unit: 's' | 'min' | undefined): Columns {
  const { groups, assumedSeconds } = curveTable(textFile(path), unit);
  if (assumedSeconds)
    throw new IdiographError('usage', `${path} does not say whether its times are seconds or minutes`, {
      remedy: 'Name the column t_s or t_min, or say --time-unit s or min.',
    });
  const [group, ...more] = groups;
  if (!group || more.length > 0)
    throw new IdiographError('usage', `${path} is no table with one column a curve`, {
      remedy: 'Give a column of times and one column for each curve.',
    });
  const all = group.input ? [group.input, ...group.curves] : group.curves;
  return { timesS: group.timesS, columns: new Map(all.map(({ name, values }) => [name, values])) };
}

/** A column by any of these names, whatever the case. */
function columnOf({ columns }: Columns, names: RegExp): [name: string, values: Float64Array] | undefined {
  return [...columns].find(([name]) => names.test(name));
}

export function columnNamed(table: Columns, name: string): Float64Array {
  const found = table.columns.get(name);
  if (!found)
    throw new IdiographError('not-found', `there is no column "${name}"`, {
      remedy: `Choose one of ${[...table.columns.keys()].slice(0, 20).join(', ')}.`,
    });
  return found;
}

/** Columns that are no tissue. */
const notTissue = /^(weights?|w|dur(ation)?s?(_min|_s)?|start(_?time)?s?(_min|_s)?|end(_?time)?s?(_min|_s)?)$/i;

/** Tissue curves of a table, the reference (where one is named) left out. */
export function tissuesOf({ columns }: Columns, reference: string | undefined): [string, Float64Array][] {
  return [...columns].filter(([name]) => !notTissue.test(name) && name !== reference);
}

/** `AIF` is parent tracer in plasma; `Plasma` is corrected by `ParentFraction`; `Blood` is whole blood. */
export function bloodTable(path: string, unit: 's' | 'min' | undefined): { drive: Drive; says: string[] } {
  const table = readColumns(path, unit);
  const corrected = columnOf(table, /^(aif|cp_?metcorr|cpl_metabcorr|parent_?plasma|ca_?metcorr)$/i);
  const plasma = corrected ?? columnOf(table, /^(plasma|cp|cpl|ca|input)$/i);
  const blood = columnOf(table, /^(blood|whole_?blood|cb|cbl|cbl_dispcorr)$/i);
  const fraction = corrected ? undefined : columnOf(table, /^(parent_?fraction|pf|parent)$/i);
  if (!plasma && !blood)
    throw new IdiographError('usage', `${path} has no column of plasma or blood`, {
      remedy: 'Name columns AIF (parent in plasma), or Plasma and ParentFraction, and Blood (whole blood).',
    });
  const { input, assumed } = bloodInput({
    timesS: table.timesS,
    ...(plasma && { plasma: plasma[1] }),
    ...(blood && { wholeBlood: blood[1] }),
    ...(fraction && { parentFraction: { timesS: table.timesS, values: fraction[1] } }),
  });
  const known = corrected ? assumed.filter((one) => !one.includes('metabolites')) : assumed;
  const used = [plasma, blood, fraction].flatMap((one) => (one ? [one[0]] : []));
  return { drive: { input }, says: [`input from columns ${used.join(', ')}`, ...known] };
}

/** Options of the command as those of a fit. `weights` are of the table or of the frames. */
export function kineticOptions(
  given: Given,
  weights: { values: Float64Array; says: string } | undefined,
): KineticOptions {
  const tStar = tStarOf(given);
  const k2Prime = given.number('k2-reference');
  const share = given.number('blood-share');
  const convolution = given.oneOf('convolution', ['exact', 'stepped'] as const satisfies Convolution[]);
  if (share !== undefined && !(share >= 0 && share < 1))
    throw new IdiographError('usage', `a blood share of ${share} is not possible`, { remedy: 'Give 0 to 1.' });
  const late = given.text('delay') === 'fit' ? ('fitted' as const) : given.number('delay');
  return {
    ...(tStar && { tStar }),
    ...(weights && { weights: weights.values, weightsSay: weights.says }),
    ...(k2Prime !== undefined && { k2PrimePerMin: k2Prime }),
    ...(late !== undefined && { delay: late }),
    ...(share !== undefined && { bloodShare: share }),
    ...(convolution && { convolution }),
  };
}

function tStarOf(given: Given): TStar | undefined {
  const frames = given.number('tstar-frames');
  const minutes = given.number('tstar');
  if (frames !== undefined && minutes !== undefined)
    throw new IdiographError('usage', 'name --tstar or --tstar-frames, not both');
  if (frames !== undefined && !(Number.isInteger(frames) && frames >= 3))
    throw new IdiographError('usage', '--tstar-frames takes a whole number from 3: a line needs as many frames');
  if (frames !== undefined) return { frames };
  return minutes === undefined ? undefined : { fromS: 60 * minutes };
}

/** A curve of a region as an input: activity in blood, taken for plasma. */
export function imageInput(timesS: Float64Array, values: Float64Array): Drive {
  const nodes = timesS[0]! > 0 ? [0, ...timesS] : [...timesS];
  const blood = inputFunction(nodes, timesS[0]! > 0 ? [0, ...values] : values);
  return { input: { plasma: blood, blood } };
}

/** Weights of a column, by default of one that is called so. */
export function weightsColumn(
  table: Columns,
  name: string | undefined,
): { values: Float64Array; says: string } | undefined {
  if (name === 'uniform') return undefined;
  const found = name === undefined ? columnOf(table, /^weights?$/i)?.[1] : columnNamed(table, name);
  return found && { values: found, says: `of the column ${name ?? 'of weights'}` };
}

const level = 1.96;

/** A fit as the document has it. */
export function fitDocument(name: string, id: KineticModelId, fit: KineticFit | undefined): object {
  if (!fit) return { name, model: id, status: 'not-determined', parameters: {} };
  const number = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const parameters = Object.fromEntries(
    fit.estimates.map(({ name: of, value, standardError, unit }) => [
      of,
      {
        value: number(value),
        unit,
        ...(Number.isFinite(standardError) && {
          standardError,
          interval95: [value - level * standardError, value + level * standardError],
        }),
      },
    ]),
  );
  return {
    ...{ name, model: id, status: fit.status, parameters },
    ...{ r2: number(fit.r2), rss: number(fit.rss), frames: fit.frames, tStarS: fit.tStarS, says: fit.says },
  };
}

export function fitLine(name: string, fit: KineticFit | undefined): string {
  if (!fit) return `${name}: not determined by its curve`;
  const values = fit.estimates.map(({ name: of, value, standardError, unit }) =>
    !Number.isFinite(value)
      ? `${of} no value`
      : `${of} ${value.toPrecision(5)}${Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(2)}` : ''}${unit === '1' ? '' : ` ${unit}`}`,
  );
  return `${name}: ${fit.model}, ${values.join(', ')}; R2 ${fit.r2.toFixed(4)}, ${fit.status}; ${fit.says.join('; ')}`;
}
