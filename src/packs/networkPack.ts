import { z } from 'zod';
import type { InstalledPack } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';
import { type ConvNetwork, classCount, networkSha256 } from './onnx/network.ts';
import { readOnnx } from './onnx/readOnnx.ts';

/** How a conformed volume (0..255) becomes the network's input. */
export const Normalisation = z.enum(['min-max', 'quantile-5-95']);
export type Normalisation = z.infer<typeof Normalisation>;

export const ModelRole = z.enum(['segmentation', 'brain-mask']);

/** `network.json` of an installed pack: which network does what. */
export const NetworkIndex = z.object({
  models: z.array(
    z.object({
      name: z.string().min(1),
      role: ModelRole,
      network: z.string().min(1),
      labels: z.string().min(1).optional(),
      normalisation: Normalisation,
      /** {@link networkSha256} of the network. */
      sha256: z.string().length(64),
    }),
  ),
});
export type NetworkIndex = z.infer<typeof NetworkIndex>;

/** The label file of brainchop: names and colours in three parallel lists. */
export const LabelFile = z.object({
  R: z.array(z.int().min(0).max(255)),
  G: z.array(z.int().min(0).max(255)),
  B: z.array(z.int().min(0).max(255)),
  labels: z.array(z.string().min(1)),
});

export interface Label {
  value: number;
  name: string;
  /** `#rrggbb` */
  color: string;
}

export interface LoadedModel {
  name: string;
  /** `meshnet-model18cls@74359425f3b5`: the method id under which its findings stand. */
  method: string;
  network: ConvNetwork;
  labels: Label[];
  normalisation: Normalisation;
}

/**
 * The networks of an installed pack, their bytes verified. Throws `pack-invalid` when a network is not the one that was
 * installed or has another number of classes than its label file (upstream's mask model names 2 of its 3: it needs none).
 */
export async function loadNetworks(
  pack: InstalledPack,
): Promise<{ segmentation: LoadedModel; brainMask: LoadedModel | undefined }> {
  const index = NetworkIndex.safeParse(await json(pack, 'network.json'));
  if (!index.success) throw invalid(pack, `network.json: ${z.prettifyError(index.error)}`);
  const models = new Map<string, LoadedModel>();
  for (const model of index.data.models) {
    const network = readOnnx(await pack.read(model.network));
    if (networkSha256(network) !== model.sha256)
      throw invalid(pack, `${model.network} is another network than installed`);
    const labels = model.labels ? readLabels(await json(pack, model.labels)) : [];
    if (model.role === 'segmentation' && labels.length !== classCount(network)) {
      throw invalid(pack, `${model.name}: ${labels.length} labels for ${classCount(network)} classes`);
    }
    const family = pack.manifest.id.startsWith('meshnet') ? 'meshnet' : pack.manifest.id;
    const method = `${family}-${model.name}@${model.sha256.slice(0, 12)}`;
    models.set(model.role, { name: model.name, method, network, labels, normalisation: model.normalisation });
  }
  const segmentation = models.get('segmentation');
  if (!segmentation) throw invalid(pack, 'it has no segmentation network');
  return { segmentation, brainMask: models.get('brain-mask') };
}

/** Throws `pack-invalid` when lists are of different length. */
export function readLabels(parsed: unknown): Label[] {
  const file = LabelFile.safeParse(parsed);
  if (!file.success) throw new IdiographError('pack-invalid', `label file: ${z.prettifyError(file.error)}`);
  const { R, G, B, labels } = file.data;
  if (R.length !== labels.length || G.length !== labels.length || B.length !== labels.length) {
    throw new IdiographError(
      'pack-invalid',
      `label file: ${labels.length} names, ${R.length}/${G.length}/${B.length} colours`,
    );
  }
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return labels.map((name, value) => ({ value, name, color: `#${hex(R[value]!)}${hex(G[value]!)}${hex(B[value]!)}` }));
}

async function json(pack: InstalledPack, path: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await pack.read(path)));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw invalid(pack, `${path} is not JSON`);
    throw cause;
  }
}

function invalid(pack: InstalledPack, message: string): IdiographError {
  const { id } = pack.manifest;
  return new IdiographError('pack-invalid', `pack ${id}: ${message}`, {
    pack: id,
    remedy: `idiograph packs add ${id} --from DIR`,
  });
}
