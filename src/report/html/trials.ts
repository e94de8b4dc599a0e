import type { TrialTier, TrialView } from '../nof1/view.ts';
import { trialPlotSize } from '../plotSizes.ts';
import { html, type Markup } from './markup.ts';

/** The room's own part of the report: each trial with its picture and what ends it. */
export function trialSection(trials: readonly TrialView[]): Markup {
  return html`${trials.map(
    (trial) =>
      html`<h3>${trial.title}</h3><p class="small">A: ${trial.comparison}. B: ${trial.treatment}. ${trial.startDay} to ${trial.endDay}, ${trial.measure} each day, ${trial.better} is better; ${trial.blinding}. Frozen ${trial.frozenAt.slice(0, 10)}, plan ${trial.hash.slice(0, 16)}.${trial.stopped ? ` Ended on ${trial.stopped.day}: ${trial.stopped.reason}.` : ''}</p>${trial.tiers.map((tier) => figure(trial, tier))}`,
  )}`;
}

function figure(trial: TrialView, tier: TrialTier): Markup {
  const { width, height, left, right, top, bottom } = trialPlotSize;
  const x = (day: number) => round(left + ((day + 0.5) / trial.days) * (right - left));
  const y = (value: number) =>
    round(bottom - ((value - trial.range[0]) / (trial.range[1] - trial.range[0])) * (bottom - top));
  const bands = tier.stretches
    .filter(({ letter }) => letter === 'B')
    .map(
      ({ from, days }) =>
        html`<rect x="${x(from - 0.5)}" y="${top}" width="${round(x(days) - x(0))}" height="${bottom - top}" class="trial-treatment"/>`,
    );
  const letters = tier.stretches.map(
    ({ letter, from, days }) =>
      html`<text x="${x(from + days / 2 - 0.5)}" y="${top - 3}" text-anchor="middle">${letter === '-' ? '' : letter}</text>`,
  );
  const mean = (value: number | undefined, letter: string) =>
    value === undefined
      ? undefined
      : tier.stretches
          .filter((one) => one.letter === letter && one.from <= (tier.points.at(-1)?.day ?? -1))
          .map(
            ({ from, days }) =>
              html`<line x1="${x(from - 0.5)}" x2="${x(from + days - 0.5)}" y1="${y(value)}" y2="${y(value)}" class="trial-mean"/>`,
          );
  return html`<figure class="trial"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${trial.described}">${bands}${letters}${mean(tier.meanA, 'A')}${mean(tier.meanB, 'B')}${tier.points.map(({ day, value }) => html`<circle cx="${x(day)}" cy="${y(value)}" r="1.7" class="dot"/>`)}<text x="${left - 4}" y="${bottom + 3}" text-anchor="end">${trial.range[0]}</text><text x="${left - 4}" y="${top + 5}" text-anchor="end">${trial.range[1]}</text><text x="${left}" y="${height - 3}">${trial.startDay}</text><text x="${right}" y="${height - 3}" text-anchor="end">${trial.endDay}</text></svg><figcaption>${tier.name}, one dot a day; grey: treatment (B); lines: mean of all days of a side.</figcaption></figure>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
