import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { loadInstruments } from '../forms/instrument.ts';
import { runAll } from '../knowledge/testing.ts';
import { bodyMapIn, shipped } from './knowledge.ts';
import { bodyMap } from './mapAnalysis.ts';
import { allOf, answered } from './testing.ts';

const file = bodyMapIn(shipped);
const itemOf = (code: string) => file.regions.find((region) => region.code === code)!.item;
const drawn = (...codes: string[]) =>
  allOf(file.regions.length, 0, Object.fromEntries(codes.map((code) => [itemOf(code), 1])));

async function found(...facts: Fact[]) {
  const { findings, missing } = await runAll(bodyMap, dossierOf({ facts }));
  const of = (code: string) => findings.filter(({ measure }) => measure.code === code);
  const value = (code: string) => show(of(code).at(-1));
  return { findings, missing, of, value };
}

function show(finding: FindingDraft | undefined) {
  const value = finding?.value;
  if (value?.type === 'quantity') return value.value;
  if (value?.type === 'code') return value.code.code;
  return value?.type === 'refused' ? `refused ${value.reason}` : value;
}

describe('the drawing', () => {
  it('has an item of the form for each region, under the same name', () => {
    const form = loadInstruments().find(({ id }) => id === 'body-map')!;
    expect(form.items.map(({ number, label }) => [number, label])).toEqual(
      file.regions.map(({ item, code }) => [item, code.replaceAll('-', ' ')]),
    );
  });

  it('puts the right of the person on the left of the viewer in front, and the other way round from behind', () => {
    const middle = (code: string) => {
      const { points } = file.regions.find((region) => region.code === code)!;
      return points.reduce((sum, [x]) => sum + x, 0) / points.length;
    };
    expect(middle('front-hand-right')).toBeLessThan(100);
    expect(middle('front-hand-left')).toBeGreaterThan(100);
    expect(middle('back-hand-left')).toBeLessThan(100);
    expect(middle('back-hand-right')).toBeGreaterThan(100);
  });

  it('gives each region an area, and each area of the index a region', () => {
    const areas = new Set(file.areas.map(({ code }) => code));
    expect(file.regions.filter(({ area }) => !areas.has(area))).toEqual([]);
    const drawnAreas = new Set(file.regions.map(({ area }) => area));
    expect(file.areas.filter(({ code }) => !drawnAreas.has(code))).toEqual([]);
    expect(file.areas.filter(({ wpi }) => wpi)).toHaveLength(19);
  });
});

