import type { TestApp } from './app.js';

/** Reads a list page by page, as its `Link` headers say, and returns what each page held. */
export async function listPages<T>(app: TestApp, path: string, token: string): Promise<T[][]> {
  const pages: T[][] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page = await app.http.get(next, { token });
    pages.push(page.body as unknown as T[]);
    next = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return pages;
}
