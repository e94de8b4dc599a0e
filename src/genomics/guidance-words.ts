import { z } from 'zod';

/**
 * The vocabulary in which guidance is kept: each step is one thing to do or to know, with its parameters. Sentences are
 * made from it, so that a table of facts needs nobody's prose.
 */
const percent = z.array(z.number()).min(1).max(2);
/** The step holds when the drug is used although another one was to be preferred. */
const ifUsed = z.literal(true).optional();

export const Step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('label'), dose: z.string().optional() }),
  /** Start with this share of the usual or of the lowest recommended starting dose. */
  z.strictObject({ do: z.literal('start-percent'), percent, of: z.enum(['usual', 'lowest']), ifUsed }),
  z.strictObject({ do: z.literal('start-lower'), percent: percent.optional(), ifUsed }),
  z.strictObject({ do: z.literal('start-lowest') }),
  z.strictObject({ do: z.literal('start-at'), dose: z.string(), ifUsed }),
  z.strictObject({ do: z.literal('start-at-most'), dose: z.string() }),
  z.strictObject({ do: z.literal('increase-after'), dose: z.string(), when: z.string() }),
  z.strictObject({ do: z.literal('titrate-slowly'), ifUsed }),
  z.strictObject({ do: z.literal('maintain-lower'), percent: percent.optional(), when: z.string().optional(), ifUsed }),
  z.strictObject({ do: z.literal('cap'), dose: z.string().optional(), percent: percent.optional(), ifUsed }),
  z.strictObject({
    do: z.literal('raise'),
    percent: percent.optional(),
    fold: percent.optional(),
    when: z.string().optional(),
    ifUsed,
  }),
  z.strictObject({ do: z.literal('raise-target'), ifUsed }),
  z.strictObject({ do: z.literal('raise-or-switch'), not: z.array(z.string()) }),
  z.strictObject({ do: z.literal('levels'), ifUsed }),
  z.strictObject({ do: z.literal('contraindicated'), unless: z.string().optional() }),
  z.strictObject({ do: z.literal('do-not-start') }),
  z.strictObject({ do: z.literal('avoid'), unless: z.string().optional() }),
  z.strictObject({
    do: z.literal('alternative'),
    /** Enzymes that should not mainly clear the other drug. */
    not: z.array(z.string()).optional(),
    such: z.array(z.string()).optional(),
    when: z.string().optional(),
  }),
  z.strictObject({ do: z.literal('switch-without-response'), such: z.string() }),
  z.strictObject({ do: z.literal('watch'), what: z.string() }),
  z.strictObject({ do: z.literal('measure'), what: z.string() }),
  z.strictObject({ do: z.literal('keep-off'), what: z.string() }),
  z.strictObject({ do: z.literal('know'), what: z.string() }),
  z.strictObject({ do: z.literal('untested'), gene: z.string() }),
  z.strictObject({ do: z.literal('none') }),
  z.strictObject({ do: z.literal('because'), what: z.string() }),
]);
export type Step = z.infer<typeof Step>;

const aboutDrug = new Set<Step['do']>(['avoid', 'contraindicated', 'do-not-start', 'alternative', 'raise-or-switch']);
const aboutOther = new Set<Step['do']>(['switch-without-response', 'watch', 'measure', 'keep-off', 'know', 'untested']);
const plain = new Set<Step['do']>(['label', 'none', 'because']);

/** Whether a step speaks of another drug, of the dose, or of something else: what CPIC's tables flag for each row. */
export function kindsOf(step: Step): { drug: boolean; dose: boolean; other: boolean } {
  const drug = aboutDrug.has(step.do);
  const other = aboutOther.has(step.do);
  return { drug, other, dose: step.do === 'raise-or-switch' || !(drug || other || plain.has(step.do)) };
}

const range = (values: readonly number[]) => values.join(' to ');

