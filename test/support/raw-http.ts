import { connect } from 'node:net';

/** Sends bytes that no client library would, and gives back everything the server said until it closed. */
export function rawHttp(url: string, request: string | Buffer, withinMs = 5_000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    const timer = setTimeout(
      () => socket.destroy(new Error(`no end of the answer within ${withinMs} ms: ${answer}`)),
      withinMs,
    );
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', (error) => {
      clearTimeout(timer);
      if (answer === '') reject(error);
      else resolve(answer);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
