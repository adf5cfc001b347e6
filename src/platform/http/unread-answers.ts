import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientGroup } from './client-group.js';

interface Unread {
  readonly socket: Socket;
  /** Called for late answers only. */
  readonly group: () => ClientGroup;
  /** Time in milliseconds of `performance.now()`. */
  readonly since: number;
}

const MAX_UNREAD = 1_000;
const MAX_OF_ONE_CLIENT = 50;
/** Nearly every answer leaves at once; one that takes longer waits for a client that does not read. */
const LEAVES_WITHIN_MS = 1_000;
/** A slow line, not a client that has stopped reading. */
const READ_WITHIN_MS = 60_000;

/** Bounds the answers that their clients do not read. They are kept in memory, and Node itself waits for ever. */
export class UnreadAnswers {
  private readonly unread = new Set<Unread>();

  /** Notes that the answer was handed to Node. */
  add(answer: ServerResponse, one: Unread): void {
    this.unread.add(one);
    answer.once('close', () => this.unread.delete(one));
  }

  /** Cuts the clients that are beyond a bound, the longest wait first; to be called every second or so. */
  trim(now: number): void {
    const late = [...this.late(now)].map((one) => ({ ...one, group: one.group() }));
    const ofClient = new Map<string, number>();
    for (const { group } of late) ofClient.set(group.key, (ofClient.get(group.key) ?? 0) + 1);
    let over = late.length - MAX_UNREAD;
    for (const { socket, group, since } of late) {
      const count = ofClient.get(group.key) ?? 0;
      const tooMany = over > 0 || (group.isOneClient && count > MAX_OF_ONE_CLIENT);
      if (!tooMany && now - since < READ_WITHIN_MS) continue;
      ofClient.set(group.key, count - 1);
      over--;
      socket.destroy();
    }
  }

  private *late(now: number): Generator<Unread> {
    for (const one of this.unread) {
      if (now - one.since < LEAVES_WITHIN_MS) return;
      yield one;
    }
  }
}
