import type { ClientGroup } from './client-group.js';

/** A request whose head is here and whose body is on its way. */
export interface ArrivingBody {
  readonly group: ClientGroup;
  /** Time in milliseconds of `performance.now()`. */
  readonly since: number;
  /** Bytes that have come so far. */
  bytes: number;
  /** Answers the request and ends its connection. */
  refuse(): void;
}

const MAX_BODIES = 2_000;
const MAX_BYTES = 64 * 1_048_576;
const MAX_OF_ONE_CLIENT = 50;
/** A burst of honest requests from one address arrives within this; what takes longer counts against its client. */
const BURST_MS = 1_000;

/**
 * Bounds the bodies that have not arrived yet. Whoever is over a bound pays for it with their own: in all, the oldest of the
 * group that has the most; in bytes, the largest; of one client, the oldest that are no burst any more.
 */
export class ArrivingBodies {
  private readonly groups = new Map<string, Set<ArrivingBody>>();
  private bodies = 0;
  private bytes = 0;

  add(body: ArrivingBody): void {
    const { key } = body.group;
    const known = this.groups.get(key);
    if (known === undefined) this.groups.set(key, new Set([body]));
    else known.add(body);
    this.bodies++;
    if (this.bodies > MAX_BODIES) this.refuse(oldestOf(this.biggestGroup()));
  }

  /** Counts a piece that arrived; `body` itself may be the one that is refused. */
  grow(body: ArrivingBody, bytes: number): void {
    if (this.groups.get(body.group.key)?.has(body) !== true) return;
    body.bytes += bytes;
    this.bytes += bytes;
    if (this.bytes > MAX_BYTES) this.refuse(this.largestBody());
  }

  /** Forgets a body that is whole or refused, or whose client has gone. */
  remove(body: ArrivingBody): void {
    const group = this.groups.get(body.group.key);
    if (group?.delete(body) !== true) return;
    this.bodies--;
    this.bytes -= body.bytes;
    if (group.size === 0) this.groups.delete(body.group.key);
  }

  /** Refuses what a client has beyond its bound; to be called every second or so. */
  trim(now: number): void {
    for (const group of this.groups.values()) {
      let over = group.size - MAX_OF_ONE_CLIENT;
      for (const body of group) {
        if (over-- <= 0 || !body.group.isOneClient || now - body.since < BURST_MS) break;
        this.refuse(body);
      }
    }
  }

  private refuse(body: ArrivingBody | undefined): void {
    if (body === undefined) return;
    this.remove(body);
    body.refuse();
  }

  private biggestGroup(): ReadonlySet<ArrivingBody> {
    let biggest: ReadonlySet<ArrivingBody> = new Set();
    for (const group of this.groups.values()) if (group.size > biggest.size) biggest = group;
    return biggest;
  }

  private largestBody(): ArrivingBody | undefined {
    let largest: ArrivingBody | undefined;
    for (const group of this.groups.values())
      for (const body of group) if (body.bytes > (largest?.bytes ?? 0)) largest = body;
    return largest;
  }
}

const oldestOf = ([oldest]: Iterable<ArrivingBody>): ArrivingBody | undefined => oldest;
