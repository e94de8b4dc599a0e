import { type Issue, issue } from '../dossier/issue.ts';
import { brightenedCode } from './brightness.ts';

/** White matter of the cerebellum by that of the cerebrum: what is left of a field that falls off towards the neck. */
const levelLimits = [0.8, 1.25] as const;
/** Share of the cerebellum in the brain: 10.3 % of its mass (Azevedo 2009), far from what is left when a network loses half of it. */
const shareLimits = [0.08, 0.14] as const;

const remedy = 'Use a series with the correction of the receiving coils (normalised, prescan normalise).';

/**
 * Whether volumes may be given from a T1 whose field was taken out: white matter must be equally bright above and below the
 * tentorium, and the cerebellum be there. One issue: `field-corrected` where it holds, `brain-brightened` where it does not.
 */
export function correctedCheck(
  image: Uint8Array,
  labels: Uint8Array,
  names: readonly { value: number; name: string }[],
  { unevenness, place }: { unevenness: number; place: string },
): Issue {
  const labelOf = (name: string): number => names.find((one) => one.name === name)?.value ?? -1;
  const [cerebral, cerebellar, cortex] = ['Cerebral-White-Matter', 'Cerebellum-White-Matter', 'Cerebellum-Cortex'].map(
    labelOf,
  );
  const ventricles = new Set(names.filter(({ name }) => /ventricle/i.test(name)).map(({ value }) => value));
  const histograms = [new Uint32Array(256), new Uint32Array(256)] as const;
  let [brain, cerebellum] = [0, 0];
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!;
    if (label === 0 || ventricles.has(label)) continue;
    brain++;
    if (label === cerebellar || label === cortex) cerebellum++;
    if (label === cerebral) histograms[0][image[at]!]!++;
    if (label === cerebellar) histograms[1][image[at]!]!++;
  }
  const [above, below] = histograms.map(median) as [number, number];
  const level = above > 0 ? below / above : 0;
  const share = brain > 0 ? cerebellum / brain : 0;
  const holds = within(level, levelLimits) && within(share, shareLimits);
  const found = `cerebellar white matter ${(100 * level).toFixed(0)} % as bright as cerebral, cerebellum ${(100 * share).toFixed(1)} % of the brain`;
  if (!holds)
    return issue(
      'warning',
      brightenedCode,
      `The skin is so much brighter than the brain that the usual scaling hides the brain from the network. The field of the coils was taken out, but the result is not believed (${found}): no volume is given.`,
      { place, remedy },
    );
  return issue(
    'warning',
    'field-corrected',
    `The coils made one part of the head ${unevenness.toFixed(1)} times as bright as another and the skin much brighter than the brain; this was taken out before the volumes were measured (${found}).`,
    { place, remedy: `${remedy} Do not compare with volumes of uncorrected scans.` },
  );
}

function median(histogram: Uint32Array): number {
  const total = histogram.reduce((sum, one) => sum + one, 0);
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += histogram[value]!;
    if (total > 0 && 2 * seen >= total) return value;
  }
  return 0;
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
