import type { Analysis, Dossier, Selection } from '../dossier/analysis.ts';
import { IdiographError, isIdiographError } from '../dossier/errors.ts';
import { issue } from '../dossier/issue.ts';
import { type RunKey, runId } from '../dossier/run.ts';
import { machineMemoryMb } from './admission.ts';
import type { Drafts, Line } from './context.ts';
import { perform } from './context.ts';
import { keepRun } from './keep.ts';
import { runKey, sortedInputs } from './key.ts';
import type { RunOutcome, Session } from './session.ts';
import { faultOf, performOnThread } from './thread.ts';
import { changedValues } from './values.ts';
import { dossierForRun, dossierForSelect } from './view.ts';

/** Peak of one run up to which it runs on the main thread: to start a thread would cost more than the run. */
const lightPeakMb = 64;

/** A selection with the id under which its run stands or will stand. */
interface Planned {
  id: string;
  key: RunKey;
  selection: Selection;
  peakMb: number;
  dossier: Dossier;
}

/** Asks one analysis what there is to do, and does what has not been done. Throws only when the store cannot be used. */
export async function settle(analysis: Analysis, session: Session): Promise<void> {
  if (session.signal.aborted) return;
  const planned = await plan(analysis, session);
  for (const { id } of planned) session.valid.get(analysis.id)?.add(id);
  const all = planned.map((one) => settleOne(analysis, one, session));
  for (const result of await Promise.allSettled(all)) if (result.status === 'rejected') throw result.reason;
}

async function plan(analysis: Analysis, session: Session): Promise<Planned[]> {
  const whole = await session.dossier();
  const view = dossierForSelect(analysis, whole);
  try {
    const { selections, missing } = analysis.select(view);
    session.missing.set(analysis.id, missing);
    if (selections.length === 0) return [];
    const standing = await session.standing(analysis);
    const planned = new Map<string, Planned>();
    for (const selection of selections) {
      const key = runKey(analysis, selection, standing, view);
      const peakMb = analysis.peakMemoryMb(selection, view);
      const id = runId(key);
      planned.set(id, { id, key, selection, peakMb, dossier: dossierForRun(key.inputs, view) });
    }
    return [...planned.values()];
  } catch (error) {
    fail(analysis, undefined, error, session);
    return [];
  }
}

async function settleOne(analysis: Analysis, planned: Planned, session: Session): Promise<void> {
  const { id, key, selection, peakMb } = planned;
  if (session.outcomes.has(id)) return;
  const kept = session.runs.get(id);
  if (kept && !session.options.recompute) {
    session.progress.addDone(id);
    report(analysis, planned, { state: 'cached', seconds: 0 }, session);
    return;
  }
  session.progress.add(id, analysis.id, peakMb);
  const isHeavy = peakMb > lightPeakMb && session.workers > 0;
  const leave = await (isHeavy ? session.heavy : session.light).enter(peakMb);
  const startedAt = session.options.clock();
  const seconds = () => (Date.parse(session.options.clock()) - Date.parse(startedAt)) / 1000;
  let drafts: Drafts;
  try {
    assertFits(peakMb);
    drafts = await makeRun(analysis, planned, isHeavy, session);
  } catch (error) {
    const stopped = session.signal.aborted;
    if (!stopped) fail(analysis, planned, error, session);
    report(analysis, planned, { state: stopped ? 'interrupted' : 'failed', seconds: seconds() }, session);
    return;
  } finally {
    leave();
  }
  const took = seconds();
  if (kept) {
    session.issues.push(...(await changedValues(session.reader, kept, analysis, drafts)));
  } else {
    const measured = { startedAt, seconds: took };
    try {
      const run = await keepRun(
        session.store,
        session.subject,
        { id, key, title: selection.title, analysis },
        drafts,
        measured,
      );
      session.runs.set(id, run);
    } catch (error) {
      // Another process came to another value for the same run meanwhile: shown, not hidden.
      if (!isIdiographError(error, 'value-changed')) throw error;
      fail(analysis, planned, error, session);
      report(analysis, planned, { state: 'failed', seconds: took }, session);
      return;
    }
  }
  session.changed();
  report(analysis, planned, { state: 'computed', seconds: took }, session);
}

/** Better refused than ended by the operating system, together with everything else. */
function assertFits(peakMb: number): void {
  const machineMb = machineMemoryMb();
  if (peakMb <= machineMb) return;
  throw new IdiographError(
    'unsupported',
    `it needs ${Math.ceil(peakMb)} MB of memory; there are ${Math.floor(machineMb)}`,
    {
      remedy: 'Work the patient up on a machine with more memory; what is done by then is kept.',
    },
  );
}

async function makeRun(analysis: Analysis, planned: Planned, isHeavy: boolean, session: Session): Promise<Drafts> {
  const { id, key, selection, dossier } = planned;
  const { options, reader, signal, subject } = session;
  const inputs = sortedInputs(selection.inputs);
  tell(analysis, planned, { type: 'started' }, session);
  const line: Line = {
    signal,
    stopped: () => signal.aborted,
    progress(fraction, doing) {
      session.progress.update(id, fraction);
      tell(analysis, planned, { type: 'progress', fraction, doing }, session);
    },
  };
  if (!isHeavy) {
    const blobs = {
      bytes: (sha256: string) => reader.blob(subject, sha256),
      file: (sha256: string) => reader.blobFile(subject, sha256),
    };
    return perform({ run: id, analysis, inputs, options: key.options, dossier }, session.surroundings, blobs, line);
  }
  const order = {
    registry: session.registry,
    analysis: analysis.id,
    version: analysis.version,
    run: id,
    inputs,
    options: key.options,
    dossier,
    store: session.store.config,
    access: options.access,
    places: session.surroundings.places,
  };
  return performOnThread(order, line, options.graceMs ?? 2000);
}

function fail(analysis: Analysis, planned: Planned | undefined, error: unknown, session: Session): void {
  const { code, message, remedy } = faultOf(error);
  const told = planned ? `${analysis.title}, ${planned.selection.title}: ${message}` : `${analysis.title}: ${message}`;
  session.failed.add(analysis.id);
  // A later pass meets the same trouble again.
  if (session.issues.some(({ message }) => message === told)) return;
  session.issues.push(
    issue('error', code === 'value-changed' ? code : 'analysis-failed', told, {
      place: analysis.id,
      remedy: remedy ?? 'The other analyses went on. Report this with the version and, if you may, the file concerned.',
    }),
  );
}

function report(
  analysis: Analysis,
  planned: Planned,
  outcome: Pick<RunOutcome, 'state' | 'seconds'>,
  session: Session,
): void {
  const { id, selection } = planned;
  if (outcome.state !== 'interrupted') session.progress.finish(id);
  session.outcomes.set(id, { run: id, analysis: analysis.id, title: selection.title, ...outcome });
  tell(analysis, planned, { type: 'finished', ...outcome }, session);
}

type What =
  | { type: 'started' }
  | { type: 'progress'; fraction: number; doing: string | undefined }
  | ({ type: 'finished' } & Pick<RunOutcome, 'state' | 'seconds'>);

function tell(analysis: Analysis, planned: Planned, what: What, session: Session): void {
  session.options.onProgress?.({
    subject: session.subject,
    analysis: analysis.id,
    run: planned.id,
    title: planned.selection.title,
    overall: session.progress.overall(),
    ...what,
  });
}
