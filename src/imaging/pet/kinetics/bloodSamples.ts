import type { Dossier } from '../../../dossier/analysis.ts';
import type { TableHandle } from '../../../dossier/image.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import type { Source } from '../../../dossier/source.ts';
import { type BloodInput, bloodInput } from './curves.ts';

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

function columnsOf({ metadata }: Pick<Source, 'metadata'>): Column[] {
  const names = Array.isArray(metadata['columns']) ? metadata['columns'].map(String) : [];
  const found = names.flatMap((name) => columnOf(name) ?? []);
  return found.filter(({ role }, at) => found.findIndex((one) => one.role === role) === at);
}

/** A table with a column of times and one of plasma or blood. */
export function isBloodTable(source: Source): boolean {
  if (source.format !== 'table') return false;
  const has = new Set(columnsOf(source).map(({ role }) => role));
  return has.has('time') && (has.has('parent') || has.has('plasma') || has.has('blood'));
}

/** The one table of blood samples of a person with one dynamic PET series; otherwise which belongs to which is not known. */
export function bloodTableFor(dossier: Dossier, series: readonly Source[]): { table?: Source; issues: Issue[] } {
  const tables = dossier.sources.filter(isBloodTable);
  const [table] = tables;
  if (table === undefined) return { issues: [] };
  if (tables.length === 1 && series.length === 1) return { table, issues: [] };
  const message = `There are ${tables.length} tables of blood samples and ${series.length} dynamic PET series: which belong together is not stated.`;
  const remedy = 'Fit each with its own: idiograph pet --input.';
  return { issues: [issue('warning', 'pet-blood-ambiguous', message, { remedy })] };
}

/** More samples than any sampler takes. */
const mostRows = 20_000;

/**
 * Samples as an input in Bq/mL, times from injection in seconds. Refused (`pet-blood-...`) without units in the header, for
 * times that do not rise, for what is no number, and for an input nowhere above zero.
 */
export async function bloodSamples(
  table: TableHandle,
): Promise<{ input: BloodInput; says: string } | { refused: Issue }> {
  const refuse = (code: string, message: string, remedy: string) => ({
    refused: issue('error', code, message, { remedy }),
  });
  const columns = columnsOf({ metadata: { columns: [...table.columns] } });
  const without = columns.filter(({ factor }) => factor === undefined).map(({ name }) => name);
  if (without.length > 0)
    return refuse(
      'pet-blood-unit-unstated',
      `The columns ${without.join(', ')} of the blood samples state no unit.`,
      'Name them with it: t_min or t_s, Plasma [kBq/mL], Blood [Bq/mL].',
    );
  const values = new Map<Role, number[]>(columns.map(({ role }) => [role, []]));
  let line = 1;
  for await (const row of table.rows()) {
    if (++line > mostRows)
      return refuse('pet-blood-too-long', `The table has more than ${mostRows} rows.`, 'Give the samples only.');
    for (const { role, name, factor } of columns) {
      const text = (row[name] ?? '').trim();
      const value = text === '' ? Number.NaN : Number(text) * factor!;
      if (!Number.isFinite(value))
        return refuse(
          'pet-blood-no-number',
          `Line ${line}, column ${name} of the blood samples is no number.`,
          'Complete the table.',
        );
      values.get(role)!.push(value);
    }
  }
  const timesS = values.get('time')!;
  if (timesS.length < 3 || timesS.some((time, at) => !(at === 0 ? time >= 0 : time > timesS[at - 1]!)))
    return refuse(
      'pet-blood-times',
      'The times of the blood samples do not rise from the injection on.',
      'Count from the injection, sorted.',
    );
  const plasma = values.get('parent') ?? values.get('plasma');
  const wholeBlood = values.get('blood');
  if (!(plasma ?? wholeBlood!).some((value) => value > 0))
    return refuse('pet-blood-not-positive', 'The blood samples have no activity above zero.', 'Check the columns.');
  const fraction = values.get('parent') ? undefined : values.get('fraction');
  if (fraction?.some((one) => !(one >= 0 && one <= 1.2)))
    return refuse('pet-blood-fraction', 'A parent fraction is not between 0 and 1.', 'Give fractions, not per cent.');
  const { input, assumed } = bloodInput({
    timesS,
    ...(plasma && { plasma }),
    ...(wholeBlood && { wholeBlood }),
    ...(fraction && { parentFraction: { timesS, values: fraction } }),
  });
  const known = values.has('parent') ? assumed.filter((one) => !one.includes('metabolites')) : assumed;
  return {
    input,
    says: [`${timesS.length} samples, columns ${columns.map(({ name }) => name).join(', ')}`, ...known].join('; '),
  };
}
