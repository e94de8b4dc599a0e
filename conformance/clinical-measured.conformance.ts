import { join } from 'node:path';
import { theilSen } from '../src/clinical/measured/change.ts';
import {
  bedsideSchwartz,
  ckdEpi2012Cystatin,
  ckdEpi2021,
  ckdEpi2021Both,
  cockcroftGault,
} from '../src/clinical/measured/kidneyFormulas.ts';
import { type QtFormula, qtFormulas } from '../src/clinical/measured/qtFormulas.ts';
import { flagOf, statedFlag } from '../src/clinical/measured/referenceRange.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { tableFormat } from '../src/intake/table/format.ts';
import type { Mapping } from '../src/intake/table/mapping.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const sdtm = 'clinical/labs/sdtm_lb_4subjects.csv';
/** SDTM LB in the units that the laboratories reported. */
const mapping: Mapping = {
  mapping: 1,
  identity: { column: 'USUBJID', system: 'cdisc' },
  date: { column: 'LBDTC' },
  measures: [
    {
      code: { column: 'LBTESTCD', system: 'sdtm', display: 'LBTEST' },
      value: { column: 'LBORRES' },
      unit: { column: 'LBORRESU' },
      low: { column: 'LBORNRLO' },
      high: { column: 'LBORNRHI' },
      flag: { column: 'LBNRIND' },
    },
  ],
};

const ranges: Conformance = {
  id: 'clinical-lab-flags',
  method: 'mapped table -> results with limits -> place in the range, limits inclusive, unit as reported',
  oracle: 'flags LBNRIND of 816 results of 4 people, CDISC pilot study (Apache-2.0)',
  errorIs: 'verdict',
  needs: [sdtm],
  async run() {
    const read = await tableFormat.read(
      inputFile(join(sharedData('clinical/labs')!, 'sdtm_lb_4subjects.csv'), 'lb.csv'),
      defaultLimits,
    );
    if ('refused' in read) throw new Error(read.refused.message);
    const pieces: Parameters<typeof tableFormat.assemble>[0] = [
      { path: 'lb.csv', piece: read.piece },
      { path: 'lb.mapping.json', piece: { kind: 'mapping', mapping } },
    ];
    const facts = tableFormat.assemble(pieces).drafts.flatMap((draft) => draft.facts);
    const ranged = facts.filter(({ referenceRange }) => referenceRange !== undefined);
    const byTest = Map.groupBy(ranged, ({ code }) => code.code);
    const cases = [...byTest].map(([test, results]): Case => {
      const wrong = results.filter(({ value, referenceRange, interpretation }) => {
        const flag = value?.type === 'quantity' ? flagOf(value, referenceRange) : undefined;
        return flag === undefined || flag !== statedFlag(interpretation);
      });
      return { name: `${test}: ${results.length} results`, error: wrong.length, tolerance: 0 };
    });
    return [{ name: 'results with limits', error: Math.abs(ranged.length - 816), tolerance: 0 }, ...cases];
  },
};

type Sex = 'female' | 'male';

/** Creatinine mg/dL, age, sex, value; the last column is how far the source rounds. */
const creatinine: [number, number, Sex, number, number][] = [
  [1.2, 55, 'male', 71, 0.5],
  [0.4, 20, 'female', 145, 0.5],
  [0.7, 35, 'female', 116, 0.5],
  [1.5, 90, 'female', 33, 0.5],
  [5.9, 71, 'female', 7, 0.5],
  [0.5, 18, 'male', 152, 0.5],
  [3.3, 29, 'male', 25, 0.5],
  [8.8, 60, 'male', 6, 0.5],
  [1.2, 50, 'female', 55.147, 0.001],
  [1.2, 50, 'male', 73.674, 0.001],
  [2.0, 70, 'male', 35.243, 0.001],
  [0.6, 30, 'female', 123.758, 0.001],
  [4.8, 75, 'female', 8.944, 0.001],
  [1.5, 74, 'female', 36.3, 0.1],
  [0.5, 30, 'male', 140.7, 0.1],
];

/** Creatinine mg/dL, age, sex, kg, mL/min. */
const clearance: [number, number, Sex, number, number, number][] = [
  [1.0, 25, 'female', 60, 81.46, 0.005],
  [1.2, 76, 'female', 63, 39.7, 0.05],
  [1.2, 55, 'male', 71.5, 70.3, 0.05],
  [5.9, 71, 'female', 71.5, 9.9, 0.05],
  [3.3, 29, 'male', 71.5, 33.4, 0.05],
  [0.9, 44, 'male', 71.5, 105.9, 0.05],
];

