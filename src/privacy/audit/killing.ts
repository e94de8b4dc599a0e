import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAudit } from './audit.ts';
import { readAudit } from './read.ts';
import { verifyAudit } from './verify.ts';

export interface KillFigures {
  kills: number;
  acknowledged: number;
  /** Acknowledged lines that the chain does not have: must be none. */
  lost: number;
  mended: number;
  /** Milliseconds to open the chain after a kill. */
  openMs: number[];
  problems: string[];
}

/**
 * Kills processes that append (SIGKILL), `atOnce` at a time, opens the chain after each round, and looks in the end whether
 * everything that was acknowledged is there and the chain holds. `delayMs` says how long each round lives.
 */
export async function killRepeatedly(
  directory: string,
  { rounds, atOnce, delayMs }: { rounds: number; atOnce: number; delayMs(round: number): number },
): Promise<KillFigures> {
  const acknowledged: string[] = [];
  const figures: KillFigures = { kills: 0, acknowledged: 0, lost: 0, mended: 0, openMs: [], problems: [] };
  for (let round = 0; round < rounds; round++) {
    const children = Array.from({ length: atOnce }, (_, i) => child(directory, `r${round}c${i}`));
    await Promise.all(children.map(({ open }) => open));
    await sleep(delayMs(round));
    for (const { kill } of children) kill();
    for (const { ended } of children) acknowledged.push(...(await ended));
    figures.kills += atOnce;
    const start = performance.now();
    const audit = await openAudit(directory, { now: () => new Date().toISOString() });
    figures.openMs.push(performance.now() - start);
    await audit.close();
  }
  const verdict = await verifyAudit(directory);
  figures.problems = verdict.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  figures.mended = verdict.mended;
  const { lines } = await readAudit(directory, { limit: Number.POSITIVE_INFINITY });
  const kept = new Set(lines.map(({ requestId }) => requestId));
  figures.acknowledged = acknowledged.length;
  figures.lost = acknowledged.filter((one) => !kept.has(one)).length;
  return figures;
}

function child(directory: string, who: string) {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'audit.child.ts'), directory, who, '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let opened = () => {};
  const open = new Promise<void>((done) => {
    opened = done;
  });
  process_.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    opened();
  });
  const ended = new Promise<string[]>((done) => {
    process_.on('close', () => {
      opened();
      // The last may be cut off: then it was not heard as acknowledged.
      done(
        said
          .split('\n')
          .slice(0, -1)
          .filter((one) => one !== 'open'),
      );
    });
  });
  return { open, ended, kill: () => process_.kill('SIGKILL') };
}
