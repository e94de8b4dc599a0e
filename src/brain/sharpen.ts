import { fourier } from '../voxels/fft.ts';

const bins = 200;
const padded = 512;

/**
 * The step of N3 and N4 (Sled 1998; Tustison 2010): a field that varies smoothly blurs the histogram of log intensities.
 * Takes a Gaussian of `blur` (full width at half maximum) out of the histogram by Wiener's filter and gives the value that a
 * log intensity most likely had before, as a function. Undefined where all values are equal.
 */
export function sharpener(
  values: Float64Array,
  mask: Uint8Array,
  { blur, noise }: { blur: number; noise: number },
): ((value: number) => number) | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    if (mask[at] === 0) continue;
    low = Math.min(low, values[at]!);
    high = Math.max(high, values[at]!);
  }
  const width = (high - low) / (bins - 1);
  if (!(width > 0)) return undefined;
  const offset = (padded - bins) / 2;
  const seen = new Float64Array(padded);
  for (let at = 0; at < values.length; at++) {
    if (mask[at] === 0) continue;
    const place = (values[at]! - low) / width;
    const bin = Math.min(bins - 2, Math.floor(place));
    seen[offset + bin]! += 1 - (place - bin);
    seen[offset + bin + 1]! += place - bin;
  }
  const transform = fourier(padded);
  const forward = (real: Float64Array): { re: Float64Array; im: Float64Array } => {
    const both = { re: real.slice(), im: new Float64Array(padded) };
    transform(both.re, both.im);
    return both;
  };
  const backward = ({ re, im }: { re: Float64Array; im: Float64Array }): Float64Array => {
    const [real, imaginary] = [re.slice(), im.map((one) => -one)];
    transform(real, imaginary);
    return real.map((one) => one / padded);
  };
  const scaled = blur / width;
  const kernel = Float64Array.from({ length: padded }, (_, at) => {
    const away = Math.min(at, padded - at);
    return ((2 * Math.sqrt(Math.LN2 / Math.PI)) / scaled) * Math.exp((-4 * Math.LN2 * away * away) / (scaled * scaled));
  });
  // The kernel is symmetric, so its transform is real.
  const blurs = forward(kernel).re;
  const histogram = forward(seen);
  const filter = blurs.map((one) => one / (one * one + noise));
  const sharp = backward({
    re: histogram.re.map((one, at) => one * filter[at]!),
    im: histogram.im.map((one, at) => one * filter[at]!),
  }).map((one) => Math.max(0, one));
  const blurred = (real: Float64Array): Float64Array => {
    const { re, im } = forward(real);
    return backward({ re: re.map((one, at) => one * blurs[at]!), im: im.map((one, at) => one * blurs[at]!) });
  };
  const valueAt = (bin: number): number => low + (bin - offset) * width;
  const [above, below] = [blurred(sharp.map((one, bin) => one * valueAt(bin))), blurred(sharp)];
  const expected = above.map((one, bin) => (below[bin]! > 1e-9 ? one / below[bin]! : valueAt(bin)));
  return (value) => {
    const place = Math.max(0, Math.min(bins - 1, (value - low) / width));
    const bin = Math.min(bins - 2, Math.floor(place));
    const share = place - bin;
    return (1 - share) * expected[offset + bin]! + share * expected[offset + bin + 1]!;
  };
}
