import { describe, expect, it } from 'vitest';
import { acquisitionOf, seriesTimes } from './acquisition.ts';

const dicom = { layout: {} };

describe('what a header says', () => {
  it('in ms for DICOM and in s for a sidecar', () => {
    expect(acquisitionOf({ ...dicom, RepetitionTime: 5.4, EchoTime: [2, 2] })).toMatchObject({
      repetitionTime: 0.0054,
      echoTime: 0.002,
    });
    expect(acquisitionOf({ RepetitionTime: 4, RepetitionTimeExcitation: 0.0054, EchoTime: 0.0021 })).toMatchObject({
      repetitionTime: 0.0054,
      echoTime: 0.0021,
    });
  });

  it('in gauss on old scanners', () => {
    expect(acquisitionOf({ ...dicom, MagneticFieldStrength: 15_000 }).fieldT).toBe(1.5);
  });
});

describe('times of the volumes', () => {
  const codes = (found: ReturnType<typeof seriesTimes>) => found.issues.map(({ code }) => code);

  it('are those of the header, or an even beat', () => {
    expect([...seriesTimes({ timePointsS: [0, 407, 761] }, 3, undefined).timesS!]).toEqual([0, 407, 761]);
    expect([...seriesTimes({}, 3, 2.5).timesS!]).toEqual([0, 2.5, 5]);
    expect([...seriesTimes({ timePointsS: [0, 1, 2] }, 3, 1, [10, 14, 20]).timesS!]).toEqual([0, 4, 10]);
  });

  it.each([
    ['shorter than the series', { timePointsS: [0, 5] }, undefined, 'perfusion-times-do-not-match'],
    ['not rising', { timePointsS: [0, 5, 5] }, undefined, 'perfusion-times-do-not-rise'],
    ['absent', {}, undefined, 'perfusion-no-times'],
    ['the repetition time of the excitation', {}, 0.0054, 'perfusion-times-unlikely'],
    [
      'two in one phase',
      { ...dicom, timePointsS: [0, 60, 120], timePointSpreadS: 20, MRAcquisitionType: '3D' },
      undefined,
      'perfusion-two-times-in-phase',
    ],
  ])('are refused when %s', (_, header, beat, code) => {
    const found = seriesTimes(header, 3, beat);
    expect(found.timesS).toBeUndefined();
    expect(codes(found)).toEqual([code]);
  });

  it('may differ between the slices of a 2D scan', () => {
    const header = { ...dicom, timePointsS: [0, 1.5, 3], timePointSpreadS: 1.4, MRAcquisitionType: '2D' };
    expect(seriesTimes(header, 3, undefined).timesS).toBeDefined();
  });
});
