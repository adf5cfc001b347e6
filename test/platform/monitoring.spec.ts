import { load } from 'js-yaml';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Declared, METRICS } from '../../src/platform/operations/metric-names.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payer } from '../support/payments.js';

const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}
interface Dashboard {
  title: string;
  panels: { id: number; title: string; targets: { expr: string }[] }[];
}

const { groups } = load(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('deploy/grafana/payments.json')) as Dashboard;
const runbook = read('docs/runbook.md');
const expressions = [
  ...alerts.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

/** What is left of an expression without strings, ranges, label lists and PromQL's own words. */
function metricsIn(expression: string): string[] {
  const words = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\bby \([^)]*\)/g, '')
    .match(/[a-zA-Z_]\w*/g);
  const ours = new Set([
    'sum',
    'max',
    'min',
    'abs',
    'rate',
    'increase',
    'max_over_time',
    'histogram_quantile',
    'and',
    'or',
    'by',
  ]);
  return (words ?? []).filter((word) => !ours.has(word));
}

/** Every `name="value"` and `name=~"a|b"` of an expression, as pairs. */
function labelsIn(expression: string): [name: string, value: string][] {
  return [...expression.matchAll(/(\w+)=~?"([^"]*)"/g)].flatMap(([, name = '', values = '']) =>
    values.split('|').map((value): [string, string] => [name, value]),
  );
}

describe('the numbers of a running app', () => {
  let app: TestApp;
  let text: string;
  /** Before anything has happened. */
  let shown: string;

  beforeAll(async () => {
    app = await startTestApp({ env: { SWEEP_INTERVAL: '1h', RECONCILE_AFTER: '1h' } });
    shown = (await app.http.get('/metrics')).text;
    const buyer = await payer(app); // for the calls to Stripe
    await buyer.confirm('pm_card_visa');
    text = (await app.http.get('/metrics')).text;
  });
  afterAll(() => app.stop());

  it.each(expressions)('%s: %s', (_where, expression) => {
    const known = new Set([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name]) => name));
    const found = metricsIn(expression);
    expect(found.length).toBeGreaterThan(0);
    for (const name of found) {
      if (name === 'up') continue; // Prometheus' own
      const family = known.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '');
      expect(known).toContain(family);
    }
  });

  it('are there before they first happen, wherever an alarm counts them', () => {
    const counted = alerts.flatMap(({ expr }) => [...expr.matchAll(/(?:increase|rate)\((\w+_total)(\{[^}]*\})?\[/g)]);
    expect(counted.length).toBeGreaterThan(10);
    for (const [, name = '', labels = ''] of counted) {
      const wanted = labelsIn(labels).map(([label, value]) => `${label}="${value}"`);
      const series = shown.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      expect([name, series.length > 0]).toEqual([name, true]);
      const missing = wanted.filter((one) => !series.some((line) => line.includes(one)));
      // The two that a daily comparison can end with are one alarm, and one of them is enough for it.
      expect([name, missing.filter((one) => one !== 'result="differs"')]).toEqual([name, []]);
    }
  });

  it('have the label values that the alarms ask for', () => {
    const declared = read('src/platform/operations/metric-names.ts');
    for (const [, expression] of expressions)
      for (const [name, value] of labelsIn(expression)) {
        if (name === 'job' || name === 'status') continue; // the scrape's own; any HTTP status
        const said = declared.includes(value) || text.includes(`${name}="${value}"`);
        expect([name, value, said]).toEqual([name, value, true]);
      }
  });

  it('are all drawn or watched, but for what only explains another', () => {
    const used = new Set(expressions.flatMap(([, expression]) => metricsIn(expression)));
    const family = (name: string) => [name, `${name}_bucket`, `${name}_count`].some((one) => used.has(one));
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
    expect(names.filter((name) => !family(name))).toEqual(['test_keys', 'process_uptime_seconds']);
  });
});

describe('the alarms', () => {
  it('have a name, a severity and a sentence each', () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { labels, annotations } of alerts) {
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/^[A-Z1].*\.$/);
    }
  });

  it.each(alerts.map(({ alert, annotations }) => [alert, annotations.runbook]))(
    '%s is in the runbook',
    (alert, address) => {
      expect(address).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      expect(runbook).toContain(`<a id="${alert.toLowerCase()}"></a>${alert} |`);
    },
  );

  it('are all that the runbook knows', () => {
    const told = [...runbook.matchAll(/<a id="(payments\w+)"><\/a>/g)].map(([, id]) => id);
    expect(told).toEqual(alerts.map(({ alert }) => alert.toLowerCase()));
  });
});

const describeWithPromtool = spawnSync('promtool', ['--version']).status === 0 ? describe : describe.skip;
describeWithPromtool('the alarms, by Prometheus itself (skipped where promtool is not on PATH)', () => {
  it('go off when they should', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(__dirname, 'alerts.promtool.yml')]);
    expect([status, String(stdout) + String(stderr)]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

it('the dashboard draws every gauge, but for the one that tells staging from production', () => {
  const drawn = new Set(dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))));
  const gauges = Object.entries<Declared>(METRICS).filter(([, { kind }]) => kind === 'gauge');
  expect(gauges.length).toBeGreaterThan(15);
  expect(gauges.map(([name]) => name).filter((name) => !drawn.has(name))).toEqual(['test_keys']);
});

it('the runbook says what to do about refused creates, parked receipts, limits by address and commands', () => {
  for (const told of ['create_refused', 'effects_parked', 'ADDRESS_MAX_DECLINES', 'audit_command_actions'])
    expect(runbook).toContain(told);
});

it('the dashboard draws each panel once', () => {
  expect(dashboard.title).toBe('Payments');
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
