import { dayOf } from '../../dossier/words.ts';
import type { BodyFigure, FigureMap } from '../pain/bodyFigure.ts';
import type { PainCourse } from '../pain/course.ts';
import type { Driver } from '../pain/drivers.ts';
import type { ClassEvidence, EvidenceLine, MechanismEvidence } from '../pain/evidence.ts';
import type { PainPicture } from '../pain/picture.ts';
import { html, type Markup } from './markup.ts';

/** The room's own part of the report: red flags, where, mechanism, class, drivers, course. */
export function painSection(picture: PainPicture): Markup {
  const { figure, course } = picture;
  return html`${redFlagList(picture)}${figure ? figureHistory(figure) : undefined}${mechanismTable(picture.mechanisms)}${classTable(picture.classes)}${driverTable(picture.drivers)}${course ? courseFigure(course) : undefined}`;
}

/** Every finding has its trace at the end of the report. */
const why = (id: string) => html` <a class="why" href="#why-${id}">why</a>`;

function redFlagList({ redFlags }: PainPicture): Markup {
  const lines = redFlags.map(
    ({ id, level, title, statement }) =>
      html`<li><span class="state ${level}">${title}</span> ${statement} <a href="#${id}">at the top</a></li>`,
  );
  return html`<h3>Red flags</h3>${lines.length > 0 ? html`<ul class="plain">${lines}</ul>` : html`<p>No red flag was asked for: no pain is on record that asks for one.</p>`}`;
}

/** The newest map as it stands on page one. */
export function painOnPageOne({ figure }: Pick<PainPicture, 'figure'>): Markup | undefined {
  const newest = figure?.maps.at(-1);
  if (figure === undefined || newest === undefined) return undefined;
  return html`<figure class="body-map small-map">${bodySvg(figure, newest)}<figcaption>Where it hurts, ${dayOf(newest.time)}: ${newest.words}. <a href="#room-pain">Pain</a></figcaption></figure>`;
}

function figureHistory(figure: BodyFigure): Markup {
  const { maps } = figure;
  const newest = maps.at(-1)!;
  const shown = maps.length > 1 ? [maps[0]!, newest] : [newest];
  const counts = ({ counts }: FigureMap) =>
    counts.map(({ name, value, finding }) => html`<li>${name}: <strong>${value}</strong>${why(finding)}</li>`);
  return html`<h3>Where it hurts</h3><div class="two">${shown.map(
    (map) =>
      html`<figure class="body-map">${bodySvg(figure, map)}<figcaption>${dayOf(map.time)}: ${map.words}.${map.drawn ? '' : ' Areas of a form: each stands for all of its regions.'}${why(map.finding)}<ul class="plain small">${counts(map)}</ul></figcaption></figure>`,
  )}</div>${
    maps.length > 2
      ? html`<p class="small">${maps.length} maps: ${maps.map((map) => `${dayOf(map.time)} ${map.words}`).join(' | ')}</p>`
      : undefined
  }`;
}

/** Front and back; marked by dark fill and thick edge, unasked by a dotted edge: legible in black and white. */
export function bodySvg({ frame, regions }: BodyFigure, map: FigureMap): Markup {
  const [painful, open] = [new Set(map.painful), new Set(map.notAsked)];
  const shapes = (view: 'front' | 'back') =>
    regions
      .filter((region) => region.view === view)
      .map(
        ({ code, points }) =>
          html`<polygon points="${points}" class="${painful.has(code) ? 'hurts' : open.has(code) ? 'unasked' : 'calm'}"/>`,
      );
  const { width, height } = frame;
  const label = (x: number, y: number, text: string) => html`<text x="${x}" y="${y}">${text}</text>`;
  return html`<svg viewBox="0 0 ${width * 2} ${height + 22}" role="img" aria-label="Body map, front and back: ${map.words}"><g transform="translate(0 16)">${shapes('front')}</g><g transform="translate(${width} 16)">${shapes('back')}</g>${label(20, 12, 'right')}${label(width / 2, 12, 'front')}${label(width - 20, 12, 'left')}${label(width + 20, 12, 'left')}${label(width * 1.5, 12, 'back')}${label(width * 2 - 20, 12, 'right')}</svg>`;
}

const says = { question: 'Raises the question', unclear: 'Neither' } as const;

function mechanismTable(mechanisms: readonly MechanismEvidence[]): Markup {
  return html`<h3>Mechanism: what speaks for and against</h3><p class="small">No verdict: several mechanisms can be at work in one person.</p><div class="scroll"><table class="cards"><thead><tr><th>Mechanism</th><th>For</th><th>Against</th><th>Neither, or a question only</th><th>Not known</th></tr></thead><tbody>${mechanisms.map(
    ({ mechanism, lines, missing }) =>
      html`<tr><th scope="row">${mechanism}</th><td>${evidence(lines, ['for'])}</td><td>${evidence(lines, ['against'])}</td><td>${evidence(lines, ['question', 'unclear'])}</td><td>${missing.map(({ say }) => html`<p class="small">${say}</p>`)}</td></tr>`,
  )}</tbody></table></div>`;
}

function evidence(lines: readonly EvidenceLine[], wanted: readonly EvidenceLine['says'][]): Markup {
  return html`${lines
    .filter((line) => wanted.includes(line.says))
    .map(
      ({ says: says_, statement, accuracy, source, verified, finding, time }) =>
        html`<p>${says_ === 'question' || says_ === 'unclear' ? `${says[says_]}: ` : ''}${statement}${why(finding)} <span class="small">${dayOf(time)}.${accuracy ? ` ${accuracy}.` : ''} ${source}${verified ? '' : ' (not verified)'}</span></p>`,
    )}`;
}

