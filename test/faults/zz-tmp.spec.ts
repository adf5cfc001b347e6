import { logs } from '../support/log-capture.js';
import { startProxiedApp } from '../support/proxied-app.js';
it('cuts', async () => {
  const p = await startProxiedApp({
    webhooks: false,
    env: { RESOLVER_TICK: '50ms', MONGODB_SERVER_SELECTION_TIMEOUT: '300ms' },
  });
  const { token } = await p.app.register();
  for (let i = 0; i < 8; i++) {
    const load = Array.from({ length: 20 }, () => p.app.http.get('/payment', { token, check: false }));
    const t = performance.now();
    const r = await Promise.race([
      p.store.cut().then(() => 'cut'),
      new Promise((d) => setTimeout(() => d('HANG'), 3000)),
    ]);
    if (r === 'HANG') console.log('cut hang', i, p.store.connections, performance.now() - t);
    const r2 = await Promise.race([
      Promise.all(load).then(() => 'ok'),
      new Promise((d) => setTimeout(() => d('HANG'), 12000)),
    ]);
    if (r2 === 'HANG') console.log('load hang', i);
    await p.store.restore();
    for (let k = 0; k < 60; k++) {
      if ((await p.app.http.get('/payment', { token, check: false })).status === 200) break;
      await new Promise((d) => setTimeout(d, 50));
    }
  }
  const seen = new Set<string>();
  for (const l of logs.lines)
    if (JSON.stringify(l).includes('"level":50') && l['err']) {
      const e = l['err'] as {
        type: string;
        message: string;
        stack: string;
        cause?: { type: string; message: string; stack: string };
      };
      const k = `${String(l['msg'])}|${e.type}|${e.message}|${e.cause?.type}|${e.cause?.message}`;
      if (!seen.has(k)) {
        seen.add(k);
        if (e.type === undefined) console.log(JSON.stringify(l));
      }
    }
  console.log(logs.lines.filter((l) => String(l['msg']).startsWith('Unforeseen')).slice(0, 4).map((l) => JSON.stringify(l).slice(0, 2500)).join('\n'));
  console.log(logs.lines.filter((l) => l['status'] === 500).length, 'x 500');
  await p.stop();
}, 120000);
