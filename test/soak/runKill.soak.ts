/**
 * Kills `idiograph run` (SIGKILL) on two generated patients at random moments between its start and its end.
 * After each kill: the store opens within 2 s, what another process had seen committed is there unchanged, every byte
 * passes `doctor`, and the output folder holds no torn file. Then the same command is killed again or runs to its end,
 * and its findings.json equals that of a run which nobody disturbed.
 * `npm run soak runKill`; KILLS (200), SOAK_SEED (1), SOAK_MINUTES: no further kill after that time.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { generateExamples } from '../../examples/generate.ts';
import { doctor } from '../../src/store/maintenance.ts';
import { openStore } from '../../src/store/open.ts';
import { withoutIds } from './run/compare.ts';
import { seeded } from './store/seeded.ts';

const kills = Number(process.env['KILLS'] ?? 200);
const random = seeded(Number(process.env['SOAK_SEED'] ?? 1));
const minutes = Number(process.env['SOAK_MINUTES'] ?? Number.POSITIVE_INFINITY);
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'idiograph.js');
const top = mkdtempSync(join(tmpdir(), 'idiograph-run-kill-'));
const patients = (await generateExamples(join(top, 'patients'))).filter(({ patient }) => patient !== 'psychiatry');
const start = performance.now();

interface End {
  killed: boolean;
  ms: number;
  complaint: string;
  seen: Map<string, string>;
}

/** One run into `out`, killed after `afterMs` unless it is through by then. */
function run(out: string, afterMs?: number): Promise<End> {
  const began = performance.now();
  const words = [launcher, 'run', ...patients.map(({ folder }) => folder), '--out', out, '--as-of', '2026-11-20'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const end: End = { killed: false, ms: 0, complaint: '', seen: new Map() };
  child.stderr.on('data', (chunk: Buffer) => {
    end.complaint += chunk;
  });
  const timer =
    afterMs === undefined
      ? undefined
      : setTimeout(() => {
          end.seen = committed(join(out, 'data'));
          end.killed = child.kill('SIGKILL');
        }, afterMs);
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      end.ms = performance.now() - began;
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(`the run failed by itself:\n${end.complaint}`));
      else resolve({ ...end, killed: signal === 'SIGKILL' });
    });
  });
}

/** What another process can read was acknowledged, or is about to be: id or hash -> content. */
function committed(data: string): Map<string, string> {
  const seen = new Map<string, string>();
  try {
    const raw = new DatabaseSync(join(data, 'store.sqlite'), { readOnly: true, timeout: 500 });
    for (const { id, json } of raw.prepare('select id, json from record').all()) seen.set(String(id), String(json));
    for (const { subject, sha256 } of raw.prepare('select subject, sha256 from blob').all())
      seen.set(`${subject}/${sha256}`, 'blob');
    raw.close();
  } catch {
    // Not created or not migrated yet: nothing was seen.
  }
  return seen;
}

const opens: number[] = [];
async function faultsAfterKill(out: string, seen: ReadonlyMap<string, string>): Promise<string[]> {
  const faults = tornOutputs(out);
  const config = { engine: 'sqlite' as const, directory: join(out, 'data') };
  if (!existsSync(join(config.directory, 'store.sqlite'))) return faults;
  const before = performance.now();
  const store = await openStore(config);
  const ms = performance.now() - before;
  await store.close();
  opens.push(ms);
  if (ms > 2000) faults.push(`opening took ${Math.round(ms)} ms`);
  const { healthy, issues } = await doctor(config, { deep: true });
  if (!healthy) faults.push(...issues.map(({ code, message }) => `doctor: ${code}: ${message}`));
  const now = committed(config.directory);
  for (const [id, json] of seen) if (now.get(id) !== json) faults.push(`${id} was seen and is gone or changed`);
  return faults;
}

function tornOutputs(out: string): string[] {
  if (!existsSync(out)) return [];
  const faults: string[] = [];
  for (const name of readdirSync(out)) {
    if (name.startsWith('.')) continue;
    const path = join(out, name);
    if (name.endsWith('.json') && !isJson(readFileSync(path, 'utf8'))) faults.push(`${name} is torn`);
    if (name.endsWith('.html') && !readFileSync(path, 'utf8').trimEnd().endsWith('</html>'))
      faults.push(`${name} is torn`);
  }
  return faults;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function leftOver(out: string): string[] {
  const parts = readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('.part'));
  const pids = readdirSync(tmpdir()).filter((name) => name.startsWith('idiograph-intake-'));
  return [...parts.map(String), ...pids.filter((name) => !existsSync(`/proc/${name.split('-')[2]}`))];
}

const reference = join(top, 'reference');
const { ms: wholeMs } = await run(reference);
const expected = readFileSync(join(reference, 'findings.json'), 'utf8');
const faults: string[] = [];
let [killed, withWork, seen, completed, equal, left] = [0, 0, 0, 0, 0, 0];

for (let round = 0; killed < kills && performance.now() - start < minutes * 60_000; round++) {
  const out = join(top, `out-${round}`);
  const found: string[] = [];
  for (let again = true; again && killed < kills; again = random() < 0.3) {
    const end = await run(out, random() * wholeMs);
    if (!end.killed) break;
    killed++;
    seen += end.seen.size;
    if (end.seen.size > 0) withWork++;
    found.push(...(await faultsAfterKill(out, end.seen)));
  }
  await run(out);
  completed++;
  const findings = readFileSync(join(out, 'findings.json'), 'utf8');
  if (findings === expected) equal++;
  else if (withoutIds(findings) !== withoutIds(expected)) found.push('findings.json is not that of an undisturbed run');
  const remains = leftOver(out);
  left += remains.length;
  faults.push(...found.map((fault) => `round ${round}: ${fault}`));
  if (found.length === 0) rmSync(out, { recursive: true, force: true });
  else console.log(`kept ${out}: ${found.join('; ')}`);
  if (round % 10 === 9)
    console.log(`${killed} kills, ${faults.length} faults, ${Math.round((performance.now() - start) / 1000)} s`);
}

opens.sort((a, b) => a - b);
console.log(
  [
    `${killed} kills (${withWork} with something committed, ${seen} records and blobs in all) of runs of ${Math.round(wholeMs)} ms`,
    `${completed} completed afterwards: ${equal} findings.json equal byte for byte, the others but for subject numbers`,
    `reopened in ${opens[opens.length >> 1]?.toFixed(1)} ms (median), ${opens.at(-1)?.toFixed(1)} ms at most; ${left} temporary files left`,
    `${faults.length} faults`,
  ].join('\n'),
);
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
if (faults.length === 0) rmSync(top, { recursive: true, force: true });
process.exitCode = faults.length > 0 || withWork === 0 ? 1 : 0;
