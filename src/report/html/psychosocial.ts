import type { DiaryMeasure, DiaryView } from '../psychosocial/diary.ts';
import type { Panel } from '../psychosocial/panel.ts';
import type { PsychosocialView } from '../psychosocial/view.ts';
import { html, type Markup } from './markup.ts';

const size = { width: 300, height: 118, left: 26, right: 280, top: 8, bottom: 98 } as const;
/** More dots than this are a line. */
const mostDots = 120;

/** The person's side: each score that was answered more than once over time, what nobody asked, the diary. */
export function psychosocialSection(view: PsychosocialView): Markup {
  const courses = view.panels.filter(({ points }) => points.length > 1);
  const { diary } = view;
  return html`${view.unasked.length > 0 ? html`<p class="small">Not asked, or not answered: ${view.unasked.join(', ').toLowerCase()}.</p>` : undefined}${courses.length > 0 ? html`<h3>Scores over time</h3><div class="score-courses">${courses.map(course)}</div><p class="small">Grey: the classes of the scale. Between dashes around the first score, a later one cannot be told from it. Dotted: a difference that people notice.</p>` : undefined}${diary && diary.measures.length > 0 ? html`<h3>Diary, ${diary.from} to ${diary.to}</h3><p class="small">${diary.prompts.answered} of ${diary.prompts.asked} prompts were answered. A line: the mean of each day; a bar: from the least to the most.</p><div class="score-courses">${diary.measures.map((measure) => days(measure, diary))}</div>` : undefined}`;
}

function course(panel: Panel): Markup {
  const { points, range, bands, noise, important, described, title, states, worse } = panel;
  const [first, last] = [points[0]!, points.at(-1)!];
  const { left, right, top, bottom, width, height } = size;
  const x = (ms: number) => round(left + 6 + ((ms - first.ms) / (last.ms - first.ms || 1)) * (right - left - 12));
  const y = scale(range[0], range[1]);
  const line = (at: number, kind: string) =>
    html`<line x1="${left}" x2="${right}" y1="${y(at)}" y2="${y(at)}" class="${kind}"/>`;
  const areas = bands.map((band, i) => {
    const [from, to] = [Math.max(band.from, range[0]), Math.min(bands[i + 1]?.from ?? range[1], range[1])];
    if (to <= from) return undefined;
    const tall = round(y(from) - y(to));
    return html`<rect x="${left}" width="${right - left}" y="${y(to)}" height="${tall}" class="band-${i % 2}"/>${tall >= 11 ? html`<text x="${left + 3}" y="${y(to) + 9}"${band.current ? html` class="here"` : undefined}>${short(band.label)}</text>` : undefined}`;
  });
  const dots = points.length <= mostDots ? points : [last];
  const number = last.value % 1 === 0 ? String(last.value) : last.value.toFixed(1);
  return html`<figure class="score-course"><figcaption><strong>${title}</strong>, ${worse} is worse; latest ${panel.latest.words}${panel.latest.band ? ` (${panel.latest.band})` : ''} on ${panel.latest.day}.${states.length > 0 ? ` ${states.map(({ words }) => capital(words)).join('; ')}.` : ''}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${described}">${areas}${noise ? [noise.low, noise.high].map((at) => line(at, 'score-noise')) : undefined}${important.map(({ at }) => line(at, 'score-noticed'))}<polyline points="${points.map(({ ms, value }) => `${x(ms)},${y(value)}`).join(' ')}" class="trend-line"/>${dots.map((one) => html`<circle cx="${x(one.ms)}" cy="${y(one.value)}" r="${one === last ? 4 : 3}" class="${one === last ? 'dot' : 'dot-earlier'}"/>`)}<text x="${right + 3}" y="${y(last.value) + 3}" class="here">${number}</text><text x="${left - 3}" y="${top + 7}" text-anchor="end">${range[1]}</text><text x="${left - 3}" y="${bottom}" text-anchor="end">${range[0]}</text><text x="${left}" y="${height - 5}">${first.day}</text><text x="${right}" y="${height - 5}" text-anchor="end">${last.day}</text></svg></figure>`;
}

function days(measure: DiaryMeasure, diary: DiaryView): Markup {
  const { left, right, top, bottom, width, height } = size;
  const { low, high } = measure;
  const noon = 43_200_000;
  const x = (ms: number) =>
    round(left + ((ms + noon - diary.fromMs) / (diary.toMs - diary.fromMs + 2 * noon || 1)) * (right - left));
  const y = scale(low, high);
  const words = measure.numbers.map(({ title, words }) => `${title} ${words}`).join('; ');
  return html`<figure class="score-course"><figcaption><strong>${measure.title}</strong>: ${words}.</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${measure.described}">${measure.days.map(({ ms, least, most }) => html`<line x1="${x(ms)}" x2="${x(ms)}" y1="${y(least)}" y2="${y(most)}" class="diary-span"/>`)}<polyline points="${measure.days.map(({ ms, mean }) => `${x(ms)},${y(mean)}`).join(' ')}" class="trend-line"/><text x="${left - 3}" y="${top + 7}" text-anchor="end">${tick(high)}</text><text x="${left - 3}" y="${bottom}" text-anchor="end">${tick(low)}</text><text x="${left}" y="${height - 5}">${diary.from}</text><text x="${right}" y="${height - 5}" text-anchor="end">${diary.to}</text></svg></figure>`;
}

const scale = (low: number, high: number) => (value: number) =>
  round(
    high === low
      ? (size.top + size.bottom) / 2
      : size.bottom - ((value - low) / (high - low)) * (size.bottom - size.top),
  );
const round = (value: number) => Math.round(value * 100) / 100;
const tick = (value: number) => (value % 1 === 0 ? String(value) : value.toFixed(1));
const short = (label: string) => (label.length > 34 ? `${label.slice(0, 33)}…` : label);
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

export const psychosocialStyle = `
.score-courses{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:.4rem 1.2rem}.score-course{margin:.3rem 0;break-inside:avoid}.score-course svg{width:100%;max-width:24rem;height:auto;display:block}.score-course text{font-size:9px;fill:var(--soft)}.score-course text.here{fill:var(--ink);font-weight:700}
.score-noise{stroke:var(--ink);stroke-width:.8;stroke-dasharray:5 3}.score-noticed{stroke:var(--ink);stroke-width:1;stroke-dasharray:1 3}.diary-span{stroke:var(--band-current);stroke-width:2}
@media print{.score-courses{grid-template-columns:repeat(3,1fr);gap:.2rem .8rem}}`;
