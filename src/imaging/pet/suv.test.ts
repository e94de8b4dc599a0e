import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { type Nuclide, nuclideOf } from './nuclides.ts';
import { petHeader, scanDay } from './petHeader.ts';
import { normalised, type SuvScale, suvBodyWeightScale } from './suv.ts';

const { nuclides } = loadKnowledge('imaging/nuclides.json').data as { nuclides: Nuclide[] };

/** 70 kg, 350 MBq F-18 one hour (3,600 s) before the scan; half-life as scanners write it. */
const complete = {
  Units: 'BQML',
  DecayCorrection: 'START',
  CorrectedImage: ['ATTN', 'DECY', 'SCAT'],
  SeriesType: ['WHOLE BODY', 'IMAGE'],
  ImageType: ['ORIGINAL', 'PRIMARY'],
  PatientWeight: 70,
  PatientSize: 1.75,
  PatientSex: 'M',
  SeriesDate: '20240301',
  SeriesTime: '110000',
  AcquisitionDate: '20240301',
  AcquisitionTime: '110000.00',
};
const tracer = {
  RadionuclideTotalDose: 350e6,
  RadionuclideHalfLife: 6586.2,
  RadiopharmaceuticalStartTime: '100000',
  Radiopharmaceutical: 'Fluorodeoxyglucose',
};
const expected = 70_000 / (350e6 * 2 ** (-3600 / 6586.2));

function scale(change: Record<string, unknown> = {}, tracerChange: Record<string, unknown> = {}): SuvScale {
  return suvBodyWeightScale(
    petHeader({ ...complete, RadiopharmaceuticalInformationSequence: [{ ...tracer, ...tracerChange }], ...change }),
    nuclides,
  );
}
function factor(...change: Parameters<typeof scale>): number {
  const result = scale(...change);
  if ('refused' in result) throw new Error(result.refused.code);
  return result.factor;
}
function refusal(...change: Parameters<typeof scale>): string | undefined {
  const result = scale(...change);
  if (!('refused' in result)) return undefined;
  expect(result.refused.remedy).toBeTruthy();
  return result.refused.code;
}
const issues = (...change: Parameters<typeof scale>): string[] => scale(...change).issues.map(({ code }) => code);

describe('SUVbw factor', () => {
  it('decays the dose from injection to the start of the scan', () => {
    expect(factor()).toBeCloseTo(expected, 15);
    expect(issues()).toEqual([]);
  });

  it('does not decay when the scanner corrected to the injection', () => {
    expect(factor({ DecayCorrection: 'ADMIN' })).toBe(70_000 / 350e6);
    expect(
      factor(
        { DecayCorrection: 'ADMIN' },
        { RadionuclideHalfLife: undefined, RadiopharmaceuticalStartTime: undefined },
      ),
    ).toBe(2e-4);
  });

  it('takes START with a warning when the header does not say', () => {
    expect(factor({ DecayCorrection: undefined })).toBeCloseTo(expected, 15);
    expect(issues({ DecayCorrection: undefined })).toEqual(['suv-decay-correction-unstated']);
  });

  it.each([
    ['suv-not-attenuation-corrected', { CorrectedImage: ['DECY'] }],
    ['suv-not-decay-corrected', { CorrectedImage: ['ATTN'] }],
    ['suv-not-decay-corrected', { DecayCorrection: 'NONE' }],
    ['suv-units-unknown', { Units: 'PROPCPS' }],
    ['suv-units-unknown', { Units: undefined }],
    ['suv-counts-without-factor', { Units: 'CNTS' }],
    ['suv-counts-without-factor', { Units: 'CNTS', '(7053,1000)': 0, '(7053,1009)': 0 }],
    ['suv-no-weight', { PatientWeight: undefined }],
    ['suv-no-weight', { PatientWeight: 0 }],
    ['suv-weight-implausible', { PatientWeight: 70_000 }],
    ['suv-no-scan-time', { SeriesTime: undefined, AcquisitionTime: undefined }],
    ['suv-dynamic-series', { SeriesType: ['DYNAMIC', 'IMAGE'] }],
    ['suv-gated-series', { SeriesType: ['GATED', 'IMAGE'] }],
    ['suv-projection', { SeriesType: ['WHOLE BODY', 'REPROJECTION'] }],
    ['suv-projection', { ImageType: ['DERIVED', 'SECONDARY', 'MIP'] }],
    ['suv-header-varies', { varying: ['PatientWeight', 'SliceLocation'] }],
    ['suv-header-varies', { Units: 'CNTS', '(7053,1000)': [0.0005, 0.0006] }],
    ['suv-several-tracers', { RadiopharmaceuticalInformationSequence: [tracer, tracer] }],
    ['suv-no-dose', { RadiopharmaceuticalInformationSequence: [] }],
    ['suv-type-not-body-weight', { Units: 'GML', SUVType: 'LBM' }],
    ['suv-type-not-body-weight', { Units: 'GML', SUVType: 'LBMJANMA', PatientSize: undefined }],
    ['suv-type-not-body-weight', { Units: 'GML', SUVType: 'LBMJANMA', PatientSex: 'O' }],
  ])('refuses with %s', (code, change) => {
    expect(refusal(change)).toBe(code);
  });

  it.each([
    ['suv-no-dose', { RadionuclideTotalDose: 0 }],
    ['suv-dose-implausible', { RadionuclideTotalDose: 350 }],
    ['suv-no-half-life', { RadionuclideHalfLife: undefined }],
    ['suv-no-injection-time', { RadiopharmaceuticalStartTime: undefined }],
    ['suv-injection-after-scan', { RadiopharmaceuticalStartTime: '113000' }],
    ['suv-injection-date-unknown', { RadionuclideHalfLife: 282_300 }],
  ])('refuses the injection with %s', (code, change) => {
    expect(refusal({}, change)).toBe(code);
  });
});

