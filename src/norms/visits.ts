import type { Dossier } from '../dossier/analysis.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Fact } from '../dossier/fact.ts';
import type { Source } from '../dossier/source.ts';

/** Statistics of one scan: the sources of one folder, or the rows of one name in tables of volumes, and the day on which the person was scanned. */
export interface Visit {
  folder: string;
  sources: Source[];
  /** Undefined where nothing tells: processing dates are no scan dates. */
  day?: string;
}

/** Groups the statistics of a dossier by folder, and looks for the day of each scan. */
export function visitsOf({ sources }: Dossier): Visit[] {
  const folders = new Map<string, Source[]>();
  for (const source of sources) {
    if (source.format !== 'freesurfer-stats' && source.format !== 'volume-table') continue;
    // A table of volumes holds one scan a row, so its rows are told apart by their names.
    const scan = source.format === 'volume-table' ? (source.locator['subject'] ?? '') : '';
    const folder = source.path.replace(/[^/]*$/, '').replace(/\/?stats\/$/, '/') + scan;
    folders.set(folder, [...(folders.get(folder) ?? []), source]);
  }
  const t1 = sources.filter(({ contrast, acquiredAt }) => contrast === 'T1w' && acquiredAt !== undefined);
  const visits = [...folders].map(([folder, list]): Visit => {
    const day = dayOfScan(folder, t1);
    return { folder, sources: list, ...(day && { day }) };
  });
  return visits.sort((a, b) => ((a.day ?? '') + a.folder < (b.day ?? '') + b.folder ? -1 : 1));
}

/** A date in the folder's name, else the day of the T1 images of the same session, else of the only day with any. */
function dayOfScan(folder: string, t1: readonly Source[]): string | undefined {
  const written = /(?:^|[^\d])((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)/.exec(folder);
  if (written) return written.slice(1, 4).join('-');
  const session = /ses-[A-Za-z0-9]+/.exec(folder)?.[0];
  const near = session ? t1.filter(({ path }) => path.includes(session)) : t1;
  const days = new Set((near.length > 0 ? near : t1).map(({ acquiredAt }) => acquiredAt!.slice(0, 10)));
  return days.size === 1 ? [...days][0] : undefined;
}

/** Age in years with its fraction, or what stands in the way. A birth date without a day is off by up to a year. */
export function ageOf(
  facts: readonly Fact[],
  day: string | undefined,
): { ageYears: number; approximate: boolean } | undefined {
  const stated = facts
    .flatMap(({ type, value, status }) =>
      type === 'birth-date' && status !== 'entered-in-error' && value?.type === 'date' ? [value.date.slice(0, 10)] : [],
    )
    .sort((a, b) => b.length - a.length);
  const [finest] = stated;
  if (day === undefined || finest === undefined || !stated.every((one) => finest.startsWith(one))) return undefined;
  const approximate = finest.length < 10;
  const birth = finest.length === 4 ? `${finest}-07-01` : finest.length === 7 ? `${finest}-15` : finest;
  return { ageYears: daysBetween(birth, day) / 365.25, approximate };
}

export function maleOf(facts: readonly Fact[]): 0 | 1 | undefined {
  const stated = new Set(
    facts.flatMap(({ type, value, status }) =>
      type === 'sex' && status !== 'entered-in-error' && value?.type === 'code' ? [value.code.code.toLowerCase()] : [],
    ),
  );
  const [only] = stated.size === 1 ? stated : [];
  if (only === 'male' || only === 'm') return 1;
  return only === 'female' || only === 'f' ? 0 : undefined;
}
