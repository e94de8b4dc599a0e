/**
 * `npm run bench -- perfusion`: extended Tofts in 100,000 voxels of 60 times on one and two threads, beside scipy's curve_fit
 * (on the first 400 voxels, where a Python with scipy is named by IDIOGRAPH_BENCH_PYTHON) and beside the same local search in C
 * (all voxels, where gcc is here). All get the same curves and solve the same recursion.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parker } from '../src/imaging/perfusion/aif.ts';
import type { TracerSetup } from '../src/imaging/perfusion/tracerKernel.ts';
import { convolved } from '../src/kinetics/convolve.ts';
import { inputFunction } from '../src/kinetics/input.ts';
import { inParallel, sharedFloat32, sharedUint8 } from '../src/voxels/parallel.ts';
import { inTurn } from './inTurn.ts';

const voxels = 100_000;
const points = 60;
const stepS = 5;
const timesS = Float64Array.from({ length: points }, (_, at) => at * stepS);
const plasma = timesS.map((time) => (time < 25 ? 0 : parker(time - 25) / 0.58));
const input = inputFunction(timesS, plasma);

let state = 12345;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const noise = (): number => 0.01 * Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random());

const truth = new Float64Array(voxels * 3);
const data = sharedFloat32(voxels * points);
const bank = Array.from({ length: 400 }, (_, at) => convolved(input, 0.001 + 0.00005 * at));
for (let voxel = 0; voxel < voxels; voxel++) {
  const rate = Math.floor(random() * bank.length);
  const [ktrans, vp] = [0.0005 + 0.005 * random(), 0.1 * random()];
  truth.set([ktrans, vp, 0.001 + 0.00005 * rate], voxel * 3);
  for (let at = 0; at < points; at++)
    data[voxel * points + at] = ktrans * bank[rate]![at]! + vp * plasma[at]! + noise();
}

async function ours(threads: number): Promise<{ seconds: number; cpu: number; ktrans: Float32Array }> {
  const width = 9;
  const maps = sharedFloat32(voxels * width);
  const before = process.cpuUsage();
  const start = performance.now();
  await inParallel<TracerSetup>({
    module: new URL('../src/imaging/perfusion/tracerKernel.ts', import.meta.url).href,
    setup: {
      model: 'extended-tofts',
      input: { timesS, values: plasma },
      timesS,
      curve: { of: 'concentration' },
      options: {},
    },
    arrays: { data, maps, status: sharedUint8(voxels), r10: sharedFloat32(voxels) },
    items: voxels,
    threads,
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    seconds,
    cpu: (user + system) / 1e6,
    ktrans: Float32Array.from({ length: voxels }, (_, at) => maps[at * width]! / 60),
  };
}

const scipy = `
import sys, json, time
import numpy as np
from scipy.optimize import curve_fit
from scipy.signal import lfilter
folder, voxels = sys.argv[1], int(sys.argv[2])
t = np.arange(${points}) * ${stepS}.0
ca = np.fromfile(folder + '/plasma', np.float64)
data = np.fromfile(folder + '/data', np.float32).reshape(-1, ${points})[:voxels].astype(np.float64)
def model(t, ktrans, vp, k):
    x = k * ${stepS}.0
    e = np.exp(-x); e1 = (1 - e) / x; e2 = (1 - e1) / x
    drive = np.concatenate([[0], ${stepS}.0 * (ca[:-1] * e1 + (ca[1:] - ca[:-1]) * e2)])
    return vp * ca + ktrans * lfilter([1], [1, -e], drive)
start = time.process_time()
out = []
for curve in data:
    try: out.append(curve_fit(model, t, curve, p0=[0.002, 0.03, 0.01], bounds=([0, 0, 1e-5], [10, 1, 2]))[0][0])
    except RuntimeError: out.append(float('nan'))
print(json.dumps({'seconds': time.process_time() - start, 'ktrans': out}))
`;

const c = `
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#define N ${points}
static double ca[N], dt = ${stepS};
static double evaluate(const double *p, const float *y, double A[3][3], double g[3]) {
  double x = p[2] * dt, e = exp(-x), e1, e2, d1, d2;
  if (x < 1e-3) { e1 = 1 - x/2 + x*x/6; e2 = .5 - x/6 + x*x/24; d1 = -.5 + x/3; d2 = -1./6 + x/12; }
  else { e1 = (1 - e) / x; e2 = (1 - e1) / x; d1 = (e - e1) / x; d2 = (-d1 - e2) / x; }
  double c = 0, z = 0, rss = 0;
  for (int a = 0; a < 3; a++) { g[a] = 0; for (int b = 0; b < 3; b++) A[a][b] = 0; }
  for (int i = 0; i < N; i++) {
    if (i) { double b = ca[i-1], r = ca[i] - b;
      z = e*z - dt*e*c + dt*dt*(b*d1 + r*d2); c = e*c + dt*(b*e1 + r*e2); }
    double j[3] = { c, ca[i], p[0]*z }, off = y[i] - p[0]*c - p[1]*ca[i];
    rss += off*off;
    for (int a = 0; a < 3; a++) { g[a] += j[a]*off; for (int b = 0; b <= a; b++) A[a][b] += j[a]*j[b]; }
  }
  A[0][1] = A[1][0]; A[0][2] = A[2][0]; A[1][2] = A[2][1];
  return rss;
}
static int solve(double A[3][3], const double *g, double l, double *s) {
  double m[3][4];
  for (int a = 0; a < 3; a++) { for (int b = 0; b < 3; b++) m[a][b] = A[a][b] * (a == b ? 1 + l : 1); m[a][3] = g[a]; }
  for (int p = 0; p < 3; p++) { if (!(m[p][p] > 0)) return 0;
    for (int r = p + 1; r < 3; r++) { double f = m[r][p] / m[p][p]; for (int k = p; k < 4; k++) m[r][k] -= f * m[p][k]; } }
  for (int r = 2; r >= 0; r--) { s[r] = m[r][3]; for (int k = r + 1; k < 3; k++) s[r] -= m[r][k] * s[k]; s[r] /= m[r][r]; }
  return 1;
}
int main(int argc, char **argv) {
  char path[4096]; int voxels = atoi(argv[2]); FILE *f;
  snprintf(path, 4096, "%s/plasma", argv[1]); f = fopen(path, "rb"); if (fread(ca, 8, N, f) != N) return 1; fclose(f);
  float *data = malloc(4L * N * voxels); double *out = malloc(8L * voxels);
  snprintf(path, 4096, "%s/data", argv[1]); f = fopen(path, "rb"); if (fread(data, 4, (long)N * voxels, f) != (size_t)N * voxels) return 1; fclose(f);
  double lo[3] = {0, 0, 1e-5}, hi[3] = {10, 1, 2};
  clock_t start = clock();
  for (int v = 0; v < voxels; v++) {
    const float *y = data + (long)v * N; double p[3] = {.002, .03, .01}, q[3], s[3], A[3][3], g[3], B[3][3], h[3], l = 1e-3;
    double rss = evaluate(p, y, A, g);
    for (int it = 0; it < 100; it++) {
      if (!solve(A, g, l, s)) { l *= 4; continue; }
      double moved = 0;
      for (int a = 0; a < 3; a++) { q[a] = fmin(hi[a], fmax(lo[a], p[a] + s[a])); moved = fmax(moved, fabs(q[a] - p[a]) / (fabs(p[a]) + 1e-12)); }
      if (moved < 1e-10) break;
      double r = evaluate(q, y, B, h);
      if (r < rss) { double gained = rss - r; rss = r; l /= 5;
        for (int a = 0; a < 3; a++) { p[a] = q[a]; g[a] = h[a]; for (int b = 0; b < 3; b++) A[a][b] = B[a][b]; }
        if (gained <= 1e-10 * r && moved <= 1e-4) break;
      } else { if (moved < 1e-7) break; l *= 4; if (l > 1e15) break; }
    }
    out[v] = p[0];
  }
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  snprintf(path, 4096, "%s/out", argv[1]); f = fopen(path, "wb"); fwrite(out, 8, voxels, f); fclose(f);
  printf("%f\\n", seconds);
}
`;

function medianDifference(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  const all = Float64Array.from({ length: count }, (_, at) => Math.abs(a[at]! / b[at]! - 1))
    .filter(Number.isFinite)
    .sort();
  return all[all.length >> 1] ?? Number.NaN;
}

let last = await ours(1);
const { one: best, says } = await inTurn(async (threads) => {
  last = await ours(threads);
}, 2);
const one = { cpu: best.cpu, ktrans: last.ktrans };
const expected = Float64Array.from({ length: voxels }, (_, at) => truth[at * 3]!);
console.log(
  `extended Tofts, ${voxels} voxels x ${points}: ${one.cpu.toFixed(2)} CPU s; ${says}; median error of Ktrans ${(100 * medianDifference(one.ktrans, expected, voxels)).toFixed(1)} %`,
);
const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
try {
  writeFileSync(join(folder, 'plasma'), new Uint8Array(plasma.buffer));
  writeFileSync(join(folder, 'data'), new Uint8Array(data.slice().buffer));
  const python = process.env.IDIOGRAPH_BENCH_PYTHON;
  const few = 400;
  if (python === undefined) console.log('scipy left out: IDIOGRAPH_BENCH_PYTHON names no Python');
  else {
    const run = execFileSync(python, ['-c', scipy, folder, String(few)], { maxBuffer: 2 ** 26 }).toString();
    const peer = JSON.parse(run.replaceAll('NaN', 'null')) as { seconds: number; ktrans: number[] };
    const all = (peer.seconds / few) * voxels;
    console.log(
      `  scipy curve_fit: ${((1000 * peer.seconds) / few).toFixed(2)} CPU ms a voxel, ${all.toFixed(0)} s for all by extrapolation; ratio ${(all / one.cpu).toFixed(0)}; median relative difference of Ktrans ${medianDifference(one.ktrans, peer.ktrans, few).toExponential(1)}`,
    );
  }
  try {
    writeFileSync(join(folder, 'fit.c'), c);
    execFileSync('gcc', ['-O3', '-march=native', '-o', join(folder, 'fit'), join(folder, 'fit.c'), '-lm'], {
      stdio: 'pipe',
    });
    const seconds = Number(execFileSync(join(folder, 'fit'), [folder, String(voxels)]).toString());
    const bytes = readFileSync(join(folder, 'out'));
    const ktrans = new Float64Array(bytes.buffer, bytes.byteOffset, voxels);
    console.log(
      `  C, gcc -O3, one fixed start: ${seconds.toFixed(2)} CPU s; we take ${(one.cpu / seconds).toFixed(1)} times that with a search of starts and errors; median relative difference of Ktrans ${medianDifference(one.ktrans, ktrans, voxels).toExponential(1)}`,
    );
  } catch {
    console.log('  C left out: no gcc');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
