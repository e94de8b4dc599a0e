import type { Kernel } from '../../voxels/parallel.ts';
import { kurtosisTerms } from './designs.ts';
import { eigen3 } from './eigen3.ts';
import type { Design } from './linear.ts';
import { type FitMethod, logLinearFitter } from './logLinear.ts';
import { flags, type ReaderSetup, signalReader } from './signals.ts';
import { anisotropy } from './tensorKernel.ts';

export interface KurtosisSetup extends ReaderSetup {
  design: Design;
  method: FitMethod;
  leastDiffusivity: number;
}

/** Kurtosis below that of a ball with hard walls, or above anything in tissue, is noise: raised or cut to these. */
export const kurtosisRange = [-3 / 7, 10] as const;

/**
 * Diffusion kurtosis of each voxel. Writes `mk`, `ak`, `rk` (no unit), `fa`, `md` (mm2/s) of the tensor without the bias of
 * the fourth order, `residual`, and `flags`: {@link flags.atBound} where a kurtosis was cut.
 */
export const kernel: Kernel<KurtosisSetup> = (setup, arrays) => {
  const { design, method, leastDiffusivity } = setup;
  const { voxels, mk, ak, rk, fa, md, residual, flags: flagged } = arrays as Required<typeof arrays>;
  const reader = signalReader(arrays, setup);
  const fitVoxel = logLinearFitter(design, method);
  const values = new Float64Array(3);
  const vectors = new Float64Array(9);
  const inFrame = new Float64Array(6);
  const out = new Float64Array(3);
  return (from, to) => {
    reader.read(from, to);
    for (let item = from; item < to; item++) {
      const voxel = voxels![item]!;
      const { beta, residual: left, fellBack } = fitVoxel(reader.signal, reader.log, (item - from) * design.n);
      eigen3(beta, values, vectors);
      let bits = reader.broken[item - from] === 1 ? flags.signalNotPositive : 0;
      if (fellBack) bits |= flags.fitFellBack;
      if (values[2]! <= 0) bits |= flags.negativeEigenvalue;
      for (let a = 0; a < 3; a++) values[a] = Math.max(values[a]!, leastDiffusivity);
      inEigenframe(beta, vectors, inFrame);
      kurtoses(values, inFrame, out);
      for (let a = 0; a < 3; a++) {
        if (out[a]! >= kurtosisRange[0] && out[a]! <= kurtosisRange[1]) continue;
        bits |= flags.atBound;
        out[a] = Number.isNaN(out[a]!) ? 0 : Math.min(kurtosisRange[1], Math.max(kurtosisRange[0], out[a]!));
      }
      mk![voxel] = out[0]!;
      ak![voxel] = out[1]!;
      rk![voxel] = out[2]!;
      fa![voxel] = anisotropy(values[0]!, values[1]!, values[2]!);
      md![voxel] = ((values[0]! + values[1]! + values[2]!) / 3) * 1e-3;
      residual![voxel] = Number.isFinite(left) ? left : 0;
      flagged![voxel] = bits;
    }
  };
};

/** The elements V_1111, V_2222, V_3333, V_1122, V_1133, V_2233 of the fourth-order tensor in the frame of the eigenvectors. */
function inEigenframe(beta: Float64Array, vectors: Float64Array, out: Float64Array): void {
  for (let one = 0; one < 6; one++) {
    const [a, b] = pairs[one]!;
    let sum = 0;
    for (let term = 0; term < 15; term++) sum += beta[6 + term]! * projected(term, vectors, 3 * a, 3 * b);
    out[one] = sum;
  }
}

const pairs = [
  [0, 0],
  [1, 1],
  [2, 2],
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** Sum over all orders of a term's four axes of u u v v, the coefficient of a symmetric element in V(u, u, v, v). */
function projected(term: number, vectors: Float64Array, u: number, v: number): number {
  const { axes, times } = kurtosisTerms[term]!;
  const [i, j, k, l] = axes;
  const [ui, uj, uk, ul] = [vectors[u + i]!, vectors[u + j]!, vectors[u + k]!, vectors[u + l]!];
  const [vi, vj, vk, vl] = [vectors[v + i]!, vectors[v + j]!, vectors[v + k]!, vectors[v + l]!];
  // Which two of the four places the first vector takes.
  const ways = ui * uj * vk * vl + ui * uk * vj * vl + ui * ul * vj * vk;
  const others = uj * uk * vi * vl + uj * ul * vi * vk + uk * ul * vi * vj;
  return (times / 6) * (ways + others);
}

/** Gauss-Legendre nodes and weights on [0, 1], 16 points: exact to rounding for tensors as anisotropic as tissue is. */
const nodes = gaussLegendre(16);

/**
 * Mean, axial and radial kurtosis from eigenvalues and the elements V (= MD^2 W) of {@link inEigenframe}:
 * K(n) = V(n) / D(n)^2, averaged over the sphere, along the first eigenvector, and over the circle across it (Jensen and
 * Helpern 2010). The averages are integrals over one octant and one quarter, where only even terms are left; the closed
 * forms of Tabesh (2011) are the same numbers but have to be patched where eigenvalues meet.
 */
export function kurtoses(l: Float64Array, v: Float64Array, out: Float64Array): void {
  const [l1, l2, l3] = [l[0]!, l[1]!, l[2]!];
  let mean = 0;
  let radial = 0;
  for (let a = 0; a < nodes.length; a++) {
    const angle = (nodes[a]!.x * Math.PI) / 2;
    const c = Math.cos(angle) ** 2;
    const s = 1 - c;
    const across = l2 * c + l3 * s;
    radial += (nodes[a]!.w * (v[1]! * c * c + v[2]! * s * s + 6 * v[5]! * c * s)) / (across * across);
    for (let b = 0; b < nodes.length; b++) {
      const x = nodes[b]!.x ** 2;
      const y = (1 - x) * c;
      const z = (1 - x) * s;
      const d = l1 * x + l2 * y + l3 * z;
      const fourth =
        v[0]! * x * x + v[1]! * y * y + v[2]! * z * z + 6 * (v[3]! * x * y + v[4]! * x * z + v[5]! * y * z);
      mean += (nodes[a]!.w * nodes[b]!.w * fourth) / (d * d);
    }
  }
  out[0] = mean;
  out[1] = v[0]! / (l1 * l1);
  out[2] = radial;
}

function gaussLegendre(n: number): { x: number; w: number }[] {
  return Array.from({ length: n }, (_, k) => {
    let x = Math.cos((Math.PI * (k + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let turn = 0; turn < 100; turn++) {
      let [before, now] = [1, x];
      for (let m = 2; m <= n; m++) [before, now] = [now, ((2 * m - 1) * x * now - (m - 1) * before) / m];
      slope = (n * (x * now - before)) / (x * x - 1);
      const step = now / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    return { x: (x + 1) / 2, w: 1 / ((1 - x * x) * slope * slope) };
  });
}
