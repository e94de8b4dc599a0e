import { issue } from '../../dossier/issue.ts';
import type { OutsideCall, RawCall } from './piece.ts';
import { geneSymbol } from './symbols.ts';

/** Words that programs write where they call nothing. */
const nothing =
  /^(?:-|\.|none|n\/?a|no[_ ]?(?:call|match)|not available|indeterminate|unknown|multiple|failed|fail|\?)$/i;
/** What allele names are made of, in CPIC, PharmVar and HLA spelling; anything else was not meant as one. */
const alleleName = /^[\p{L}\d *+\-_.:;,>≥()[\]#&]{1,120}$/u;

/**
 * A call with its gene under its symbol, spellings made one and empty results left out; an issue instead where nothing
 * is left: `outside-call-unknown-gene`, `outside-call-empty`, `outside-call-malformed`.
 */
export function normalCall(raw: RawCall): OutsideCall | OutsideCall['issues'][number] {
  const { place } = raw;
  const gene = geneSymbol(raw.gene);
  if (gene === undefined) {
    return issue('warning', 'outside-call-unknown-gene', `No alleles of ${raw.gene.slice(0, 40)} are known here.`, {
      place,
      remedy: 'Write the HGNC symbol of a gene with CPIC alleles.',
    });
  }
  const diplotypes: string[] = [];
  for (const text of raw.diplotypes ?? []) {
    const alleles = text.split('/').map((one) => one.trim());
    if (text.trim() === '' || alleles.some((one) => nothing.test(one))) continue;
    if (alleles.length > 2 || !alleles.every((one) => alleleName.test(one))) return malformed(gene, text, place);
    const name = alleles.map((one) => alleleSpelling(gene, one)).join('/');
    if (!diplotypes.includes(name)) diplotypes.push(name);
  }
  const phenotype = raw.phenotype?.trim();
  const stated = phenotype !== undefined && phenotype !== '' && !nothing.test(phenotype) ? phenotype : undefined;
  if (stated !== undefined && !/^[\p{L}\d *+\-_.:;,/()'≥]{1,200}$/u.test(stated)) return malformed(gene, stated, place);
  const score = raw.activityScore?.trim().replace(/^≥/, '') ?? '';
  const activityScore = score === '' || nothing.test(score) ? undefined : Number(score);
  if (activityScore !== undefined && !(activityScore >= 0 && activityScore <= 20)) return malformed(gene, score, place);
  if (diplotypes.length === 0 && stated === undefined && activityScore === undefined) {
    return issue('info', 'outside-call-empty', `The file calls nothing for ${gene}: not determined, not usual.`, {
      place,
    });
  }
  return { gene, sample: raw.sample, diplotypes, phenotype: stated, activityScore, place, issues: raw.issues ?? [] };
}

function malformed(gene: string, text: string, place: string) {
  return issue('warning', 'outside-call-malformed', `The call of ${gene} cannot be read: ${text.slice(0, 60)}.`, {
    place,
    remedy: 'Write a diplotype such as *1/*2, a phenotype or an activity score.',
  });
}

/**
 * `CYP2D6*4.001` -> `*4`: sub-alleles of PharmVar, and marks that a program puts behind, do not change the core allele
 * that guidelines speak of. HLA alleles keep all their fields and get the gene in front.
 */
function alleleSpelling(gene: string, text: string): string {
  if (gene.startsWith('HLA-')) {
    const fields = /(\d{2,3}(?::\d{2,4}){0,3}[A-Z]?)/.exec(text.replace(/^(?:HLA-)?[AB]?\*?/i, ''))?.[1];
    return fields === undefined ? text : `${gene}*${fields}`;
  }
  const bare = text.replace(new RegExp(`^${gene}\\s*`, 'i'), '');
  if (!/^\[?\s*\*/.test(bare)) return bare;
  return bare.replace(/(\*\d+)(?:\.\d+|\.ALDY(?:_\d+)?|\.[a-z]\b|\.v\d+)+/g, '$1');
}
