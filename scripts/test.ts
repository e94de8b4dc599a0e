/**
 * `npm test`: types, lint, unit and end-to-end tests (browser included), conformance; one closing line that counts.
 * `npm test -- unit` runs one phase. Phases go on after a failure, so that one run tells everything.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(import.meta.dirname, '..');
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `tests need Node 24; npm scripts use the pinned one. This is ${process.version}: run "npm ci" with install scripts allowed, then "npm test".`,
  );
  process.exit(2);
}

function command(name: string, args: string[], env: Record<string, string> = {}): { ok: boolean; output: string } {
  const result = spawnSync(name, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(result.stdout ?? '');
  // On the same stream: what is kept of a run is often its standard output alone.
  process.stdout.write(result.stderr ?? '');
  return { ok: result.status === 0, output: result.stdout ?? '' };
}

/** What failed, told once more at the end: the middle of a long output is easily cut out. */
const failures: string[] = [];

const bin = (name: string) => join(root, 'node_modules', '.bin', name);

function verdict(ok: boolean): Outcome {
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function sum(...all: Outcome[]): Outcome {
  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const one of all) for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += one[key];
  return total;
}

function vitest(...args: string[]): Outcome {
  const scratch = mkdtempSync(join(tmpdir(), 'idiograph-test-'));
  try {
    const report = join(scratch, 'vitest.json');
    const { ok } = command(bin('vitest'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    const counts = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numTodoTests: number;
      testResults: {
        name: string;
        message?: string;
        assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
      }[];
    };
    for (const { name, message, assertionResults } of counts.testResults) {
      const file = relative(root, name);
      const mine = assertionResults.filter(({ status }) => status === 'failed');
      for (const { fullName, failureMessages } of mine)
        failures.push(`${file} > ${fullName}\n${failureMessages.join('\n')}`);
      if (mine.length === 0 && message) failures.push(`${file}\n${message}`);
    }
    const failed = counts.numFailedTests === 0 && !ok ? 1 : counts.numFailedTests;
    return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests + counts.numTodoTests };
  } catch (error) {
    console.error(`vitest gave no report: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function conformance(): Outcome {
  const { ok, output } = command(process.execPath, ['conformance/run.ts']);
  const line = /conformance: (\d+) passed, (\d+) failed(?:; (\d+) methods skipped)?/.exec(output);
  if (line === null) return { passed: 0, failed: 1, skipped: 0 };
  return { passed: Number(line[1]), failed: Math.max(Number(line[2]), ok ? 0 : 1), skipped: Number(line[3] ?? 0) };
}

const phases: Record<string, () => Outcome> = {
  types: () => verdict(command(bin('tsc'), []).ok && command(bin('tsc'), ['-p', 'web/tsconfig.json']).ok),
  lint: () => verdict(command(bin('biome'), ['ci', '--max-diagnostics=20']).ok),
  // By itself vitest leaves a processor free: child processes of the server, which stand back, need it.
  unit: () =>
    sum(
      vitest('--maxWorkers=100%', '--exclude=src/server/**', 'src', 'web', 'examples', 'conformance', 'test/unit'),
      vitest('src/server', 'test/server'),
    ),
  // Once more where a test failed: a browser on a busy machine is not always in time. What fails twice is broken.
  'end-to-end': () => vitest('--retry=1', 'test/e2e', 'test/browser'),
  conformance,
};

const wanted = process.argv.slice(2);
const outcomes: Outcome[] = [];
for (const [name, run] of Object.entries(phases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  console.log(`\n== ${name}`);
  const outcome = run();
  outcomes.push(outcome);
  console.log(
    `== ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped, ${((performance.now() - start) / 1000).toFixed(0)} s`,
  );
}
const total = sum(...outcomes);
for (const one of failures) console.log(`\nFAILED ${one}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
