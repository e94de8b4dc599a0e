import { z } from 'zod';
import { type Issue, issue } from '../../dossier/issue.ts';
import { parseGuarded } from '../json.ts';
import type { Parsed, RawCall } from './piece.ts';
import { cyriusCall, parsedOf } from './tables.ts';

const jsonDepth = 40;

const StarPhase = z.object({
  gene_details: z.record(
    z.string(),
    z.looseObject({ diplotypes: z.array(z.looseObject({ diplotype: z.string() })).nullish() }),
  ),
});

const Cyrius = z.record(z.string(), z.looseObject({ Genotype: z.string().nullish(), Filter: z.string().nullish() }));

/** pb-StarPhase: `gene_details.<GENE>.diplotypes`, several where phase is unknown. No sample is named. */
export function parseStarphase(text: string): Parsed | { refused: Issue } {
  const json = parseGuarded(text, jsonDepth);
  if ('refused' in json) return json;
  const parsed = StarPhase.safeParse(json.value);
  if (!parsed.success) return unlike('StarPhase');
  const calls = Object.entries(parsed.data.gene_details).map(
    ([gene, { diplotypes }]): RawCall => ({
      gene,
      diplotypes: (diplotypes ?? []).map(({ diplotype }) => diplotype),
      place: `gene_details.${gene}`,
    }),
  );
  return parsedOf(calls);
}

/** The JSON form of Cyrius: one object a sample. */
export function parseCyriusJson(text: string): Parsed | { refused: Issue } {
  const json = parseGuarded(text, jsonDepth);
  if ('refused' in json) return json;
  const parsed = Cyrius.safeParse(json.value);
  if (!parsed.success) return unlike('Cyrius');
  return parsedOf(
    Object.entries(parsed.data).map(([sample, { Genotype, Filter }]) =>
      cyriusCall(sample, Genotype ?? '', Filter ?? '', sample),
    ),
  );
}

function unlike(tool: string): { refused: Issue } {
  return {
    refused: issue('error', 'outside-calls-unlike', `The file has the marks of ${tool} and another structure.`, {
      remedy: `Export it again with ${tool}, or write a table of gene and diplotype.`,
    }),
  };
}
