import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bloodInput } from '../src/imaging/pet/kinetics/curves.ts';
import { type Drive, type KineticOptions, kineticFitter } from '../src/imaging/pet/kinetics/fit.ts';
import { type KineticModelId, kineticModels } from '../src/imaging/pet/kinetics/models.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

type Table = Record<string, Float64Array>;

function tableOf(path: string): Table {
  const [head, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replaceAll('"', '').trim().split(','));
  return Object.fromEntries(head!.map((name, at) => [name, Float64Array.from(rows, (row) => Number(row[at]))]));
}

const seconds = (minutes: Float64Array): Float64Array => minutes.map((value) => value * 60);

/** Names of the reference implementation; its `k2` of MRTM1 is the apparent one. */
const names: Record<string, string> = {
  K1: 'k1',
  vB: 'vb',
  Vt: 'vt',
  Ki: 'ki',
  bp: 'bp-nd',
  R1: 'r1',
  k2prime: 'k2-reference',
};

/** Linear models to 1e-6, non-linear ones to 1e-3; with convolution by steps, as the reference does it. */
const kinfitr: Conformance = {
  id: 'pet-kinetics',
  method: 'Kinetic models of dynamic PET (imaging.pet.kinetics)',
  oracle: 'kinfitr 0.9.1 on its own data sets pbr28 and simref (MIT)',
  errorIs: 'relative',
  needs: ['radiology/pet/kinetics'],
  async run() {
    const folder = sharedData('radiology/pet/kinetics')!;
    const read = (name: string): Table => tableOf(join(folder, name));
    const expected = JSON.parse(readFileSync(join(folder, 'expected_kinfitr.json'), 'utf8')) as Record<
      string,
      Record<string, number>
    >;
    const [tac, samples, reference] = [
      read('pbr28_meas2_tac.csv'),
      read('pbr28_meas2_input.csv'),
      read('simref_meas2.csv'),
    ];
    const { input } = bloodInput({ timesS: seconds(samples.Time!), plasma: samples.AIF!, wholeBlood: samples.Blood! });
    const cases: Case[] = [];
    const hold = (
      key: string,
      id: KineticModelId,
      timesS: Float64Array,
      drive: Drive,
      values: Float64Array,
      options: KineticOptions,
    ): void => {
      const fit = kineticFitter(id, timesS, drive, options)(values)!;
      for (const [name, value] of Object.entries(expected[key]!)) {
        const of = name === 'k2' && id === 'mrtm1' ? 'k2a' : name === 'inpshift' ? 'delay' : (names[name] ?? name);
        const found = fit.estimates.find((one) => one.name === of)!.value / (of === 'delay' ? 60 : 1);
        cases.push({
          name: `${key} ${name}`,
          error: Math.abs(found / value - 1),
          tolerance: kineticModels[id].linear ? 1e-6 : 1e-3,
        });
      }
    };
    const times = seconds(tac.t_min!);
    const late = { tStar: { frames: 10 }, weights: tac.Weights!, delay: 60 * expected.onetcm_FC!.inpshift! };
    hold('logan_FC', 'logan', times, { input }, tac.FC!, late);
    hold('ma1_FC', 'ma1', times, { input }, tac.FC!, late);
    hold('patlak_FC', 'patlak', times, { input }, tac.FC!, late);
    hold('onetcm_FC', '1tcm', times, { input }, tac.FC!, {
      ...{ weights: tac.Weights!, delay: 'fitted', convolution: 'stepped' },
    });
    const frames = seconds(reference.Times!);
    const drive: Drive = { reference: { timesS: frames, values: reference.Reference! } };
    for (const region of ['ROI1', 'ROI2']) {
      const weights = reference.Weights!;
      const values = reference[region]!;
      hold(`srtm_${region}`, 'srtm', frames, drive, values, { weights, convolution: 'stepped' });
      hold(`mrtm1_${region}`, 'mrtm1', frames, drive, values, { weights });
      hold(`reflogan_k2p0.1_tstar10_${region}`, 'ref-logan', frames, drive, values, {
        ...{ k2PrimePerMin: 0.1, tStar: { frames: 10 } },
      });
    }
    return cases;
  },
};

