import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateTable, pooled } from '../src/norms/evaluateTable.ts';
import { readPeople } from '../src/norms/people.ts';
import { centileReference } from '../src/norms/published.ts';
import { prepare, scorePerson } from '../src/norms/score.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const pack = 'packs/nichart-centiles';
const cohort = 'brain/ixi-dlmuse';

const rowsOf = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));

/** People of IXI within the ages of the centiles: every other one of a scanner, from the first or from the second on. */
function half(which: 0 | 1): { columns: string[]; rows: string[][]; lines: number[] } {
  const volumes = rowsOf(join(sharedData(cohort)!, 'IXI_DLMUSE.csv'));
  const people = new Map(
    rowsOf(join(sharedData(cohort)!, 'IXI_demog.csv'))
      .slice(1)
      .map(([id, age, sex]) => [id!, { age: age!, sex: sex! }]),
  );
  const seen = new Map<string, number>();
  const rows = volumes.slice(1).flatMap(([id, ...values]) => {
    const { age, sex } = people.get(id!) ?? { age: '', sex: '' };
    if (!(Number(age) >= 40 && Number(age) <= 93)) return [];
    const site = id!.split('-')[1]!;
    const n = seen.get(site) ?? 0;
    seen.set(site, n + 1);
    return n % 2 === which ? [[id!, age, sex, site, ...values]] : [];
  });
  const columns = ['MRID', 'Age', 'Sex', 'site', ...volumes[0]!.slice(1)];
  return { columns, rows, lines: rows.map((_, at) => at + 2) };
}

async function run(): Promise<Case[]> {
  const csv = (sex: string) => readFileSync(join(sharedData(pack)!, `dlmuse_centiles_CN-${sex}.csv`), 'utf8');
  const reference = centileReference(csv('Females'), csv('Males'));
  const [controls, people] = [readPeople(half(0), 'controls'), readPeople(half(1), 'people')];
  const scorer = prepare(reference, people, { name: 'people', controls, controlsName: 'controls' });
  const found = pooled(
    evaluateTable(
      scorer,
      people.people.map((person) => scorePerson(scorer, person)),
      controls,
    ),
  );
  const note = `${people.people.length} people, ${found.measures} measures: beyond 1.96 ${(100 * found.tails.above196).toFixed(2)} %, beyond 2.58 ${(100 * found.tails.above258).toFixed(2)} %, z ${found.zMean.toFixed(3)} (SD ${found.zSd.toFixed(3)})`;
  const regions = Object.keys(reference.models).length;
  return [
    // All but measures whose centiles the tables do not give as rising.
    { name: 'regions that a DLMUSE table does not name', error: regions - found.measures, tolerance: 0, note },
    { name: 'share beyond |z| 1.96', error: Math.abs(found.tails.above196 - 0.05), tolerance: 0.02, note },
    { name: 'share beyond |z| 2.58', error: Math.abs(found.tails.above258 - 0.0099), tolerance: 0.01, note },
    { name: 'mean of z', error: Math.abs(found.zMean), tolerance: 0.1, note },
  ];
}

const conformance: Conformance = {
  id: 'norms-nichart',
  method: 'centile tables read against DLMUSE columns by number, adapted by rule B to three scanners',
  oracle: 'nominal tail rates in healthy people of IXI (CC BY-SA 3.0), NiChart centiles (SBIA 1.1)',
  errorIs: 'absolute',
  needs: [pack, cohort],
  run,
};

export default conformance;
