import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { momentS } from './dicomTime.ts';
import type { PetHeader } from './petHeader.ts';

/** What each slice must be multiplied by so that all are corrected to one time; undefined where they are already. */
export interface BedDecay {
  bySlice: Float64Array | undefined;
  issues: Issue[];
}

/** Beds that begin within a minute of each other differ by less than a percent for all but the shortest-lived nuclides. */
const nearS = 60;

/**
 * Whether the beds of a scan were corrected to one start, as DICOM defines START, or each to its own. DecayFactor
 * (0054,1321) tells: of a slice corrected to its own begin it holds the decay within the frame only, L d / (1 - e^(-L d)), however
 * late the bed. Each is then brought to the reference time. Slices in order k; lists of one value for each, else nothing is
 * known and the standard is taken at its word.
 */
export function bedDecay(
  metadata: Readonly<Record<string, unknown>>,
  header: PetHeader,
  halfLifeS: number,
  slices: number,
): BedDecay {
  const none: BedDecay = { bySlice: undefined, issues: [] };
  const factors = listOf(metadata['DecayFactor'], slices);
  const times = metadata['AcquisitionTime'];
  if (header.decayCorrection !== 'START' || !factors || !Array.isArray(times) || times.length !== slices) return none;
  const dates = listed(metadata['AcquisitionDate'], slices);
  const starts = times.map((time, k) => momentS(text(dates[k]) ?? header.seriesDate, text(time)));
  const series = momentS(header.seriesDate, header.seriesTime);
  if (series === undefined || starts.some((one) => one === undefined)) return none;
  const begin = Math.min(...(starts as number[]));
  const rate = Math.LN2 / halfLifeS;
  const durations = listed(metadata['ActualFrameDuration'], slices).map((one) => Number(one) / 1000);
  const late = starts.map((start) => start! - begin);
  const telling = late.flatMap((by, k) => (by > nearS && durations[k]! > 0 ? [k] : []));
  if (telling.length === 0 || series > begin) return none;
  const within = (k: number): number => (rate * durations[k]!) / (1 - Math.exp(-rate * durations[k]!));
  const toOne = (k: number): number => within(k) * Math.exp(rate * (starts[k]! - series));
  const nearer = telling.map((k) => {
    const [own, one] = [Math.abs(factors[k]! - within(k)), Math.abs(factors[k]! - toOne(k))];
    return own < 0.25 * one ? 'own' : one < 0.25 * own ? 'one' : 'unclear';
  });
  if (nearer.every((one) => one === 'one')) return none;
  if (nearer.every((one) => one === 'own'))
    return {
      bySlice: Float64Array.from(starts, (start) => Math.exp(rate * (start! - series))),
      issues: [
        issue(
          'warning',
          'suv-beds-corrected-apart',
          'The decay factors say that each bed position was corrected to its own start; each was brought to the start of the scan.',
          { remedy: 'Compare a uniform region at the border of two beds.' },
        ),
      ],
    };
  return {
    bySlice: undefined,
    issues: [
      issue(
        'warning',
        'suv-bed-decay-unclear',
        'The decay factors fit neither one start for all bed positions nor one for each; one start is taken, as DICOM defines it.',
        { remedy: 'Check how the scanner corrects several bed positions for decay.' },
      ),
    ],
  };
}

/** The image with each slice multiplied. */
export function scaledBySlice(image: ImageHandle, bySlice: Float64Array | undefined): ImageHandle {
  if (!bySlice) return image;
  const slice = image.grid.shape[0] * image.grid.shape[1];
  const scaled = (values: Float32Array, kFrom: number): Float32Array =>
    values.map((value, at) => value * bySlice[kFrom + Math.floor(at / slice)]!);
  return {
    ...image,
    readSlab: async (kFrom, kTo, t) => scaled(await image.readSlab(kFrom, kTo, t), kFrom),
    readVolume: async (t) => scaled(await image.readVolume(t), 0),
  };
}

function listed(value: unknown, count: number): unknown[] {
  return Array.isArray(value) && value.length === count ? value : Array.from({ length: count }, () => value);
}

function listOf(value: unknown, count: number): number[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = listed(value, count).map(Number);
  return list.every((one) => Number.isFinite(one) && one > 0) ? list : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
