const REPEAT_MS = 5_000;

/** Says on stderr what a first start is busy with, and again every few seconds: silence looks like a hang. */
export class StartProgress {
  private readonly since = performance.now();
  private doing = '';
  private timer: NodeJS.Timeout | undefined;

  readonly report = (step: string, detail: string): void => {
    const doing = detail === '' ? step : `${step}: ${detail}`;
    if (doing === this.doing) return;
    this.doing = doing;
    this.say();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.say(), REPEAT_MS).unref();
  };

  done(): void {
    clearInterval(this.timer);
  }

  get seconds(): string {
    return ((performance.now() - this.since) / 1000).toFixed(1);
  }

  private say(): void {
    process.stderr.write(`  ${this.seconds.padStart(5)} s  ${this.doing}\n`);
  }
}
