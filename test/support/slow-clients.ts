import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Connections that say something and then nothing more; what each was told is in `heard`. */
export class SlowClients {
  readonly heard: string[] = [];
  private readonly sockets: Socket[] = [];

  private constructor(private readonly url: string) {}

  /** `text` as it is sent on each of `count` connections. They do not read unless `reads`. */
  static async open(url: string, count: number, text: string, { reads = true } = {}): Promise<SlowClients> {
    const clients = new SlowClients(url);
    const bytes = Buffer.from(text);
    for (let opened = 0; opened < count; opened += 100)
      await Promise.all(Array.from({ length: Math.min(100, count - opened) }, () => clients.add(bytes, reads)));
    return clients;
  }

  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private async add(bytes: Buffer, reads: boolean): Promise<void> {
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    const index = this.sockets.push(socket) - 1;
    this.heard[index] = '';
    socket.on('error', () => undefined);
    if (reads) socket.on('data', (piece) => (this.heard[index] += piece.toString('latin1')));
    else socket.pause();
    await once(socket, 'connect');
    if (bytes.length > 0) socket.write(bytes);
  }
}

/** A head that announces a body, and one byte of it. */
export function headAndOneByte(path: string, ...headers: string[]): string {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    'Content-Length: 100',
    ...headers,
    '',
    '{',
  ];
  return head.join('\r\n').replace(/\r\n\{$/, '\r\n\r\n{');
}
