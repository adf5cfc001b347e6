import type { INestApplicationContext } from '@nestjs/common';
import { createReadStream } from 'node:fs';
import { accountOf } from './account-key-command.js';
import { checked } from './checked.js';
import type { CommandOptions } from './command-options.js';
import { personRows } from './person-rows.js';
import { commandLineActor } from '../../modules/audit/actors.js';
import { personal } from '../../modules/audit/audit-state.js';
import { AuditTrail } from '../../modules/audit/audit-trail.service.js';
import { PersonService } from '../../modules/customer/person/person.service.js';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { StoreError } from '../../platform/database/store-error.js';
import { type CensusPerson, NewCensusPerson } from '../../surfaces/census/person/person.dto.js';
import { toCensusPerson, toSaidPerson } from '../../surfaces/census/person/person.mapper.js';

type Said = Readonly<Record<'id' | 'ids' | 'name' | 'email' | 'vaultCustomer', string | undefined>>;

/** `npm run admin -- create-person --id 42@census …`: stores a person, or adds what is new to the one who is there. */
export async function createPerson(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { account, 'vault-customer': vaultCustomer, id, ids, name, email } = options;
  const { id: accountId } = await accountOf(app, account);
  const asked = { id: personal(id ?? ''), email: personal(email ?? '') };
  return app.get(AuditTrail, { strict: false }).record(
    commandLineActor(),
    { action: 'persons.create', object: { kind: 'persons', id: accountId }, asked },
    () => say(app, accountId, { id, ids, name, email, vaultCustomer }),
    () => ({ after: asked }),
  );
}

/**
 * `npm run admin -- import-persons --file persons.csv`: every line that is valid is stored; the others are named, with what is
 * wrong and never what stands there. The same file again changes nothing.
 */
export async function importPersons(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { id: accountId } = await accountOf(app, options['account']);
  return app.get(AuditTrail, { strict: false }).record(
    commandLineActor(),
    { action: 'persons.import', object: { kind: 'persons', id: accountId } },
    () => imported(app, accountId, options['file'] ?? ''),
    (done) => ({ after: { stored: done.stored, refused: done.refused.length } }),
  );
}

interface Imported {
  readonly stored: number;
  readonly refused: readonly { readonly line: number; readonly problem: string }[];
}

async function imported(app: INestApplicationContext, accountId: string, file: string): Promise<Imported> {
  const refused: { line: number; problem: string }[] = [];
  let count = 0;
  for await (const { line, values } of personRows(readable(file))) {
    const { id, ids, name, email, vault_customer: vaultCustomer } = values;
    try {
      await say(app, accountId, { id, ids, name, email, vaultCustomer });
      count++;
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof StoreError) throw error;
      refused.push({ line, problem: (error.messages ?? [error.message]).join('; ') });
    }
  }
  return { stored: count, refused };
}

async function say(app: INestApplicationContext, accountId: string, said: Said): Promise<CensusPerson> {
  const { ids, vaultCustomer, ...rest } = said;
  const all = ids?.split(/[\s,;]+/).filter((one) => one !== '');
  const body = { ...rest, vault_customer_id: vaultCustomer, ...(all === undefined ? {} : { ids: all }) };
  const person = await checked(body, NewCensusPerson);
  return toCensusPerson(await app.get(PersonService, { strict: false }).say({ accountId }, toSaidPerson(person)));
}

async function* readable(file: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Buffer;
  } catch (cause) {
    throw invalidRequest(`file cannot be read (${String((cause as { code?: string }).code)})`);
  }
}
