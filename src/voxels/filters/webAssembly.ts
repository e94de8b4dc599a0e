/** Memory that WebAssembly and JavaScript of all threads see; it crosses threads as it is. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The part of the WebAssembly JavaScript interface that is used; the types of Node.js have none of it. */
export const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => SharedMemory;
    Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    Instance: new (module: object, imports: Record<string, Record<string, SharedMemory>>) => Instance;
  };
};
