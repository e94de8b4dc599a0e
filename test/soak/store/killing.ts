import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson, sha256 } from '../../../src/dossier/canonical.ts';
import type { Access, Reader, Store, StoreConfig } from '../../../src/dossier/store.ts';
import { doctor } from '../../../src/store/maintenance.ts';
import { openStore } from '../../../src/store/open.ts';
import { seeded } from './seeded.ts';

/** One acknowledgement, as the child says it: a line of JSON. */
export type Said =
  | { ready: true }
  | { blob: string }
  /** Pairs of id and hash of the record's canonical JSON. */
  | { subject: string; batch: [id: string, hash: string][] }
  | { erasing: string }
  | { erased: string };

export interface Plan {
  config: StoreConfig;
  kills: number;
  seed: number;
  /** Command line of the child for one round. One that says nothing is judged by what another process saw it commit. */
  command(round: number): string[];
  /** Kills come between 0 and this many milliseconds after the child has said its first word. */
  withinMs: number;
  /** The share that comes so long after its start instead, mostly while the store is being opened (0.15). */
  earlyShare?: number;
}

export interface Figures {
  kills: number;
  /** Kills after which there was something that must not be lost: acknowledged, or seen by another process. */
  withWork: number;
  /** How many records were seen so, over all kills. */
  seen: number;
  records: number;
  blobs: number;
  erasuresBegun: number;
  erasures: number;
  /** Milliseconds of each reopening. */
  openMs: number[];
  faults: string[];
}

/** What must be in the store from now on. */
interface Promised {
  records: Map<string, PromisedRecord>;
  blobs: Set<string>;
  /** Id -> subject of what another process saw committed just before the kill. */
  seen: Map<string, string>;
  erasing: Set<string>;
  erased: Set<string>;
}

interface PromisedRecord {
  id: string;
  subject: string;
  hash: string;
}

const access: Access = { purpose: 'quality', actor: 'soak' };
const slowestOpenMs = 2000;

/** Starts the child again and again on one store, kills it, and looks each time at what is left. */
export async function killRepeatedly(plan: Plan): Promise<Figures> {
  const random = seeded(plan.seed);
  const promised: Promised = {
    records: new Map(),
    blobs: new Set(),
    seen: new Map(),
    erasing: new Set(),
    erased: new Set(),
  };
  const opens: number[] = [];
  const faults: string[] = [];
  let kills = 0;
  let withWork = 0;
  let seen = 0;
  for (let round = 0; kills < plan.kills; round++) {
    const early = random() < (plan.earlyShare ?? 0.15);
    const { said, killed } = await runAndKill(plan, round, early, random() * plan.withinMs, promised);
    if (killed) kills++;
    else if (round > 3 * plan.kills + 10) throw new Error('the child ends before it can be killed');
    const fresh = remember(said, promised);
    seen += promised.seen.size;
    if (killed && fresh.records.length + fresh.blobs.length + promised.seen.size > 0) withWork++;
    if (!existsSync(join(plan.config.directory, 'store.sqlite'))) continue;
    const start = performance.now();
    const store = await openStore(plan.config);
    opens.push(performance.now() - start);
    const found = await whatIsLost(store, fresh, promised);
    await store.close();
    const { healthy, issues } = await doctor(plan.config);
    if (!healthy) found.push(...issues.map(({ code, message }) => `doctor: ${code}: ${message}`));
    if ((opens.at(-1) ?? 0) > slowestOpenMs) found.push(`opening took ${opens.at(-1)} ms`);
    faults.push(...found.map((fault) => `round ${round}: ${fault}`));
  }
  faults.push(...(await lastLook(plan.config, promised)));
  return {
    kills,
    withWork,
    seen,
    records: promised.records.size,
    blobs: promised.blobs.size,
    erasuresBegun: promised.erasing.size,
    erasures: promised.erased.size,
    openMs: opens,
    faults,
  };
}

