import { describe, expect, it } from 'vitest';
import type { DicomRecord } from './record.ts';
import { rescaleDoubts } from './rescaleDoubts.ts';

const images = (...records: DicomRecord[]) => records.map((record, at) => ({ path: `${at}.dcm`, record }));
const codes = (...of: Parameters<typeof rescaleDoubts>) => rescaleDoubts(...of).map(({ code }) => code);
const bq = { Units: 'BQML', RescaleSlope: 1.7, RescaleIntercept: 0 };

describe('rescaling of a series', () => {
  it('is fine with a slope of its own in each image, or none in any but PET', () => {
    expect(rescaleDoubts(images(bq, { ...bq, RescaleSlope: 2.1 }), 'PT')).toEqual([]);
    expect(rescaleDoubts(images({}, {}), 'MR')).toEqual([]);
    expect(rescaleDoubts(images({ RescaleSlope: 1, RescaleIntercept: -1024 }), 'CT')).toEqual([]);
  });

  it('names the first image without a slope, or with 0, among others', () => {
    const { RescaleSlope: _, ...none } = bq;
    const [missing] = rescaleDoubts(images(bq, none, { ...bq, RescaleSlope: 0 }), 'PT');
    expect(missing).toMatchObject({ severity: 'error', code: 'rescale-missing', place: '1.dcm, (0028,1053)' });
    expect(missing!.message).toContain('2 of 3');
    expect(codes(images({ RescaleSlope: 1 }, {}), 'CT')).toEqual(['rescale-missing']);
  });

  it('doubts PET in Bq/mL without any slope, and with an intercept', () => {
    expect(codes(images({ Units: 'BQML' }), 'PT')).toEqual(['rescale-missing']);
    expect(codes(images({ Units: 'CNTS' }), 'PT')).toEqual([]);
    expect(codes(images(bq, { ...bq, RescaleIntercept: -5000 }), 'PT')).toEqual(['rescale-intercept-in-pet']);
  });
});
