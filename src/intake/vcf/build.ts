export type Build = 'GRCh37' | 'GRCh38';

/** What a header says of its genome build, and why we think so. */
export interface DeclaredBuild {
  build: Build | undefined;
  /** `contig lengths`, `contig accessions`, `##reference`, `contig assembly`: the words that decided, for people. */
  because: string;
  /** True when two parts of the header say different things. */
  contradictory: boolean;
}

/** Lengths of chromosomes in base pairs, GRCh37 and GRCh38 (Genome Reference Consortium, GCA_000001405.1 and .15). */
const lengths: Record<string, [number, number]> = {
  1: [249250621, 248956422],
  2: [243199373, 242193529],
  3: [198022430, 198295559],
  4: [191154276, 190214555],
  5: [180915260, 181538259],
  6: [171115067, 170805979],
  7: [159138663, 159345973],
  8: [146364022, 145138636],
  9: [141213431, 138394717],
  10: [135534747, 133797422],
  11: [135006516, 135086622],
  12: [133851895, 133275309],
  13: [115169878, 114364328],
  14: [107349540, 107043718],
  15: [102531392, 101991189],
  16: [90354753, 90338345],
  17: [81195210, 83257441],
  18: [78077248, 80373285],
  19: [59128983, 58617616],
  20: [63025520, 64444167],
  21: [48129895, 46709983],
  22: [51304566, 50818468],
  X: [155270560, 156040895],
  Y: [59373566, 57227415],
};

/** Sequences of the primary assembly at NCBI and in GenBank: their last figures are the version, which is the build's. */
const accession = /^(?:NC_0000(\d\d)|CM000(6[6-8]\d))\.(\d+)$/i;
const refSeqVersions: Record<Build, readonly number[]> = {
  GRCh37: [10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9],
  GRCh38: [11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10],
};
const mitochondrial = /^(?:M|MT|CHRM|CHRMT|NC_012920\.1|J01415\.2)$/i;

const bareNames = new Map<string, string>();

/**
 * One name for a contig under its aliases: `chr10`, `10`, `chromosome10`, `chr_10`, `NC_000010.11`, `CM000672.2` -> `10`;
 * `chrM`, `MT`, `NC_012920.1` -> `MT`. What is none of these comes back as it is. Upper case decides, not here.
 */
export function bareContig(name: string): string {
  const known = bareNames.get(name);
  if (known !== undefined) return known;
  const bare = resolveContig(name);
  // A hostile file may name a million contigs.
  if (bareNames.size < 10_000) bareNames.set(name, bare);
  return bare;
}

function resolveContig(name: string): string {
  if (mitochondrial.test(name)) return 'MT';
  const number = accessionNumber(name);
  if (number !== undefined) return number === 23 ? 'X' : number === 24 ? 'Y' : String(number);
  const bare = name.replace(/^(?:chromosome|chrom|chr)[_. -]?/i, '');
  return bare === '' ? name : /^0\d$/.test(bare) ? bare.slice(1) : bare;
}

/** 1-24 of an accession of a human chromosome. GenBank numbers them CM000663 (1) to CM000686 (Y). */
function accessionNumber(name: string): number | undefined {
  const found = accession.exec(name);
  if (!found) return undefined;
  const number = found[1] === undefined ? Number(found[2]) - 662 : Number(found[1]);
  return number >= 1 && number <= 24 ? number : undefined;
}

/** The build that the version of an accession is of. */
function buildOfAccession(name: string): Build | undefined {
  const found = accession.exec(name);
  const number = accessionNumber(name);
  if (!found || number === undefined) return undefined;
  const version = Number(found[3]);
  if (found[1] === undefined) return version === 1 ? 'GRCh37' : version === 2 ? 'GRCh38' : undefined;
  return (['GRCh37', 'GRCh38'] as const).find((build) => refSeqVersions[build][number - 1] === version);
}

function buildOfText(text: string): Build | undefined {
  const is38 = /grch38|hg38|hs38|b38\b|_38\b|GCA_000001405\.1[5-9]|GCA_000001405\.2\d/i.test(text);
  const is37 = /grch37|hg19|hs37|b37\b|human_g1k_v37|GCA_000001405\.([1-9]|1[0-4])\b/i.test(text);
  if (is38 === is37) return undefined;
  return is38 ? 'GRCh38' : 'GRCh37';
}

/** Reads the build out of `##contig` lengths, else the versions of contig accessions, else `##contig assembly`, else `##reference`. */
export function declaredBuild(
  contigs: readonly { id: string; length?: number; assembly?: string }[],
  reference: string | undefined,
): DeclaredBuild {
  const votes: { build: Build; because: string }[] = [];
  let with37 = 0;
  let with38 = 0;
  for (const contig of contigs) {
    const known = lengths[bareContig(contig.id)];
    if (!known || contig.length === undefined) continue;
    if (contig.length === known[0]) with37 += 1;
    if (contig.length === known[1]) with38 += 1;
  }
  if (with37 > 0 && with38 === 0) votes.push({ build: 'GRCh37', because: 'contig lengths' });
  if (with38 > 0 && with37 === 0) votes.push({ build: 'GRCh38', because: 'contig lengths' });
  const accessions = new Set(contigs.map(({ id }) => buildOfAccession(id)));
  accessions.delete(undefined);
  for (const build of accessions) votes.push({ build: build!, because: 'contig accessions' });
  for (const contig of contigs) {
    const build = contig.assembly === undefined ? undefined : buildOfText(contig.assembly);
    if (build) {
      votes.push({ build, because: 'contig assembly' });
      break;
    }
  }
  const named = reference === undefined ? undefined : buildOfText(reference);
  if (named) votes.push({ build: named, because: '##reference' });
  const first = votes[0];
  return {
    build: first?.build,
    because: first?.because ?? 'nothing in the header names it',
    contradictory: (with37 > 0 && with38 > 0) || votes.some((vote) => vote.build !== first?.build),
  };
}
