import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadKnowledge } from '../src/knowledge/load.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const folder = 'brain/enigma';
const Values = z.record(z.string(), z.number());
const File = z.object({
  maps: z.array(
    z.object({
      id: z.string(),
      from: z.object({ thickness: z.string(), volume: z.string() }),
      thickness: Values,
      volume: Values,
    }),
  ),
});

/** Structure -> d of a table of the source, where it gives one. */
function effects(path: string): Map<string, number> {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const [name, d] = ['Structure', 'd_icv'].map((one) => header!.indexOf(one)) as [number, number];
  return new Map(
    rows.flatMap((row) => {
      const value = row[d]!.trim();
      return value !== '' && Number.isFinite(Number(value)) ? [[row[name]!.trim(), Number(value)] as const] : [];
    }),
  );
}

async function run(): Promise<Case[]> {
  const { maps } = File.parse(loadKnowledge('norms/disorder-maps.json').data);
  return maps.flatMap(({ id, from, ...values }) =>
    (['thickness', 'volume'] as const).map((kind): Case => {
      const theirs = effects(join(sharedData(folder)!, from[kind]));
      const ours = new Map(Object.entries(values[kind]));
      // A structure that one side lacks is as wrong as a wrong number.
      const all = [...new Set([...theirs.keys(), ...ours.keys()])];
      const errors = all.map((name) => Math.abs((ours.get(name) ?? Number.NaN) - (theirs.get(name) ?? Number.NaN)));
      const error = errors.some(Number.isNaN) ? 1 : Math.max(...errors);
      return { name: `${id}, ${kind}: ${all.length} structures of ${from[kind]}`, error, tolerance: 0.0005 };
    }),
  );
}

const conformance: Conformance = {
  id: 'disorder-maps',
  method: 'effect sizes of disorder maps as they are tabulated',
  oracle: 'ENIGMA Toolbox d66a7ef3, summary statistics (BSD-3-Clause)',
  errorIs: 'absolute, d',
  needs: [folder],
  run,
};

export default conformance;
