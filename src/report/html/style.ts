/** One style sheet for screen (light and dark) and paper (A4 and Letter). No font, script or image from elsewhere. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--soft:#5a6675;--line:#d4dae2;--panel:#f5f7fa;--accent:#1f5f99;--now:#a3161b;--now-bg:#fdf0ef;--open:#7a5200;--open-bg:#fdf6e6;--band-0:#e3e8ee;--band-1:#cfd6df;--band-current:#9fb4cc;--dot:#14202e}
@media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e4e9ef;--soft:#9aa7b5;--line:#323c48;--panel:#1a2129;--accent:#7db7ee;--now:#ff9d97;--now-bg:#3a1918;--open:#f0c766;--open-bg:#33290f;--band-0:#2b3440;--band-1:#3a4553;--band-current:#54708f;--dot:#f3f6f9}}
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;background:var(--paper);color:var(--ink)}
body{margin:0 auto;max-width:72rem;padding:1.2rem 1.5rem 4rem}
h1{font-size:1.55rem;line-height:1.2;margin:0}h2{font-size:1.15rem;margin:2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.1rem 0 .3rem}
p{margin:.3rem 0}a{color:var(--accent)}a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
header.who{display:flex;flex-wrap:wrap;gap:.4rem 2rem;justify-content:space-between;align-items:flex-end;border-bottom:2px solid var(--ink);padding-bottom:.7rem}
.brand{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
dl.facts{display:flex;flex-wrap:wrap;gap:.15rem 1.4rem;margin:.35rem 0 0}dl.facts div{display:flex;gap:.4rem}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.question{font-size:1.05rem;margin:.7rem 0 0}
.label{display:inline-block;border:1px solid currentColor;border-radius:3px;padding:0 .4rem;font-size:.78rem;font-weight:600;letter-spacing:.02em}
.join{border:2px dashed var(--now);color:var(--now);padding:.4rem .7rem;margin:.8rem 0;font-weight:600}
.safety{margin:1rem 0;display:grid;gap:.45rem}
.check{border-left:6px solid var(--line);background:var(--panel);padding:.45rem .8rem}.check .state{font-weight:700;margin-right:.5rem}
.check.now{border-color:var(--now);background:var(--now-bg)}.check.now .state{color:var(--now)}
.check.open{border-color:var(--open);background:var(--open-bg)}.check.open .state{color:var(--open)}
.check .action{font-weight:600}.check .when{color:var(--soft);font-size:.88rem}
ol.impression{margin:.4rem 0;padding-left:1.3rem;font-size:1.06rem}ol.impression li{margin:.3rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}th{font-size:.82rem;color:var(--soft);font-weight:600}
td.value{font-weight:650;font-variant-numeric:tabular-nums;min-width:7rem}table.findings td:nth-child(1){width:17%}table.findings td:nth-child(2){width:17%}table.findings td:nth-child(3){width:32%}table.findings td:nth-child(5){width:4%}td.num{font-variant-numeric:tabular-nums}.small{font-size:.86rem;color:var(--soft)}td.small p{margin:.25rem 0}
.band-plot{width:19rem;max-width:100%;height:auto;display:block}.trend{width:7.5rem;height:auto;display:block}
.band-0{fill:var(--band-0)}.band-1{fill:var(--band-1)}.band{stroke:var(--paper);stroke-width:1}.band-current{fill:var(--band-current)}.band-label{font-size:9.5px;fill:var(--soft);text-anchor:middle}.band-label.start{text-anchor:start}.band-label.end{text-anchor:end}
.dot{fill:var(--dot);stroke:var(--paper);stroke-width:1.5}.dot-earlier{fill:var(--soft)}.interval{stroke:var(--dot);stroke-width:2.5}.trend-line{fill:none;stroke:var(--soft);stroke-width:1.2}
article.line{border:1px solid var(--line);border-left:6px solid var(--line);border-radius:4px;padding:.6rem .9rem;margin:.6rem 0;break-inside:avoid}
article.line.now{border-left-color:var(--now)}article.line.soon{border-left-color:var(--open)}
article.line .head{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:baseline;font-size:.86rem;color:var(--soft)}article.line .verb{font-weight:700;color:var(--ink);text-transform:capitalize}article.line.now .verb{color:var(--now)}
article.line .action{font-size:1.03rem;font-weight:600;margin:.25rem 0 .4rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.2rem 1.4rem}.columns h4{margin:.2rem 0;font-size:.82rem;color:var(--soft)}.columns ul{margin:.1rem 0 .4rem;padding-left:1.1rem}
ul.plain{list-style:none;padding:0;margin:.3rem 0}ul.plain li{margin:.2rem 0}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:0 2rem}
figure{margin:.8rem 0}figure img{max-width:100%;height:auto;background:#000;display:block}figcaption{font-size:.86rem;color:var(--soft)}
details.trace{border-top:1px solid var(--line);padding:.25rem 0}details.trace summary{cursor:pointer}details.trace ul{margin:.2rem 0;padding-left:1.2rem}code,.hash{font:.82em/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
details.trace:target{background:var(--open-bg)}
.issue{margin:.15rem 0}.issue .sev{font-weight:700;font-size:.8rem;margin-right:.35rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem;color:var(--soft);font-size:.86rem}
.watermark{position:fixed;inset:0;display:grid;place-items:center;pointer-events:none;z-index:-1}.watermark span{transform:rotate(-28deg);font-size:clamp(2.2rem,8vw,6rem);font-weight:800;opacity:.05;white-space:nowrap}
nav.rooms{margin:.8rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.92rem}
@media (max-width:40rem){body{padding:.8rem .8rem 3rem}table.cards thead{display:none}table.cards tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}table.cards td{display:block;border:0;padding:.1rem 0}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#fff;--accent:#000;--now:#000;--now-bg:#fff;--open:#000;--open-bg:#fff;--band-0:#eee;--band-1:#d8d8d8;--band-current:#b4b4b4;--dot:#000}html{font-size:10.5px}body{max-width:none;padding:0}nav.rooms,.skip{display:none}a{text-decoration:none}h2{break-after:avoid}tr,figure,.check{break-inside:avoid}section.room{break-before:page}.check.now{border:2.5px solid #000;border-left-width:8px}.scroll{overflow:visible}details.trace:not([open]){break-inside:avoid}}
`;

/** Margin boxes of printed pages: two identifiers, the join and synthetic labels, and the page number on each. */
export function printMargins(left: string, right: string): string {
  const css = (text: string) => `"${text.replace(/["\\\n\r<]/g, ' ')}"`;
  return `@page{margin:16mm 13mm;@top-left{content:${css(left)};font:8pt sans-serif}@top-right{content:${css(right)};font:8pt sans-serif}@bottom-left{content:"Idiograph: research software, supports a decision, makes none";font:8pt sans-serif}@bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt sans-serif}}`;
}
