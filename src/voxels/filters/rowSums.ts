import { type SharedMemory, wasm } from './webAssembly.ts';

/**
 * A WebAssembly function, made for one set of weights, that adds up rows: `out[i] = w0 c[i] + sum over t of wt (a_t[i] + b_t[i])`.
 * JavaScript has no vector instructions; these are four lanes of float32, in the order in which they are written here, with
 * the same rounding on every machine. Arguments are places in bytes, all but those of rows in the table multiples of 4:
 *
 * - `out`, `step`: the first sum, and how far apart they are;
 * - `table`: 32-bit places of the rows; the n-th sum takes `2 * weights.length - 1` of them from the n-th on;
 * - `count`: number of sums; `bytes`: length of a row.
 */
export type RowSums = (out: number, step: number, table: number, count: number, bytes: number) => void;

/** Rows are a whole number of these many bytes; what stands beyond their end in the last one is overwritten. */
export const rowBytes = 32;

/** Code of a {@link RowSums}: compiled once, it crosses threads as it is and stays optimised as long as somebody has it. */
export type RowSumsCode = object;

const codes = new Map<string, RowSumsCode>();
const mostCodes = 16;

/** @param weights of the middle row and of the pairs of rows at each distance from it */
export function rowSumsCode(weights: readonly number[]): RowSumsCode {
  const key = weights.join(' ');
  const known = codes.get(key);
  if (known) return known;
  const code = new wasm.Module(moduleBytes(weights));
  if (codes.size >= mostCodes) codes.delete(codes.keys().next().value!);
  codes.set(key, code);
  return code;
}

/** @param memory in which all rows lie */
export function rowSums(code: RowSumsCode, memory: SharedMemory): RowSums {
  return new wasm.Instance(code, { m: { m: memory } }).exports.f as RowSums;
}

/** A shared memory of any size; the largest that there is must be said. */
const [leastPages, mostPages] = [1, 65_536];

const [i32, v128] = [0x7f, 0x7b];
const op = {
  ...{ loop: 0x03, end: 0x0b, brIf: 0x0d, get: 0x20, set: 0x21, i32Load: 0x28 },
  ...{ i32: 0x41, f32: 0x43, lt: 0x49, add: 0x6a },
};
const simd = {
  load: [0xfd, 0x00],
  store: [0xfd, 0x0b],
  splat: [0xfd, 0x13],
  add: [0xfd, 0xe4, 0x01],
  mul: [0xfd, 0xe6, 0x01],
};

/** WebAssembly core specification 2.0, chapter 5 (binary format), with threads for the shared memory. */
function moduleBytes(weights: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 5, i32, i32, i32, i32, i32, 0]),
    ...section(2, [1, ...text('m'), ...text('m'), 0x02, 0x03, ...leb(leastPages), ...leb(mostPages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('f'), 0x00, 0]),
    ...section(10, [1, ...sized(body(weights))]),
  ]);
}

function body(weights: readonly number[]): number[] {
  const reach = weights.length - 1;
  const rows = 2 * reach + 1;
  const [out, step, table, count, bytes] = [0, 1, 2, 3, 4];
  const row = (t: number): number => 5 + reach + t;
  const offset = 5 + rows;
  const weight = (t: number): number => offset + 1 + t;
  const sums = [weight(reach) + 1, weight(reach) + 2] as const;
  const get = (local: number): number[] => [op.get, ...leb(local)];
  const set = (local: number): number[] => [op.set, ...leb(local)];
  const load = (t: number, lane: number): number[] => [...get(row(t)), ...get(offset), op.add, ...simd.load, 2, lane];
  const plus = (local: number, by: number[]): number[] => [...get(local), ...by, op.add, ...set(local)];
  const code: number[] = [];
  for (const [t, value] of weights.entries()) code.push(op.f32, ...float32(value), ...simd.splat, ...set(weight(t)));
  code.push(op.loop, 0x40);
  for (let at = 0; at < rows; at++) code.push(...get(table), op.i32Load, 2, ...leb(4 * at), ...set(row(at - reach)));
  code.push(op.i32, 0, ...set(offset));
  code.push(op.loop, 0x40);
  for (const [at, sum] of sums.entries()) {
    code.push(...load(0, 16 * at), ...get(weight(0)), ...simd.mul);
    for (let t = 1; t <= reach; t++)
      code.push(...load(-t, 16 * at), ...load(t, 16 * at), ...simd.add, ...get(weight(t)), ...simd.mul, ...simd.add);
    code.push(...set(sum));
  }
  for (const [at, sum] of sums.entries())
    code.push(...get(out), ...get(offset), op.add, ...get(sum), ...simd.store, 2, 16 * at);
  code.push(...plus(offset, [op.i32, rowBytes]), ...get(offset), ...get(bytes), op.lt, op.brIf, 0, op.end);
  code.push(...plus(out, get(step)), ...plus(table, [op.i32, 4]), ...plus(count, [op.i32, 0x7f]));
  code.push(...get(count), op.brIf, 0, op.end, op.end);
  return [2, ...leb(rows + 1), i32, ...leb(weights.length + 2), v128, ...code];
}

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: number[]): number[] {
  return [...leb(content.length), ...content];
}

function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}

/** A number from 0 on as LEB128. Constants of the code, which are read as signed, stand there as single bytes: -1 is 0x7f. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0);
  return bytes;
}

function float32(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}
