import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { readTable } from '../src/intake/table/csv.ts';
import type { Rule } from '../src/norms/adapt.ts';
import { evaluateTable, pooled } from '../src/norms/evaluateTable.ts';
import { fitReference } from '../src/norms/fitReference.ts';
import { predict } from '../src/norms/model.ts';
import { type People, readPeople } from '../src/norms/people.ts';
import { brainchart } from '../src/norms/published.ts';
import { rowIn } from '../src/norms/reference.ts';
import { prepare, scorePerson } from '../src/norms/score.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const packs = 'packs/braincharts';
const tables = 'brain/tables';
const name = 'lifespan_29K_82sites_train';

async function people(file: string): Promise<People> {
  const path = join(sharedData(tables)!, file);
  const read = await readTable(inputFile(path, basename(path)), defaultLimits);
  if ('refused' in read) throw new Error(read.refused.message);
  return readPeople(read.table, file);
}

/** Published models by file, as the data brief and the publications count them. */
const modelCounts: Record<string, number> = {
  lifespan_57K_82sites: 188,
  lifespan_29K_82sites_train: 188,
  lifespan_DK_46K_59sites: 70,
  lifespan_sa_DK_46K_59sites: 68,
  surfacearea_40K_66sites: 150,
  lifespan_fa_24K_19sites: 48,
  lifespan_yeo17_22K_40sites: 136,
};

const pack = () => brainchart(JSON.parse(readFileSync(join(sharedData(packs)!, `${name}.json`), 'utf8')), name);

const transfer: Conformance = {
  id: 'norms-transfer',
  method: 'Published normative models brought to new scanners: explained variance, deviations, tail rates',
  oracle: 'braincharts transfer test of PCNtoolkit (20 measures of its reproduction file); nominal tail rates',
  errorIs: 'absolute; tail rates in per cent off the middle of the band',
  needs: [packs, `${tables}/OpenNeuroTransfer_ct_te.csv`],
  async run() {
    const [controls, test] = [await people('OpenNeuroTransfer_ct_ad.csv'), await people('OpenNeuroTransfer_ct_te.csv')];
    const reference = pack();
    const run = (rule: Rule) => {
      const scorer = prepare(reference, test, { name: 'test', controls, rule });
      const scored = test.people.map((person) => scorePerson(scorer, person));
      return { scorer, scored, evaluation: evaluateTable(scorer, scored, controls) };
    };
    const byA = run('A');
    const found = new Map(byA.evaluation.map((one) => [one.measure, one]));
    const [, ...lines] = readFileSync(join(sharedData(packs)!, 'transfer_expected.csv'), 'utf8')
      .trim()
      .split('\n');
    const cases: Case[] = lines.flatMap((line): Case[] => {
      const [measure, ev, , zMean, zSd] = line.split(',') as [string, string, string, string, string];
      if (ev === '-inf') {
        const refused = byA.scorer.refused.has(measure) ? 0 : 1;
        return [{ name: `${measure} is refused`, error: refused, tolerance: 0 }];
      }
      const one = found.get(measure);
      const off = (value: number | undefined, expected: string) => Math.abs((value ?? Number.NaN) - Number(expected));
      return [
        { name: `${measure} EV`, error: off(one?.ev, ev), tolerance: 1e-6 },
        { name: `${measure} mean z`, error: off(one?.zMean, zMean), tolerance: 1e-6 },
        { name: `${measure} SD of z`, error: off(one?.zSd, zSd), tolerance: 1e-6 },
      ];
    });
    const byB = run('B');
    const { measures, tails } = pooled(byB.evaluation);
    cases.push(
      { name: 'measures that can be scored: 175', error: Math.abs(measures - 175), tolerance: 0 },
      { name: 'rule B, beyond 1.96: 4.5 to 5.5 %', error: Math.abs(100 * tails.above196 - 5), tolerance: 0.5 },
      { name: 'rule B, beyond 2.58: 0.8 to 1.4 %', error: Math.abs(100 * tails.above258 - 1.1), tolerance: 0.3 },
    );
    for (const [file, count] of Object.entries(modelCounts)) {
      const { models } = brainchart(JSON.parse(readFileSync(join(sharedData(packs)!, `${file}.json`), 'utf8')), file);
      const error = Math.abs(Object.keys(models).length - count);
      cases.push({ name: `${file}: ${count} models can be read`, error, tolerance: 0 });
    }
    const [first] = test.people;
    scorePerson(byB.scorer, first!);
    const start = performance.now();
    for (let k = 0; k < 20; k++) scorePerson(byB.scorer, first!);
    const ms = (performance.now() - start) / 20;
    cases.push({ name: 'all measures of one person, ms', error: ms, tolerance: 50 });
    return cases;
  },
};

