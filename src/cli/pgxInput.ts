import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { Source } from '../dossier/source.ts';
import { vcfKind } from '../intake/maf/vcfKind.ts';
import { medicationColumns } from '../intake/medications/columns.ts';
import { parseHeader } from '../intake/vcf/header.ts';
import { openVcf } from '../intake/vcf/open.ts';

/** The files of one `idiograph pgx`, ready to be imported. */
export interface PgxInput {
  genome: string;
  outside: string | undefined;
  medications: string | undefined;
  /** Its tabix or CSI index, where one lies beside it. */
  index: string | undefined;
  /** Which samples are worked up. */
  samples: string[];
}

/**
 * Looks at the header of the genome and decides which samples are meant. Throws `usage` where the caller has to choose,
 * `not-found` for files and samples that are not there. `folder` takes a copy of a medication list that needs a clearer header.
 */
export async function pgxInput(
  file: string,
  options: { sample?: string; allSamples: boolean; outside?: string; medications?: string },
  folder: string,
): Promise<PgxInput> {
  const genome = there(file, 'genome');
  const outside = options.outside === undefined ? undefined : there(options.outside, 'file of outside calls');
  const listed = options.medications === undefined ? undefined : there(options.medications, 'medication list');
  if (options.allSamples && (options.sample ?? outside ?? listed) !== undefined) {
    throw new IdiographError('usage', '--all-samples goes with no --sample, --outside or --medications', {
      remedy: 'Those belong to one person: name the person with --sample.',
    });
  }
  const header = await headerOf(genome);
  const samples = header?.samples ?? [];
  if (header !== undefined && vcfKind(header.lines, samples).kind === 'tumour') {
    throw new IdiographError('usage', `${file} is of a tumour: star alleles are of the genome one is born with`, {
      remedy: 'Name the germline VCF; "idiograph run" lists the variants of the tumour.',
    });
  }
  const medications = listed === undefined ? undefined : await clearHeader(listed, folder);
  const names = samples.length > 12 ? `${samples.slice(0, 12).join(', ')}, ...` : samples.join(', ');
  if (options.sample !== undefined && header !== undefined && !samples.includes(options.sample)) {
    throw new IdiographError('not-found', `there is no sample ${options.sample} in ${file}`, {
      remedy: samples.length === 0 ? 'The file has no sample column.' : `There are ${samples.length}: ${names}.`,
    });
  }
  if (options.sample === undefined && !options.allSamples && samples.length > 1) {
    throw new IdiographError('usage', `${file} holds ${samples.length} samples: say whose`, {
      remedy: `--sample NAME (${names}), or --all-samples.`,
    });
  }
  const index = ['.tbi', '.csi'].map((ending) => genome + ending).find((path) => existsSync(path));
  return { genome, index, outside, medications, samples: options.sample === undefined ? samples : [options.sample] };
}

function there(path: string, what: string): string {
  if (existsSync(path)) return resolve(path);
  throw new IdiographError('not-found', `there is no ${what} ${path}`, { remedy: 'Check the path.' });
}

/** Header of a VCF; undefined for what is none, of which the import says what is wrong. */
async function headerOf(path: string) {
  const source: Source = {
    kind: 'source',
    id: 'genome',
    subject: 'nobody',
    blob: 'genome',
    format: 'vcf',
    locator: {},
    path,
    import: 'none',
    modality: 'genome',
    metadata: {},
    issues: [],
  };
  try {
    const bytes = () => readFile(path);
    return parseHeader((await openVcf(source, { bytes, file: async () => path })).header);
  } catch {
    return undefined;
  }
}

/** Whoever names a file with --medications vouches that its `name` column names medicines. */
async function clearHeader(path: string, folder: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length > 4 * 2 ** 20) return path;
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const [first = ''] = text.split(/\r?\n/, 1);
  const cells = first.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  if (medicationColumns(cells) || !cells.some((cell) => /^name$/i.test(cell))) return path;
  const copy = join(folder, basename(path));
  await writeFile(copy, first.replace(/(^|[,;\t])(\s*"?)name\b/i, '$1$2medication') + text.slice(first.length));
  return copy;
}
