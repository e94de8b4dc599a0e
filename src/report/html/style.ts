/** Colours as CSS variables, one set for each theme. The contrast of every text pair is held by a test. */
export const light = {
  paper: '#ffffff',
  ink: '#1b2430',
  soft: '#525e6c',
  line: '#d0d7e0',
  panel: '#f5f7fa',
  accent: '#1f5f99',
  now: '#a3161b',
  'now-bg': '#fdf0ef',
  open: '#734d00',
  'open-bg': '#fdf6e6',
  historic: '#53407f',
  'historic-bg': '#f5f2fb',
  'band-0': '#e3e8ee',
  'band-1': '#cbd3dd',
  'band-current': '#8ea8c4',
  dot: '#14202e',
} as const;

export const dark: Record<keyof typeof light, string> = {
  paper: '#12171d',
  ink: '#e4e9ef',
  soft: '#a3afbc',
  line: '#35404c',
  panel: '#1a2129',
  accent: '#86bdf0',
  now: '#ff9d97',
  'now-bg': '#3a1918',
  open: '#f0c766',
  'open-bg': '#33290f',
  historic: '#c9b8f0',
  'historic-bg': '#272036',
  'band-0': '#2b3440',
  'band-1': '#3b4654',
  'band-current': '#5f7fa3',
  dot: '#f3f6f9',
};

const paper: Record<keyof typeof light, string> = {
  ...light,
  ink: '#000000',
  soft: '#3a3a3a',
  line: '#b0b0b0',
  panel: '#ffffff',
  accent: '#000000',
  now: '#000000',
  'now-bg': '#ffffff',
  open: '#000000',
  'open-bg': '#ffffff',
  historic: '#000000',
  'historic-bg': '#ffffff',
  'band-0': '#eeeeee',
  'band-1': '#d8d8d8',
  'band-current': '#aaaaaa',
  dot: '#000000',
};

function variables(theme: Record<keyof typeof light, string>): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

