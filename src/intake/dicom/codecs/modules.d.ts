declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: import('./wasm.ts').WasmFactory<{ JpegLSDecoder: new () => import('./wasm.ts').WasmDecoder }>;
  export default factory;
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const factory: import('./wasm.ts').WasmFactory<{ J2KDecoder: new () => import('./wasm.ts').WasmDecoder }>;
  export default factory;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: import('./wasm.ts').WasmFactory<{ HTJ2KDecoder: new () => import('./wasm.ts').WasmDecoder }>;
  export default factory;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const factory: import('./wasm.ts').WasmFactory<{ JPEGDecoder: new () => import('./wasm.ts').WasmDecoder }>;
  export default factory;
}
