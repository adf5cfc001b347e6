const LOOK_EVERY_MS = 1_000;
const LANES = 4;

/** What is told of a payment behind its answer, as often and as many at a time as by the product's worker. `tell` is a subclass's. */
class ToldLater {
  queue = [];

  add(payment) {
    this.queue.push(payment);
  }

  /** Looks for work by itself, so that no request waits for it. */
  start() {
    this.timer = setInterval(() => void this.drain(), LOOK_EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }

  async drain() {
    if (this.busy) return;
    this.busy = true;
    await Promise.all(Array.from({ length: LANES }, () => this.lane()));
    this.busy = false;
  }

  async lane() {
    for (let payment = this.queue.shift(); payment !== undefined; payment = this.queue.shift())
      await this.tell(payment);
  }
}

module.exports = { ToldLater };
