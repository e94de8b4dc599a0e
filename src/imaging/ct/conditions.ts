import { type Issue, issue } from '../../dossier/issue.ts';

/** How a CT was made, as far as its header says. */
export interface CtScan {
  kv?: number;
  thicknessMm?: number;
  kernel?: string;
  /** A contrast agent is named. Its absence in the header is no proof that there was none. */
  contrast: boolean;
  /** Values are Hounsfield units. */
  calibrated: boolean;
}

export function ctScan(metadata: Readonly<Record<string, unknown>>): CtScan {
  const first = (key: string): unknown => (Array.isArray(metadata[key]) ? metadata[key][0] : metadata[key]);
  const number = (key: string): number | undefined => {
    const value = Number(first(key));
    return first(key) !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const text = (key: string): string => String(first(key) ?? '').trim();
  const [kv, thicknessMm, kernel] = [number('KVP'), number('SliceThickness'), text('ConvolutionKernel')];
  const type = text('RescaleType');
  return {
    ...(kv !== undefined && { kv }),
    ...(thicknessMm !== undefined && { thicknessMm }),
    ...(kernel !== '' && { kernel }),
    contrast: !['', 'NONE', 'NO', 'N', 'NO CONTRAST', 'W/O', 'WITHOUT'].includes(
      text('ContrastBolusAgent').toUpperCase(),
    ),
    calibrated: metadata['RescaleIntercept'] !== undefined && ['', 'HU', 'US'].includes(type),
  };
}

export interface Conditions {
  kv?: number;
  thicknessMm?: readonly [low: number, high: number];
  /** `refuse`: the value is none with contrast; `warn`: it is another one. */
  contrast: 'refuse' | 'warn';
  sharpKernels?: string;
}

/** What of the scan keeps a method from giving a number (errors), and what it must say beside it. */
export function checkScan(scan: CtScan, { kv, thicknessMm, contrast, sharpKernels }: Conditions): Issue[] {
  const issues: Issue[] = [];
  const say = (severity: 'error' | 'warning', code: string, message: string, remedy: string) =>
    issues.push(issue(severity, code, message, { remedy }));
  if (!scan.calibrated)
    say(
      'error',
      'ct-not-calibrated',
      'The CT does not say how its values become Hounsfield units.',
      'Use the original series with its rescale intercept and slope.',
    );
  if (scan.contrast)
    say(
      contrast === 'refuse' ? 'error' : 'warning',
      'ct-contrast',
      'A contrast agent is named in the header: it raises attenuation.',
      'Use a series without contrast.',
    );
  if (kv !== undefined && scan.kv === undefined)
    say(
      'warning',
      'ct-kv-unknown',
      `The tube voltage is not stated; the method holds for ${kv} kV.`,
      'Use the original series.',
    );
  else if (kv !== undefined && Math.abs(scan.kv! - kv) > 0.5)
    say(
      'error',
      'ct-wrong-kv',
      `The scan was made at ${scan.kv} kV; the method holds for ${kv} kV.`,
      `Use a series at ${kv} kV.`,
    );
  if (thicknessMm !== undefined) {
    const [low, high] = thicknessMm;
    const range = low > 0 ? `${low} to ${high} mm` : `at most ${high} mm`;
    if (scan.thicknessMm === undefined)
      say(
        'error',
        'ct-thickness-unknown',
        `The slice thickness is not stated; the method asks for ${range}.`,
        'Use the original series.',
      );
    else if (scan.thicknessMm < low - 0.01 || scan.thicknessMm > high + 0.01)
      say(
        'error',
        'ct-wrong-thickness',
        `Slices are ${scan.thicknessMm} mm thick; the method asks for ${range}.`,
        'Use a reconstruction of that thickness.',
      );
  }
  if (sharpKernels !== undefined) {
    if (scan.kernel === undefined)
      say(
        'warning',
        'ct-kernel-unknown',
        'The reconstruction kernel is not stated; a sharp one widens the histogram.',
        'Use the original series.',
      );
    else if (new RegExp(sharpKernels, 'i').test(scan.kernel))
      say(
        'error',
        'ct-sharp-kernel',
        `The kernel ${scan.kernel} is sharp: noise and overshoot pass for low attenuation.`,
        'Use a smooth reconstruction.',
      );
  }
  return issues;
}