/** Explained variance of five measures on the same split, by an implementation of others (numpy). */
const known: Record<string, number> = {
  'Left-Hippocampus': 0.274,
  'Left-Thalamus-Proper': 0.383,
  'Left-Lateral-Ventricle': 0.16,
  TotalGrayVol: 0.493,
  lh_MeanThickness_thickness: 0.408,
};

const fit: Conformance = {
  id: 'norms-fit',
  method: 'Own reference by evidence: 536 people of 21 sites, read on 523 others',
  oracle: 'fcon1000 split of PCNtoolkit; a numpy implementation of the same model',
  errorIs: 'absolute',
  needs: [packs, `${tables}/fcon1000_tr.csv`],
  async run() {
    const [controls, test] = [await people('fcon1000_tr.csv'), await people('fcon1000_te.csv')];
    const { reference } = fitReference(controls, 'fcon1000_tr.csv', {
      model: 'blr',
      measures: Object.keys(pack().models),
    });
    const scorer = prepare(reference, test, { name: 'test' });
    const evaluation = evaluateTable(
      scorer,
      test.people.map((person) => scorePerson(scorer, person)),
    );
    const all = pooled(evaluation);
    // The oracle reads a person of 85 years too, where nobody that old was learnt from; our refusal is lifted to compare.
    const wide = prepare({ ...reference, ageSpanYears: [0, 100] }, test, { name: 'test' });
    const same = evaluateTable(
      wide,
      test.people.map((person) => scorePerson(wide, person)),
    );
    const ev = new Map(same.map((one) => [one.measure, one.ev]));
    return [
      { name: 'measures: 187', error: Math.abs(all.measures - 187), tolerance: 0 },
      { name: 'mean EV 0.280 or more', error: Math.max(0, 0.28 - all.ev), tolerance: 0, note: all.ev.toFixed(4) },
      {
        name: 'mean MSLL -0.170 or less',
        error: Math.max(0, all.msll + 0.17),
        tolerance: 0,
        note: all.msll.toFixed(4),
      },
      { name: 'SD of z .98 to 1.02', error: Math.abs(all.zSd - 1), tolerance: 0.02, note: all.zSd.toFixed(4) },
      { name: 'beyond 1.96: 4.5 to 5.5 %', error: Math.abs(100 * all.tails.above196 - 5), tolerance: 0.5 },
      ...Object.entries(known).map(([measure, expected]) => ({
        name: `${measure} EV`,
        error: Math.abs((ev.get(measure) ?? Number.NaN) - expected),
        tolerance: 0.0005,
      })),
    ];
  },
};

interface ShashCase {
  name: string;
  age: number[];
  male: (0 | 1)[];
  value: number[];
  skew: number;
  tail: number;
  expected: { age: number; male: 0 | 1; deviate: number; value: number }[];
}

const shash: Conformance = {
  id: 'norms-shash',
  method: 'Location, scale and shape by penalised likelihood: centiles and shapes of two sets of 160 people',
  oracle: 'scipy 1.17.1 on the formulas of docs/methods/norms.md (norms-shash-oracle.py)',
  errorIs: 'absolute, in SDs of the measure',
  needs: [],
  async run() {
    const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'norms-shash-cases.json'), 'utf8')) as ShashCase[];
    return cases.flatMap(({ name, age, male, value, skew, tail, expected }): Case[] => {
      const given = value.map((one, i) => ({
        ...{ id: `p${i}`, ageYears: age[i]!, male: male[i]!, values: [one], place: `line ${i + 2}` },
      }));
      const { reference } = fitReference({ columns: ['y'], people: given, issues: [] }, name, { model: 'shash' });
      const model = reference.models['y']!;
      const spread = reference.training!['y']!.sd;
      const off = expected.map(({ age: ageYears, male: sex, deviate, value: theirs }) => {
        const who = { ageYears, male: sex };
        return Math.abs(predict(model, who, rowIn(reference, who, -1))!.fromLatent(deviate) - theirs) / spread;
      });
      const shapes = model.type === 'shash' ? [model.skew - skew, model.tailWeight - tail] : [Number.NaN];
      return [
        { name: `${name}: ${off.length} centiles`, error: Math.max(...off), tolerance: 2e-4 },
        { name: `${name}: skew and tail`, error: Math.max(...shapes.map(Math.abs)), tolerance: 2e-4 },
      ];
    });
  },
};

export default [transfer, fit, shash];
