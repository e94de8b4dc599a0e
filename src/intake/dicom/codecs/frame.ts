/** What a decoder is told about the frame that it shall make. */
export interface FrameSpec {
  rows: number;
  columns: number;
  samples: number;
  bitsAllocated: number;
  /** Pixels of an uncompressed frame are colour by plane instead of colour by pixel. */
  planar: boolean;
}

export type Samples =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Samples as coded, colour by pixel; sign and unused bits are dealt with by the caller. */
export type Decode = (bytes: Uint8Array, spec: FrameSpec) => Samples | Promise<Samples>;

/** A frame that cannot be decoded. `code` becomes an issue or the field of a tagged error. */
export class PixelError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Number of samples of one frame. */
export function sampleCount(spec: FrameSpec): number {
  return spec.rows * spec.columns * spec.samples;
}

/** Colour by plane (RRR GGG BBB) to colour by pixel (RGB RGB RGB). */
export function interleave<T extends Samples>(values: T, samples: number): T {
  if (samples === 1) return values;
  const pixels = values.length / samples;
  const out = values.slice() as T;
  for (let s = 0; s < samples; s++) for (let i = 0; i < pixels; i++) out[i * samples + s] = values[s * pixels + i]!;
  return out;
}

/** Refuses a codestream whose own size differs from the header's, before its decoder allocates by it. */
export function sameSize(
  found: { rows: number; columns: number; samples: number } | undefined,
  spec: FrameSpec,
  name: string,
): void {
  if (found === undefined) throw new PixelError('codestream-broken', `The ${name} codestream has no frame header.`);
  if (found.rows !== spec.rows || found.columns !== spec.columns || found.samples !== spec.samples)
    throw new PixelError(
      'codestream-size-differs',
      `The ${name} codestream is ${found.columns} x ${found.rows} x ${found.samples}, the header says ${spec.columns} x ${spec.rows} x ${spec.samples}.`,
    );
}

/** The samples of a decoder's output buffer, copied out of its memory. */
export function copySamples(bytes: Uint8Array, bitsPerSample: number, isSigned: boolean, count: number): Samples {
  const size = bitsPerSample <= 8 ? 1 : bitsPerSample <= 16 ? 2 : 4;
  if (bytes.length < count * size)
    throw new PixelError('codestream-short', `The codestream gave ${bytes.length} bytes instead of ${count * size}.`);
  const buffer = Uint8Array.prototype.slice.call(bytes, 0, count * size).buffer;
  if (size === 1) return isSigned ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (size === 2) return isSigned ? new Int16Array(buffer) : new Uint16Array(buffer);
  return isSigned ? new Int32Array(buffer) : new Uint32Array(buffer);
}
