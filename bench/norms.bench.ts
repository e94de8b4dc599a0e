/**
 * `npm run bench -- norms`: a reference of 187 measures of 536 people and 21 sites by evidence, beside the same model in
 * numpy and scipy and beside PCNtoolkit's own fit (where a Python with them is named by IDIOGRAPH_BENCH_PYTHON); and all
 * measures of one person scored.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { designRow } from '../src/norms/design.ts';
import { fitReference } from '../src/norms/fitReference.ts';
import type { People } from '../src/norms/people.ts';
import { prepare, scorePerson } from '../src/norms/score.ts';

let state = 4711;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const noise = (): number => Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random());

const [n, measures, sites] = [536, 187, 21];
const people: People = {
  columns: Array.from({ length: measures }, (_, k) => `m${k}`),
  people: Array.from({ length: n }, (_, i) => {
    const [ageYears, male, site] = [8 + 70 * random(), random() < 0.5 ? 1 : 0, i % sites] as const;
    const values = Array.from(
      { length: measures },
      (_, k) => 100 - (0.2 + k / 900) * ageYears + 3 * male + site / 4 + 6 * noise(),
    );
    return { id: `p${i}`, ageYears, male, site: `s${site}`, values, place: `line ${i + 2}` };
  }),
  issues: [],
};

const times: number[] = [];
let reference = fitReference(people, 'bench', { model: 'blr' }).reference;
for (let round = 0; round < 3; round++) {
  const start = performance.now();
  reference = fitReference(people, 'bench', { model: 'blr' }).reference;
  times.push(performance.now() - start);
}
const scorer = prepare(reference, people, { name: 'bench' });
for (const person of people.people.slice(0, 50)) scorePerson(scorer, person);
const start = performance.now();
for (const person of people.people) scorePerson(scorer, person);
const each = (performance.now() - start) / n;
console.log(
  `ours: ${measures} measures of ${n} people fitted and counted in ${Math.min(...times).toFixed(0)} ms; one person scored in ${each.toFixed(2)} ms`,
);

const python = process.env['IDIOGRAPH_BENCH_PYTHON'];
if (python) {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    const names = [...new Set(people.people.map(({ site }) => site!))].sort();
    const rows = people.people.map((one) => [
      ...designRow({ ageYears: one.ageYears!, male: one.male! }, sites, names.indexOf(one.site!)),
    ]);
    const file = join(folder, 'data.json');
    writeFileSync(
      file,
      JSON.stringify({
        ...{ rows, measures: people.columns.map((_, k) => people.people.map(({ values }) => values[k])) },
        ...{ age: people.people.map(({ ageYears }) => ageYears), sex: people.people.map(({ male }) => male) },
        site: people.people.map(({ site }) => site),
      }),
    );
    const said = execFileSync(python, [join(import.meta.dirname, 'norms-peer.py'), file], {
      encoding: 'utf8',
      // Small matrices: more threads only wait for each other.
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    console.log(
      `numpy and scipy: ${(1000 * (JSON.parse(said) as { seconds: number }).seconds).toFixed(0)} ms, without counting`,
    );
    // A share of the measures is enough: its time grows with their number.
    const share = 20;
    const theirs = execFileSync(python, [join(import.meta.dirname, 'norms-pcntoolkit.py'), file, String(share)], {
      ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    const { seconds } = JSON.parse(theirs.trim().split('\n').at(-1)!) as { seconds: number | null };
    console.log(
      seconds === null
        ? 'PCNtoolkit: not installed'
        : `PCNtoolkit: ${share} measures fitted in ${(1000 * seconds).toFixed(0)} ms, so ${measures} in about ${((seconds * measures) / share).toFixed(1)} s`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else console.log('numpy and scipy: not measured (IDIOGRAPH_BENCH_PYTHON is not set)');
console.log(`load ${loadavg()[0]!.toFixed(1)}`);
