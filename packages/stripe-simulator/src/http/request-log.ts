import type { Caller } from '../api/auth.js';
import { decodeForm, emptyMap, type Raw, type RawMap } from '../api/form.js';
import { hashParams } from '../api/idempotency.js';

/** One request to Stripe's API as the control plane shows it. */
export interface Logged {
  n: number;
  /** Epoch milliseconds of simulator time. */
  at: number;
  request_id: string;
  method: string;
  path: string;
  key_kind: Caller | null;
  idempotency_key: string | null;
  params_hash: string;
  params: RawMap;
  executed: boolean;
  replayed: boolean;
  /** Null while or because there is no answer. */
  status: number | null;
  fault: string | null;
}

/** Kept in memory; older ones are forgotten. */
const CAPACITY = 20_000;
/** Never shown: they open or make payments. */
const SECRET_NAMES = new Set(['number', 'cvc', 'client_secret', 'account_number']);

interface Entry {
  logged: Omit<Logged, 'params' | 'params_hash'>;
  form: string;
}

/** The requests in order of arrival. Parameters are decoded only when somebody looks. */
export class RequestLog {
  private entries: Entry[] = [];
  private count = 0;

  add(entry: Omit<Logged, 'n' | 'params' | 'params_hash'>, form: string): Omit<Logged, 'params' | 'params_hash'> {
    const logged = { ...entry, n: ++this.count };
    this.entries.push({ logged, form });
    // In blocks, so that dropping the oldest costs nothing per request.
    if (this.entries.length > CAPACITY * 1.25) this.entries = this.entries.slice(-CAPACITY);
    return logged;
  }

  /** The newest `limit` that match, oldest first. `path` may have `*`; `key` is part of the idempotency key. */
  find(filter: {
    path?: string | undefined;
    key?: string | undefined;
    limit?: number | undefined;
    /** Only those with a lower `n`. */
    before?: number | undefined;
  }): Logged[] {
    const wanted = filter.path?.split('*');
    const found = this.entries.filter(
      ({ logged }) =>
        (filter.before === undefined || logged.n < filter.before) &&
        (wanted === undefined || fits(logged.path, wanted)) &&
        (filter.key === undefined || logged.idempotency_key?.includes(filter.key) === true),
    );
    return found.slice(-(filter.limit ?? 1000)).map(shownEntry);
  }

  /** The newest `limit` about an object, newest first: its id is in the path, or they caused one of its events. */
  about(id: string, requestIds: ReadonlySet<string>, limit: number): Logged[] {
    const found: Entry[] = [];
    for (let at = this.entries.length - 1; at >= 0 && found.length < limit; at--) {
      const entry = this.entries[at];
      if (entry === undefined) continue;
      const { logged, form } = entry;
      if (logged.path.includes(id) || requestIds.has(logged.request_id) || form.includes(id)) found.push(entry);
    }
    return found.map(shownEntry);
  }

  /** One by its request id. */
  get(requestId: string): Logged | undefined {
    const entry = this.entries.findLast(({ logged }) => logged.request_id === requestId);
    return entry === undefined ? undefined : shownEntry(entry);
  }

  clear(): void {
    this.entries = [];
    this.count = 0;
  }
}

function shownEntry({ logged, form }: Entry): Logged {
  const params = decoded(form);
  return { ...logged, params_hash: hashParams(params), params: masked(params) };
}

function fits(path: string, parts: readonly string[]): boolean {
  if (parts.length === 1) return path === parts[0];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === parts.length - 1 ? path.length - part.length : path.indexOf(part, at);
    if (found < at || (index === 0 && found !== 0) || !path.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}

function decoded(form: string): RawMap {
  try {
    return decodeForm(form);
  } catch {
    return emptyMap();
  }
}

function masked(map: RawMap): RawMap {
  const shown = emptyMap();
  for (const [name, value] of Object.entries(map)) shown[name] = maskedValue(name, value);
  return shown;
}

function maskedValue(name: string, value: Raw): Raw {
  if (typeof value !== 'string') return masked(value);
  if (!SECRET_NAMES.has(name)) return value;
  return name === 'number' || name === 'account_number' ? `****${value.slice(-4)}` : '****';
}
