import { expect, it } from 'vitest';
import { degrees, perMillimolarSecond, seconds } from '../../kinetics/units.ts';
import { convert } from './tracerKernel.ts';

it('takes no concentration from a signal of zero or less: nothing was measured there', () => {
  const kind = {
    ...{ of: 'spoiled-gradient-echo' as const, baseline: [0, 2] as const, relaxivity: perMillimolarSecond(4.5) },
    ...{ repetitionTime: seconds(0.005), flipAngle: degrees(20) },
  };
  const out = new Float64Array(4);
  expect(convert(kind, [100, 100, 180, 150], 0.7, out)).toBe(true);
  expect(out[2]).toBeGreaterThan(out[3]!);
  expect(convert(kind, [100, 100, 0, 150], 0.7, out)).toBe(false);
  expect(convert(kind, [100, 100, -3, 150], 0.7, out)).toBe(false);
});