function classTable(classes: readonly ClassEvidence[]): Markup {
  const shown = classes.filter(({ lines, chosen }) => lines.length > 0 || chosen?.is);
  if (shown.length === 0)
    return html`<h3>Class of chronic pain (ICD-11)</h3><p>Nothing on record speaks for or against a class. A clinician chooses.</p>`;
  return html`<h3>Class of chronic pain (ICD-11): a clinician chooses</h3><div class="scroll"><table class="cards"><thead><tr><th>Class</th><th>Chosen</th><th>For</th><th>Against</th></tr></thead><tbody>${shown.map(
    ({ code, display, chosen, lines }) =>
      html`<tr><th scope="row">${code} ${display}</th><td>${chosen ? html`${chosen.is ? 'yes' : 'no'}, ${dayOf(chosen.time)}${why(chosen.finding)}` : 'not stated'}</td><td>${evidence(lines, ['for'])}</td><td>${evidence(lines, ['against', 'question', 'unclear'])}</td></tr>`,
  )}</tbody></table></div>`;
}

function driverTable(all: readonly Driver[]): Markup {
  return html`<h3>What may drive it: known and missing</h3><p class="small">No weights: which domain drives the pain of one person is a judgement.</p><div class="scroll"><table class="cards"><thead><tr><th>Domain</th><th>Known, with its reference</th><th>Missing</th></tr></thead><tbody>${all.map(
    ({ title, remark, known, missing, plan }) =>
      html`<tr><th scope="row">${title}<p class="small">${remark}</p></th><td>${known.map(
        ({ finding, name, value, time, reference, reliability, doubt }) =>
          html`<p${doubt ? html` class="doubtful"` : undefined}>${name}: <strong>${value}</strong>${why(finding)} <span class="small">${dayOf(time)}. ${reference} ${reliability}${doubt ? ` ${doubt}` : ''}</span></p>`,
      )}${plan.map(({ id, action }) => html`<p class="small">Plan: <a href="#${id}">${action}</a></p>`)}</td><td>${missing.map(({ say }) => html`<p class="small">${say}</p>`)}</td></tr>`,
  )}</tbody></table></div>`;
}

const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 2'];

function courseFigure(course: PainCourse): Markup {
  const { width, height, levels, days, series, bars, barsLeftOut, events } = course;
  const bottom = levels[0]!.y;
  return html`<h3>Course</h3><figure class="pain-course"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${course.described}">${levels.map(({ y, text }) => html`<line x1="20" x2="${width - 8}" y1="${y}" y2="${y}" class="level"/><text x="16" y="${y + 3}" class="end">${text}</text>`)}${days.map(({ x, text, anchor }) => html`<text x="${x}" y="${bottom + 12}" class="${anchor}">${text}</text>`)}${events.map(({ x, number }) => html`<line x1="${x}" x2="${x}" y1="8" y2="${bottom}" class="event"/><text x="${x + 2}" y="14" class="start">${number}</text>`)}${series.map(
    ({ points }, i) =>
      html`<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" class="trend-line" stroke-dasharray="${dashes[i % dashes.length]}"/>${points.map(({ x, y }) => html`<circle cx="${x}" cy="${y}" r="1.8" class="dot"/>`)}`,
  )}${bars.map(({ x, y, width: w, label, open }) => html`<rect x="${x}" y="${y}" width="${w}" height="5" class="${open ? 'bar open' : 'bar'}"/><text x="22" y="${y + 12}" class="start">${label}</text>`)}</svg><figcaption>${series.map(({ title }, i) => `${['solid', 'dashed', 'dotted', 'dash and dot', 'fine'][i % 5]} line: ${title}`).join('; ')}.${bars.length > 0 ? ' Bars: medicines; an open bar goes on, or its end is not stated.' : ''}${barsLeftOut > 0 ? ` ${barsLeftOut} more that went on throughout: see the list of medicines.` : ''}${events.length > 0 ? ` Events: ${events.map(({ number, day, label }) => `${number} ${day} ${label}`).join('; ')}.` : ''}</figcaption></figure>`;
}

/** Beside the style of the page. */
export const painStyle = `
.body-map svg{width:22rem;max-width:100%;height:auto;display:block}.body-map.small-map svg{width:13rem}.body-map text,.pain-course text{font-size:11px;fill:var(--soft);text-anchor:middle}.body-map polygon{stroke:var(--soft);stroke-width:1;fill:var(--paper)}.body-map .hurts{fill:var(--now);stroke:var(--ink);stroke-width:2}.body-map .unasked{fill:var(--band-0);stroke-dasharray:2 3}
.pain-course svg{width:42rem;max-width:100%;height:auto;display:block}.pain-course text{font-size:8px}.pain-course text.end{text-anchor:end}.pain-course text.start{text-anchor:start}.pain-course .level{stroke:var(--line);stroke-width:1}.pain-course .event{stroke:var(--open);stroke-width:1;stroke-dasharray:1 2}.pain-course .bar{fill:var(--band-current)}.pain-course .bar.open{fill:var(--band-1);stroke:var(--soft);stroke-width:.6}
.state.now{color:var(--now)}.state.open{color:var(--open)}.state.historic{color:var(--historic)}
@media print{.body-map svg{width:70mm}.body-map.small-map svg{width:34mm}.pain-course svg{width:150mm}.body-map .hurts{fill:#555}.small-map{margin:.3rem 0}}`;
