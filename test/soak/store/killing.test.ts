import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRepeatedly } from './killing.ts';

const child = join(import.meta.dirname, 'child.ts');

test('ten kills at random points of an import lose nothing', { timeout: 60_000 }, async () => {
  const top = await mkdtemp(join(tmpdir(), 'idiograph-kill-'));
  const directory = join(top, 'data');
  const figures = await killRepeatedly({
    config: { engine: 'sqlite', directory },
    kills: 10,
    seed: 7,
    withinMs: 500,
    command: (round) => [process.execPath, child, directory, join(top, 'input'), String(round)],
  });
  expect(figures.faults).toEqual([]);
  expect(figures.kills).toBe(10);
  expect(figures.withWork).toBeGreaterThanOrEqual(5);
  expect(figures.records).toBeGreaterThan(100);
  expect(figures.blobs).toBeGreaterThan(10);
  await rm(top, { recursive: true, force: true });
});

test('a child that acknowledges what it never kept is found out', { timeout: 60_000 }, async () => {
  const top = await mkdtemp(join(tmpdir(), 'idiograph-kill-'));
  const directory = join(top, 'data');
  const liar = join(top, 'liar.mjs');
  const said = [{ subject: 'S0001', batch: [['find-never', 'x']] }, { blob: `S0001/${'0'.repeat(64)}` }];
  await writeFile(
    liar,
    `const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/store/open.ts'))});
     await openStore({ engine: 'sqlite', directory: ${JSON.stringify(directory)} });
     for (const one of ${JSON.stringify(said)}) console.log(JSON.stringify(one));
     setInterval(() => {}, 1000);`,
  );
  const { faults } = await killRepeatedly({
    config: { engine: 'sqlite', directory },
    kills: 1,
    seed: 3,
    earlyShare: 0,
    withinMs: 300,
    command: () => [process.execPath, liar],
  });
  expect(faults.filter((fault) => fault.includes('find-never was acknowledged and is gone')).length).toBe(2);
  expect(faults.filter((fault) => fault.includes('blob S0001/0000')).length).toBe(2);
  await rm(top, { recursive: true, force: true });
});
