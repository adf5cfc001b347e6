import { escape } from './layout.js';

/** HTML that may be put into a page as it is. */
export class Markup {
  constructor(readonly html: string) {}
}

/** What may stand in a template; text is escaped, null and undefined are nothing. */
export type Part = Markup | string | number | null | undefined | readonly Part[];

/** Template of HTML: whatever is put in is escaped unless it is `Markup` itself. */
export function markup(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(texts.map((text, index) => text + rendered(parts[index])).join(''));
}

export function rendered(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Markup) return part.html;
  return typeof part === 'object' ? part.map(rendered).join('') : escape(String(part));
}
