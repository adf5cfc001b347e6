import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Makes room when the server has nearly all the connections it takes: the one that has said nothing whole for the longest
 * is cut for each new one. Silent sockets, unfinished heads and kept connections would otherwise keep everybody out for as
 * long as their timeouts last, and Node refuses the newest.
 */
export function cutLongestWaiting(server: Server, keep: number): void {
  /** Connections that no request is being answered on, the longest wait first. */
  const waiting = new Set<Socket>();
  const asked = new WeakMap<Socket, number>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open++;
    waiting.add(socket);
    socket.once('close', () => {
      open--;
      waiting.delete(socket);
    });
    const [longest] = waiting;
    if (open > keep) longest?.destroy();
  });
  server.on('request', ({ socket }, response) => {
    asked.set(socket, (asked.get(socket) ?? 0) + 1);
    waiting.delete(socket);
    response.once('close', () => {
      const left = (asked.get(socket) ?? 1) - 1;
      asked.set(socket, left);
      if (left === 0 && !socket.destroyed) waiting.add(socket);
    });
  });
}
