import { type DeclaredBuild, declaredBuild } from './build.ts';

/** What the lines before the first record say. */
export interface VcfHeader {
  /** `VCFv4.2`, or undefined when the file does not say. */
  fileFormat: string | undefined;
  samples: string[];
  contigs: { id: string; length?: number; assembly?: string }[];
  reference: string | undefined;
  declared: DeclaredBuild;
  /** All header lines as they stand, `#CHROM` last. */
  lines: string[];
}

/** Reads header lines, of which the last is `#CHROM...`. Pure. */
export function parseHeader(lines: readonly string[]): VcfHeader {
  const contigs: VcfHeader['contigs'] = [];
  let fileFormat: string | undefined;
  let reference: string | undefined;
  for (const line of lines) {
    const value = line.slice(line.indexOf('=') + 1);
    if (line.startsWith('##fileformat=')) fileFormat = value.trim();
    else if (line.startsWith('##reference=')) reference = value.trim();
    else if (line.startsWith('##contig=')) {
      const id = /[<,]ID=([^,>]+)/.exec(line)?.[1];
      if (id === undefined) continue;
      const length = /[<,]length=(\d+)/.exec(line)?.[1];
      const assembly = /[<,]assembly="?([^,">]+)/.exec(line)?.[1];
      contigs.push({
        id,
        ...(length === undefined ? {} : { length: Number(length) }),
        ...(assembly === undefined ? {} : { assembly }),
      });
    }
  }
  const columns = lines.at(-1)?.split('\t') ?? [];
  // A trailing tab is not a sample.
  const samples = columns.slice(9).filter((name, i, all) => name !== '' || i < all.length - 1);
  return { fileFormat, samples, contigs, reference, declared: declaredBuild(contigs, reference), lines: [...lines] };
}
