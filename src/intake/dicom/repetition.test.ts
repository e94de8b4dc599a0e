import { expect, test } from 'vitest';
import { dateTime, isoDate, isoTime, secondsOf } from './dates.ts';
import type { Frame } from './frames.ts';
import { repetitionTime, timePointTimes } from './repetition.ts';

function frames(times: number[]): Frame[][] {
  return times.map((acquiredS) => [{ acquiredS, order: {} } as unknown as Frame]);
}

const planar = { Modality: 'MR', MRAcquisitionType: '2D', RepetitionTime: 2000 };

test('acquisition times that contradict the order are not believed; the stated time is', () => {
  expect(repetitionTime(frames([100, 90, 95, 80]), planar, 'TemporalPositionIdentifier').seconds).toBe(2);
});

test('times that agree keep the stated value, times that differ evenly win and are said', () => {
  expect(repetitionTime(frames([0, 2.001, 4, 6]), planar, 'AcquisitionNumber')).toEqual({ seconds: 2, issues: [] });
  const sparse = repetitionTime(frames([0, 3, 6, 9]), planar, 'AcquisitionNumber');
  expect(sparse.seconds).toBe(3);
  expect(sparse.issues[0]?.code).toBe('repetition-time-differs');
});

test('the repetition time of a 3-D scan is not the beat of its volumes', () => {
  expect(
    repetitionTime(frames([0, 90, 180]), { ...planar, MRAcquisitionType: '3D', RepetitionTime: 5 }, 'AcquisitionTime')
      .seconds,
  ).toBe(90);
  expect(
    repetitionTime(frames([0, 90, 400]), { ...planar, MRAcquisitionType: '3D', RepetitionTime: 5 }, 'AcquisitionTime'),
  ).toMatchObject({
    issues: [{ code: 'time-points-uneven' }],
  });
});

test('b-values and phases have no beat', () => {
  expect(repetitionTime(frames([0, 5, 10]), planar, 'diffusion').seconds).toBeUndefined();
});

test('dates and times: old and new forms, and what is none', () => {
  expect(isoDate('2014.04.25')).toBe('2014-04-25');
  expect(isoDate('20140230')).toBeUndefined();
  expect(isoDate('unknown')).toBeUndefined();
  expect(isoTime('160422.68')).toBe('16:04:22.68');
  expect(isoTime('2561')).toBeUndefined();
  expect(secondsOf('19700102', '000001')).toBe(86_401);
  expect(dateTime('20140425', '160422', '+0200')).toBe('2014-04-25T16:04:22+02:00');
  expect(dateTime('20140425', '160422')).toBe('2014-04-25');
});

test('time points have times without an even beat, and say when slices of one differ', () => {
  expect(timePointTimes(frames([5, 412, 766]))).toEqual({
    timePointsS: [0, 407, 761],
    timePointClock: 'AcquisitionTime',
    timePointSpreadS: 0,
  });
  const slices = [
    [0, 3],
    [10, 13],
  ].map((row) => row.map((acquiredS) => ({ acquiredS, order: {} }) as unknown as Frame));
  expect(timePointTimes(slices).timePointSpreadS).toBe(3);
  expect(timePointTimes(frames([5, 5, 9]))).toEqual({});
});
