/**
 * What a user waits for: help, the demo, a repeated run. Whole processes, wall seconds, median of five (demo: one);
 * the peer of --help is the bare start of the same Node, of a repeated run the first one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '..', 'bin', 'idiograph.js');
const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));

function seconds(command: string, args: string[], times = 5): number {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
    all.push((performance.now() - start) / 1000);
  }
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
}

try {
  const bare = seconds('node', ['-e', '0']);
  const help = seconds('node', [launcher, '--help']);
  console.log(
    `idiograph --help            ${help.toFixed(3)} s   bare node ${bare.toFixed(3)} s   ratio ${(help / bare).toFixed(1)}   bar 0.25 s`,
  );
  const out = join(folder, 'demo');
  const demo = seconds(process.execPath, [launcher, 'demo', '--no-serve', '--out', out], 1);
  console.log(`idiograph demo              ${demo.toFixed(1)} s   bar 60 s`);
  const run = (data: string) => [
    launcher,
    'run',
    join(out, 'patients', 'psychiatry'),
    '--out',
    join(folder, data),
    '--packs',
    join(out, 'packs'),
    '--as-of',
    '2026-11-20',
  ];
  const first = seconds(process.execPath, run('run'), 1);
  const again = seconds(process.execPath, run('run'));
  console.log(
    `idiograph run, repeated     ${again.toFixed(2)} s   first ${first.toFixed(1)} s   ratio ${(again / first).toFixed(3)}   bar 2 s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
