import { describe, expect, it } from 'vitest';
import { readTfjs } from './readTfjs.ts';
import { evaluatePlainly } from './reference.ts';

type Config = Record<string, unknown>;
const conv: Config = {
  filters: 2,
  kernel_size: [1, 1, 1],
  strides: [1, 1, 1],
  padding: 'same',
  data_format: 'channels_last',
  dilation_rate: [1, 1, 1],
  activation: 'linear',
  use_bias: true,
};

function model(
  layers: [string, string, Config][],
  weights: [string, number[], number[]][],
  change: Config = {},
): [string, (path: string) => Uint8Array] {
  let from = 'input';
  const chain = layers.map(([class_name, name, config]) => {
    const one = { class_name, name, config, inbound_nodes: [[[from, 0, 0, {}]]] };
    from = name;
    return one;
  });
  const json = {
    format: 'layers-model',
    modelTopology: {
      model_config: {
        config: { layers: [{ class_name: 'InputLayer', name: 'input', config: {}, inbound_nodes: [] }, ...chain] },
      },
    },
    weightsManifest: [
      { paths: ['a.bin', 'b.bin'], weights: weights.map(([name, shape]) => ({ name, shape, dtype: 'float32' })) },
    ],
    ...change,
  };
  const bytes = new Uint8Array(Float32Array.from(weights.flatMap(([, , values]) => values)).buffer);
  // Two shards that part in the middle of a number.
  return [JSON.stringify(json), (path) => (path === 'a.bin' ? bytes.subarray(0, 6) : bytes.subarray(6))];
}

const kernel: [string, number[], number[]] = ['c/kernel', [1, 1, 1, 1, 2], [2, -3]];
const bias: [string, number[], number[]] = ['c/bias', [2], [0.5, 1]];

describe('readTfjs', () => {
  it('joins shards and puts outputs first', () => {
    const network = readTfjs(
      ...model(
        [
          ['Conv3D', 'c', conv],
          ['Activation', 'a', { activation: 'relu' }],
        ],
        [kernel, bias],
      ),
    );
    expect([...evaluatePlainly(network, Float64Array.of(2), [1, 1, 1])]).toEqual([4.5, 0]);
  });

  it('transposes a kernel [x][y][z][in][out] to [out][in][x][y][z]', () => {
    const values = Array.from({ length: 27 * 2 }, (_, at) => at);
    const config = { ...conv, kernel_size: [3, 3, 3] };
    const network = readTfjs(...model([['Conv3D', 'c', config]], [['c/kernel', [3, 3, 3, 1, 2], values], bias]));
    expect(network.layers[0]!.weights[5]).toBe(10);
    expect(network.layers[0]!.weights[27 + 5]).toBe(11);
  });

  it('folds a batch normalisation into the convolution before it', () => {
    const numbers: [string, number[], number[]][] = [
      ['n/gamma', [2], [2, 1]],
      ['n/beta', [2], [1, -1]],
      ['n/moving_mean', [2], [0.5, 2]],
      ['n/moving_variance', [2], [3, 8]],
    ];
    const network = readTfjs(
      ...model(
        [
          ['Conv3D', 'c', conv],
          ['BatchNormalization', 'n', { epsilon: 1 }],
        ],
        [kernel, bias, ...numbers],
      ),
    );
    // x = 2: channels 4.5 and -5; (4.5 - 0.5) * 2 / 2 + 1 and (-5 - 2) / 3 - 1
    const [a, b] = evaluatePlainly(network, Float64Array.of(2), [1, 1, 1]);
    expect(a).toBeCloseTo(5, 6);
    expect(b).toBeCloseTo(-10 / 3, 6);
  });

  it('takes the name ending _gn for a normalisation of each channel', () => {
    const network = readTfjs(
      ...model([['Conv3D', 'c_gn', { ...conv, use_bias: false }]], [['c_gn/kernel', [1, 1, 1, 1, 2], [2, -3]]]),
    );
    expect(network.layers[0]!.instanceNorm).toEqual({ epsilon: 1e-5 });
  });

  it.each<[string, Parameters<typeof model>]>([
    ['a stride', [[['Conv3D', 'c', { ...conv, strides: [2, 1, 1] }]], [kernel, bias]]],
    [
      'an unknown layer',
      [
        [
          ['Conv3D', 'c', conv],
          ['UpSampling3D', 'u', {}],
        ],
        [kernel, bias],
      ],
    ],
    ['an unknown activation', [[['Conv3D', 'c', { ...conv, activation: 'swish' }]], [kernel, bias]]],
    ['missing weights', [[['Conv3D', 'c', conv]], [kernel]]],
    ['weights of another shape', [[['Conv3D', 'c', conv]], [['c/kernel', [1, 1, 1, 2, 1], [2, -3]], bias]]],
    [
      'bytes left over',
      [[['Conv3D', 'c', conv]], [kernel, bias], { weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights: [] }] }],
    ],
    ['another format', [[['Conv3D', 'c', conv]], [kernel, bias], { format: 'graph-model' }]],
  ])('refuses %s', (_, input) => {
    expect(() => readTfjs(...model(...input))).toThrowError(expect.objectContaining({ code: 'pack-invalid' }));
  });

  it('refuses a branch', () => {
    const [json, file] = model(
      [
        ['Conv3D', 'c', conv],
        ['Activation', 'a', { activation: 'relu' }],
      ],
      [kernel, bias],
    );
    const branched = json.replace('[[["c",0,0,{}]]]', '[[["input",0,0,{}]]]');
    expect(branched).not.toBe(json);
    expect(() => readTfjs(branched, file)).toThrowError(/not in a chain/);
  });
});