/** Curves made by an independent integration of the differential equations: exact convolution must give back the truth. */
const simulated: Conformance = {
  id: 'pet-kinetics-simulated',
  method: 'Compartment models with exact convolution (imaging.pet.kinetics)',
  oracle: 'Runge-Kutta integration of the model equations, steps of 0.05 s, without noise',
  errorIs: 'relative',
  needs: [],
  async run() {
    const timesS = Float64Array.from({ length: 36 }, (_, at) => 5 * (at + 1) + 2.2 * at * at);
    const bloodTimes = Float64Array.from({ length: 400 }, (_, at) => 10 * at);
    const cp = bloodTimes.map(
      (t) => 50 * (t / 60) * Math.exp(-t / 45) + 4 * (1 - Math.exp(-t / 60)) * Math.exp(-t / 4000),
    );
    const cb = cp.map((value, at) => value * (1.1 + 0.00002 * bloodTimes[at]!));
    const { input } = bloodInput({ timesS: bloodTimes, plasma: cp, wholeBlood: cb });
    const cases: Case[] = [];
    const truths: [KineticModelId, Record<string, number>][] = [
      ['1tcm', { k1: 0.3, k2: 0.15, k3: 0, k4: 0, vb: 0.04 }],
      ['2tcm', { k1: 0.1, k2: 0.12, k3: 0.08, k4: 0.03, vb: 0.05 }],
      ['2tcm-irreversible', { k1: 0.1, k2: 0.12, k3: 0.06, k4: 0, vb: 0.05 }],
    ];
    for (const [id, truth] of truths) {
      const curve = integrated(bloodTimes, cp, cb, timesS, truth);
      const fit = kineticFitter(id, timesS, { input }, {})(curve)!;
      for (const { name, value } of fit.estimates)
        if (truth[name] !== undefined)
          cases.push({ name: `${id} ${name}`, error: Math.abs(value / truth[name] - 1), tolerance: 1e-3 });
    }
    return cases;
  },
};

/** Tissue with blood, by classical Runge-Kutta; rates per minute. */
function integrated(
  times: Float64Array,
  cp: Float64Array,
  cb: Float64Array,
  at: Float64Array,
  { k1, k2, k3, k4, vb }: Record<string, number>,
): Float64Array {
  const h = 0.05;
  const line = (of: Float64Array, t: number): number => {
    const place = Math.min(times.length - 1.000001, t / 10);
    const node = Math.floor(place);
    return of[node]! + (place - node) * (of[node + 1]! - of[node]!);
  };
  const slope = (t: number, [c1, c2]: readonly [number, number]): [number, number] => [
    (k1! * line(cp, t) - (k2! + k3!) * c1 + k4! * c2) / 60,
    (k3! * c1 - k4! * c2) / 60,
  ];
  let state: [number, number] = [0, 0];
  let step = 0;
  return at.map((time) => {
    for (; step * h < time - 1e-9; step++) {
      const t = step * h;
      const add = (by: readonly [number, number], share: number): [number, number] => [
        state[0] + share * h * by[0],
        state[1] + share * h * by[1],
      ];
      const a = slope(t, state);
      const b = slope(t + h / 2, add(a, 0.5));
      const c = slope(t + h / 2, add(b, 0.5));
      const d = slope(t + h, add(c, 1));
      state = [0, 1].map((n) => state[n]! + (h / 6) * (a[n]! + 2 * b[n]! + 2 * c[n]! + d[n]!)) as [number, number];
    }
    return (1 - vb!) * (state[0] + state[1]) + vb! * line(cb, time);
  });
}

export default [kinfitr, simulated];