async function runAndKill(plan: Plan, round: number, early: boolean, ms: number, promised: Promised) {
  const [program = '', ...rest] = plan.command(round);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let complaint = '';
  let killed = false;
  let timer: NodeJS.Timeout | undefined;
  const killLater = () => {
    timer ??= setTimeout(() => {
      look(plan.config, promised);
      killed = child.kill('SIGKILL');
    }, ms);
  };
  if (early) killLater();
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
    killLater();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk;
    killLater();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  clearTimeout(timer);
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the child failed by itself:\n${complaint}`);
  // The last line may be cut: then it was not said.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return { said: lines.filter((line) => line.startsWith('{')).map((line): Said => JSON.parse(line)), killed };
}

/** What another process can read was committed and fsynced before: it must be there after the kill as well. */
function look(config: StoreConfig, promised: Promised): void {
  try {
    const raw = new DatabaseSync(join(config.directory, 'store.sqlite'), { readOnly: true, timeout: 1000 });
    const rows = raw.prepare('select id, subject from record order by sequence desc limit 500').all();
    for (const { id, subject } of rows) promised.seen.set(String(id), String(subject));
    raw.close();
  } catch {
    // Not created or not migrated yet: nothing was seen.
  }
}

interface Fresh {
  records: PromisedRecord[];
  blobs: string[];
}

function remember(said: readonly Said[], promised: Promised): Fresh {
  const fresh: Fresh = { records: [], blobs: [] };
  for (const one of said) {
    if ('blob' in one) fresh.blobs.push(one.blob);
    if ('batch' in one) fresh.records.push(...one.batch.map(([id, hash]) => ({ id, hash, subject: one.subject })));
    if ('erasing' in one) promised.erasing.add(one.erasing);
    if ('erased' in one) promised.erased.add(one.erased);
  }
  for (const record of fresh.records) promised.records.set(record.id, record);
  for (const id of fresh.blobs) promised.blobs.add(id);
  return fresh;
}

async function whatIsLost(store: Store, fresh: Fresh, promised: Promised): Promise<string[]> {
  const reader = store.reading(access);
  const faults: string[] = [];
  const gone = new Set((await store.tombstones()).map(({ subject }) => subject));
  for (const subject of promised.erased) if (!gone.has(subject)) faults.push(`the erasure of ${subject} is gone`);
  for (const subject of gone) {
    if (!promised.erasing.has(subject)) faults.push(`${subject} was erased and nobody asked for it`);
    if (existsSync(join(store.config.directory, 'blobs', subject))) faults.push(`files of ${subject} are left`);
  }
  for (const record of fresh.records) faults.push(...(await recordFault(reader, record, gone)));
  for (const id of fresh.blobs) faults.push(...(await blobFault(reader, id, gone)));
  for (const [id, subject] of promised.seen) {
    if (!gone.has(subject) && !(await reader.get(id))) faults.push(`${id} was seen and is gone`);
  }
  const touched = new Set([...fresh.records.map(({ subject }) => subject), ...promised.seen.values()]);
  for (const subject of touched) faults.push(...(await tornRuns(reader, subject)));
  promised.seen.clear();
  return faults;
}

async function recordFault(reader: Reader, record: PromisedRecord, gone: ReadonlySet<string>): Promise<string[]> {
  const found = await reader.get(record.id);
  if (gone.has(record.subject)) return found ? [`${record.id} is left of an erased subject`] : [];
  if (!found) return [`${record.id} was acknowledged and is gone`];
  return sha256(canonicalJson(found.record)) === record.hash ? [] : [`${record.id} is not what was acknowledged`];
}

async function blobFault(reader: Reader, id: string, gone: ReadonlySet<string>): Promise<string[]> {
  const [subject = '', hash = ''] = id.split('/');
  if (gone.has(subject)) return [];
  try {
    await reader.blob(subject, hash);
    return [];
  } catch (error) {
    return [`blob ${id}: ${error instanceof Error ? error.message : error}`];
  }
}

/** A run is there with everything that it made, or not at all. */
async function tornRuns(reader: Reader, subject: string): Promise<string[]> {
  const faults: string[] = [];
  const runs = await reader.list(subject, 'run', { history: true });
  const findings = await reader.list(subject, 'finding', { history: true });
  const there = new Set(findings.map(({ id }) => id));
  for (const run of runs) {
    const absent = run.findings.filter((id) => !there.has(id)).length;
    if (absent > 0) faults.push(`${run.id} is there without ${absent} of its findings`);
  }
  const whole = new Set(runs.map(({ id }) => id));
  for (const { id, run } of findings) if (!whole.has(run)) faults.push(`${id} is there without its run`);
  return faults;
}

/** At the end everything that was ever acknowledged is looked up again, and every byte is read. */
async function lastLook(config: StoreConfig, promised: Promised): Promise<string[]> {
  const faults: string[] = [];
  const store = await openStore(config);
  const reader = store.reading(access);
  const gone = new Set((await store.tombstones()).map(({ subject }) => subject));
  for (const id of promised.blobs) faults.push(...(await blobFault(reader, id, gone)));
  for (const record of promised.records.values()) faults.push(...(await recordFault(reader, record, gone)));
  for (const { id } of await reader.subjects()) faults.push(...(await tornRuns(reader, id)));
  await store.close();
  const { healthy, issues } = await doctor(config, { deep: true });
  if (!healthy) faults.push(...issues.map(({ code, message }) => `doctor: ${code}: ${message}`));
  return faults;
}
