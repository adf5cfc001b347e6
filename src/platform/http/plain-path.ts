/** Maximum of characters for a `:name` of a route; an address with more is 400. */
export const LONGEST_PARAM = 1_000;

/** Replaces runs of slashes in the path of an address by one; its query stays as it is. */
export function withSingleSlashes(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.replace(/\/{2,}/g, '/') + url.slice(path.length);
}

/** Letters, digits and what else never has to be written as `%41` (RFC 3986, 2.3). */
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * The path of an address without its query, with letters that a client wrote out in plain: `/%75ser` is `/user`, as it is
 * to the router. Other escapes stay, so `%2f` is no slash.
 */
export function plainPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path.replace(/%([2-7][0-9a-f])/gi, (written, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : written;
  });
}
