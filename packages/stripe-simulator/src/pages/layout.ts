import { STYLE, STYLE_SOURCE } from './style.js';

/** Text made safe inside HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page. Nothing in it comes from another address. `narrow` is a single card; `header` stands above `<main>`. */
export function html(title: string, body: string, narrow = false, header = ''): string {
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
${header}<main${narrow ? ' class="narrow"' : ''}>
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

const POLICY = `default-src 'none'; style-src ${STYLE_SOURCE}; img-src data:; base-uri 'none'`;

/** A page that a shop sends its customers to, also inside a frame. */
export function shown(status: number, body: string): Page {
  return {
    status,
    // The form's answer redirects to the merchant's page, so form-action cannot be limited to this origin.
    headers: { ...headers(`${POLICY}; frame-ancestors *`), 'referrer-policy': 'no-referrer' },
    body,
  };
}

/** A page for whoever runs the simulator: in no frame, and its forms post only here. */
export function shownToOwner(status: number, body: string): Page {
  return {
    status,
    headers: {
      ...headers(`${POLICY}; form-action 'self'; frame-ancestors 'none'`),
      // With `no-referrer` browsers send `Origin: null` with our own forms, which could not be told from a stranger's.
      'referrer-policy': 'same-origin',
    },
    body,
  };
}

function headers(policy: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  };
}

/** 303: the browser follows with a GET. */
export function redirect(location: string): Page {
  return { status: 303, headers: { 'cache-control': 'no-store', location }, body: '' };
}
