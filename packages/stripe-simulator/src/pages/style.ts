import { createHash } from 'node:crypto';
import { CHECKOUT_STYLE } from './checkout.style.js';

/** The one style sheet of all pages; the policy of `layout.ts` takes no other, and no `style` attribute. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1a1f36;--soft:#5f6b80;--line:#e1e6ee;--ground:#f5f7fa;--card:#fff;--brand:#5b5bd6;--on-brand:#fff;--tint:#eeeefc;
--bad:#b3261e;--bad-tint:#fdecea;--good:#0b7a4b;--good-tint:#e3f5ec;--wait:#7a4a00;--wait-tint:#ffeed2}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaf0;--soft:#a3abbb;--line:#323a4d;--ground:#11141d;--card:#1a1f2d;--brand:#9a9aff;--on-brand:#12151f;--tint:#272b47;
--bad:#ff9a91;--bad-tint:#3d2325;--good:#5fd6a4;--good-tint:#16352a;--wait:#ffc978;--wait-tint:#3a2d17}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:78rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
main.narrow{max-width:27rem;padding:min(12vh,6rem) 1rem 2rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.75rem;box-shadow:0 8px 30px rgb(20 25 50/8%)}
.tag{display:inline-block;font-size:.75rem;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:var(--wait);background:var(--wait-tint);border-radius:99px;padding:.15rem .7rem}
h1{font-size:1.35rem;line-height:1.3;margin:.9rem 0 .4rem}
h2{font-size:1.05rem;margin:2rem 0 .6rem}
p{margin:.4rem 0 1rem}
a{color:var(--brand);text-decoration:none}a:hover{text-decoration:underline}
.soft{color:var(--soft)}.small-print{font-size:.85rem}
dl{margin:1.2rem 0;border-top:1px solid var(--line)}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.65rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft);flex:none}dd{margin:0;font-weight:600;text-align:right;overflow-wrap:anywhere}
.amount{font-size:2rem;line-height:1.2;font-weight:700;margin:.2rem 0}
button,.button{display:block;width:100%;min-height:2.9rem;margin-top:.75rem;border-radius:8px;border:1px solid var(--brand);font:inherit;font-weight:600;cursor:pointer}
button.primary{background:var(--brand);color:var(--on-brand)}
button.plain{background:transparent;color:var(--bad);border-color:var(--line)}
button.small{display:inline-block;width:auto;min-height:2.1rem;margin:0;padding:.2rem .8rem;font-size:.85rem;background:var(--card);color:var(--ink);border-color:var(--line)}
button.small:hover{border-color:var(--brand)}button.small.primary{background:var(--brand);color:var(--on-brand)}button.small.danger{color:var(--bad)}
button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.bar{background:var(--card);border-bottom:1px solid var(--line)}
.bar>div{max-width:78rem;margin:0 auto;padding:.6rem 1.25rem;display:flex;flex-wrap:wrap;align-items:center;gap:.35rem 1.5rem}
.bar strong{font-size:1.02rem}.bar strong a{color:var(--ink)}
nav{display:flex;flex-wrap:wrap;gap:.15rem;margin-left:-.7rem}
nav a{color:var(--soft);padding:.3rem .7rem;border-radius:7px;font-weight:500}
nav a[aria-current]{color:var(--brand);background:var(--tint)}
.bar .now{margin-left:auto;font-variant-numeric:tabular-nums;font-size:.85rem;color:var(--soft)}
.grid{display:grid;grid-template-columns:minmax(0,1fr) 20rem;gap:0 1.5rem;align-items:start}
.panel,.scroll{background:var(--card);border:1px solid var(--line);border-radius:12px}
.panel{padding:1.1rem 1.25rem;margin-bottom:1.25rem}.panel>:first-child{margin-top:0}.panel>:last-child{margin-bottom:0}.panel>.list{margin:-.45rem 0}.panel>.list:not(:first-child){margin-top:.3rem}
.panel>dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 3rem;border:0}.panel>dl:last-child div{border:0;padding:.4rem 0}
.row.tight{gap:.35rem}.row.tight button{padding:.2rem .42rem}
.head{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.3rem 1rem;margin:1.8rem 0 .6rem}
.head h2,.head h1{margin:0}.grid>*>.head:first-child,main>.head:first-child{margin-top:.4rem}.head form{margin:0}
.card>.head{margin-top:0}.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;padding:.55rem .9rem;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
td.wrap,td.wide{white-space:normal;overflow-wrap:anywhere;min-width:7.5rem}td.wide{min-width:20rem}
tr:last-child td{border-bottom:0}th{color:var(--soft);font-weight:600;font-size:.8rem}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.84em}
pre{margin:0;padding:1rem;overflow:auto;max-height:34rem;background:var(--card);border:1px solid var(--line);border-radius:12px;line-height:1.45}
details{margin:.8rem 0}summary{cursor:pointer;color:var(--brand);font-weight:500;margin-bottom:.6rem}
.good{color:var(--good)}.bad{color:var(--bad)}
.chip{display:inline-block;border-radius:99px;padding:.05rem .6rem;font-size:.8rem;font-weight:600;white-space:nowrap;color:var(--soft);background:var(--ground);border:1px solid var(--line)}
.chip.good{color:var(--good);background:var(--good-tint);border-color:transparent}.chip.bad{color:var(--bad);background:var(--bad-tint);border-color:transparent}
.chip.wait{color:var(--wait);background:var(--wait-tint);border-color:transparent}
.notice{border-radius:10px;padding:.7rem 1rem;margin:0 0 1rem;background:var(--wait-tint);color:var(--wait)}.notice.bad{background:var(--bad-tint);color:var(--bad)}
.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}.row form{margin:0}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:.8rem 1rem;align-items:end;margin-bottom:1rem}
label{display:block;font-size:.82rem;font-weight:600;color:var(--soft)}label.check{display:flex;gap:.5rem;align-items:center;min-height:2.3rem}.row>label{flex:0 1 18rem}.row:has(>label){align-items:end;gap:.8rem}
input,select{font:inherit;font-weight:400;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px}
input:not([type=checkbox]),select{display:block;width:100%;margin-top:.25rem;padding:.3rem .6rem;min-height:2.3rem}
.list{list-style:none;margin:0;padding:0}.list li{padding:.45rem 0;border-bottom:1px solid var(--line)}.list li:last-child{border-bottom:0}
.pager{display:flex;gap:1rem;margin:.8rem 0}
.big{font-size:1.15rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.25;margin:0 0 .6rem}
@media(max-width:60rem){.grid{grid-template-columns:minmax(0,1fr)}}
@media(max-width:42rem){main{padding:1rem .8rem 3rem}.bar>div{padding:.6rem .8rem}.bar .now{margin-left:0}
.scroll{border:0;background:none}.scroll table,.scroll tbody,.scroll tr,.scroll td{display:block;width:100%}.scroll thead{display:none}
.scroll tr{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.5rem .9rem;margin-bottom:.7rem}
.scroll td{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0;border:0;white-space:normal;overflow-wrap:anywhere;text-align:right}.scroll td{min-width:0}.scroll td.num{text-align:right}
.scroll td:empty{display:none}.scroll td::before{content:attr(data-label);color:var(--soft);text-align:left;flex:none}}
${CHECKOUT_STYLE}`;

/** For `style-src`: the style sheet and nothing else. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