function clause(step: Step, drug: string): string {
  switch (step.do) {
    case 'label':
      return `the recommended starting dose of ${drug} applies${step.dose ? ` (${step.dose})` : ''}`;
    case 'start-percent':
      return `consider ${range(step.percent)} % of the ${step.of === 'lowest' ? 'lowest ' : ''}recommended starting dose`;
    case 'start-lower':
      return `consider a ${step.percent ? `starting dose lower by ${range(step.percent)} %` : 'lower starting dose'}`;
    case 'start-lowest':
      return `consider the lowest recommended starting dose of ${drug}`;
    case 'start-at':
      return `consider a start at ${step.dose}`;
    case 'start-at-most':
      return `consider a starting dose of ${drug} of at most ${step.dose}`;
    case 'increase-after':
      return `increase to ${step.dose} ${step.when}`;
    case 'titrate-slowly':
      return 'titrate more slowly';
    case 'maintain-lower':
      return `consider a ${step.percent ? `maintenance dose lower by ${range(step.percent)} %` : 'lower maintenance dose'}${step.when ? ` ${step.when}` : ''}`;
    case 'cap':
      return step.dose
        ? `with a maximum of ${step.dose}`
        : `with the maximum capped at ${range(step.percent ?? [100])} % likewise`;
    case 'raise': {
      const by = step.fold ? `${range(step.fold)} times the` : 'a higher';
      const more = step.percent ? ` (${range(step.percent)} % more)` : '';
      return `consider ${by} starting dose${more}${step.when ? ` ${step.when}` : ''}`;
    }
    case 'raise-target':
      return 'consider a higher target dose';
    case 'raise-or-switch':
      return `if the usual maintenance dose helps too little, consider a higher one or a drug that ${step.not.join(' and ')} does not mainly clear`;
    case 'levels':
      return 'guide the dose by drug levels';
    case 'contraindicated':
      return `${drug} is contraindicated${step.unless ? `, ${step.unless}` : ''}`;
    case 'do-not-start':
      return `do not start ${drug}`;
    case 'avoid':
      return `review ${drug}: another drug is preferred${step.unless ? `, ${step.unless}` : ''}`;
    case 'alternative': {
      const only = step.such?.length === 1 && /^(an?|another)\b/.test(step.such[0]!) ? step.such[0] : undefined;
      if (only !== undefined && !step.not) return `consider ${only}${step.when ? ` ${step.when}` : ''}`;
      const what = step.not ? `a drug that ${step.not.join(' or ')} does not mainly clear` : 'another drug';
      const such = step.such ? ` (such as ${step.such.join(', ')})` : '';
      return `consider ${what}${such}${step.when ? ` ${step.when}` : ''}`;
    }
    case 'switch-without-response':
      return `review the effect, and consider ${step.such} if there is none`;
    case 'watch':
      return `watch ${step.what}`;
    case 'measure':
      return `measure ${step.what}`;
    case 'keep-off':
      return `review the need for ${step.what}, none of them ended abruptly`;
    case 'know':
      return step.what;
    case 'untested':
      // FDA labels ask for HLA typing before a first dose by ancestry; what nobody typed is no negative result.
      if (step.gene.startsWith('HLA'))
        return `${step.gene} is not tested: test before a first dose where ancestry puts the person at risk, and ask where ancestry is unknown`;
      return `${step.gene} is not determined, and nothing is said of a standard dose from the rest alone`;
    case 'none':
      return `no recommendation is given for ${drug}`;
    case 'because':
      return step.what;
  }
}

/** One sentence of all steps; what holds only if the drug is used stands together. */
export function sentence(steps: readonly Step[], drug: string): string {
  let text = '';
  let used = false;
  for (const step of steps) {
    const words = clause(step, drug);
    const within = 'ifUsed' in step && step.ifUsed === true;
    if (text === '') text = words;
    else if (step.do === 'because') text += `: ${words}`;
    else if (step.do === 'cap' && !within) text += ` ${words}`;
    else if (within && used) text += `, ${words}`;
    else text += `; ${within ? `if ${drug} is used, ` : ''}${words}`;
    used = within;
  }
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
