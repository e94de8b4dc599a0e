import { describe, expect, it } from 'vitest';
import { isIdiographError } from '../../dossier/errors.ts';
import { checkNetwork, compareWithReference } from './checkNetwork.ts';
import { type ConvLayer, type ConvNetwork, networkSha256 } from './network.ts';
import { readMessage } from './protobuf.ts';
import { readOnnx } from './readOnnx.ts';
import { erf, evaluatePlainly } from './reference.ts';
import { runBySlabs } from './runBySlabs.ts';
import { onnxRuntime } from './runtime.ts';
import { writeOnnx } from './writeOnnx.ts';

/** Weights that differ everywhere and are the same at every call. */
function layer(inputs: number, outputs: number, dilation: number, change: Partial<ConvLayer> = {}): ConvLayer {
  const kernel = change.kernel ?? [3, 3, 3];
  const length = outputs * inputs * kernel[0] * kernel[1] * kernel[2];
  return {
    name: `conv${dilation}`,
    kernel,
    dilation: [dilation, dilation, dilation],
    inputs,
    outputs,
    weights: Float32Array.from({ length }, (_, at) => Math.sin(at * 12.9898 + dilation) / 8),
    bias: Float32Array.from({ length: outputs }, (_, at) => Math.cos(at + dilation) / 4),
    instanceNorm: undefined,
    activation: 'elu',
    ...change,
  };
}

const chain: ConvNetwork = {
  layers: [
    layer(1, 4, 1),
    layer(4, 4, 4, { activation: 'relu' }),
    layer(4, 4, 2, { activation: 'gelu' }),
    layer(4, 3, 1, { kernel: [1, 1, 1], activation: 'linear', bias: new Float32Array(3) }),
  ],
};

describe('ONNX', () => {
  it('reads back what was written, whatever the head', () => {
    for (const head of ['labels', 'logits'] as const) {
      expect(networkSha256(readOnnx(writeOnnx(chain, { head })))).toBe(networkSha256(chain));
    }
  });

  it('keeps the epsilon of a normalisation and the absence of a bias', () => {
    const network = { layers: [layer(1, 2, 1, { bias: undefined, instanceNorm: { epsilon: 2 ** -17 } })] };
    const back = readOnnx(writeOnnx(network, { head: 'logits' })).layers[0]!;
    expect(back.bias).toBeUndefined();
    expect(back.instanceNorm).toEqual({ epsilon: 2 ** -17 });
  });

  it('computes in the runtime what plain loops compute', async () => {
    const normalised = {
      layers: [layer(1, 5, 2, { instanceNorm: { epsilon: 1e-5 }, activation: 'gelu' }), layer(5, 2, 1)],
    };
    for (const network of [chain, normalised]) {
      const check = await compareWithReference(network, await onnxRuntime());
      expect(check.largest).toBeGreaterThan(0.01);
      expect(check.maxDifference).toBeLessThan(1e-5 * Math.max(1, check.largest));
    }
  });

  it('refuses a conversion that changed a weight', async () => {
    const other = structuredClone(chain);
    other.layers[1]!.weights[7]! += 1e-3;
    await expect(checkNetwork(chain, writeOnnx(other, { head: 'labels' }))).rejects.toSatisfy((error) =>
      isIdiographError(error, 'pack-invalid'),
    );
  });

  it('refuses truncated files and bytes that are something else', () => {
    const whole = writeOnnx(chain, { head: 'labels' });
    for (const bytes of [whole.subarray(0, whole.length / 2), new Uint8Array(), new TextEncoder().encode('{"a":1}')]) {
      expect(() => readOnnx(bytes)).toThrowError(expect.objectContaining({ code: 'pack-invalid' }));
    }
  });

  it('names an operator that it does not know', () => {
    const bytes = writeOnnx(chain, { head: 'labels' });
    const at = Buffer.from(bytes).indexOf('ArgMax', 0, 'latin1');
    bytes.set(new TextEncoder().encode('TopMax'), at);
    expect(() => readOnnx(bytes)).toThrowError(/TopMax is not supported/);
  });

  it('reads varints of several bytes', () => {
    expect(readMessage(Uint8Array.of(8, 0xac, 0x02))).toEqual([{ field: 1, value: 300 }]);
  });
});

describe('evaluatePlainly', () => {
  it('gives the box sum of a 3x3x3 kernel of ones, with zero outside', () => {
    const box = layer(1, 1, 1, {
      weights: new Float32Array(27).fill(1),
      bias: Float32Array.of(0.5),
      activation: 'linear',
    });
    const values = evaluatePlainly({ layers: [box] }, new Float64Array(27).fill(1), [3, 3, 3]);
    expect(values[13]).toBe(27.5);
    expect(values[0]).toBe(8.5);
  });

  it('has the error function of Abramowitz and Stegun, table 7.1', () => {
    expect(erf(0.5)).toBeCloseTo(0.5204998778, 10);
    expect(erf(1)).toBeCloseTo(0.8427007929, 10);
    expect(erf(-2)).toBeCloseTo(-0.995322265, 9);
    expect(erf(2.6)).toBeCloseTo(0.9997639656, 10);
  });
});

describe('runBySlabs', () => {
  const size = [23, 9, 10] as const;
  const input = Float32Array.from({ length: 23 * 9 * 10 }, (_, at) => 5 * Math.sin(at * 0.37 + at * at));

  it('gives the labels of the whole network, whatever the size of a slab', async () => {
    const runtime = await onnxRuntime();
    const session = await runtime.open(writeOnnx(chain, { head: 'labels' }));
    const whole = Array.from(await session.run(input, [1, 1, ...size]), Number);
    await session.release();
    expect(new Set(whole).size).toBeGreaterThan(1);
    for (const slabBytes of [1, 5000, 20_000, 2 ** 24]) {
      expect([...(await runBySlabs(runtime, chain, input, size, { slabBytes }))]).toEqual(whole);
    }
  });

  it('leaves the input as it was and reports progress up to 1', async () => {
    const before = input.slice();
    const seen: number[] = [];
    await runBySlabs(await onnxRuntime(), chain, input, size, { progress: (fraction) => seen.push(fraction) });
    expect(input).toEqual(before);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('stops between slabs', async () => {
    const run = runBySlabs(await onnxRuntime(), chain, input, size, { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
  });

  it('refuses a layer that must see the whole volume', async () => {
    const network = { layers: [layer(1, 2, 1, { instanceNorm: { epsilon: 1e-5 } })] };
    await expect(runBySlabs(await onnxRuntime(), network, input, size)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
