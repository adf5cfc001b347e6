// Sends requests over kept-alive connections, so many at a time, each answer checked.
const http = require('node:http');

class WrongAnswer extends Error {}

/** @param {string} base only 127.0.0.1 */
function client(base, connections) {
  const { hostname, port } = new URL(base);
  if (hostname !== '127.0.0.1') throw new Error(`the bench speaks to 127.0.0.1 only, not to ${hostname}`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });

  /** @param {{method: string, path: string, token?: string, body?: object, status: number}} request @returns its JSON text */
  function send({ method, path, token, body, status }) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const request = http.request({ hostname, port, path, method, headers, agent, timeout: 30_000 }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (answer += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === status) resolve(answer);
          else
            reject(
              new WrongAnswer(
                `${method} ${path} answered ${response.statusCode}, not ${status}: ${answer.slice(0, 300)}`,
              ),
            );
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path} was not answered within 30 s`)));
      request.on('error', reject);
      request.end(text);
    });
  }

  return { send, connections, close: () => agent.destroy() };
}

/**
 * @param {object[]} requests each also with `check(text)`, which throws when the answer is not what it should be
 * @returns seconds for all of them, and each one's milliseconds
 */
async function run({ send, connections }, requests) {
  const queue = requests.values();
  const latencies = [];
  const worker = async () => {
    for (const request of queue) {
      const sent = performance.now();
      const answer = await send(request);
      latencies.push(performance.now() - sent);
      request.check(answer);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  return { seconds: (performance.now() - began) / 1000, latencies };
}

module.exports = { client, run, WrongAnswer };
