/**
 * Kills a process that imports and writes (SIGKILL) at random points, on one growing store. After each kill: the store
 * opens within 2 s, everything acknowledged is there and whole, no run is torn, doctor finds nothing to mend.
 * `npm run soak storeKill`; SOAK_KILLS (200), SOAK_SEED (1). SOAK_COMMAND, a JSON array with `{data}` for the data folder
 * and `{round}`, puts another child there, such as
 * `["node","bin/idiograph.js","run","FOLDER","--out","OUT","--data","{data}"]`; SOAK_WITHIN_MS (900) spreads its kills.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRepeatedly } from './store/killing.ts';

const kills = Number(process.env['SOAK_KILLS'] ?? 200);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const given: string[] | undefined = process.env['SOAK_COMMAND'] ? JSON.parse(process.env['SOAK_COMMAND']) : undefined;
const top = mkdtempSync(join(tmpdir(), 'idiograph-soak-'));
const data = join(top, 'data');
const own = ['node', join(import.meta.dirname, 'store', 'child.ts'), '{data}', '{round}'];
const words = (given ?? own).map((word) => (word === 'node' ? process.execPath : word));
const start = performance.now();

const figures = await killRepeatedly({
  config: { engine: 'sqlite', directory: data },
  kills,
  seed,
  withinMs: Number(process.env['SOAK_WITHIN_MS'] ?? 900),
  command: (round) => words.map((word) => word.replace('{data}', data).replace('{round}', String(seed * 1000 + round))),
  onRound(done, faults) {
    if (done % 20 === 0)
      console.log(`${done} kills, ${faults} faults, ${Math.round((performance.now() - start) / 1000)} s`);
  },
});

console.log(
  [
    `${figures.kills} kills, ${figures.withWork} of them with new acknowledgements`,
    `${figures.records} records, ${figures.blobs} blobs, ${figures.erasures} erasures acknowledged`,
    `reopened in ${figures.openMs.median.toFixed(1)} ms (median), ${figures.openMs.most.toFixed(1)} ms at most`,
    `${figures.faults.length} faults`,
  ].join('\n'),
);
for (const fault of figures.faults.slice(0, 20)) console.log(`  ${fault}`);
rmSync(top, { recursive: true, force: true });
process.exitCode = figures.faults.length > 0 ? 1 : 0;
