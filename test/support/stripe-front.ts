import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Answers true when it has taken the request; it may then answer it, or pass it on later. */
type Answer = (request: IncomingMessage, response: ServerResponse, passOn: () => void) => boolean;

/** Stands between one instance of the app and the simulator, so that the instance alone meets something. */
export class StripeFront {
  private constructor(
    private readonly server: Server,
    /** Takes over a request by answering true; everything else is passed on. */
    public intercept: Answer,
    private target: URL,
  ) {}

  static async before(simulatorUrl: string): Promise<StripeFront> {
    const server = createServer();
    const front = new StripeFront(server, () => false, new URL(simulatorUrl));
    server.on('request', (incoming, outgoing) => {
      const passOn = () => {
        const { method, url: path, headers } = incoming;
        const { target } = front;
        const onward = send({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        incoming.pipe(onward);
      };
      if (!front.intercept(incoming, outgoing, passOn)) passOn();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on requests go to another simulator: the key is of another account. */
  leadTo(simulatorUrl: string): void {
    this.target = new URL(simulatorUrl);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export function refuse(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'refused by the test', code } }));
}
