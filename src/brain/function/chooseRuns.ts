import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { selectT1 } from '../selectT1.ts';
import { readPath, runKey } from './preprocessed.ts';

const isRun = (source: Source): boolean =>
  source.contrast === 'bold' &&
  (source.format === 'nifti' || source.format === 'dicom-series') &&
  volumesOf(source) >= 20;

/** Shape of the series as the header of either format tells it. */
export function shapeOf({ metadata }: Source): number[] {
  const layout = metadata['layout'] as { shape?: number[] } | undefined;
  const dim = metadata['dim'];
  if (layout?.shape) return layout.shape;
  return Array.isArray(dim) ? dim.slice(1, 5).map((one) => Math.max(1, Number(one))) : [];
}

function volumesOf(source: Source): number {
  return shapeOf(source)[3] ?? 1;
}

function tablesWith(dossier: Dossier, ...columns: string[]): Source[] {
  return dossier.sources.filter(({ format, metadata }) => {
    const held = metadata['columns'];
    return format === 'table' && Array.isArray(held) && columns.every((one) => held.includes(one));
  });
}

/** The table of a run: of the same BIDS entities; or, where there is one run and one table, that one. */
function tableOf(run: Source, runs: readonly Source[], tables: readonly Source[]): Source | undefined {
  const key = runKey(run.path);
  const same = key === '' ? [] : tables.filter(({ path }) => runKey(path) === key);
  if (same.length > 0) return same[0];
  return runs.length === 1 && tables.length === 1 && (key === '' || runKey(tables[0]!.path) === '')
    ? tables[0]
    : undefined;
}

/** Task runs with their events and, where another program prepared them, their confounds; a T1 where there is one. */
export function chooseTaskRuns(dossier: Dossier): Selected {
  const runs = dossier.sources
    .filter(isRun)
    .filter((one) => !isRest(one) && readPath(one.path).preprocessing !== 'denoised');
  const events = tablesWith(dossier, 'onset', 'duration');
  const missing: Issue[] = [];
  const selections = runs.flatMap((run): Selection[] => {
    const table = tableOf(run, runs, events);
    if (table === undefined) {
      missing.push(
        issue('info', 'no-events', `There are no events for the fMRI run ${titleOf(run)}: no task model.`, {
          remedy: 'Add its BIDS events table (onset, duration, trial_type) under the name of the run.',
        }),
      );
      return [];
    }
    const chosen = inputsOf(dossier, run, runs);
    if ('missing' in chosen) {
      missing.push(chosen.missing);
      return [];
    }
    return [{ title: `task ${titleOf(run)}`, inputs: { ...chosen.inputs, events: [table.id] } }];
  });
  return { selections, missing };
}

/** Resting runs, longest of each day and space. */
export function chooseRestRuns(dossier: Dossier): Selected {
  const runs = dossier.sources.filter(isRun).filter(isRest);
  const missing: Issue[] = [];
  const best = new Map<string, Source>();
  for (const run of runs) {
    const { space, inTemplate } = readPath(run.path);
    if (space !== undefined && !inTemplate) continue;
    const key = run.acquiredAt?.slice(0, 10) ?? '';
    const before = best.get(key);
    if (!before || rank(run) > rank(before) || (rank(run) === rank(before) && run.id < before.id)) best.set(key, run);
  }
  if (runs.length > 0 && best.size === 0)
    missing.push(
      issue(
        'info',
        'rest-in-other-space',
        'The resting scan lies in a space that is not that of the atlas: no connectome.',
        {
          remedy: 'Add the run in an MNI152 space, or as the scanner made it.',
        },
      ),
    );
  const selections = [...best.values()].flatMap((run): Selection[] => {
    const chosen = inputsOf(dossier, run, runs);
    if ('missing' in chosen) {
      missing.push(chosen.missing);
      return [];
    }
    return [{ title: `rest ${titleOf(run)}`, inputs: chosen.inputs }];
  });
  return { selections, missing };
}

/** Cleaned before prepared before raw, then longer before shorter. */
function rank(run: Source): number {
  const order = { denoised: 2, preprocessed: 1, none: 0 };
  return order[readPath(run.path).preprocessing] * 1e6 + volumesOf(run);
}

function inputsOf(
  dossier: Dossier,
  run: Source,
  runs: readonly Source[],
): { inputs: Record<string, string[]> } | { missing: Issue } {
  const { preprocessing, inTemplate } = readPath(run.path);
  const table = tableOf(run, runs, tablesWith(dossier, 'trans_x', 'rot_x'));
  if (preprocessing === 'preprocessed' && table === undefined)
    return {
      missing: issue(
        'info',
        'no-confounds',
        `The prepared run ${titleOf(run)} has no confounds table: it is not used.`,
        {
          remedy: 'Add its desc-confounds table.',
        },
      ),
    };
  const t1 = inTemplate ? undefined : selectT1(dossier).selections.at(-1)?.inputs['t1']?.[0];
  return {
    inputs: {
      bold: [run.id],
      ...(preprocessing !== 'none' && table && { confounds: [table.id] }),
      ...(t1 && { t1: [t1] }),
    },
  };
}

function isRest({ path, description, metadata }: Source): boolean {
  const task = /(?:^|_)task-([A-Za-z0-9]+)/.exec(path.split('/').at(-1)!)?.[1] ?? metadata['TaskName'];
  if (typeof task === 'string') return /^rest/i.test(task);
  return /(^|[^a-z])rest(ing)?([^a-z]|$)|rsfmri/i.test(`${path.split('/').at(-1)} ${description ?? ''}`);
}

function titleOf({ description, acquiredAt, path }: Source): string {
  return [description ?? path.split('/').at(-1), acquiredAt?.slice(0, 10)].filter(Boolean).join(', ');
}
