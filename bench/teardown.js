const { endWithParent } = require('../scripts/lib/end-with-parent.js');

/** What was started last is stopped first, once, however the bench ends. */
class Teardown {
  constructor() {
    this.steps = [];
    endWithParent();
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ]) {
      process.once(signal, () => void this.run().then(() => process.exit(code)));
    }
  }

  add(step) {
    this.steps.push(step);
  }

  async run() {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step();
  }
}

module.exports = { Teardown };
