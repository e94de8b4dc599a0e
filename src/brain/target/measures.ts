import { type Code, measure } from '../../dossier/code.ts';

export const targetMeasures = {
  state: measure('stimulation-target', 'Stimulation target'),
  position: measure('stimulation-target-position', 'Position of the target'),
  radius: measure('stimulation-target-radius', '95 % radius of the target'),
  splitHalf: measure('stimulation-target-split-half', 'Distance between the targets of both halves'),
  globalSignal: measure(
    'stimulation-target-global-signal-distance',
    'Distance with and without global-signal regression',
  ),
  minutes: measure('stimulation-target-usable-minutes', 'Usable rest'),
  fromF3: measure('stimulation-target-f3-distance', 'Distance from F3 of the group'),
  fromGroup: measure('stimulation-target-group-distance', 'Distance from the group target'),
  native: measure('stimulation-target-native', 'Position of the target in the T1'),
  scalp: measure('stimulation-scalp-point', 'Point of the scalp nearest to the target'),
  depth: measure('stimulation-scalp-depth', 'From the scalp to the target'),
  scalpFromF3: measure('stimulation-scalp-f3-distance', 'On the scalp, from above F3 of the group'),
  export: measure('stimulation-export', 'Export for navigation'),
  contraindication: measure('stimulation-contraindication', 'Asked before stimulation'),
} as const satisfies Record<string, Code>;

/** Millimetres of the T1 as its file states them, x to the right. */
export const nativeFrame = 'T1, RAS';

/** Frame of all coordinates of a finding: millimetres, x to the right. */
export const mniFrame = 'MNI152, RAS';

export const stateText = {
  individual: 'individual target',
  'group-fallback': 'group target, no individual one',
  refused: 'no target',
} as const;

export function pointText([x, y, z]: readonly [number, number, number]): string {
  return `${x.toFixed(1)}, ${y.toFixed(1)}, ${z.toFixed(1)} mm (MNI, x right; ${x < 0 ? 'left' : 'right'} side)`;
}