describe('a drawn map', () => {
  it('counts regions, areas and zones', async () => {
    const { value, of } = await found(
      answered(
        'f1',
        'body-map',
        drawn('back-lower-back-left', 'back-lower-back-right', 'front-hand-left'),
        '2026-01-05',
      ),
    );
    expect([value('pain-region-count'), value('pain-wpi'), value('pain-zones'), value('widespread-pain')]).toEqual([
      3,
      1,
      1,
      'no',
    ]);
    expect(value('pain-map')).toBe('front-hand-left back-lower-back-right back-lower-back-left');
    const painful = of('pain-area').filter((one) => show(one) === 'painful');
    expect(painful.map(({ site }) => site!.code)).toEqual(['lower-back', 'hand-left']);
    expect(painful[0]!.evidence).toHaveLength(2);
    expect(of('pain-area').every(({ derivedFrom }) => derivedFrom.join() === 'f1')).toBe(true);
  });

  it('says that nothing is painful when nothing was marked, and nothing at all when nobody was asked', async () => {
    const { value, of } = await found(answered('f1', 'body-map', drawn(), '2026-01-05'));
    expect([value('pain-map'), value('pain-wpi')]).toEqual(['none', 0]);
    expect(of('pain-area')).toHaveLength(file.areas.length);
    const { findings, missing } = await found(answered('f2', 'body-map', {}));
    expect(findings).toEqual([]);
    expect(missing).toMatchObject([{ code: 'no-body-map' }]);
  });

  it('refuses what unasked areas could turn, and no more', async () => {
    const partly = { [itemOf('back-neck')]: 0, [itemOf('front-chest-left')]: 1 };
    const { value, of } = await found(answered('f1', 'body-map', partly));
    expect([value('pain-wpi'), value('widespread-pain')]).toEqual([
      'refused areas-not-asked',
      'refused areas-not-asked',
    ]);
    // One half of the neck answered no: the other half was not asked.
    expect(of('pain-area').map(({ site }) => site!.code)).toEqual(['chest']);
    const four = ['front-shoulder-left', 'front-shoulder-right', 'front-thigh-left', 'front-thigh-right'];
    const yes = await found(answered('f2', 'body-map', Object.fromEntries(four.map((code) => [itemOf(code), 1]))));
    expect([yes.value('widespread-pain'), yes.value('pain-wpi')]).toEqual(['yes', 'refused areas-not-asked']);
  });

  it('leaves answers that are no yes or no unasked', async () => {
    const { of } = await found(answered('f1', 'body-map', drawn('back-neck'), '2026-01-05'));
    expect(of('pain-area')).toHaveLength(file.areas.length);
    const broken = await found(answered('f2', 'body-map', { ...drawn('back-neck'), [itemOf('front-neck')]: 7 }));
    expect(broken.of('pain-area').map(({ site }) => site!.code)).toContain('neck');
    const refused = await found(answered('f3', 'body-map', { ...drawn(), [itemOf('front-neck')]: 7 }));
    expect(refused.of('pain-area').map(({ site }) => site!.code)).not.toContain('neck');
    expect(refused.value('pain-wpi')).toBe('refused areas-not-asked');
  });
});

describe('the 19 areas of ACR 2016', () => {
  // 4 of 5 zones; jaw, chest and abdomen count for the index alone.
  const acr = (...items: number[]) => allOf(19, 0, Object.fromEntries(items.map((item) => [item, 1])));

  it('is generalised with four zones and not with three', async () => {
    const four = await found(answered('f1', 'acr-2016', acr(2, 6, 9, 15), '2026-01-05'));
    expect([four.value('pain-zones'), four.value('widespread-pain'), four.value('pain-wpi')]).toEqual([4, 'yes', 4]);
    const three = await found(answered('f1', 'acr-2016', acr(1, 5, 2, 6, 9, 18, 19), '2026-01-05'));
    expect([three.value('pain-zones'), three.value('widespread-pain'), three.value('pain-wpi')]).toEqual([3, 'no', 7]);
  });

  it('tells what changed since the map before, whichever form it was', async () => {
    const { of, value } = await found(
      answered('f1', 'acr-2016', acr(17), '2026-01-05'),
      answered('f2', 'body-map', drawn('back-neck', 'back-buttock-left'), '2026-03-05'),
    );
    expect(value('pain-wpi-change')).toBe(1);
    const [change] = of('pain-wpi-change');
    expect(change!.derivedFrom).toEqual(['f2', 'f1']);
    expect(change!.issues.find(({ code }) => code === 'areas-changed')!.message).toBe(
      'Areas that changed: new: hip or buttock, left; neck, gone: lower back.',
    );
  });

  it('keeps pain and says so where two forms of one moment differ', async () => {
    const { of } = await found(
      answered('f1', 'acr-2016', acr(17), '2026-01-05'),
      answered('f2', 'body-map', drawn(), '2026-01-05'),
    );
    const back = of('pain-area').find(({ site }) => site!.code === 'lower-back')!;
    expect([show(back), back.issues.map(({ code }) => code)]).toEqual(['painful', ['maps-differ']]);
  });

  it('counts a knee with the lower leg, and says that this is our choice', async () => {
    const { of, value } = await found(answered('f1', 'body-map', drawn('front-knee-right'), '2026-01-05'));
    expect(value('pain-wpi')).toBe(1);
    expect(of('pain-wpi')[0]!.issues.map(({ code }) => code)).toContain('knee-counted');
  });
});
