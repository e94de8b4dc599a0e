import { expect, test } from 'vitest';
import { pairName } from './call.ts';
import { compareAlleles, matchDiplotypes } from './match.ts';
import type { Observation } from './observe.ts';
import { definitionOf } from './testing.ts';

const cyp2c19 = definitionOf('CYP2C19');
const cyp2d6 = definitionOf('CYP2D6');

/** All positions as the reference, but for `position -> [first, second, block]`; `undefined` = not observed. */
function observed(
  definition: typeof cyp2c19,
  changes: Record<number, [string, string, string?] | undefined>,
): Observation[] {
  return definition.positions.map(({ pos, ref }) => {
    const key = pos.GRCh38!;
    if (key in changes && changes[key] === undefined) return { state: 'absent', why: 'no record' };
    const [first, second, block] = changes[key] ?? [ref.GRCh38!, ref.GRCh38!];
    return { state: 'called', alleles: [first, second], block, lines: [1] };
  });
}
const top = (definition: typeof cyp2c19, changes: Parameters<typeof observed>[1]) =>
  matchDiplotypes(definition, observed(definition, changes)).top.map(pairName);

test('phase decides between *1/*4+*17-like and two single alleles', () => {
  // *17 = 94761900 T, *4 = 94762706 G (with or without the T), both on the *1 background G at 94842866.
  const hets = (blockA?: string, blockB?: string) =>
    top(cyp2c19, {
      94761900: ['C', 'T', blockA],
      94762706: blockB === 'cross' ? ['G', 'A', 'x'] : ['A', 'G', blockB],
      94842866: ['G', 'G'],
    });
  expect(hets('x', 'x')).toEqual(['*1/*4']);
  expect(hets('x', 'cross')).toEqual(['*4/*17']);
  const open = matchDiplotypes(
    cyp2c19,
    observed(cyp2c19, { 94761900: ['C', 'T'], 94762706: ['A', 'G'], 94842866: ['G', 'G'] }),
  );
  expect([...open.top, ...open.otherPhase].map(pairName).sort()).toEqual(['*1/*4', '*4/*17']);
});

test('phase sets are apart: equal order in two sets says nothing', () => {
  const two = matchDiplotypes(
    cyp2c19,
    observed(cyp2c19, { 94761900: ['C', 'T', 'p'], 94762706: ['G', 'A', 'q'], 94842866: ['G', 'G'] }),
  );
  expect([...two.top, ...two.otherPhase].map(pairName).sort()).toEqual(['*1/*4', '*4/*17']);
});

test('a missing position makes alleles equal: both are told', () => {
  const { top: ties, missing } = matchDiplotypes(cyp2c19, observed(cyp2c19, { 94842866: undefined }));
  expect(ties.map(pairName)).toEqual(['*1/*1', '*1/*38', '*38/*38']);
  expect(missing).toHaveLength(1);
});

test('nothing observed is no call', () => {
  const all = Object.fromEntries(cyp2c19.positions.map(({ pos }) => [pos.GRCh38!, undefined]));
  expect(matchDiplotypes(cyp2c19, observed(cyp2c19, all))).toMatchObject({ state: 'nothing-observed', top: [] });
});

test('forty heterozygous unphased positions of CYP2D6 end within a second', () => {
  const changes: Parameters<typeof observed>[1] = {};
  for (const { pos, ref, alts } of cyp2d6.positions.slice(0, 40)) changes[pos.GRCh38!] = [ref.GRCh38!, alts[0]!];
  const start = process.cpuUsage();
  const match = matchDiplotypes(cyp2d6, observed(cyp2d6, changes));
  // Time of the processor: a busy machine makes the clock run on.
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  expect(match.state).toBe('no-pair-fits');
});

test('alleles are ordered by number', () => {
  expect(['*10', '*2', '*1', '*38'].sort(compareAlleles)).toEqual(['*1', '*2', '*10', '*38']);
});
