import type { Dossier } from '../../../dossier/analysis.ts';
import type { TableHandle } from '../../../dossier/image.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import type { Source } from '../../../dossier/source.ts';
import { inputFunction } from '../../../kinetics/input.ts';
import { type BloodInput, bloodInput, sampled } from './curves.ts';

type Role = 'time' | 'parent' | 'plasma' | 'blood' | 'fraction';

interface Column {
  role: Role;
  name: string;
  /** To seconds or Bq/mL; 1 for fractions. Undefined where the header states no unit. */
  factor: number | undefined;
}

const roles: readonly [Role, RegExp][] = [
  ['time', /^(t|time)$/],
  ['parent', /^(aif|cp metcorr|cpl metabcorr|parent plasma|plasma parent|plasma corrected)$/],
  ['plasma', /^(plasma|plasma radioactivity|cp|cpl)$/],
  ['blood', /^(blood|whole blood|whole blood radioactivity|cb|cbl)$/],
  ['fraction', /^(parent fraction|metabolite parent fraction|pf)$/],
];
const units: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  seconds: 1,
  min: 60,
  minutes: 60,
  'bq/ml': 1,
  'kbq/ml': 1000,
};

/** `Plasma [kBq/mL]`, `plasma_kBq/ml`, `t_min`, `ParentFraction` as role and factor; undefined for other columns. */
function columnOf(name: string): Column | undefined {
  const whole = name.trim();
  const match = /^(.*?)[\s_]*[[(]?\s*(s|sec|seconds|min|minutes|k?bq\/ml)\s*[\])]?$/i.exec(whole);
  const split = match && match[1] !== '' && /[\s_[(]/.test(whole.charAt(match[1]!.length)) ? match : undefined;
  const words = (split ? split[1]! : whole).replace(/([a-z])([A-Z])/g, '$1 $2');
  const plain = words
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
  const role = roles.find(([, names]) => names.test(plain))?.[0];
  if (role === undefined) return undefined;
  return { role, name, factor: role === 'fraction' ? 1 : split ? units[split[2]!.toLowerCase()] : undefined };
}

/** Units of columns that a description beside the table states (BIDS `_blood.json`); undefined for tables without one. */
function unitsBeside(metadata: Source['metadata']): Readonly<Record<string, unknown>> | undefined {
  const stated = metadata['columnUnits'];
  return typeof stated === 'object' && stated !== null ? (stated as Record<string, unknown>) : undefined;
}

function columnsOf({ metadata }: Pick<Source, 'metadata'>): Column[] {
  const names = Array.isArray(metadata['columns']) ? metadata['columns'].map(String) : [];
  const beside = unitsBeside(metadata);
  const found = names.flatMap((name) => {
    const column = columnOf(name);
    if (column === undefined) return [];
    return [{ ...column, factor: column.factor ?? units[String(beside?.[name]).toLowerCase()] }];
  });
  return found.filter(({ role }, at) => found.findIndex((one) => one.role === role) === at);
}

/** A table with a column of times and one of plasma or blood. */
export function isBloodTable(source: Source): boolean {
  if (source.format !== 'table') return false;
  const has = new Set(columnsOf(source).map(({ role }) => role));
  return has.has('time') && (has.has('parent') || has.has('plasma') || has.has('blood'));
}

/** `sub-1/ses-2/pet/sub-1_ses-2` of a BIDS path: what its PET image and its blood samples share. */
function scanOf(path: string): string {
  const stem = path.replace(/\.[^/]*$/, '');
  return stem.replace(/_(blood|pet)$/, '').replace(/_(recording|desc|rec)-[A-Za-z0-9]+/g, '');
}

/** How much a table tells: parent in plasma or plasma, before whole blood alone (an autosampler's). */
function worth(table: Source): number {
  const has = new Set(columnsOf(table).map(({ role }) => role));
  return has.has('parent') || has.has('plasma') ? 1 : 0;
}

/**
 * Tables of blood samples by the id of their dynamic PET series: those named as the series is (BIDS), of several recordings
 * the one with plasma; else the one table of a person with one series. Otherwise which belongs to which is not known.
 */
export function bloodTablesFor(
  dossier: Dossier,
  series: readonly Source[],
): { tables: ReadonlyMap<string, Source>; issues: Issue[] } {
  const tables = dossier.sources.filter(isBloodTable);
  const [table] = tables;
  const found = new Map<string, Source>();
  if (table === undefined || series.length === 0) return { tables: found, issues: [] };
  for (const one of series) {
    const named = tables.filter(({ path }) => /_blood\.\w+$/.test(path) && scanOf(path) === scanOf(one.path));
    const best = named.filter((other) => worth(other) === Math.max(...named.map(worth)));
    if (best.length === 1) found.set(one.id, best[0]!);
  }
  if (found.size > 0) return { tables: found, issues: [] };
  if (tables.length === 1 && series.length === 1) return { tables: new Map([[series[0]!.id, table]]), issues: [] };
  const message = `There are ${tables.length} tables of blood samples and ${series.length} dynamic PET series: which belong together is not stated.`;
  const remedy = 'Fit each with its own: idiograph pet --input.';
  return { tables: found, issues: [issue('warning', 'pet-blood-ambiguous', message, { remedy })] };
}

/** More samples than any sampler takes. */
const mostRows = 20_000;

/**
 * Samples as an input in Bq/mL, times from injection in seconds. Refused (`pet-blood-...`) without units in the header, for
 * times that do not rise, for what is no number, and for an input nowhere above zero. `n/a` (BIDS) is a sample that was not
 * taken. `beside`: metadata of the table; `injectedS`: when the injection was, on the clock of the samples.
 */
export async function bloodSamples(
  table: TableHandle,
  beside: Source['metadata'] = {},
  injectedS = 0,
): Promise<{ input: BloodInput; says: string } | { refused: Issue }> {
  const refuse = (code: string, message: string, remedy: string) => ({
    refused: issue('error', code, message, { remedy }),
  });
  const columns = columnsOf({ metadata: { ...beside, columns: [...table.columns] } });
  const without = columns.filter(({ factor }) => factor === undefined).map(({ name }) => name);
  if (without.length > 0)
    return refuse(
      'pet-blood-unit-unstated',
      `The columns ${without.join(', ')} of the blood samples state no unit.`,
      'Name them with it: t_min or t_s, Plasma [kBq/mL], Blood [Bq/mL]; or put a BIDS _blood.json beside the table.',
    );
  const values = new Map<Role, number[]>(columns.map(({ role }) => [role, []]));
  let line = 1;
  for await (const row of table.rows()) {
    if (++line > mostRows)
      return refuse('pet-blood-too-long', `The table has more than ${mostRows} rows.`, 'Give the samples only.');
    for (const { role, name, factor } of columns) {
      const text = (row[name] ?? '').trim();
      const isAbsent = text.toLowerCase() === 'n/a' && role !== 'time';
      const value = text === '' || isAbsent ? Number.NaN : Number(text) * factor!;
      if (!Number.isFinite(value) && !isAbsent)
        return refuse(
          'pet-blood-no-number',
          `Line ${line}, column ${name} of the blood samples is no number.`,
          'Complete the table.',
        );
      values.get(role)!.push(value);
    }
  }
  const clock = values.get('time')!;
  const timesS = clock.map((time) => time - injectedS);
  if (timesS.length < 3 || timesS.some((time, at) => at > 0 && !(time > timesS[at - 1]!)) || clock[0]! < 0)
    return refuse(
      'pet-blood-times',
      'The times of the blood samples do not rise from the injection on.',
      'Count from the injection, sorted.',
    );
  /** Samples that were taken, from the injection on. */
  const taken = (role: Role): { timesS: number[]; values: number[] } | undefined => {
    const all = values.get(role);
    const at = [...(all?.keys() ?? [])].filter((row) => Number.isFinite(all![row]!) && timesS[row]! >= 0);
    return at.length < 3 ? undefined : { timesS: at.map((row) => timesS[row]!), values: at.map((row) => all![row]!) };
  };
  const plasma = taken('parent') ?? taken('plasma');
  const wholeBlood = taken('blood');
  const main = plasma ?? wholeBlood;
  if (!main?.values.some((value) => value > 0))
    return refuse('pet-blood-not-positive', 'The blood samples have no activity above zero.', 'Check the columns.');
  const fraction = taken('parent') ? undefined : taken('fraction');
  if (fraction?.values.some((one) => !(one >= 0 && one <= 1.2)))
    return refuse('pet-blood-fraction', 'A parent fraction is not between 0 and 1.', 'Give fractions, not per cent.');
  const { input, assumed } = bloodInput({
    timesS: main.timesS,
    ...(plasma && { plasma: plasma.values }),
    ...(wholeBlood && { wholeBlood: sampled(inputFunction(wholeBlood.timesS, wholeBlood.values), main.timesS) }),
    ...(fraction && { parentFraction: fraction }),
  });
  const known = taken('parent') ? assumed.filter((one) => !one.includes('metabolites')) : assumed;
  return {
    input,
    says: [`${main.timesS.length} samples, columns ${columns.map(({ name }) => name).join(', ')}`, ...known].join('; '),
  };
}
