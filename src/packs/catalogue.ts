import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { PackManifest } from '../dossier/pack.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { ModelRole, Normalisation } from './networkPack.ts';

const common = PackManifest.pick({ id: true, version: true, title: true, licence: true, origin: true });

/** A pack of networks: each comes as tfjs (`NAME/model.json`, shards, `colormap.json`) or as ONNX (`NAME.onnx`, `NAME.labels.json`). */
const NetworksEntry = common.extend({
  kind: z.literal('networks'),
  models: z
    .array(
      z.object({
        name: z.string().min(1),
        role: ModelRole,
        required: z.boolean(),
        normalisation: Normalisation,
        labels: z.boolean(),
        /** Hash of structure and weights; another network is refused. Absent for networks that we make ourselves. */
        networkSha256: z.string().length(64).optional(),
      }),
    )
    .min(1),
});

/** A pack of JSON files with known hashes; one without a hash is a site's own, and the analysis that reads it judges it. */
const JsonEntry = common.extend({
  kind: z.literal('json'),
  files: z.array(z.object({ path: z.string().min(1), sha256: z.string().length(64).optional() })).min(1),
});

export const CatalogueEntry = z.discriminatedUnion('kind', [NetworksEntry, JsonEntry]);
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
export type NetworksEntry = z.infer<typeof NetworksEntry>;
export type JsonEntry = z.infer<typeof JsonEntry>;

/** All packs that Idiograph knows how to install. */
export function packCatalogue(): CatalogueEntry[] {
  return z.object({ packs: z.array(CatalogueEntry) }).parse(loadKnowledge('packs/catalogue.json').data).packs;
}

/** Throws `not-found` with the known ids. */
export function catalogueEntry(id: string): CatalogueEntry {
  const packs = packCatalogue();
  const entry = packs.find((one) => one.id === id);
  if (entry) return entry;
  throw new IdiographError('not-found', `there is no pack ${id}`, {
    pack: id,
    remedy: `Known packs: ${packs.map((one) => one.id).join(', ')}.`,
  });
}
