import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';

export interface ConfoundChoice {
  columns: { name: string; values: Float64Array }[];
  /** `framewise_displacement` in mm, where the table has it; first value 0. */
  framewiseMm: Float64Array | undefined;
  issues: Issue[];
}

const motionNames = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'];

/** How many components of aCompCor enter; those of the combined mask come first in fMRIPrep's table. */
const components = 5;

/**
 * The confounds that a model takes from a table of fMRIPrep or XCP-D: six motion parameters, five aCompCor components, and
 * volumes before the steady state. Throws `usage` for a table without motion parameters or with other rows than the run.
 */
export function chooseConfounds(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
  volumes: number,
): ConfoundChoice {
  if (rows.length !== volumes)
    throw new IdiographError('usage', `the confounds have ${rows.length} rows, the run ${volumes} volumes`, {
      remedy: 'Give the confounds table of this run.',
    });
  const lacking = motionNames.filter((name) => !columns.includes(name));
  if (lacking.length > 0)
    throw new IdiographError('usage', `the confounds have no column ${lacking.join(', ')}`, {
      remedy: 'Give the desc-confounds table that fMRIPrep wrote.',
    });
  const acompcor = columns.filter((name) => /^a_comp_cor_\d+$/.test(name)).slice(0, components);
  const unsteady = columns.filter((name) => /^non_steady_state_outlier\d+$/.test(name));
  let unreadable = 0;
  const read = (name: string): Float64Array =>
    Float64Array.from(rows, (row, at) => {
      const value = Number(row[name]?.trim() || Number.NaN);
      if (!Number.isFinite(value) && at > 0) unreadable++;
      return value;
    });
  const chosen = [...motionNames, ...acompcor, ...unsteady].map((name) => ({ name, values: read(name) }));
  const issues: Issue[] = [];
  if (unreadable > 0)
    issues.push(
      issue(
        'warning',
        'confounds-unreadable',
        `${unreadable} values of the confounds are no numbers and count as the mean of their column.`,
        {},
      ),
    );
  const framewiseMm = columns.includes('framewise_displacement')
    ? read('framewise_displacement').map((one) => (Number.isFinite(one) ? one : 0))
    : undefined;
  return { columns: chosen, framewiseMm, issues };
}
