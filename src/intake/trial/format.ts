import { type Issue, issue } from '../../dossier/issue.ts';
import { FrozenTrial, sealOf } from '../../dossier/trial.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { parseGuarded } from '../json.ts';
import { readTable, type Table } from '../table/csv.ts';
import { tableFormat } from '../table/format.ts';
import { decodeText, headText } from '../text.ts';
import { dayFacts } from './days.ts';
import { looksLikePlan, sniffTrial } from './sniff.ts';

/** The frozen plan of a single-patient trial, or a table of days that may be one's. */
export type TrialPiece = { kind: 'plan'; trial: FrozenTrial } | { kind: 'days'; table: Table };

const planBytes = 2 ** 20;
const daysBytes = 4 * 2 ** 20;

/**
 * A plan as `idiograph nof1 design --json` writes it becomes a trial of the dossier; tables of days beside it become its
 * diary. Without a plan such a table is a table like any other.
 */
export const trialFormat: Format<TrialPiece> = { id: 'trial', sniff: sniffTrial, read: readPiece, assemble };

async function readPiece(file: InputFile, limits: Limits): Promise<Read<TrialPiece>> {
  const text = headText(file.head);
  if (text !== undefined && looksLikePlan(text)) return readPlan(file, limits);
  if (file.bytes > daysBytes) {
    const message = `The table has ${file.bytes} bytes; the days of one trial take far less.`;
    return { refused: issue('error', 'trial-too-large', message, { remedy: 'Export the days of this trial alone.' }) };
  }
  const read = await readTable(file, limits);
  return 'refused' in read ? read : { piece: { kind: 'days', table: read.table }, issues: read.issues };
}

async function readPlan(file: InputFile, limits: Limits): Promise<Read<TrialPiece>> {
  const refuse = (code: string, message: string, remedy: string, place?: string): Read<TrialPiece> => ({
    refused: issue('error', code, message, { remedy, ...(place === undefined ? {} : { place }) }),
  });
  const again = 'Write it with "idiograph nof1 design --json", or take it from the page of the trial.';
  const text = file.bytes > planBytes ? undefined : decodeText(await file.readAll());
  if (text === undefined)
    return refuse('trial-plan-invalid', 'The plan of the trial is no UTF-8 text of at most 1 MiB.', again);
  const json = parseGuarded(text, limits.jsonDepth);
  if ('refused' in json) return json;
  const { frozenAt, startDay } = json.value as { frozenAt?: unknown; startDay?: unknown };
  const parsed = FrozenTrial.safeParse({
    ...(json.value as object),
    form: 'trial',
    // Older plans do not say when they were frozen: no later than the first day.
    frozenAt: frozenAt ?? startDay,
  });
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const place = first!.path.join('.');
    return refuse(
      'trial-plan-invalid',
      `The plan of the trial is not valid: ${first!.message}.`,
      again,
      place || undefined,
    );
  }
  const trial = parsed.data;
  if (sealOf(trial) !== trial.hash)
    return refuse(
      'trial-changed',
      'The plan was changed after it was frozen: its hash is another.',
      'Hand over the plan as it was frozen before day 1.',
      'hash',
    );
  return { piece: { kind: 'plan', trial }, issues: [] };
}

const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const stemOf = (path: string) => path.replace(/\.[A-Za-z0-9]{1,5}$/, '');

function assemble(pieces: { path: string; piece: TrialPiece }[]): { drafts: Draft[]; issues: Issue[] } {
  const plans = pieces.flatMap(({ path, piece }) =>
    piece.kind === 'plan' ? [{ path, trial: piece.trial, tables: [] as { path: string; table: Table }[] }] : [],
  );
  const issues: Issue[] = [];
  const drafts: Draft[] = [];
  for (const { path, piece } of pieces) {
    if (piece.kind !== 'days') continue;
    const beside = plans.filter((plan) => folderOf(plan.path) === folderOf(path));
    const named = beside.filter((plan) => stemOf(path).startsWith(stemOf(plan.path)));
    const own = named.length === 1 ? named : beside;
    if (own.length === 1) own[0]!.tables.push({ path, table: piece.table });
    else {
      if (own.length > 1)
        issues.push(
          issue(
            'warning',
            'trial-days-unclear',
            `${own.length} plans lie beside this table: whose days it holds is not clear.`,
            {
              place: path,
              remedy: 'Give it the name of its plan: trial.csv for trial.json.',
            },
          ),
        );
      const { columns, rows } = piece.table;
      const other = { kind: 'table' as const, columns, rowCount: rows.length, table: piece.table };
      drafts.push(...tableFormat.assemble([{ path, piece: other }]).drafts);
    }
  }
  for (const plan of plans) drafts.push(...draftsOf(plan));
  return { drafts, issues };
}

/** One source a person: the plan with the tables that hold days of that person. */
function draftsOf({
  path,
  trial,
  tables,
}: {
  path: string;
  trial: FrozenTrial;
  tables: { path: string; table: Table }[];
}): Draft[] {
  const read = tables.map(({ path, table }) => ({ path, ...dayFacts(trial, table) }));
  const people = [...new Set(read.flatMap(({ facts }) => [...facts.keys()]))];
  const { plan } = trial;
  return (people.length === 0 ? [''] : people).map((patient): Draft => {
    const own = read.filter(({ facts }) => facts.has(patient) || people.length === 0);
    const facts = own.flatMap(({ path: of, facts }) =>
      (facts.get(patient) ?? []).map((fact) => (tables.length > 1 ? { ...fact, place: `${of}: ${fact.place}` } : fact)),
    );
    return {
      ...(patient === '' ? {} : { claim: { system: 'answers:patient', value: patient } }),
      source: {
        format: 'trial',
        locator: { trial: trial.hash, ...(patient === '' ? {} : { patient }) },
        path,
        modality: 'record',
        acquiredAt: trial.startDay,
        description: plan.title,
        metadata: { design: plan.design.type, startDay: trial.startDay, days: facts.length, hash: trial.hash },
        issues: own.flatMap(({ path: of, issues }) =>
          issues.map((one) => ({ ...one, place: one.place === undefined ? of : `${of}: ${one.place}` })),
        ),
      },
      files: [path, ...own.map(({ path: of }) => of)],
      facts,
      regions: [],
      trial,
    };
  });
}
