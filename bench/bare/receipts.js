const { createHash } = require('node:crypto');
const { mkdir, rename, writeFile } = require('node:fs/promises');
const mongoose = require('mongoose');
const { createTransport } = require('nodemailer');
const { write } = require('./records.js');

const { ObjectId } = mongoose.mongo;

const LOOK_EVERY_MS = 1_000;
const LANES = 4;

/** As the product's worker, as often and as many at a time, for each paid payment: claim, read the user, write the message, done. */
class Receipts {
  constructor(db, dir) {
    this.payments = db.collection('payments');
    this.users = db.collection('users');
    this.dir = dir;
    this.queue = [];
    this.transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  }

  add(payment) {
    this.queue.push(payment);
  }

  /** Looks for work by itself, so that no request waits for a receipt. */
  async start() {
    await mkdir(this.dir, { recursive: true });
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
      await this.send(payment);
  }

  async send(payment) {
    const { _id, userId, amountMinor, currency, providerPaymentId, effects } = payment;
    const claimed = await write(this.payments, payment, { effectsDueAt: new Date(Date.now() + 60_000) });
    const user = await this.users.findOne({ _id: new ObjectId(userId) });
    const { message } = await this.transport.sendMail({
      from: 'Payments <receipts@localhost>',
      to: { name: '', address: user.email },
      subject: `Receipt for your payment of ${amountMinor / 100} ${currency}`,
      text: `Hello ${user.userName},\n\nwe have received your payment.\n\nPayment:   ${providerPaymentId}\n`,
    });
    const file = `${this.dir}/${createHash('sha256').update(_id).digest('hex')}.eml`;
    await writeFile(`${file}.part`, message);
    await rename(`${file}.part`, file);
    const done = effects.map((effect) => ({ ...effect, doneAt: new Date() }));
    await write(this.payments, claimed, { effects: done, effectsDueAt: null });
  }
}

module.exports = { Receipts };
