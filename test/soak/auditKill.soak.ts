/**
 * Kills processes that append to one audit chain (SIGKILL), one to three at a time; then changes every byte of a small
 * chain in turn. `npm run soak auditKill`; SOAK_KILLS (200), SOAK_SEED (1).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KillFigures, killRepeatedly } from '../../src/privacy/audit/killing.ts';
import { everyByte } from './audit/everyByte.ts';

const kills = Number(process.env['SOAK_KILLS'] ?? 200);
let seed = Number(process.env['SOAK_SEED'] ?? 1);
/** Numerical Recipes' generator: enough to scatter kills, the same in every run. */
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

const all: KillFigures[] = [];
let done = 0;
while (done < kills) {
  const top = mkdtempSync(join(tmpdir(), 'idiograph-audit-soak-'));
  const atOnce = 1 + (all.length % 3);
  const figures = await killRepeatedly(join(top, 'audit'), { rounds: 10, atOnce, delayMs: () => 250 * random() ** 2 });
  all.push(figures);
  done += figures.kills;
  rmSync(top, { recursive: true, force: true });
  console.log(
    `${done} kills, ${figures.acknowledged} lines acknowledged, ${figures.lost} lost, ${figures.problems.length} problems`,
  );
}
const sum = (figure: (one: KillFigures) => number) => all.reduce((total, one) => total + figure(one), 0);
const opens = all.flatMap(({ openMs }) => openMs).sort((a, b) => a - b);
const faults = sum(({ problems, lost }) => problems.length + lost);
console.log(
  `${done} kills, ${sum((one) => one.acknowledged)} lines acknowledged, ${sum((one) => one.lost)} lost, ${sum((one) => one.mended)} mended, opened in ${opens[opens.length >> 1]?.toFixed(1)} ms (median), ${opens.at(-1)?.toFixed(1)} ms at most`,
);
for (const problem of all.flatMap(({ problems }) => problems).slice(0, 20)) console.log(`  ${problem}`);

const bytes = await everyByte();
console.log(`${bytes.changes} changes of one byte, ${bytes.missed.length} not found at their line`);
for (const missed of bytes.missed.slice(0, 20)) console.log(`  ${missed}`);
process.exitCode = faults + bytes.missed.length > 0 ? 1 : 0;
