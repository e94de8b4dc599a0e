/** A number that a kinetic model gives. */
export interface Reported {
  name: string;
  title: string;
  unit: string;
}

export interface KineticModel {
  title: string;
  /** What drives it: tracer in arterial plasma, or a tissue without specific binding. */
  drive: 'plasma' | 'reference';
  /** Fitted from a time t* on only. */
  late: boolean;
  linear: boolean;
  reported: readonly Reported[];
  /** Paper. */
  source: string;
}

const k1: Reported = { name: 'k1', title: 'K1', unit: 'mL/cm3/min' };
const rate = (name: string, title = name): Reported => ({ name, title, unit: '/min' });
const vt: Reported = { name: 'vt', title: 'Volume of distribution (VT)', unit: 'mL/cm3' };
const ki: Reported = { name: 'ki', title: 'Net influx (Ki)', unit: 'mL/cm3/min' };
const vb: Reported = { name: 'vb', title: 'Blood volume share (vB)', unit: '1' };
const bp: Reported = { name: 'bp-nd', title: 'Binding potential (BPND)', unit: '1' };
const r1: Reported = { name: 'r1', title: 'Relative delivery (R1)', unit: '1' };
const intercept: Reported = { name: 'intercept', title: 'Intercept of the line', unit: 'mL/cm3' };
const k2Reference = rate('k2-reference', "k2 of the reference (k2')");
const k2a = rate('k2a', 'Apparent k2');
/** Arrival of the input at the tissue, later than at the sampling site. */
export const delay: Reported = { name: 'delay', title: 'Delay of the input', unit: 's' };

export const kineticModels = {
  patlak: {
    title: 'Patlak plot',
    drive: 'plasma',
    late: true,
    linear: true,
    reported: [ki, intercept],
    source: 'Patlak, Blasberg, Fenstermacher, J Cereb Blood Flow Metab 1983;3:1',
  },
  logan: {
    title: 'Logan plot',
    drive: 'plasma',
    late: true,
    linear: true,
    reported: [vt],
    source: 'Logan et al., J Cereb Blood Flow Metab 1990;10:740',
  },
  ma1: {
    title: 'Multilinear analysis MA1',
    drive: 'plasma',
    late: true,
    linear: true,
    reported: [vt],
    source: 'Ichise et al., J Cereb Blood Flow Metab 2002;22:1271',
  },
  '1tcm': {
    title: 'One tissue compartment',
    drive: 'plasma',
    late: false,
    linear: false,
    reported: [k1, rate('k2'), vb, vt],
    source: 'Gunn, Gunn, Cunningham, J Cereb Blood Flow Metab 2001;21:635',
  },
  '2tcm': {
    title: 'Two tissue compartments',
    drive: 'plasma',
    late: false,
    linear: false,
    reported: [k1, rate('k2'), rate('k3'), rate('k4'), vb, vt],
    source: 'Gunn, Gunn, Cunningham, J Cereb Blood Flow Metab 2001;21:635',
  },
  '2tcm-irreversible': {
    title: 'Two tissue compartments, the second without return (k4 = 0)',
    drive: 'plasma',
    late: false,
    linear: false,
    reported: [k1, rate('k2'), rate('k3'), vb, ki],
    source: 'Gunn, Gunn, Cunningham, J Cereb Blood Flow Metab 2001;21:635',
  },
  'ref-logan': {
    title: 'Logan plot against a reference tissue',
    drive: 'reference',
    late: true,
    linear: true,
    reported: [bp],
    source: 'Logan et al., J Cereb Blood Flow Metab 1996;16:834',
  },
  mrtm1: {
    title: 'Multilinear reference tissue model (MRTM1)',
    drive: 'reference',
    late: false,
    linear: true,
    reported: [bp, r1, k2a, k2Reference],
    source: 'Ichise et al., J Cereb Blood Flow Metab 2003;23:1096',
  },
  mrtm2: {
    title: "Multilinear reference tissue model, k2' given (MRTM2)",
    drive: 'reference',
    late: false,
    linear: true,
    reported: [bp, r1, k2a],
    source: 'Ichise et al., J Cereb Blood Flow Metab 2003;23:1096',
  },
  srtm: {
    title: 'Simplified reference tissue model (SRTM)',
    drive: 'reference',
    late: false,
    linear: false,
    reported: [bp, r1, rate('k2'), k2Reference],
    source: 'Lammertsma, Hume, Neuroimage 1996;4:153',
  },
  srtm2: {
    title: "Simplified reference tissue model, k2' given (SRTM2)",
    drive: 'reference',
    late: false,
    linear: false,
    reported: [bp, r1, rate('k2')],
    source: 'Wu, Carson, J Cereb Blood Flow Metab 2002;22:1440',
  },
} as const satisfies Record<string, KineticModel>;

export type KineticModelId = keyof typeof kineticModels;
export const kineticModelIds = Object.keys(kineticModels) as KineticModelId[];

/** A number with its standard error (NaN where there is none). */
export interface Estimate extends Reported {
  value: number;
  standardError: number;
}

export type KineticStatus = 'fitted' | 'at-bound' | 'not-converged' | 'not-determined' | 'not-physical';

export interface KineticFit {
  model: KineticModelId;
  status: KineticStatus;
  estimates: Estimate[];
  /** Share of variance explained: of the tissue curve, or of the ordinate of a plot. */
  r2: number;
  /** Weighted sum of squared residuals. */
  rss: number;
  /** Frames that entered, the last ones of the curve. */
  frames: number;
  /** First frame that entered, after injection. */
  tStarS: number;
  /** How t* was chosen, which weights, how blood was treated: to be read with the value. */
  says: string[];
  /** What was fitted: the tissue curve over seconds, or the axes of a plot; `fitted` only for what entered. */
  drawn: { x: Float64Array; y: Float64Array; fitted: Float64Array };
}

/** Estimates in the order of the model's list. */
export function estimatesOf(id: KineticModelId, values: ArrayLike<number>, errors: ArrayLike<number>): Estimate[] {
  return kineticModels[id].reported.map((one, at) => ({ ...one, value: values[at]!, standardError: errors[at]! }));
}
