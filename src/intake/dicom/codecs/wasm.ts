import { copySamples, PixelError, type Samples } from './frame.ts';

/** What the Emscripten builds of the cornerstone codecs have in common. */
export interface WasmDecoder {
  getEncodedBuffer(bytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean };
  getInterleaveMode?(): number;
  delete(): void;
}

/** The modules' factory: an old Emscripten thenable, so it must not be awaited directly. */
export type WasmFactory<M> = (options: { print(): void; printErr(): void }) => {
  then(callback: (module: M) => void): void;
};

const loaded = new Map<string, Promise<unknown>>();

/** Starts a codec once. The modules print on every frame otherwise. */
export function startCodec<M>(name: string, factory: () => Promise<{ default: WasmFactory<M> }>): Promise<M> {
  let module = loaded.get(name) as Promise<M> | undefined;
  if (module === undefined) {
    // Wrapped in an object: resolving a promise with a thenable module would never settle.
    module = factory()
      .then(
        (imported) =>
          new Promise<{ module: M }>((resolve) =>
            imported.default({ print() {}, printErr() {} }).then((one) => resolve({ module: one })),
          ),
      )
      .then((wrapped) => {
        const one = wrapped.module as M & { then?: unknown };
        delete one.then;
        return one;
      });
    loaded.set(name, module);
  }
  return module;
}

/** Decodes one codestream; what the codec throws (numbers, strings) becomes a PixelError. */
export function runDecoder(
  decoder: WasmDecoder,
  bytes: Uint8Array,
  name: string,
  count: number,
): { samples: Samples; interleaveMode: number } {
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { bitsPerSample, isSigned } = decoder.getFrameInfo();
    const samples = copySamples(decoder.getDecodedBuffer(), bitsPerSample, isSigned === true, count);
    return { samples, interleaveMode: decoder.getInterleaveMode?.() ?? 2 };
  } catch (error) {
    if (error instanceof PixelError) throw error;
    throw new PixelError('codestream-broken', `The ${name} codestream is damaged.`);
  } finally {
    decoder.delete();
  }
}