/** One style sheet for screen (light and dark) and paper (A4 and Letter). No font, script or image from elsewhere. */
export const style = `
:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
html{font:15px/1.45 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;background:var(--paper);color:var(--ink)}
body{margin:0 auto;max-width:74rem;padding:1rem 1.5rem 4rem;overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.2;margin:0}h2{font-size:1.15rem;margin:1.5rem 0 .5rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1rem 0 .3rem}h4{font-size:.84rem}
p{margin:.3rem 0}a{color:var(--accent)}a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hidden,.skip{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{width:auto;height:auto;clip-path:none;left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:2}
header.who{display:flex;flex-wrap:wrap;gap:.1rem 1.6rem;align-items:baseline;border-bottom:2px solid var(--ink);padding-bottom:.5rem}
.brand{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
dl.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:0}dl.facts div{display:flex;gap:.4rem}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.why{font-size:.86rem}.question{font-size:1.05rem;margin:.6rem 0 0}
.join{border:2px dashed var(--now);color:var(--now);padding:.25rem .6rem;margin:.6rem 0;font-weight:600}
.data{font-size:.92rem;color:var(--soft)}
.safety{margin:.6rem 0}.safety .group{margin:.5rem 0 .25rem;font-size:.84rem;letter-spacing:.03em;text-transform:uppercase;color:var(--soft)}
.group.now,.check.now .state{color:var(--now)}.group.open,.check.open .state{color:var(--open)}.group.historic,.check.historic .state,.group.acted,.check.acted .state{color:var(--historic)}
.state{font-weight:700;margin-right:.3rem}
.check{border-left:6px solid var(--line);background:var(--panel);padding:.35rem .75rem;margin:.3rem 0}
.check.now{border-color:var(--now);background:var(--now-bg)}.check.open{border-color:var(--open);background:var(--open-bg)}.check.historic{border-left-style:double;border-color:var(--historic);background:var(--historic-bg)}.check.acted{border-color:var(--historic)}
.check .action{font-weight:600}.answered{font-size:.94rem}
ol.impression{margin:.4rem 0;padding-left:1.3rem;font-size:1.06rem}ol.impression li{margin:.25rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.3rem 0 .6rem}th,td{text-align:left;vertical-align:top;padding:.35rem .55rem;border-bottom:1px solid var(--line)}thead th{font-size:.84rem;color:var(--soft);font-weight:600;vertical-align:bottom}tbody th{font-weight:500}
caption{text-align:left;font-weight:650;padding:.5rem 0 .2rem}
td.value{font-weight:650;font-variant-numeric:tabular-nums}td.value .small{font-weight:400}td.value,.matrix td,th{overflow-wrap:normal}
table.findings{table-layout:fixed}table.findings th:nth-child(1){width:19%}table.findings th:nth-child(2){width:16%}table.findings th:nth-child(4){width:22%}table.findings th:nth-child(5){width:4rem}
table.scores th:nth-child(1){width:15%}table.scores th:nth-child(2){width:6.2rem}table.scores th:nth-child(3){width:26%}table.scores th:nth-child(4){width:22%}table.scores th:nth-child(5){width:auto}table.scores th:nth-child(6){width:4rem}
table.matrix{font-size:.93rem;font-variant-numeric:tabular-nums}table.matrix td{min-width:4.2rem}table.guidance td:nth-of-type(1){min-width:9rem}table.guidance td:nth-of-type(2){min-width:14rem}a.val{color:inherit;font-weight:600;text-decoration:underline dotted var(--soft);text-underline-offset:.2em}
.path{overflow-wrap:anywhere;min-width:9rem}
.small{font-size:.86rem;color:var(--soft)}td.small p{margin:.1rem 0}
.band-plot{width:19rem;max-width:100%;height:auto;display:block}.trend{width:13rem;max-width:100%;height:auto;display:block}.matrix .trend{max-width:none}.legend{font-size:.8rem;color:var(--soft);margin:.1rem 0}.legend strong{color:var(--ink)}
.band-0{fill:var(--band-0)}.band-1{fill:var(--band-1)}.band{stroke:var(--paper);stroke-width:1}.band-current{fill:var(--band-current)}.band-label{font-size:10px;fill:var(--soft);text-anchor:middle}.band-label.here{fill:var(--ink);font-weight:700}.band-label.start{text-anchor:start}.band-label.end{text-anchor:end}
.dot{fill:var(--dot);stroke:var(--paper);stroke-width:1.5}.dot-earlier{fill:var(--soft)}.trial svg{width:100%;max-width:40rem;height:auto}.trial text{font-size:9px;fill:var(--soft)}.trial-treatment{fill:var(--band-current)}.trial-mean{stroke:var(--ink);stroke-width:1.5}.trial .dot{stroke-width:.5}.interval{stroke:var(--dot);stroke-width:2.5}.trend-line{fill:none;stroke:var(--soft);stroke-width:1.2}
ul.classes{list-style:none;display:flex;flex-wrap:wrap;padding:0;margin:.15rem 0;font-size:.84rem}ul.classes li{border:1px solid var(--line);padding:.05rem .45rem;color:var(--soft);margin-left:-1px;position:relative}ul.classes li.possible{border:2px solid var(--ink);color:var(--ink);font-weight:700;background:var(--panel)}
article.line{border:1px solid var(--line);border-left:6px solid var(--line);border-radius:3px;padding:.45rem .8rem;margin:.5rem 0;break-inside:avoid}
article.line.now{border-left-color:var(--now)}article.line.soon{border-left-color:var(--open)}
article.line .head{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline;font-size:.88rem;color:var(--soft);margin:0}article.line .verb{font-weight:700;color:var(--ink);text-transform:capitalize}article.line.now .verb{color:var(--now)}
article.line.held{border-left-style:dotted}article.line .action{font-size:1.02rem;font-weight:600;margin:.15rem 0 .3rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:.1rem 1.4rem;font-size:.94rem}.columns h4{margin:.1rem 0;color:var(--soft)}.columns ul{margin:.1rem 0 .3rem;padding-left:1.1rem}
.doubtful,.doubtful .action,.doubtful .verb{color:var(--soft)}.doubt{font-weight:700;color:var(--open)}
ul.plain{list-style:none;padding:0;margin:.3rem 0}ul.plain li{margin:.15rem 0}
ol.notes{margin:.3rem 0;padding-left:1.6rem;font-size:.88rem;color:var(--soft)}ol.notes li{margin:.1rem 0}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:0 2rem}
.curve-panels{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem}.curve-panels>div{flex:1 1 17rem;max-width:30rem;min-width:0}.curve-panels svg{width:100%;height:auto;display:block;overflow:visible}.curve-panels text{font-size:10px;fill:var(--soft);text-anchor:middle}.curve-panels text.start{text-anchor:start}.curve-panels text.end{text-anchor:end}.curve-grid{stroke:var(--soft);stroke-width:.5;opacity:.35}.curve-axis{stroke:var(--soft)}.curve-dots{fill:var(--ink)}.curve-open-dots{fill:none;stroke:var(--ink);stroke-width:.9}.curve-line,.curve-dashes,.curve-thin-line{fill:none;stroke:var(--dot);stroke-width:1.8}.curve-dashes{stroke:var(--soft);stroke-width:1.3;stroke-dasharray:5 3}.curve-thin-line{stroke:var(--ink);stroke-width:.9}.curve-panels .curve-key{white-space:nowrap;margin-right:.8rem}.curve-panels .curve-key svg{width:1.6rem;height:.6rem;display:inline-block}figure{margin:.8rem 0}figure img{width:min(100%,60rem);max-height:36rem;object-fit:contain;object-position:left;background:#000;display:block}figcaption{font-size:.88rem;color:var(--soft);margin-top:.3rem}
ul.colours{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:0;margin:.3rem 0}ul.colours svg{width:.75em;height:.75em;border:1px solid var(--soft)}
.traces{columns:2 26rem;column-gap:2rem;font-size:.86rem}.trace{break-inside:avoid;border-top:1px solid var(--line);padding:.3rem .3rem .4rem;overflow-wrap:anywhere}.trace p{margin:.1rem 0}code,.hash{font:.84em/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}.trace .hash{color:var(--soft)}
.trace:target,tr:target,li:target,article.line:target{background:var(--open-bg);outline:2px solid var(--open);outline-offset:-1px}
.issue{margin:.15rem 0}.sev{font-weight:700;margin-right:.35rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem;color:var(--soft);font-size:.88rem}
.watermark{position:fixed;inset:0;display:grid;place-items:center;pointer-events:none;z-index:-1;overflow:hidden}.watermark span{transform:rotate(-28deg);font-size:clamp(2rem,7vw,5.5rem);line-height:1.1;font-weight:800;opacity:.055;max-width:80vw;text-align:center}
nav.rooms{margin:1.2rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
@media screen{section.room,section .traces,.trace{content-visibility:auto;contain-intrinsic-size:auto 20rem}}
@media (max-width:44rem){html{font-size:14px}body{padding:.6rem .8rem 3rem}table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}table.cards,table.cards tbody,table.cards tr,table.cards th,table.cards td{display:block;width:auto!important}table.cards tr{border-bottom:1px solid var(--line);padding:.4rem 0}table.cards tbody th,table.cards td{border:0;padding:.1rem 0}.traces{columns:1}}
@media print{:root{color-scheme:light;${variables(paper)}}html{font-size:10px;line-height:1.3;-webkit-print-color-adjust:exact;print-color-adjust:exact}body{max-width:none;padding:0}nav.rooms{visibility:hidden;height:0;margin:0}.skip{display:none}a{text-decoration:none}a.val{text-decoration:none}.why{color:var(--soft)}h2,h3,h4,caption,thead{break-after:avoid}h2{margin:.8rem 0 .3rem}tr,figure,.check,.join,.trace{break-inside:avoid}nav.rooms+section.room{break-before:page}.check.now{border:2.5px solid #000;border-left-width:9px}.check.open{border:1px solid #000;border-left:6px dotted #000}.check.historic{border:1px solid #000;border-left:6px double #000}.check.acted{border:1px solid #000;border-left:3px solid #000}.scroll{overflow:visible}article.line{margin:.35rem 0;padding:.35rem .7rem}article.line.now{border-left:8px solid #000}article.line.soon{border-left:6px double #000}table.matrix{font-size:.9rem}table.matrix td,table.guidance td:nth-of-type(1),table.guidance td:nth-of-type(2){min-width:0}.doubtful{font-style:italic}.traces{columns:2}figure img{max-height:95mm;width:auto;max-width:100%}footer{break-before:avoid}.watermark span{font-size:16mm;max-width:150mm}}
`;

const marginWords = {
  foot: 'Idiograph: research software, supports a decision, makes none',
  page: 'page',
  of: 'of',
};

/** Margin boxes of printed pages: two identifiers, the join and synthetic labels, and the page number on each. */
export function printMargins(left: string, right: string, words = marginWords): string {
  const css = (text: string) => `"${text.replace(/["\\\n\r\f<]/g, ' ')}"`;
  return `@page{margin:15mm 12mm 14mm;@top-left{content:${css(left)};font:8pt sans-serif;white-space:nowrap}@top-right{content:${css(right)};font:8pt sans-serif}@bottom-left{content:${css(words.foot)};font:8pt sans-serif}@bottom-right{content:${css(`${words.page} `)} counter(page) ${css(` ${words.of} `)} counter(pages);font:8pt sans-serif}}`;
}
