import { sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { PackManifest } from '../dossier/pack.ts';
import type { NetworksEntry } from './catalogue.ts';
import { type NetworkIndex, readLabels } from './networkPack.ts';
import { checkNetwork } from './onnx/checkNetwork.ts';
import { type ConvNetwork, classCount, networkSha256 } from './onnx/network.ts';
import { readOnnx } from './onnx/readOnnx.ts';
import { readTfjs } from './onnx/readTfjs.ts';
import { writeOnnx } from './onnx/writeOnnx.ts';
import type { Origin } from './origin.ts';

/** What is to be installed: files by their path in the pack, and what they were made from. */
export interface Prepared {
  files: Map<string, Uint8Array>;
  conversion: PackManifest['conversion'];
}

const converter = 'idiograph tfjs-to-onnx 1';

/**
 * Takes each network of the entry out of the origin, in tfjs or in ONNX form, checks that it is the one that the
 * catalogue names, writes it as ONNX and runs that against a plain evaluation before anything is installed.
 * Throws `not-found` for a missing required network, `pack-invalid` for another or a broken one.
 */
export async function prepareNetworks(entry: NetworksEntry, origin: Origin): Promise<Prepared> {
  const files = new Map<string, Uint8Array>();
  const from: { path: string; sha256: string }[] = [];
  const index: NetworkIndex = { models: [] };
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const bytes = await origin.read(path);
    if (bytes) from.push({ path, sha256: sha256(bytes) });
    return bytes;
  };
  for (const model of entry.models) {
    const found = (await fromTfjs(model.name, read)) ?? (await fromOnnx(model.name, read));
    if (!found) {
      if (!model.required) continue;
      throw new IdiographError(
        'not-found',
        `${origin.name} holds neither ${model.name}/model.json nor ${model.name}.onnx`,
        {
          pack: entry.id,
          remedy: `Get it from ${entry.origin}.`,
        },
      );
    }
    const hash = networkSha256(found.network);
    if (model.networkSha256 && hash !== model.networkSha256) {
      throw new IdiographError(
        'pack-invalid',
        `${model.name} in ${origin.name} is not the network that ${entry.id} ${entry.version} names`,
        {
          pack: entry.id,
          expected: model.networkSha256,
          found: hash,
          remedy: `Get it from ${entry.origin}.`,
        },
      );
    }
    const onnx = writeOnnx(found.network, { head: 'labels' });
    await checkNetwork(found.network, onnx);
    files.set(`${model.name}.onnx`, onnx);
    const one: NetworkIndex['models'][number] = {
      name: model.name,
      role: model.role,
      network: `${model.name}.onnx`,
      normalisation: model.normalisation,
      sha256: hash,
    };
    if (model.labels) {
      if (!found.labels)
        throw new IdiographError('not-found', `${origin.name} holds no labels of ${model.name}`, { pack: entry.id });
      const labels = readLabels(parse(found.labels, `labels of ${model.name}`));
      if (labels.length !== classCount(found.network)) {
        throw new IdiographError(
          'pack-invalid',
          `${model.name}: ${labels.length} labels for ${classCount(found.network)} classes`,
          { pack: entry.id },
        );
      }
      one.labels = `${model.name}.labels.json`;
      files.set(one.labels, found.labels);
    }
    index.models.push(one);
  }
  files.set('network.json', new TextEncoder().encode(`${JSON.stringify(index, null, 1)}\n`));
  return { files, conversion: { by: converter, from } };
}

interface Found {
  network: ConvNetwork;
  labels: Uint8Array | undefined;
}

type Read = (path: string) => Promise<Uint8Array | undefined>;

async function fromTfjs(name: string, read: Read): Promise<Found | undefined> {
  const model = await read(`${name}/model.json`);
  if (!model) return undefined;
  const shards = new Map<string, Uint8Array>();
  for (const path of shardPaths(parse(model, `${name}/model.json`))) {
    if (path.includes('/') || path.includes('\\'))
      throw new IdiographError('pack-invalid', `${name}: shard path ${path}`);
    const bytes = await read(`${name}/${path}`);
    if (!bytes) throw new IdiographError('not-found', `the shard ${name}/${path} is missing`);
    shards.set(path, bytes);
  }
  const network = readTfjs(new TextDecoder().decode(model), (path) => shards.get(path)!);
  return { network, labels: (await read(`${name}/colormap.json`)) ?? (await read(`${name}/labels.json`)) };
}

async function fromOnnx(name: string, read: Read): Promise<Found | undefined> {
  const onnx = await read(`${name}.onnx`);
  return onnx && { network: readOnnx(onnx), labels: await read(`${name}.labels.json`) };
}

function shardPaths(model: unknown): string[] {
  const groups = (model as { weightsManifest?: { paths?: unknown }[] } | null)?.weightsManifest;
  if (!Array.isArray(groups)) throw new IdiographError('pack-invalid', 'model.json lists no weights');
  return groups.flatMap(({ paths }) => (Array.isArray(paths) ? paths.map(String) : []));
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new IdiographError('pack-invalid', `${what} is not JSON`, { cause });
  }
}
