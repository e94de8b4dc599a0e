import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TinyLayer, tinyLabels, tinyLayers } from './network.ts';

/**
 * Writes the tiny network as upstream networks come: `tiny/model.json`, `tiny/model.bin`, `tiny/colormap.json` under
 * `directory`, ready for `idiograph packs add tiny-segmenter --from directory`. Same bytes at every call.
 */
export async function generateTinySegmenter(directory: string): Promise<void> {
  const folder = join(directory, 'tiny');
  await mkdir(folder, { recursive: true });
  const tensors = tinyLayers.flatMap((layer) => [kernelOf(layer), biasOf(layer)]);
  const model = {
    format: 'layers-model',
    generatedBy: 'idiograph examples',
    modelTopology: {
      keras_version: '2.7.0',
      backend: 'tensorflow',
      model_config: { class_name: 'Functional', config: { name: 'tiny', layers: topology() } },
    },
    weightsManifest: [
      {
        paths: ['model.bin'],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  await writeFile(join(folder, 'model.bin'), Buffer.concat(tensors.map(({ values }) => Buffer.from(values.buffer))));
  const [R, G, B] = [0, 1, 2].map((channel) => tinyLabels.map(({ rgb }) => rgb[channel]!));
  await writeFile(
    join(folder, 'colormap.json'),
    JSON.stringify({ R, G, B, labels: tinyLabels.map(({ name }) => name) }),
  );
}

interface Tensor {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** [x][y][z][input][output], as tfjs keeps it. */
function kernelOf({ name, kernel, inputs, outputs, weight }: TinyLayer): Tensor {
  const taps = kernel ** 3;
  const values = new Float32Array(taps * inputs * outputs);
  let at = 0;
  for (let tap = 0; tap < taps; tap++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++) values[at++] = weight(tap, input, output);
  return { name: `${name}/kernel`, shape: [kernel, kernel, kernel, inputs, outputs], values };
}

function biasOf({ name, outputs, bias }: TinyLayer): Tensor {
  return {
    name: `${name}/bias`,
    shape: [outputs],
    values: Float32Array.from({ length: outputs }, (_, output) => bias(output)),
  };
}

function topology(): unknown[] {
  const layers: unknown[] = [
    {
      class_name: 'InputLayer',
      name: 'input',
      config: { name: 'input', batch_input_shape: [null, 256, 256, 256, 1] },
      inbound_nodes: [],
    },
  ];
  let from = 'input';
  for (const { name, kernel, dilation, outputs, activation } of tinyLayers) {
    layers.push({
      class_name: 'Conv3D',
      name,
      config: {
        name,
        filters: outputs,
        kernel_size: [kernel, kernel, kernel],
        strides: [1, 1, 1],
        padding: 'same',
        data_format: 'channels_last',
        dilation_rate: [dilation, dilation, dilation],
        groups: 1,
        activation,
        use_bias: true,
      },
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    from = name;
  }
  return layers;
}