describe('an enhanced multi-frame PET', () => {
  const enhanced = {
    ...complete,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.130',
    CorrectedImage: undefined,
    DecayCorrection: undefined,
    SeriesType: undefined,
    AttenuationCorrected: 'YES',
    DecayCorrected: 'YES',
    DecayCorrectionDateTime: '20240301110000',
  };
  const injected = { RadiopharmaceuticalStartDateTime: '20240301100000', RadiopharmaceuticalStartTime: undefined };

  it('decays the dose to the time that the object states, whatever the series time', () => {
    expect(factor(enhanced, injected)).toBeCloseTo(expected, 15);
    expect(factor({ ...enhanced, SeriesTime: '130000', AcquisitionTime: undefined }, injected)).toBeCloseTo(
      expected,
      15,
    );
    expect(issues(enhanced, injected)).toEqual([]);
    expect(factor({ ...enhanced, DecayCorrectionDateTime: '20240301100000' }, injected)).toBeCloseTo(2e-4, 15);
  });

  it.each([
    ['suv-not-attenuation-corrected', { AttenuationCorrected: 'NO' }],
    ['suv-not-decay-corrected', { DecayCorrected: 'NO' }],
    ['suv-units-unknown', { Units: undefined }],
    ['suv-header-varies', { varying: ['DecayCorrectionDateTime'] }],
    ['suv-injection-after-scan', { DecayCorrectionDateTime: '20240301090000' }],
  ])('refuses with %s', (code, change) => {
    expect(refusal({ ...enhanced, ...change }, injected)).toBe(code);
  });
});

