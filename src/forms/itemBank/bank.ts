import { z } from 'zod';
import { Code } from '../../dossier/code.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { KnowledgeHeader } from '../../knowledge/load.ts';
import { bareName } from '../recognise.ts';
import { Domain } from '../scale.ts';

/** One item of the graded response model (Samejima 1969): slope, and where each next answer becomes the likelier one. */
const BankItem = z
  .object({
    /** As the owner names it: `PAININ9`. */
    id: z.string().min(1),
    slope: z.number().positive(),
    /** Ascending, one fewer than the answers. */
    thresholds: z.array(z.number()).min(1),
    /** Number of the first answer; the next ones follow by one. */
    firstAnswer: z.int().default(1),
    /** Answers are given the other way round: the last one is the least of what is measured. */
    reversed: z.boolean().default(false),
    codes: z.array(Code).default([]),
  })
  .refine(({ thresholds }) => thresholds.every((one, index) => index === 0 || one > thresholds[index - 1]!), {
    error: 'thresholds must ascend',
  });
export type BankItem = z.infer<typeof BankItem>;

const Bank = z
  .object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    display: z.string().min(1),
    version: z.string().min(1),
    source: z.string().min(1),
    licence: z.string().min(1),
    aliases: z.array(z.string()).default([]),
    domain: Domain.optional(),
    worse: z.enum(['higher', 'lower']),
    /** What is printed of theta: T with mean 50 and SD 10 unless the bank says otherwise. */
    metric: z.object({ mean: z.number(), sd: z.number().positive() }).default({ mean: 50, sd: 10 }),
    /** Scale of the logistic: 1, or 1.7 where the parameters were made for the normal metric. */
    scaling: z.number().positive().default(1),
    prior: z.object({ mean: z.number(), sd: z.number().positive() }).default({ mean: 0, sd: 1 }),
    items: z.array(BankItem).min(1),
    /** Item that is asked first; without it the one with the most information at the mean of the prior. */
    start: z.string().optional(),
    stop: z
      .object({ fewest: z.int().positive(), most: z.int().positive(), standardError: z.number().positive() })
      .default({ fewest: 4, most: 12, standardError: 3 }),
  })
  .superRefine((bank, context) => {
    const ids = bank.items.map(({ id }) => bareName(id));
    if (new Set(ids).size !== ids.length) context.addIssue('an item occurs twice');
    if (bank.start !== undefined && !ids.includes(bareName(bank.start)))
      context.addIssue('the first item is not listed');
  });
/** `stop.standardError` is in the unit of the metric: 3 points of T are .3 of theta. */
export type Bank = z.infer<typeof Bank>;

const BankFile = KnowledgeHeader.extend({ banks: z.array(Bank) });

/** What ships is an empty list. A site puts a file of the same form in its place. */
export const bankPath = 'psychosocial/banks/banks.json';

/** Checks a parsed file. Throws `knowledge-invalid` with what is wrong. */
export function parseBanks(path: string, data: unknown): Bank[] {
  const parsed = BankFile.safeParse(data);
  if (parsed.success) return parsed.data.banks;
  throw new IdiographError('knowledge-invalid', `${path}: ${z.prettifyError(parsed.error)}`, { path });
}

/** The bank of this name, or whose name ends this address; undefined when there is none. */
export function bankNamed(name: string, banks: readonly Bank[]): Bank | undefined {
  const bare = [name, name.split('|')[0]!.split(/[/#]/).at(-1)!].map(bareName);
  return banks.find(({ id, aliases }) => [id, ...aliases].some((one) => bare.includes(bareName(one))));
}
