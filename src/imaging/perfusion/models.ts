import type { Structure } from '../../kinetics/compartments.ts';

export const modelIds = ['patlak', 'tofts', 'extended-tofts', '2cum', '2cxm'] as const;
export type ModelId = (typeof modelIds)[number];

/** One number of a model as it is reported. */
export interface Reported {
  /** File name and column: `ktrans`. */
  name: string;
  title: string;
  /** UCUM. */
  unit: string;
  /** What makes a value impossible, and so the fit. */
  highest?: number;
}

export interface TracerModel {
  id: ModelId;
  title: string;
  /** Without delay. */
  structure: Structure;
  reported: readonly Reported[];
  /**
   * From what is fitted (amplitudes, rates per second) to what is reported, in the order of `reported`. The natural
   * parameters are fitted because the amplitudes are linear; each model is one to one with them.
   */
  report(natural: ArrayLike<number>, out: Float64Array): void;
  source: string;
}

const ktrans: Reported = { name: 'ktrans', title: 'Ktrans', unit: '/min' };
const kep: Reported = { name: 'kep', title: 'kep', unit: '/min' };
const ve: Reported = { name: 've', title: 've', unit: '1', highest: 1 };
const vp: Reported = { name: 'vp', title: 'vp', unit: '1', highest: 1 };
const ps: Reported = { name: 'ps', title: 'PS', unit: '/min' };
/** Per 100 mL of tissue. */
const fp: Reported = { name: 'fp', title: 'Fp', unit: 'mL/(100.mL)/min' };
export const delay: Reported = { name: 'delay', title: 'Arterial delay', unit: 's' };

const perMinute = 60;
const per100mlMinute = 6000;

/** Tracer-kinetic models for concentrations in plasma (input) and tissue, in mmol/L. */
export const tracerModels: Readonly<Record<ModelId, TracerModel>> = {
  patlak: {
    id: 'patlak',
    title: 'Patlak',
    structure: { terms: ['input', 'integral'], fitsDelay: false },
    reported: [ps, vp],
    report(natural, out) {
      out[0] = natural[1]! * perMinute;
      out[1] = natural[0]!;
    },
    source: 'Patlak, Blasberg, Fenstermacher 1983, J Cereb Blood Flow Metab 3:1',
  },
  tofts: {
    id: 'tofts',
    title: 'Tofts',
    structure: { terms: ['exponential'], fitsDelay: false },
    reported: [ktrans, ve, kep],
    report(natural, out) {
      out[0] = natural[0]! * perMinute;
      out[1] = natural[0]! / natural[1]!;
      out[2] = natural[1]! * perMinute;
    },
    source: 'Tofts et al. 1999, J Magn Reson Imaging 10:223',
  },
  'extended-tofts': {
    id: 'extended-tofts',
    title: 'Extended Tofts',
    structure: { terms: ['exponential', 'input'], fitsDelay: false },
    reported: [ktrans, ve, vp, kep],
    report(natural, out) {
      out[0] = natural[0]! * perMinute;
      out[1] = natural[0]! / natural[2]!;
      out[2] = natural[1]!;
      out[3] = natural[2]! * perMinute;
    },
    source: 'Tofts 1997, J Magn Reson Imaging 7:91; Tofts et al. 1999',
  },
  '2cum': {
    id: '2cum',
    title: 'Two-compartment uptake',
    structure: { terms: ['exponential', 'integral'], fitsDelay: false },
    reported: [fp, ps, vp],
    // C = Fp ((1 - E) e^(-t/Tp) + E) * ca, Tp = vp / (PS + Fp), E = PS / (PS + Fp).
    report(natural, out) {
      const flow = natural[0]! + natural[1]!;
      const exchange = (flow * natural[1]!) / natural[0]!;
      out[0] = flow * per100mlMinute;
      out[1] = exchange * perMinute;
      out[2] = (exchange + flow) / natural[2]!;
    },
    source: 'Sourbron, Buckley 2012, Phys Med Biol 57:R1',
  },
  '2cxm': {
    id: '2cxm',
    title: 'Two-compartment exchange',
    structure: { terms: ['exponential', 'exponential'], fitsDelay: false },
    reported: [fp, ps, ve, vp],
    // C = (a+ e^(-K+ t) + a- e^(-K- t)) * ca, a+ = Fp (1 - E), a- = Fp E, solved for the compartments: with m = vp / Fp as
    // mean time, 1/m = (1 - E) K+ + E K-; K+ K- = 1 / (Te m); K+ + K- = 1/Tp + 1/Te.
    report(natural, out) {
      const [first, second] = natural[2]! >= natural[3]! ? [0, 1] : [1, 0];
      const fast = natural[2 + first]!;
      const slow = natural[2 + second]!;
      const flow = natural[0]! + natural[1]!;
      const share = natural[second]! / flow;
      const perMean = (1 - share) * fast + share * slow;
      const perTe = (fast * slow) / perMean;
      const plasma = flow / perMean;
      const exchange = plasma * (fast + slow - perTe) - flow;
      out[0] = flow * per100mlMinute;
      out[1] = exchange * perMinute;
      out[2] = exchange / perTe;
      out[3] = plasma;
    },
    source: 'Sourbron, Buckley 2012, Phys Med Biol 57:R1',
  },
};
