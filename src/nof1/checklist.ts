/** What a report of a single-patient trial should tell, filled from the plan and the result; own short labels. */

import { z } from 'zod';
import type { FrozenTrial } from '../dossier/trial.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import type { TrialAnalysis } from './analyse.ts';
import { minimumP } from './randomisation.ts';
import { countSchedules, scheduleDays } from './schedules.ts';

const Checklists = z.object({
  checklists: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      items: z.array(z.object({ number: z.string(), topic: z.string(), from: z.string().optional() })),
    }),
  ),
});

export const checklistPath = 'nof1/checklists.json';

export interface ChecklistItem {
  checklist: string;
  number: string;
  topic: string;
  /** Undefined: a person has to write it. */
  told?: string;
}

/** Every item of CENT 2015 and SCRIBE 2016 with what the trial itself can tell of it. */
export function checklistsOf(
  trial: Omit<FrozenTrial, 'form' | 'frozenAt'> & { frozenAt?: string | undefined },
  analysis?: TrialAnalysis,
): ChecklistItem[] {
  const { checklists } = Checklists.parse(loadKnowledge(checklistPath).data);
  const facts = factsOf(trial, analysis);
  return checklists.flatMap(({ title, items }) =>
    items.map(({ number, topic, from }) => {
      const told = from === undefined ? undefined : facts[from];
      return { checklist: title, number, topic, ...(told === undefined ? {} : { told }) };
    }),
  );
}

export function checklistCsv(items: readonly ChecklistItem[]): string {
  const quoted = (text: string) => `"${(/^[=@+-]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const rows = items.map(({ checklist, number, topic, told }) =>
    [checklist, number, topic, told ?? 'to be written'].map(quoted).join(','),
  );
  return `checklist,item,topic,told\n${rows.join('\n')}\n`;
}

function factsOf(
  {
    plan,
    startDay,
    hash,
    frozenAt,
    stopped,
  }: Omit<FrozenTrial, 'form' | 'frozenAt'> & { frozenAt?: string | undefined },
  analysis: TrialAnalysis | undefined,
): Record<string, string | undefined> {
  const { design } = plan;
  const words = {
    pairs: () =>
      design.type === 'pairs'
        ? `${design.cycles} cycles of two periods of ${design.periodDays} days, order drawn in each; washout ${design.washoutDays} days`
        : '',
    phases: () =>
      design.type === 'phases'
        ? `${design.order} over ${design.days} days, days of change drawn, no phase below ${design.minimumDays} days`
        : '',
    baselines: () =>
      design.type === 'baselines'
        ? `multiple baseline over ${design.tiers.length} tiers (${design.tiers.join(', ')}), ${design.days} days, starts drawn`
        : '',
  }[design.type]();
  const effect = analysis?.effect;
  return {
    title: `Single-patient trial: ${plan.title}`,
    design: words,
    treatments: `${plan.treatment}; comparison: ${plan.comparison}`,
    outcome: `${plan.measure}, ${plan.range[0]} to ${plan.range[1]}, ${plan.better} is better, daily`,
    length: `${scheduleDays(design)} days from ${startDay}`,
    carryOver: `first ${plan.lagDays} days of a period not analysed; carry-over term with a half-life of ${plan.carryOverHalfLifeDays} days`,
    harms: plan.sideEffect
      ? `${plan.sideEffect.measure} daily; ends at ${plan.sideEffect.stopAt} or more on ${plan.sideEffect.days} days in a row`
      : undefined,
    stopping: stopped
      ? `ended on ${stopped.day}: ${stopped.reason}`
      : plan.sideEffect
        ? 'side-effect rule as planned; a positive safety answer ends the trial'
        : 'a positive safety answer ends the trial',
    randomisation: `drawn by sfc32 from seed "${plan.seed}": one of ${countSchedules(design)} equally likely schedules; smallest p ${minimumP(plan).toPrecision(2)}`,
    concealment: `schedule frozen${frozenAt ? ` ${frozenAt}` : ''} before day 1, SHA-256 ${hash}`,
    blinding: plan.blinding,
    analysis: `randomisation test over the admissible schedules (${plan.alternative}); Bayesian linear model with trend, AR(1) errors and carry-over`,
    data: analysis
      ? `${analysis.days.answered} of ${analysis.days.analysable} days that count were answered`
      : undefined,
    periods: analysis && analysis.periods.length > 0 ? `${analysis.periods.length} periods with answers` : undefined,
    result: effect
      ? `${effect.value.toFixed(2)} points, 95 % interval ${effect.low.toFixed(2)} to ${effect.high.toFixed(2)}; p ${analysis?.randomisation?.p.toPrecision(3) ?? 'not given'}`
      : undefined,
    adherence: `thin below ${plan.leastAnsweredPercent} % of days answered`,
    protocol: `plan with hash ${hash}`,
  };
}
