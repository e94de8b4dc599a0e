import type { Finding } from '../../dossier/finding.ts';
import { dayOf, valueForReader } from '../../dossier/words.ts';
import { type Chain, chainOf, sourceNumber } from '../chain.ts';
import { placeOf, type ReportModel, sourcesBehind } from '../model.ts';
import { html, type Markup } from './markup.ts';

const placesShown = 14;
const findingsInPart = 150;

/**
 * From each finding to the bytes. Plain blocks and no folding: a `why` link must land on an open explanation in every
 * browser without script. Sources are listed once and referred to by number.
 */
export function* traceParts(model: ReportModel): Generator<string> {
  const { dossier } = model.input;
  const rooms = new Map(model.input.runs.map((run) => [run.id, run.key.analysis]));
  const key = (finding: Finding) =>
    [rooms.get(finding.run), finding.measure.code, finding.site?.code, finding.region, finding.time].join('|');
  const findings = [...dossier.findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  yield html`<section class="room" aria-labelledby="trace"><h2 id="trace">Trace: from each finding to the bytes</h2>${runTable(model)}<p class="small screen-only">Every way ends at a source S, named below with the SHA-256 of its bytes. The command <code>idiograph why ID</code> prints the same walk, and the way forward.</p><div class="traces screen-only">`
    .text;
  for (let i = 0; i < findings.length; i += findingsInPart) {
    const part = findings.slice(i, i + findingsInPart);
    yield part
      .map((finding) => block(finding.id, findingTitle(finding, model), chainOf(finding.id, model)).text)
      .join('');
  }
  yield html`${dossier.artifacts.map((one) => block(one.id, html`<strong>${one.title}</strong> (${one.fileName}, sha256 <span class="hash">${one.blob.slice(0, 16)}</span>)`, chainOf(one.id, model)))}</div><h3 id="sources">Sources</h3>${sourceTable(model)}</section>`
    .text;
}

function findingTitle(finding: Finding, model: ReportModel): Markup {
  const place = placeOf(finding, model.input.dossier.regions);
  const exact = finding.value.type === 'quantity' ? ` (exactly ${finding.value.value} ${finding.value.unit})` : '';
  return html`<strong>${finding.measure.display}${place ? `, ${place}` : ''}: ${valueForReader(finding)}</strong>${exact}, ${dayOf(finding.time)}`;
}

function block(id: string, title: Markup, chain: Chain | undefined): Markup {
  const places = chain?.places ?? [];
  const more = places.length - placesShown;
  return html`<div class="trace" id="why-${id}" tabindex="-1"><p>${title}</p>${
    chain === undefined
      ? undefined
      : html`<p>By ${chain.method}${chain.consulted.length > 0 ? html`, with ${chain.consulted.map((n, i) => html`${i > 0 ? ', ' : ''}<a href="#knowledge-${n}">K${n}</a>`)}` : undefined}.</p>${
          places.length > 0
            ? html`<p>Read at: ${places.slice(0, placesShown).join('; ')}${more > 0 ? `; and ${more} more places` : ''}.</p>`
            : undefined
        }<p>Rests on: ${chain.grounds.map((ground, i) => html`${i > 0 ? '; ' : ''}${ground.explained ? html`<a href="#why-${ground.id}">${ground.says}</a>` : ground.says}`)}${chain.grounds.length === 0 ? 'nothing that is recorded' : undefined}.</p><p class="ends">Ends at: ${chain.ends.map(({ number, path, sha256 }, i) => html`${i > 0 ? '; ' : ''}<a href="#source-${number}">S${number}</a> ${path} <span class="hash">sha256 ${sha256.slice(0, 16)}</span>`)}${chain.ends.length === 0 ? 'no source' : undefined}</p>`
  }<p class="hash">${id}</p></div>`;
}

/** For paper: what made the findings, from which sources and with which knowledge. The walk of each is too long for it. */
function runTable(model: ReportModel): Markup {
  const { runs, dossier } = model.input;
  const made = Map.groupBy(dossier.findings, ({ run }) => run);
  const rows = [...runs]
    .sort((a, b) => (`${a.key.analysis} ${a.title}` < `${b.key.analysis} ${b.title}` ? -1 : 1))
    .map(({ id, key, title }) => {
      const known = key.consulted.map(
        (one) => model.consulted.findIndex(({ type, id }) => type === one.type && id === one.id) + 1,
      );
      const ends = sourcesBehind(key.inputs, dossier).map((source) => sourceNumber(source, model));
      return html`<tr><td>${key.analysis} ${key.version}</td><td>${title}</td><td>${made.get(id)?.length ?? 0}</td><td>${spans('S', ends)}</td><td>${spans('K', known)}</td><td class="hash">${id}</td></tr>`;
    });
  return html`<div class="print-only"><p class="small">The walk of each finding stands on the screen, in findings.json and in the FHIR bundle, and <code>idiograph why ID</code> prints it. Here: each run, what it rests on (S, by number below, with the SHA-256 of its bytes), what it was read with (K, by number above), and its id, which is a hash of all of that.</p><table class="matrix runs"><thead><tr><th scope="col">Analysis</th><th scope="col">Run</th><th scope="col">Findings</th><th scope="col">Rests on</th><th scope="col">Read with</th><th scope="col">Id</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** `S1, S3-S7`. */
function spans(letter: string, numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const starts = sorted.filter((n) => !sorted.includes(n - 1));
  return starts
    .map((from) => {
      const to = sorted.find((n) => n >= from && !sorted.includes(n + 1))!;
      return from === to ? `${letter}${from}` : `${letter}${from}-${letter}${to}`;
    })
    .join(', ');
}

function sourceTable(model: ReportModel): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Sources"><table class="matrix sources"><thead><tr><th scope="col">No.</th><th scope="col">Path</th><th scope="col">Kind</th><th scope="col">Date</th><th scope="col">SHA-256</th></tr></thead><tbody>${model.sources.map((source, i) => html`<tr id="source-${i + 1}"><th scope="row">S${i + 1}</th><td class="path">${source.path}</td><td>${source.format}</td><td>${dayOf(source.acquiredAt)}</td><td class="hash">${source.blob}</td></tr>`)}</tbody></table></div>`;
}