const kidney: Conformance = {
  id: 'clinical-kidney',
  method: 'CKD-EPI 2021, CKD-EPI 2012 cystatin C, both markers, Cockcroft-Gault, bedside Schwartz',
  oracle:
    'calculator of the National Kidney Foundation (1.2 mg/dL, 55, male: 71); clincalc 0.4.0; tests of transplantr and others, re-tabulated',
  errorIs: 'mL/min',
  needs: [],
  async run() {
    const close = (name: string, got: number, expected: number, tolerance: number): Case => ({
      name,
      error: Math.abs(got - expected),
      tolerance,
    });
    return [
      ...creatinine.map(([scr, age, sex, expected, within]) =>
        close(`CKD-EPI 2021, ${scr} mg/dL, ${age}, ${sex}`, ckdEpi2021(scr, age, sex), expected, within),
      ),
      ...clearance.map(([scr, age, sex, kg, expected, within]) =>
        close(
          `Cockcroft-Gault, ${scr} mg/dL, ${age}, ${sex}, ${kg} kg`,
          cockcroftGault(scr, age, sex, kg),
          expected,
          within,
        ),
      ),
      close('both markers, 1.5 mg/dL, 1.6 mg/L, 60, male', ckdEpi2021Both(1.5, 1.6, 60, 'male'), 47.165, 0.001),
      close('cystatin C 1.2 mg/L, 40, female', ckdEpi2012Cystatin(1.2, 40, 'female'), 61.63, 0.001),
      close('bedside Schwartz, 0.6 mg/dL, 101 cm', bedsideSchwartz(0.6, 101), 69.5, 0.05),
    ];
  },
};

const formulas: QtFormula[] = ['qtc-bazett', 'qtc-fridericia', 'qtc-framingham', 'qtc-hodges'];
/** Rate, QT in ms, then QTc in the order of `formulas`. */
const corrected: [number, number, [number, number, number, number]][] = [
  [88, 278, [336.7, 315.9, 327, 327]],
  [112, 334, [456.3, 411.2, 405.5, 425]],
  [47, 402, [355.8, 370.6, 359.4, 379.3]],
  [132, 219, [324.8, 284.8, 303, 345]],
];

const qt: Conformance = {
  id: 'clinical-qtc',
  method: 'QTc by Bazett, Fridericia, Framingham, Hodges',
  oracle: 'table of an online calculator in the tests of mannd/QTc, re-tabulated',
  errorIs: 'ms',
  needs: [],
  async run() {
    return corrected.flatMap(([rate, ms, expected]) =>
      formulas.map((formula, i): Case => {
        const { name, of } = qtFormulas[formula];
        return {
          name: `${name}, ${ms} ms at ${rate}/min`,
          error: Math.abs(of(ms, 60 / rate) - expected[i]!),
          tolerance: 0.1,
        };
      }),
    );
  },
};

/** Times, values, slope, low, high. */
const slopes: [number[], number[], number, number, number][] = [
  [[0, 1, 2, 3], [140, 139, 138, 137], -1, -1, -1],
  [[0, 0.1, 0.5, 0.9, 1.4, 2], [1, 1.1, 0.9, 1.3, 1.2, 1.5], 0.25, -0.2, 1],
  [[0, 1, 1, 2, 3, 5, 8], [5, 5, 6, 5, 4, 3, 3], -0.3666666666666667, -0.75, 0],
  [[0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2], [12.1, 12.4, 11.9, 12, 11.4, 11.8, 11.1, 11.3, 10.9], -2 / 3, -1, -0.4],
];

const slope: Conformance = {
  id: 'clinical-slopes',
  method: 'Theil-Sen slope with 95 % interval, ties of times and values',
  oracle: 'scipy.stats.theilslopes, SciPy 1.17.1 (BSD), re-tabulated',
  errorIs: 'absolute',
  needs: [],
  async run() {
    return slopes.flatMap(([times, values, ...expected], i) => {
      const got = theilSen(times, values)!;
      return [got.slope, got.low, got.high].map(
        (one, k): Case => ({
          name: `series ${i + 1}, ${['slope', 'low', 'high'][k]}`,
          error: Math.abs(one - expected[k]!),
          tolerance: 1e-12,
        }),
      );
    });
  },
};

export default [ranges, kidney, qt, slope];
