import { describe, expect, it } from 'vitest';
import { readContrast } from './contrast.ts';
import { taskDesign } from './design.ts';
import { readEvents } from './events.ts';
import { framewiseDisplacement } from './framewise.ts';
import { boxcarResponse, hrf, hrfIntegral } from './hrf.ts';
import { studyTask } from './taskStudy.ts';
import { isActive, testBold, testEvents, testGrid } from './testRun.ts';
import { criticalT, fdrThreshold, twoSidedP } from './thresholds.ts';

const table = (seconds: number) => ({ columns: ['onset', 'duration', 'trial_type'], rows: testEvents(seconds) });

describe('haemodynamic response', () => {
  it('has an area of 1 and is the derivative of its integral', () => {
    expect(hrfIntegral(60)).toBeCloseTo(1, 9);
    for (const t of [1.5, 5, 12, 20])
      expect((hrfIntegral(t + 1e-5) - hrfIntegral(t - 1e-5)) / 2e-5).toBeCloseTo(hrf(t), 7);
    expect(boxcarResponse('canonical', 5, 0, 1e-6) / 1e-6).toBeCloseTo(hrf(5), 5);
  });
});

describe('task model', () => {
  it('finds the cube that follows the events, and little else', async () => {
    const image = testBold({ volumes: 120, repetitionTimeS: 2, activationPercent: 3 });
    const study = await studyTask(image, table(240), { contrasts: ['on'], realign: false });
    if (!('contrasts' in study)) throw new Error('no maps');
    const [map] = study.contrasts;
    const [ni, nj] = testGrid.shape;
    let [active, inside, elsewhere] = [0, 0, 0];
    for (const at of study.run.voxels) {
      const isIn = isActive(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj)));
      const found = map!.t[at]! > study.clusterT;
      if (isIn) active++;
      if (isIn && found) inside++;
      if (!isIn && found) elsewhere++;
    }
    expect(active).toBe(27);
    expect(inside).toBe(27);
    // Two-sided p < .001: one half of it is above.
    expect(elsewhere / study.run.voxels.length).toBeLessThan(0.0015);
    expect(map!.positive).toHaveLength(1);
    expect(map!.positive[0]!.voxels).toBeGreaterThanOrEqual(27);
    const effect = map!.effect[9 + ni * (13 + nj * 10)]! / study.run.mean[9 + ni * (13 + nj * 10)]!;
    expect(effect).toBeGreaterThan(0.025);
    expect(effect).toBeLessThan(0.035);
  });

  it('finds motion, and undoes it', async () => {
    const drift = (t: number) => [0.02 * t, -0.01 * t, 0.5 * Math.sin(t / 9), 0, 0.0004 * t, -0.0003 * t];
    const image = testBold({ volumes: 60, repetitionTimeS: 2, motion: drift, noise: 1 });
    const study = await studyTask(image, table(120), { contrasts: ['on'] });
    if (!('contrasts' in study)) throw new Error('no maps');
    const { parameters } = study.motion!;
    // A tenth of a millimetre at 40 mm, on voxels of 3 mm.
    for (const t of [0, 15, 59])
      for (let of = 0; of < 6; of++) {
        const truth = drift(t)[of]! - drift(30)[of]!;
        expect(Math.abs(parameters[t * 6 + of]! - truth)).toBeLessThan(of < 3 ? 0.1 : 0.0026);
      }
    expect(study.tsnr).toBeGreaterThan(100);
  });

  it('gives issues and no numbers for events that cannot be those of the run', async () => {
    const image = testBold({ volumes: 30, repetitionTimeS: 2 });
    const late = {
      columns: ['onset', 'duration'],
      rows: [
        { onset: '900', duration: '2' },
        { onset: '990', duration: '2' },
      ],
    };
    const study = await studyTask(image, late);
    expect('contrasts' in study).toBe(false);
    expect(study.issues.map(({ code }) => code)).toContain('events-outside-run');
    expect(readEvents(['time'], [], 60).issues[0]!.code).toBe('events-columns-missing');
    expect(readEvents(['onset', 'duration'], [{ onset: 'n/a', duration: '1' }], 60).issues.at(-1)!.code).toBe(
      'events-none',
    );
    await expect(studyTask(testBold({ volumes: 10, repetitionTimeS: 2 }), table(20))).rejects.toThrow(/no fMRI run/);
    await expect(studyTask(testBold({ volumes: 30, repetitionTimeS: 0 }), table(60))).rejects.toThrow(/not known/);
  });
});

describe('contrasts', () => {
  const events = ['a', 'b', 'c'].map((condition, at) => ({ condition, onsetS: 10 * at, durationS: 5, height: 1 }));
  const design = taskDesign(events, { volumes: 40, repetitionTimeS: 2 });
  it.each([
    ['a>b', [1, -1, 0]],
    ['a + b > c', [0.5, 0.5, -1]],
    ['all>rest', [1 / 3, 1 / 3, 1 / 3]],
    ['rest>a', [-1, 0, 0]],
    ['0.5*a - 0.5*c', [0.5, 0, -0.5]],
    ['b', [0, 1, 0]],
  ])('%s', (text, weights) => {
    const read = readContrast(text, design).weights;
    for (const [at, weight] of weights.entries()) expect(read[at]).toBeCloseTo(weight, 12);
  });
  it.each(['d', 'a>', 'a>b>c', 'a-a', '', '>', '5*'])('refuses %j', (text) => {
    expect(() => readContrast(text, design)).toThrow(/cannot be read/);
  });
});

describe('thresholds', () => {
  it('agree with tables of t', () => {
    expect(criticalT(0.05, 10)).toBeCloseTo(2.2281, 3);
    expect(criticalT(0.001, 100)).toBeCloseTo(3.3905, 3);
    expect(twoSidedP(0, 5)).toBe(1);
  });
  it('finds the largest set that a false discovery rate allows', () => {
    const t = [8, 7, 6, 0.1, 0.2, 0.3, -0.4, 0.5, -9, 1];
    expect(fdrThreshold(t, 50)).toBe(6);
    expect(fdrThreshold([0.1, 0.5, 1], 50)).toBeUndefined();
  });
});

it('tells framewise displacement as Power does', () => {
  const fd = framewiseDisplacement(Float64Array.from([0, 0, 0, 0, 0, 0, 0.1, -0.2, 0, 0.01, 0, 0]));
  expect([...fd]).toEqual([0, expect.closeTo(0.8, 12)]);
});
