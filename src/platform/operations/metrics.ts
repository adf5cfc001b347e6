import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, type CounterConfiguration, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestSeen } from '../http/request-log.js';
import {
  type CounterName,
  type Declared,
  type GaugeName,
  type HistogramName,
  METRICS,
  type MetricName,
} from './metric-names.js';
import { storeFailures } from '../database/store-failures.js';

type Labels = Readonly<Record<string, string>>;

const NANOSECONDS = 1e9;

/** Numbers for Prometheus. A registry of its own per app: several apps live in one test process. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly registry = new Registry();
  private readonly counters = new Map<MetricName, Counter>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly histograms = new Map<MetricName, Histogram>();
  /** By method, pattern and status, all of them few: finding one by its labels costs more than counting it. */
  private readonly requestSeries = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
  private readonly readings = new Map<GaugeName, () => number>();
  private readonly lag = monitorEventLoopDelay({ resolution: 20 });
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Answered requests by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  constructor() {
    for (const name of Object.keys(METRICS) as MetricName[]) this.declare(name);
    this.watchProcess();
    storeFailures.on(this.countStoreError);
  }

  count(name: CounterName, labels: Labels = {}, by = 1): void {
    this.counters.get(name)?.inc(labels, by);
  }

  gauge(name: GaugeName, value: number, labels: Labels = {}): void {
    this.gauges.get(name)?.set(labels, value);
  }

  /** Forgets all of a gauge's labels. */
  clear(name: GaugeName): void {
    this.gauges.get(name)?.reset();
  }

  /** A gauge that is read at each scrape. */
  measure(name: GaugeName, read: () => number): void {
    this.readings.set(name, read);
  }

  observe(name: HistogramName, labels: Labels, seconds: number): void {
    this.histograms.get(name)?.observe(labels, seconds);
  }

  request({ method, route, status, ms }: RequestSeen): void {
    const key = `${method} ${route} ${status}`;
    let series = this.requestSeries.get(key);
    if (series === undefined) {
      series = this.requests.labels({ method, route, status: String(status) });
      this.requestSeries.set(key, series);
    }
    series.observe(ms / 1000);
    // "Not ready" to a load balancer is an answer, and comes every few seconds: it would call an instance without traffic sick.
    const refused = (status === 502 || status === 503) && route !== '/health/ready';
    if (status === 500 || refused) this.count('http_failures_total', { status: String(status) });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  exposition(): Promise<string> {
    for (const [name, read] of this.readings) this.gauge(name, read());
    return this.registry.metrics();
  }

  onApplicationShutdown(): void {
    this.lag.disable();
    storeFailures.off(this.countStoreError);
  }

  private readonly countStoreError = (outcome: string): void => this.count('store_errors_total', { outcome });

  private declare(name: MetricName): void {
    const declared: Declared = METRICS[name];
    const options = {
      name,
      help: declared.help,
      labelNames: [...(declared.labels ?? [])],
      registers: [this.registry],
    };
    if (declared.kind === 'counter') this.counters.set(name, counterFromZero(options, declared));
    else if (declared.kind === 'gauge') this.gauges.set(name, new Gauge(options));
    else this.histograms.set(name, new Histogram({ ...options, buckets: [...(declared.buckets ?? [])] }));
  }

  /** Registers the gauges that are measured at the moment of a scrape. */
  private watchProcess(): void {
    const { lag, registry } = this;
    lag.enable();
    const measured = (name: string, help: string, read: () => number): Gauge => {
      const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => gauge.set(read()) });
      return gauge;
    };
    measured('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
    measured('process_uptime_seconds', 'Seconds since the process started.', () => process.uptime());
    measured('event_loop_lag_seconds', 'The 99th percentile of event loop delays since the last scrape.', () => {
      const seconds = lag.percentile(99) / NANOSECONDS;
      lag.reset();
      return seconds;
    });
  }
}

function counterFromZero(
  options: CounterConfiguration<string>,
  { labels: [label = ''] = [], values = [] }: Declared,
): Counter {
  const counter = new Counter(options);
  for (const value of values) counter.inc({ [label]: value }, 0);
  return counter;
}