describe('times', () => {
  it('carries an injection before midnight over to the next day', () => {
    const late = {
      SeriesDate: '20240302',
      SeriesTime: '001500',
      AcquisitionDate: '20240302',
      AcquisitionTime: '001500',
    };
    expect(factor(late, { RadiopharmaceuticalStartTime: '231500' })).toBeCloseTo(expected, 15);
    expect(issues(late, { RadiopharmaceuticalStartTime: '231500' })).toEqual(['suv-injection-previous-day']);
    expect(factor(late, { RadiopharmaceuticalStartDateTime: '20240301231500.00' })).toBeCloseTo(expected, 15);
    expect(issues(late, { RadiopharmaceuticalStartDateTime: '20240301231500.00' })).toEqual([]);
  });

  it('carries acquisitions without a date past midnight', () => {
    const over = { SeriesTime: '235900', AcquisitionDate: undefined, AcquisitionTime: '000100' };
    expect(issues(over, { RadiopharmaceuticalStartTime: '225900' })).toEqual([]);
    expect(factor(over, { RadiopharmaceuticalStartTime: '225900' })).toBeCloseTo(expected, 15);
  });

  it('takes the earliest acquisition when the series time is that of post-processing', () => {
    const processed = { SeriesTime: '150000', AcquisitionTime: ['110500', null, '110000', '111000'] };
    expect(factor(processed)).toBeCloseTo(expected, 15);
    expect(issues(processed)).toEqual(['suv-reference-time-assumed']);
  });

  it("prefers GE's own scan time to that", () => {
    const processed = { SeriesTime: '150000', AcquisitionTime: '110500', '(0009,100d)': '20240301110000.00' };
    expect(factor(processed)).toBeCloseTo(expected, 15);
    expect(issues(processed)).toEqual([]);
  });

  it('keeps to the clock when the date of injection was shifted, but only for short-lived nuclides', () => {
    const shifted = { RadiopharmaceuticalStartDateTime: '20240302100000' };
    expect(factor({}, shifted)).toBeCloseTo(expected, 15);
    expect(issues({}, shifted)).toEqual(['suv-injection-date-disagrees']);
    expect(refusal({}, { ...shifted, RadionuclideHalfLife: 282_300 })).toBe('suv-injection-date-unknown');
  });

  it('reads long-lived nuclides by date and time', () => {
    const days = 86_400 * 4 + 3600;
    expect(
      factor({}, { RadionuclideHalfLife: 282_300, RadiopharmaceuticalStartDateTime: '20240226100000' }),
    ).toBeCloseTo(70_000 / (350e6 * 2 ** (-days / 282_300)), 15);
  });

  it('turns zones to that of the series', () => {
    expect(
      factor({ TimezoneOffsetFromUTC: '+0100' }, { RadiopharmaceuticalStartDateTime: '20240301090000.00+0000' }),
    ).toBeCloseTo(expected, 15);
  });

  it('names the day of the scan', () => {
    expect(scanDay(petHeader(complete))).toBe('2024-03-01');
    expect(scanDay(petHeader({}))).toBeUndefined();
  });
});

describe('units', () => {
  it('takes GML as it is and turns other normalisations back to body weight', () => {
    expect(factor({ Units: 'GML', SUVType: 'BW' })).toBe(1);
    expect(issues({ Units: 'GML' })).toEqual(['suv-type-unstated']);
    const janma = normalised('lbm-janmahasatian', { weightKg: 70, heightM: 1.75, sex: 'male' });
    if ('refused' in janma) throw new Error('refused');
    expect(factor({ Units: 'GML', SUVType: 'LBMJANMA' }) * janma.factors[0]!.factor).toBeCloseTo(1, 12);
    expect(factor({ Units: 'CM2ML', PatientSex: 'O' })).toBeGreaterThan(0);
  });

  it("uses Philips' factors for counts", () => {
    expect(factor({ Units: 'CNTS', '(7053,1000)': '0.000551' })).toBe(0.000551);
    expect(factor({ Units: 'CNTS', '(7053,1000)': 0, '(7053,1009)': 1.602563 })).toBeCloseTo(1.602563 * expected, 15);
  });

  it('takes the half-life from the table only for a nuclide that the header names', () => {
    const named = {
      RadionuclideHalfLife: undefined,
      RadionuclideCodeSequence: [{ CodeValue: 'C-111A1', CodeMeaning: '18F' }],
    };
    expect(factor({}, named)).toBeCloseTo(70_000 / (350e6 * 2 ** (-3600 / 6584)), 15);
    expect(issues({}, named)).toEqual(['suv-half-life-from-table']);
    expect(issues({}, { RadionuclideCodeSequence: [{ CodeValue: 'C-131A3' }] })).toEqual(['suv-half-life-disagrees']);
  });

  it('knows nuclides by any usual spelling', () => {
    for (const name of ['18F', 'F-18', 'F^18^', '^18^Fluorine', 'Fluorine-18'])
      expect(nuclideOf(undefined, name, nuclides)?.nuclide).toBe('F-18');
    expect(nuclideOf(undefined, 'FDG', nuclides)).toBeUndefined();
  });
});

describe('lean body mass', () => {
  it('refuses without a height and gives both formulae without a sex', () => {
    expect(normalised('lbm-janmahasatian', { weightKg: 70, heightM: undefined, sex: 'male' })).toMatchObject({
      refused: { code: 'sul-no-height' },
    });
    expect(normalised('lbm-janmahasatian', { weightKg: 70, heightM: 175, sex: 'male' })).toMatchObject({
      refused: { code: 'sul-height-implausible' },
    });
    expect(normalised('lbm-janmahasatian', { weightKg: 70, heightM: 1.75, sex: 'other' })).toMatchObject({
      factors: [{ sex: 'female' }, { sex: 'male' }],
    });
    expect(normalised('lbm-james-120', { weightKg: 250, heightM: 1.5, sex: 'female' })).toMatchObject({
      refused: { code: 'sul-formula-out-of-range' },
    });
  });
});
