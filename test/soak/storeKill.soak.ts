/**
 * Kills a process that imports and writes (SIGKILL) at random points, on a growing store, a new one after some.
 * After each kill: the store opens within 2 s, everything acknowledged is there and whole, no run is torn, doctor finds
 * nothing wrong. `npm run soak storeKill`; SOAK_KILLS (200), SOAK_SEED (1). SOAK_COMMAND, a JSON array in which `{data}`
 * stands for the data folder, `{temporary}` for one to work in and `{round}` for a number, puts another child there, such
 * as `["node","bin/idiograph.js","run","FOLDER","--out","{temporary}/out","--data","{data}"]`; SOAK_WITHIN_MS (900) says
 * over which time its kills are spread, SOAK_EARLY (0.15) which share of them is counted from its start instead of its
 * first word, SOAK_STORE_KILLS (40) how many one store gets.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figures, killRepeatedly } from './store/killing.ts';

const kills = Number(process.env['SOAK_KILLS'] ?? 200);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const withinMs = Number(process.env['SOAK_WITHIN_MS'] ?? 900);
const killsOfOneStore = Number(process.env['SOAK_STORE_KILLS'] ?? 40);
const earlyShare = Number(process.env['SOAK_EARLY'] ?? 0.15);
const given: string[] | undefined = process.env['SOAK_COMMAND'] ? JSON.parse(process.env['SOAK_COMMAND']) : undefined;
const own = ['node', join(import.meta.dirname, 'store', 'child.ts'), '{data}', '{temporary}', '{round}'];
const words = (given ?? own).map((word) => (word === 'node' ? process.execPath : word));
const start = performance.now();
const all: Figures[] = [];

for (let done = 0; done < kills; done += killsOfOneStore) {
  const top = mkdtempSync(join(tmpdir(), 'idiograph-soak-'));
  const data = join(top, 'data');
  const figures = await killRepeatedly({
    config: { engine: 'sqlite', directory: data },
    kills: Math.min(killsOfOneStore, kills - done),
    seed: seed + done,
    withinMs,
    earlyShare,
    command: (round) => {
      const places: Record<string, string> = {
        data,
        temporary: join(top, 'work'),
        round: `${(seed + done) * 1000 + round}`,
      };
      return words.map((word) => word.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole));
    },
  });
  all.push(figures);
  rmSync(top, { recursive: true, force: true });
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${done + figures.kills} kills, ${sum((one) => one.faults.length)} faults, ${seconds} s`);
}

function sum(figure: (one: Figures) => number): number {
  return all.reduce((total, one) => total + figure(one), 0);
}

const opens = all.flatMap(({ openMs }) => openMs).sort((a, b) => a - b);
console.log(
  [
    `${sum((one) => one.kills)} kills, ${sum((one) => one.withWork)} of them with something to lose; ${sum((one) => one.seen)} records seen committed just before`,
    `${sum((one) => one.records)} records, ${sum((one) => one.blobs)} blobs, ${sum((one) => one.erasures)} of ${sum((one) => one.erasuresBegun)} erasures acknowledged`,
    `reopened in ${opens[opens.length >> 1]?.toFixed(1)} ms (median), ${opens.at(-1)?.toFixed(1)} ms at most`,
    `${sum((one) => one.faults.length)} faults`,
  ].join('\n'),
);
for (const fault of all.flatMap(({ faults }) => faults).slice(0, 20)) console.log(`  ${fault}`);
process.exitCode = sum((one) => one.faults.length) > 0 ? 1 : 0;
