import { availableParallelism } from 'node:os';
import { IdiographError } from '../../dossier/errors.ts';

/** A loaded model with one input and one output. */
export interface Session {
  /** Runs once; the result is copied out of the runtime's memory, which is freed before this resolves. */
  run(input: Float32Array, size: readonly number[]): Promise<Float32Array | BigInt64Array>;
  release(): Promise<void>;
}

export interface OnnxRuntime {
  /** `ort-web 1.30.0` or `ort-node 1.30.0`: results may differ in the last bit between them, so it enters the runId. */
  readonly id: string;
  open(model: Uint8Array): Promise<Session>;
}

export type RuntimeKind = 'ort-web' | 'ort-node';

/** What both packages give us of the common API of onnxruntime. */
type Ort = typeof import('onnxruntime-web');

const loaded = new Map<RuntimeKind | 'best', Promise<OnnxRuntime>>();

/**
 * onnxruntime-node where it is installed (twice as fast), else onnxruntime-web (WebAssembly) with as many threads as
 * the machine has cores, at most 8. Both split the work over output positions and not over sums, so the number of
 * threads does not change a bit. Throws `unsupported` when the wanted one is not installed.
 */
export function onnxRuntime(kind: RuntimeKind | 'best' = 'best'): Promise<OnnxRuntime> {
  const known = loaded.get(kind);
  if (known) return known;
  const loading = kind === 'best' ? load('ort-node').catch(() => load('ort-web')) : load(kind);
  loaded.set(kind, loading);
  return loading;
}

async function load(kind: RuntimeKind): Promise<OnnxRuntime> {
  const threads = Math.min(8, availableParallelism());
  const packageName: string = kind === 'ort-web' ? 'onnxruntime-web' : 'onnxruntime-node';
  let ort: Ort;
  try {
    ort = (await import(packageName)) as Ort;
  } catch (cause) {
    throw new IdiographError('unsupported', `${packageName} cannot be loaded`, {
      cause,
      remedy:
        kind === 'ort-web' ? 'npm ci' : 'ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save onnxruntime-node@1.30.0',
    });
  }
  if (kind === 'ort-web') ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  const version = (kind === 'ort-web' ? ort.env.versions.web : ort.env.versions.node) ?? ort.env.versions.common;
  return {
    id: `${kind} ${version}`,
    async open(model) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [kind === 'ort-web' ? 'wasm' : 'cpu'],
        intraOpNumThreads: threads,
        // Without the arena freed memory goes back; slabs of one layer have one size, so nothing is lost by it.
        enableCpuMemArena: false,
        enableMemPattern: false,
        logSeverityLevel: 3,
      });
      return {
        async run(input, size) {
          const tensor = new ort.Tensor('float32', input, size);
          const output = (await session.run({ [session.inputNames[0]!]: tensor }))[session.outputNames[0]!]!;
          const data = output.data as Float32Array | BigInt64Array;
          tensor.dispose();
          output.dispose();
          return data;
        },
        release: () => session.release(),
      };
    },
  };
}
