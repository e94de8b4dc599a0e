import { z } from 'zod';
import type { InstalledPack } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';
import { type ReferencesFile, referencesKnown } from './knowledge.ts';
import type { Model } from './model.ts';
import { checkReference, parseReference, type Reference, referenceFormat } from './reference.ts';

/** Pack of a site's own reference. */
export const sitePack = 'site-reference';
export const siteFile = 'reference.json';

const Published = z.object({
  source: z.string(),
  sites: z.array(z.string()),
  models: z.record(
    z.string(),
    z.object({
      hyp: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      noiseVar: z.number(),
      m: z.array(z.number()),
      postVarDiag: z.array(z.number()),
    }),
  ),
});

/** Names of references that a pack holds: `braincharts/lifespan_57K_82sites`. */
export function referencesOf(pack: string, known = referencesKnown()): string[] {
  if (pack === known.braincharts.pack) return known.braincharts.models.map(({ file }) => `${pack}/${file}`);
  if (pack === known.nichart.pack) return [`${pack}/${known.nichart.model}`];
  return pack === sitePack ? [`${pack}/reference`] : [];
}

/** The references of a site: `reference.json` holds one, or a list of several. Throws `pack-invalid`. */
export async function siteReferences(pack: InstalledPack): Promise<Reference[]> {
  const text = new TextDecoder().decode(await pack.read(siteFile));
  if (!text.trimStart().startsWith('[')) return [parseReference(text, `${sitePack}/reference`)];
  return (JSON.parse(text) as unknown[]).map((one, k) => checkReference(one, `${sitePack}/reference ${k + 1}`));
}

/** Opens one reference of an installed pack. Throws `not-found` for names it has not, `unsupported` for what is refused. */
export async function openReference(
  pack: InstalledPack,
  name: string,
  known: ReferencesFile = referencesKnown(),
): Promise<Reference> {
  const { id } = pack.manifest;
  const text = async (path: string) => new TextDecoder().decode(await pack.read(path));
  if (id === sitePack && name === 'reference') return (await siteReferences(pack))[0]!;
  if (id === known.nichart.pack) {
    const reason = known.nichart.refused[name];
    if (reason)
      throw new IdiographError('unsupported', `${id}/${name}: ${reason}`, { remedy: 'Use the table by sex.' });
    if (name === known.nichart.model) {
      const [female, male] = [await text('dlmuse_centiles_CN-Females.csv'), await text('dlmuse_centiles_CN-Males.csv')];
      return centileReference(female, male, known);
    }
  }
  const model = known.braincharts.models.find(({ file }) => file === name);
  if (id === known.braincharts.pack && model) return brainchart(JSON.parse(await text(`${name}.json`)), name, known);
  throw new IdiographError('not-found', `pack ${id} has no reference ${name}`, {
    remedy: `It has: ${referencesOf(id, known).join(', ') || 'none'}.`,
  });
}

/** A model file of braincharts as a reference. */
export function brainchart(value: unknown, name: string, known = referencesKnown()): Reference {
  const parsed = Published.safeParse(value);
  const about = known.braincharts.models.find(({ file }) => file === name);
  if (!parsed.success || !about) {
    throw new IdiographError('pack-invalid', `braincharts/${name} is not a file of published models`, {
      remedy: 'idiograph packs add braincharts --from DIR',
    });
  }
  const { file, people, ...facts } = about;
  const { pack, models: _, ...shared } = known.braincharts;
  const measures = Object.keys(parsed.data.models);
  return checkReference(
    {
      format: referenceFormat,
      id: `${pack}/${file}`,
      ...shared,
      sexes: 'both',
      sites: parsed.data.sites,
      source: 'Rutherford 2022, eLife 11:e72904; braincharts 5a1a7822',
      ...facts,
      ...(people && { people }),
      ...(about.quantity === 'connectivity' && { exploratory: true }),
      models: Object.fromEntries(
        Object.entries(parsed.data.models).map(([measure, model]) => [measure, { type: 'blr', ...model }]),
      ),
      units: Object.fromEntries(measures.map((measure) => [measure, unitOf(measure, about.quantity)])),
    },
    `${pack}/${file}`,
  );
}

/** Thickness in mm, area in mm2, volumes of the segmentation in mm3; the rest has no unit. */
function unitOf(measure: string, quantity: string): string {
  if (quantity === 'area') return 'mm2';
  if (quantity !== 'thickness') return '1';
  return /thickness/i.test(measure) || /^[LR]_/.test(measure) ? 'mm' : 'mm3';
}

/** The centile tables by sex as one reference. Rows: VarName, Age, centile_5 ... */
export function centileReference(female: string, male: string, known = referencesKnown()): Reference {
  const { nichart } = known;
  const [women, men] = [centileTables(female), centileTables(male)];
  const models: Record<string, Model> = {};
  for (const [measure, table] of women) {
    const other = men.get(measure);
    if (other) models[measure] = { type: 'centiles', female: table, male: other };
  }
  return checkReference(
    {
      format: referenceFormat,
      id: `${nichart.pack}/${nichart.model}`,
      title: nichart.title,
      population: nichart.population,
      ageSpanYears: nichart.ageSpanYears,
      ageSpanOf: 'model',
      sexes: 'both',
      sexCoding: nichart.sexCoding,
      sites: [],
      software: nichart.software,
      family: nichart.family,
      atlas: nichart.atlas,
      quantity: 'volume',
      covariates: nichart.covariates,
      licence: nichart.licence,
      source: 'NiChart DLMUSE centiles by sex',
      sentence: nichart.sentence,
      models,
      units: Object.fromEntries(Object.keys(models).map((measure) => [measure, 'mm3'])),
    },
    `${nichart.pack}/${nichart.model}`,
  );
}

type Table = NonNullable<Extract<Model, { type: 'centiles' }>['both']>;

function centileTables(csv: string): Map<string, Table> {
  const [header, ...lines] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const columns = header!.flatMap((name, index) => {
    const p = /^centile_(\d+)$/.exec(name)?.[1];
    return p ? [{ index, p: Number(p) / 100 }] : [];
  });
  const tables = new Map<string, Table>();
  for (const line of lines) {
    const [name, age] = [line[0]!, Number(line[1])];
    const values = columns.map(({ index }) => Number(line[index]));
    // Centiles that do not rise (of regions with next to no spread) say nothing about a person between them.
    if (!Number.isFinite(age) || values.some((one, k) => !Number.isFinite(one) || (k > 0 && one <= values[k - 1]!)))
      continue;
    const table = tables.get(name) ?? { ages: [], centiles: columns.map(({ p }) => ({ p, values: [] as number[] })) };
    table.ages.push(age);
    for (const [k, { values: list }] of table.centiles.entries()) list.push(values[k]!);
    tables.set(name, table);
  }
  return new Map([...tables].filter(([, { ages }]) => ages.length >= 2));
}
