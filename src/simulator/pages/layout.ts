/** Text made safe inside HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{--ink:#1a1f36;--soft:#697386;--line:#e3e8ee;--ground:#f6f8fa;--card:#fff;--brand:#5b5bd6;--bad:#b3261e;--good:#0b7a4b}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaf0;--soft:#a0a8b8;--line:#343b4d;--ground:#12151f;--card:#1c2130;--brand:#8d8dff;--bad:#ff8a80;--good:#5fd6a4}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1rem}
main.narrow{max-width:27rem;padding-top:min(12vh,6rem)}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.75rem;box-shadow:0 8px 30px rgb(20 25 50/8%)}
.tag{display:inline-block;font-size:.75rem;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:#7a4a00;background:#ffe9c7;border-radius:99px;padding:.15rem .7rem}
h1{font-size:1.35rem;line-height:1.3;margin:.9rem 0 .4rem}
h2{font-size:1.05rem;margin:2rem 0 .6rem}
p{margin:.4rem 0 1rem}
.soft{color:var(--soft)}
dl{margin:1.2rem 0;border-top:1px solid var(--line)}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.65rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;font-weight:600;text-align:right;overflow-wrap:anywhere}
.amount{font-size:2rem;font-weight:700;margin:.2rem 0}
button{display:block;width:100%;min-height:2.9rem;margin-top:.75rem;border-radius:8px;border:1px solid var(--brand);font:inherit;font-weight:600;cursor:pointer}
button.primary{background:var(--brand);color:#fff}
@media(prefers-color-scheme:dark){button.primary{color:#12151f}}
button.plain{background:transparent;color:var(--bad);border-color:var(--line)}
button:focus-visible,a:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:12px}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;padding:.55rem .9rem;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border-bottom:0}th{color:var(--soft);font-weight:600}
td.num{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.85em}
.good{color:var(--good)}.bad{color:var(--bad)}
`;

/** A whole page. Nothing in it comes from another address. */
export function html(title: string, body: string, narrow = false): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main${narrow ? ' class="narrow"' : ''}>
${body}
</main>
</body>
</html>
`;
}

export interface Page {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function shown(status: number, body: string): Page {
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      // The form's answer redirects to the merchant's page, so form-action cannot be limited to this origin.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors *",
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

/** 303: the browser follows with a GET. */
export function redirect(location: string): Page {
  return { status: 303, headers: { 'cache-control': 'no-store', location }, body: '' };
}
