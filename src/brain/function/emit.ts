import type { RunContext } from '../../dossier/analysis.ts';
import { isIdiographError } from '../../dossier/errors.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { shapeOf } from './chooseRuns.ts';
import { type ConfoundChoice, chooseConfounds } from './confoundTable.ts';
import type { Figure } from './figures.ts';
import { functionMeasures, functionRoles } from './measures.ts';

export const noSmallestChange: Issue = issue(
  'info',
  'no-smallest-change',
  'No smallest real change is known for this number on this scanner.',
  { remedy: 'Compare with a repeated scan of the same person before calling a difference a change.' },
);

/** Site, time and place of one run. */
export function ofRun(source: Source): Pick<FindingDraft, 'site'> & { time?: string } {
  return {
    site: { system: 'source', code: source.id, display: source.description ?? source.path.split('/').at(-1)! },
    ...(source.acquiredAt && { time: source.acquiredAt }),
  };
}

/** A file name of an artifact of one run. */
export function fileOf(source: Source, role: string, ending: string): string {
  const time = source.acquiredAt ? `-${source.acquiredAt.slice(0, 19).replaceAll(':', '')}` : '';
  return `${role}${time}-${source.id.slice(-6)}.${ending}`;
}

/** Motion and signal of a run, first, with all that speaks against it. */
export function emitQuality(
  source: Source,
  study: { framewiseMm: Float64Array | undefined; tsnr: number | undefined; issues: readonly Issue[] },
  { emit }: RunContext,
): void {
  const common = { ...ofRun(source), derivedFrom: [source.id] };
  const fd = study.framewiseMm;
  if (fd)
    emit.finding({
      ...common,
      measure: functionMeasures.motion,
      value: { type: 'quantity', value: fd.reduce((sum, one) => sum + one, 0) / (fd.length - 1), unit: 'mm' },
      issues: [...study.issues, noSmallestChange],
    });
  if (study.tsnr === undefined) return;
  emit.finding({
    ...common,
    measure: functionMeasures.tsnr,
    value: { type: 'quantity', value: study.tsnr, unit: '1' },
    issues: fd ? [noSmallestChange] : [...study.issues, noSmallestChange],
  });
}

export function emitFigure(source: Source, name: string, { bytes, says }: Figure, { emit }: RunContext): void {
  emit.artifact({
    ...{ type: 'picture', role: functionRoles.snapshot, title: says, mediaType: 'image/png' },
    ...{ fileName: fileOf(source, name, 'png'), issues: [], derivedFrom: [source.id], bytes },
    ...(source.acquiredAt && { time: source.acquiredAt }),
  });
}

/** What went wrong, as a refusal of the number that was asked for. Errors of the program go on. */
export function refusalOf(error: unknown): Issue {
  if (!isIdiographError(error, 'unsupported') && !isIdiographError(error, 'usage')) throw error;
  const text = `${error.message.replace(/^./, (a) => a.toUpperCase())}.`;
  return issue('error', 'fmri-refused', text, error.remedy ? { remedy: error.remedy } : {});
}

export async function readRows(
  id: string,
  context: RunContext,
): Promise<{ columns: readonly string[]; rows: Record<string, string>[] }> {
  const table = await context.openTable(id);
  const rows: Record<string, string>[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { columns: table.columns, rows };
}

export async function confoundsOf(
  id: string | undefined,
  volumes: number,
  context: RunContext,
): Promise<ConfoundChoice | undefined> {
  if (id === undefined) return undefined;
  const { columns, rows } = await readRows(id, context);
  return chooseConfounds(columns, rows, volumes);
}

/** The series as floats in MB. */
export function seriesMb(source: Source | undefined): number {
  const shape = source ? shapeOf(source) : [];
  return shape.length < 4 ? 600 : (4 * shape.reduce((product, one) => product * one, 1)) / 2 ** 20;
}
