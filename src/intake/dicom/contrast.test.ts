import { expect, test } from 'vitest';
import { type Contrast, contrastOf } from './contrast.ts';
import { framesOf } from './frames.ts';
import type { DicomRecord } from './record.ts';

function mr(record: DicomRecord, timePoints = 1): Contrast | undefined {
  const whole = { Modality: 'MR', ImageType: ['ORIGINAL', 'PRIMARY'], ...record };
  const [frame] = framesOf({ transferSyntax: '', sopClass: '', sopInstance: '', dataSetAt: 0, record: whole }, 0);
  return contrastOf(whole, frame!, timePoints, Number(record['DiffusionBValue'] ?? 0) > 0);
}

test.each<[string, DicomRecord, number, string]>([
  [
    'inversion-prepared gradient echo',
    { ScanningSequence: ['GR', 'IR'], EchoTime: 2.98, RepetitionTime: 2300, InversionTime: 900, FlipAngle: 9 },
    1,
    'T1w',
  ],
  ['spoiled gradient echo', { ScanningSequence: 'GR', EchoTime: 4, RepetitionTime: 9, FlipAngle: 20 }, 1, 'T1w'],
  ['spin echo, short times', { ScanningSequence: 'SE', EchoTime: 12, RepetitionTime: 600 }, 1, 'T1w'],
  ['spin echo, long times', { ScanningSequence: 'SE', EchoTime: 100, RepetitionTime: 4500 }, 1, 'T2w'],
  [
    'long inversion',
    { ScanningSequence: ['SE', 'IR'], EchoTime: 120, RepetitionTime: 9000, InversionTime: 2500 },
    1,
    'FLAIR',
  ],
  ['echo planar over time', { ScanningSequence: ['EP', 'GR'], EchoTime: 30, RepetitionTime: 2000 }, 150, 'bold'],
  ['b-values', { ScanningSequence: ['EP', 'SE'], EchoTime: 80, RepetitionTime: 5000, DiffusionBValue: 1000 }, 1, 'dwi'],
  [
    'a scanner map',
    { ImageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC'], EchoTime: 80, RepetitionTime: 5000 },
    1,
    'adc',
  ],
  [
    "a map with a T1 scan's parameters",
    {
      ImageType: ['DERIVED', 'SECONDARY'],
      ScanningSequence: 'GR',
      EchoTime: 4,
      RepetitionTime: 9,
      FlipAngle: 20,
      SeriesDescription: 'PE1',
    },
    1,
    'unknown',
  ],
  ['nothing at all', {}, 1, 'unknown'],
])('%s', (_, record, timePoints, expected) => {
  expect(mr(record, timePoints)?.contrast).toBe(expected);
});

test('a name is believed only where parameters are silent, and is marked as such', () => {
  expect(mr({ SeriesDescription: 'anat-T1w' })).toEqual({ contrast: 'T1w', basis: 'name' });
  expect(mr({ SeriesDescription: 'T1 mprage', ScanningSequence: 'SE', EchoTime: 100, RepetitionTime: 4500 })).toEqual({
    contrast: 'T2w',
    basis: 'parameters',
  });
});
