/** How a header asks for its pixels to be shown. */
export interface StoredDisplay {
  /** Values at the dark and the bright end. */
  window?: readonly [low: number, high: number];
  /** 256 grey levels over the window, 0 dark to 255 bright, where they do not lie on a line. */
  tone?: readonly number[];
  /** Low values are bright (MONOCHROME1). */
  inverted: boolean;
}

type Header = Readonly<Record<string, unknown>>;

const steps = 256;

function firstNumber(value: unknown): number | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) ? first : undefined;
}

/**
 * Window, tone curve and polarity of a DICOM header (PS3.3 C.11.2): a VOI LUT before a window, the first where there are
 * several; LINEAR (default), LINEAR_EXACT or SIGMOID. In the values after rescaling.
 */
export function storedDisplay(header: Header): StoredDisplay {
  const inverted = header['PhotometricInterpretation'] === 'MONOCHROME1';
  const lut = header['voiLut'] as { from: number; to: number; tone: number[] } | undefined;
  if (lut && lut.to > lut.from && lut.tone.length === steps)
    return { window: [lut.from, lut.to], tone: lut.tone, inverted };
  const centre = firstNumber(header['WindowCenter']);
  const width = firstNumber(header['WindowWidth']);
  if (centre === undefined || width === undefined || !(width > 0)) return { inverted };
  const shape = header['VOILUTFunction'];
  if (shape === 'SIGMOID') {
    // Over three widths, between 0.2 and 99.8 % of the range.
    const [low, high] = [centre - 1.5 * width, centre + 1.5 * width];
    const tone = Array.from({ length: steps }, (_, at) => {
      const value = low + ((high - low) * at) / (steps - 1);
      return Math.round(255 / (1 + Math.exp((-4 * (value - centre)) / width)));
    });
    return { window: [low, high], tone, inverted };
  }
  if (shape === 'LINEAR_EXACT' || width <= 1) return { window: [centre - width / 2, centre + width / 2], inverted };
  return { window: [centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2], inverted };
}
