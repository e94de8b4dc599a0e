import { type Issue, issue } from '../../dossier/issue.ts';
import { type Degrees, degrees, fromMilliseconds, type Seconds, seconds } from '../../kinetics/units.ts';

/** What a header says of how a series was acquired, in one set of units whatever the format. */
export interface Acquisition {
  repetitionTime?: Seconds;
  echoTime?: Seconds;
  flipAngle?: Degrees;
  /** Tesla. */
  fieldT?: number;
  is3d?: boolean;
}

type Header = Readonly<Record<string, unknown>>;

function numberIn(header: Header, ...keys: string[]): number | undefined {
  for (const key of keys) {
    const value = header[key];
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'number' && Number.isFinite(first)) return first;
  }
  return undefined;
}

/**
 * DICOM states times in ms and BIDS sidecars in s under the same names: which of the two a header is, `layout` (of our DICOM
 * reader) tells. Old scanners state the field in gauss.
 */
export function acquisitionOf(header: Header): Acquisition {
  const isDicom = header['layout'] !== undefined;
  const time = (value: number | undefined): Seconds | undefined =>
    value === undefined || !(value > 0) ? undefined : isDicom ? fromMilliseconds(value) : seconds(value);
  const field = numberIn(header, 'MagneticFieldStrength');
  const angle = numberIn(header, 'FlipAngle');
  const kind = header['MRAcquisitionType'];
  const repetition = time(numberIn(header, 'RepetitionTimeExcitation', 'RepetitionTime'));
  const echo = time(numberIn(header, 'EchoTime'));
  return {
    ...(repetition !== undefined && { repetitionTime: repetition }),
    ...(echo !== undefined && { echoTime: echo }),
    ...(angle !== undefined && angle > 0 && { flipAngle: degrees(angle) }),
    ...(field !== undefined && { fieldT: field > 100 ? field / 10_000 : field }),
    ...(typeof kind === 'string' && { is3d: kind === '3D' }),
  };
}

export interface SeriesTimes {
  timesS?: Float64Array;
  issues: Issue[];
}

/**
 * When each volume was acquired, in seconds from the first: from `given`, the header's list of times, or an even beat. Absent,
 * with the reason, when there is none, when it is shorter or longer than the series, does not rise, is not believable, or when
 * one time point holds scans of two times.
 */
export function seriesTimes(
  header: Header,
  volumes: number,
  beatS: number | undefined,
  given?: ArrayLike<number>,
): SeriesTimes {
  const refuse = (code: string, message: string, remedy: string): SeriesTimes => ({
    issues: [issue('error', code, message, { remedy })],
  });
  const listed =
    given ?? (header['timePointsS'] as number[] | undefined) ?? (header['VolumeTiming'] as number[] | undefined);
  const give = 'Give the times of the volumes in seconds (--times).';
  if (listed === undefined) {
    if (beatS === undefined || !(beatS > 0))
      return refuse('perfusion-no-times', 'Nothing says when the volumes were acquired.', give);
    if (volumes > 1 && beatS < 0.3)
      return refuse(
        'perfusion-times-unlikely',
        `The header gives ${beatS} s from volume to volume: that is the repetition time of the excitation, not of the volumes.`,
        give,
      );
    return { timesS: Float64Array.from({ length: volumes }, (_, at) => at * beatS), issues: [] };
  }
  if (listed.length !== volumes)
    return refuse(
      'perfusion-times-do-not-match',
      `There are ${listed.length} times for ${volumes} volumes.`,
      'Give one time for each volume, or fetch the volumes that are missing.',
    );
  const timesS = Float64Array.from(listed, (time) => time - listed[0]!);
  for (let at = 1; at < volumes; at++)
    if (!(timesS[at]! > timesS[at - 1]!))
      return refuse(
        'perfusion-times-do-not-rise',
        `Volume ${at + 1} is not later than volume ${at}.`,
        'Check the order of the series; two volumes of one time cannot both be used.',
      );
  const spread = given ? 0 : Number(header['timePointSpreadS'] ?? 0);
  let shortest = Number.POSITIVE_INFINITY;
  for (let at = 1; at < volumes; at++) shortest = Math.min(shortest, timesS[at]! - timesS[at - 1]!);
  const is3d = acquisitionOf(header).is3d ?? (acquisitionOf(header).repetitionTime ?? 1) < 0.1;
  if (spread > (is3d ? 0.5 : 1.05 * shortest))
    return refuse(
      'perfusion-two-times-in-phase',
      `One time point holds slices whose times differ by ${spread.toFixed(1)} s: two scans seem to share it.`,
      'Sort the series by scan; or give the times of the volumes (--times).',
    );
  return { timesS, issues: [] };
}

/** The largest relative difference of gaps between times; 0 when even. */
export function unevenness(timesS: Float64Array): number {
  const beat = (timesS.at(-1)! - timesS[0]!) / (timesS.length - 1);
  let most = 0;
  for (let at = 1; at < timesS.length; at++)
    most = Math.max(most, Math.abs(timesS[at]! - timesS[at - 1]! - beat) / beat);
  return most;
}
