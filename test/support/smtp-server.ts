import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** By the command, `message` for the message itself: what is answered instead of yes. */
export type Replies = Partial<Record<'MAIL' | 'RCPT' | 'DATA' | 'message' | 'greeting', string>>;

export interface SmtpServer {
  readonly url: string;
  /** The messages that were taken. */
  readonly taken: string[];
  /** May be changed while it runs. */
  replies: Replies;
  /** How often each command came. */
  readonly asked: Record<string, number>;
  close(): void;
}

export async function smtpServer(replies: Replies = {}): Promise<SmtpServer> {
  const taken: string[] = [];
  const asked: Record<string, number> = {};
  const server = createServer((socket) => {
    let message: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const answer = (command: keyof Replies, yes: string): boolean => {
      const reply = smtp.replies[command];
      say(reply ?? yes);
      return reply === undefined;
    };
    answer('greeting', '220 test');
    socket.on('error', () => socket.destroy());
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (message !== null) {
          if (line !== '.') message.push(line);
          else {
            if (answer('message', '250 ok')) taken.push(message.join('\r\n'));
            message = null;
          }
          continue;
        }
        const command = line.split(/[ :]/, 1)[0] ?? '';
        asked[command] = (asked[command] ?? 0) + 1;
        if (command === 'DATA') message = answer('DATA', '354 go on') ? [] : null;
        else if (command === 'QUIT') socket.end('221 bye\r\n');
        else if (command === 'MAIL' || command === 'RCPT') answer(command, '250 ok');
        else say('250 ok');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`;
  const smtp: SmtpServer = { url, taken, asked, replies, close: () => server.close() };
  return smtp;
}
