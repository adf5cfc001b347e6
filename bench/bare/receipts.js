const { createHash } = require('node:crypto');
const { mkdir, rename, writeFile } = require('node:fs/promises');
const mongoose = require('mongoose');
const { createTransport } = require('nodemailer');
const { write } = require('./records.js');
const { ToldLater } = require('./told-later.js');

const { ObjectId } = mongoose.mongo;

/** As the product's worker for each paid payment: claim, read the user, write the message, done. */
class Receipts extends ToldLater {
  constructor(db, dir) {
    super();
    this.payments = db.collection('payments');
    this.users = db.collection('users');
    this.dir = dir;
    this.transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  }

  async start() {
    await mkdir(this.dir, { recursive: true });
    super.start();
  }

  async tell(payment) {
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
