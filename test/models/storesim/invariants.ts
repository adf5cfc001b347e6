import { HOUR } from '../draw.js';
import type { Charge, Told } from './model.types.js';
import { isFinal } from './model.types.js';
import type { Intention } from './shopper.js';
import { ABANDON, type World } from './world.js';

/** What must hold at the end, whatever happened. */
export function checkEverything(w: World, intentions: readonly Intention[]): void {
  chargedOnce(w, intentions);
  nothingLost(w);
  everythingEnded(w);
  for (const told of w.told) toldTheTruth(w, told);
  nobodySurprised(w);
  nothingRanThatDidNot(w);
}

function chargedOnce(w: World, intentions: readonly Intention[]): void {
  for (const [doc, n] of countBy(w.charges, (charge) => charge.doc)) if (n > 1) w.bad(`DOUBLE ${doc} x${n}`);
  for (const [pi, n] of countBy(w.charges, (charge) => charge.pi)) if (n > 1) w.bad(`MODEL two successes of ${pi}`);
  for (const { user, cuid, docs } of intentions) {
    const n = w.charges.filter(({ doc }) => docs.includes(doc)).length;
    if (n > 1) w.bad(`TWICE intention ${user}|${cuid} charged ${n} times`);
  }
}

function nothingLost(w: World): void {
  for (const { pi, doc: id, amount } of w.charges) {
    const doc = w.payments.get(id);
    if (doc?.state !== 'SUCCEEDED' || doc.pi !== pi) w.bad(`LOST ${pi} of ${id}: ${doc?.state} ${doc?.pi}`);
    const price = w.prices.get(doc?.cuid ?? '');
    const others = price?.by !== undefined && price.by !== doc?.user;
    if (price !== undefined && !others && amount !== price.amount)
      w.bad(`PRICE ${id} charged ${amount}, claimed ${price.amount}`);
  }
}

function everythingEnded(w: World): void {
  for (const doc of w.payments.values()) {
    const status = w.intents.get(doc.pi ?? '')?.status;
    // Somebody who rested for days may have been here last less than a day before the end.
    if (!isFinal(doc) && w.endMs - doc.activeAt > ABANDON + 2 * HOUR) w.bad(`OPEN ${doc.id} ${doc.state}`);
    else if (doc.state === 'REJECTED' && doc.pi !== null) w.bad(`STATE ${doc.id} REJECTED with ${doc.pi}`);
    else if (isFinal(doc) && doc.pi !== null && status !== doc.state.toLowerCase())
      w.bad(`STATE ${doc.id} ${doc.state} but ${status}`);
  }
}

function toldTheTruth(w: World, told: Told): void {
  const { kind, n, doc, request } = told;
  const charges = w.charges.filter(({ pi }) => pi === told.pi);
  if (kind === '402') {
    if (charges.some((each) => each.n === n)) w.bad(`LIE402 ${doc} attempt ${n} told declined, charged`);
    const stored = told.stored === true ? ' stored' : '';
    if (charges.some(({ at }) => at <= told.askedAt))
      w.bad(`STALE402 ${doc} attempt ${n}${stored}: paid before the request came`);
  }
  if (kind === 'canceled' && w.charges.some((each) => each.doc === doc)) w.bad(`LIECANCELED ${doc}`);
  if (kind === 'succeeded' && !charges.some(({ at }) => at <= told.at)) w.bad(`LIESUCCEEDED ${doc}`);
  if (kind === '503' || kind === '400') {
    const ran = w.executions.find(
      (each) =>
        (each.request === request && each.mine === true) || (n !== undefined && each.pi === told.pi && each.n === n),
    );
    if (ran !== undefined) w.bad(`LIE${kind} request ${request} said not sent, attempt ${ran.n} of ${ran.pi} ran`);
  }
}

/** An attempt whose starter was told "not sent" is never charged by a confirm with another card. */
function nobodySurprised(w: World): void {
  for (const { by, mine, pi, n } of w.charges) {
    if (by !== 'us' || mine === true) continue;
    const told = w.told.find(({ request }) => request === w.startedBy.get(`${pi}:${n}`));
    if (told?.kind === '503')
      w.bad(`SURPRISE ${pi} attempt ${n}: told 503 (not sent), then charged by a confirm with another card`);
  }
}

/** Ruling 2: an attempt that the record calls refused or not sent did not run, and never will. */
function nothingRanThatDidNot(w: World): void {
  for (const { doc, n, result } of w.results) {
    if (result !== 'refused' && result !== 'not_sent') continue;
    const pi = w.payments.get(doc)?.pi;
    if (w.executions.some((each) => each.by === 'us' && each.pi === pi && each.n === n))
      w.bad(`RAN attempt ${n} of ${doc}, which the record calls ${result}`);
  }
}

function countBy(charges: readonly Charge[], key: (charge: Charge) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of charges) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1);
  return counts;
}
