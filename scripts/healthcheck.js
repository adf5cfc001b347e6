// Is the app on this machine alive? Exit code 0 or 1; for containers, which have no curl. Another path as argument, e.g.
// /health/ready.
const http = require('node:http');

const path = process.argv[2] ?? '/health/live';
const request = http.get({ host: '127.0.0.1', port: process.env['PORT'] || 3000, path, timeout: 4_000 }, (response) => {
  response.resume();
  process.exitCode = response.statusCode === 200 ? 0 : 1;
});
request.on('timeout', () => request.destroy(new Error('no answer')));
request.on('error', () => (process.exitCode = 1));
